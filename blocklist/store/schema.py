"""The tables, in ordered migrations, and the version that a file carries.

``PRAGMA application_id`` says that a file is ours, ``PRAGMA user_version`` how many migrations it has seen. A
migration is one SQL file under ``migrations``, applied once and never edited after a release; a change of the
tables is a further file. Captures, verdicts, decisions, releases and the history are append-only: triggers
refuse UPDATE and DELETE (of history, all but the erasure of a body).
"""

import sqlite3
from importlib.resources import files

from blocklist.errors import SchemaError

APPLICATION_ID = 0x4C_47_5A_31  # "LGZ1"

MIGRATIONS = (
    "0001_first.sql",
    "0002_key.sql",
    "0003_history.sql",
    "0004_people.sql",
    "0005_appealed.sql",
    "0006_announcements.sql",
    "0007_watch.sql",
    "0008_applied.sql",
    "0009_exported.sql",
    "0010_content.sql",
    "0011_outbox.sql",
    "0012_desk.sql",
    "0013_generations.sql",
    "0014_previews.sql",
    "0015_own_way_in.sql",
    "0016_second_reading.sql",
)
"""The file at index ``n`` leads from version ``n`` to version ``n + 1``."""

# One statement, so that all three are of one moment while another process makes the file.
_STATE = """
SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
       count(*) FROM sqlite_schema
"""


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Bring an open database up to date; ``name`` is what errors call it.

    Safe when several processes open a new file at once: the check and the migrations are one transaction.
    Raises SchemaError for a database of a newer version, or one that is not ours.
    """
    if version_of(connection, name) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(version_of(connection, name), len(MIGRATIONS)):
            for statement in _statements(MIGRATIONS[version]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version_of(connection: sqlite3.Connection, name: str) -> int:
    """Return how many migrations the database has seen; raises as ``migrate`` does, and writes nothing."""
    application, version, tables = connection.execute(_STATE).fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise SchemaError(f"{name}: is a database of another program; choose another --workspace")
    if version > len(MIGRATIONS):
        raise SchemaError(
            f"{name}: is of schema version {version}, this program knows up to {len(MIGRATIONS)}; "
            "upgrade linkgazette, or use the workspace's backup of the older version"
        )
    return int(version)


def _statements(migration: str) -> list[str]:
    """Split a script, since ``executescript`` would commit the transaction that it runs in."""
    script = (files("blocklist.store") / "migrations" / migration).read_text(encoding="utf-8")
    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
