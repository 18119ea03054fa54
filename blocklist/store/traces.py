"""What is left of something erased: the file is written anew, then read for it, byte by byte.

SQLite leaves deleted rows in free pages and in the log until they are used again (sqlite.org/pragma.html,
``secure_delete``); ``VACUUM`` builds the file from the rows that are there, and the log is cut to nothing.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from blocklist.errors import TroubleError
from blocklist.store.database import Database

LEAST = 4
"""Fewer characters are found everywhere, in dates and digests, and prove nothing."""
_CHUNK = 1 << 20  # bytes
_BESIDE = ("", "-wal", "-journal")


def rewrite(db: Database) -> None:
    """Write the database file anew, without what was deleted.

    Needs the room of the file a second time. Raises TroubleError while others work on it:
    nothing is lost, and it can be done again.
    """
    for statement in ("PRAGMA secure_delete = ON", "VACUUM"):
        db.write(statement)
    busy = db.value("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise TroubleError(
            f"{db.path}: erased, but other processes hold its log open; run this again when they end"
        )


def in_files(path: Path, needles: Sequence[bytes]) -> list[str]:
    """Name the files of the database at ``path`` in whose bytes a needle is."""
    files = [path.with_name(path.name + end) for end in _BESIDE]
    return [file.name for file in files if file.exists() and _holds(file, needles)]


def in_columns(db: Database, raw: str) -> dict[str, int]:
    """Count the rows in which ``raw`` stands as a whole word, by ``table.column``.

    Addresses write some characters otherwise: that form is looked for too. Times and digests are left out.
    Empty for fewer than ``LEAST`` characters.
    """
    if len(raw) < LEAST:
        return {}
    forms = "|".join(re.escape(form) for form in sorted({raw, quote(raw, safe="")}))
    word = re.compile(rf"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-F]{{2}}))(?:{forms})(?![0-9A-Za-z])", re.IGNORECASE)
    found = {}
    for table, column in _texts(db):
        sql = f'SELECT "{column}" FROM "{table}"'  # noqa: S608 - names are the schema's
        count = sum(1 for (text,) in db.rows(sql) if isinstance(text, str) and word.search(text))
        if count:
            found[f"{table}.{column}"] = count
    return found


def _texts(db: Database) -> Iterator[tuple[str, str]]:
    sql = """
    SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND columns.type = 'TEXT'
      AND columns.name NOT LIKE '%\\_at' ESCAPE '\\' AND columns.name NOT LIKE '%sha256'
    """
    return iter([(table, column) for table, column in db.rows(sql)])


def _holds(file: Path, needles: Sequence[bytes]) -> bool:
    overlap = max(map(len, needles), default=1)
    before = b""
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            window = before + chunk
            if any(needle in window for needle in needles):
                return True
            before = window[-overlap:]
    return False
