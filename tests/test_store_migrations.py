"""A workspace of every earlier version, with rows in every table, is brought up to date and publishes.

One workspace is filled by the rooms themselves; what an earlier version could hold of it is written into a
database of that version, by the migrations up to there and no further.
"""

import shutil
import sqlite3
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from blocklist.casework.appeal import Claim, make_appeal
from blocklist.casework.applied import take_applied
from blocklist.casework.blind import draw
from blocklist.casework.decide import Word, decide, undo
from blocklist.casework.delivering import queue
from blocklist.commands.publishing import publish_stage
from blocklist.intake.rows import Rows
from blocklist.model import Action, Label, Listing, Post, Scope
from blocklist.public.announcements import draft_announcement
from blocklist.release.publish import make_release
from blocklist.store import Workspace, open_workspace, schema
from blocklist.store.rotation import rotate
from tests.list_makers import NOW
from tests.list_workspace import plain_pages, visit

pytestmark = pytest.mark.edge

SOON, LATER = NOW + timedelta(minutes=10), NOW + timedelta(hours=1)
NEWEST = len(schema.MIGRATIONS)
PAGES = {
    "http://shop.example/": Label.CONTRABAND,
    "http://gone.example/offer": Label.CONTRABAND,
    "http://doubtful.example/offer": Label.UNSURE,
    "http://garden.example/": Label.CLEAR,
}


def fill(workspace: Workspace) -> None:
    """Do what people and programs do, so that the rooms keep something of it."""
    maker = Rows("x", workspace.pseudonymiser)
    people = {"account": "u7", "account_name": "Hardman", "group": "g1", "content_id": "m1", "reporter": "r1"}
    for url in PAGES:
        workspace.shares.add_ready(maker.from_fields(1, {"url": url, **people}).shares, now=NOW)
    visit(workspace, PAGES)
    publish_stage(workspace.path, out=workspace.path / "public", now=NOW)
    links = {share.url: link for link, share in workspace.shares.with_links()}

    def word(url: str, action: Action, scope: Scope | None = None) -> Word:
        return Word(link=links[url], action=action, category="tobacco", scope=scope, reason="x", by="mo")

    decide(workspace, word("http://gone.example/offer", Action.CLEAR), now=NOW)
    publish_stage(workspace.path, out=workspace.path / "public", now=SOON, override="ann: it was cleared")
    decide(workspace, word("http://garden.example/", Action.CLEAR), now=NOW)
    undo(workspace, links["http://garden.example/"], reason="a slip", by="mo", now=NOW)
    decide(workspace, word("http://doubtful.example/offer", Action.CONFIRM, Scope.DOMAIN), now=NOW)
    (entry, *_) = workspace.entries.current()
    make_appeal(workspace, Claim(entry=entry.id, statement="a museum", contact="a@mail.example"), now=NOW)
    draw(workspace, 1, now=NOW)
    workspace.staff.add("mei", Post.SENIOR, "hash", now=NOW)
    take_applied(workspace, [(1, {"account": "u7", "step": "warn", "applied_at": "2026-01-05"})], now=NOW)
    queue(workspace, now=NOW)
    listing = Listing(entries=workspace.entries.current(), aliases=(), tombstones=(), review=())
    made = draft_announcement(
        listing=listing,
        findings=workspace.findings(),
        shares=workspace.shares.with_links(),
        ladder=workspace.policy.ladder,
        since=None,
        until=NOW,
        now=NOW,
    )
    workspace.announcements.add(made)
    rotate(workspace, by="t", now=NOW)


@cache
def full() -> tuple[TemporaryDirectory[str], dict[str, list[dict[str, Any]]]]:
    """A workspace of today with rows in every table, and these rows."""
    folder = TemporaryDirectory()
    path = Path(folder.name)
    with open_workspace(path, create=True) as workspace:
        fill(workspace)
    connection = sqlite3.connect(path / "linkgazette.db")
    with connection:
        for table in tables_of(connection):
            if not connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                invent(connection, table)
    rows = rows_of(connection)
    connection.close()
    return folder, rows


def tables_of(connection: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    return [name for (name,) in connection.execute(sql)]


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def rows_of(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in tables_of(connection):
        columns = columns_of(connection, table)
        chosen = ", ".join(f'"{each}"' for each in columns)
        found[table] = [
            dict(zip(columns, row, strict=True))
            for row in connection.execute(f"SELECT {chosen} FROM {table}")
        ]
    return found


def invent(connection: sqlite3.Connection, table: str) -> None:
    """Write one row that the tables allow; what it refers to is there."""
    refers = {
        row[3]: (row[2], row[4] or "rowid") for row in connection.execute(f"PRAGMA foreign_key_list({table})")
    }
    row: dict[str, Any] = {}
    for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table})"):
        if name in refers:
            other, key = refers[name]
            row[name] = connection.execute(f"SELECT {key} FROM {other} LIMIT 1").fetchone()[0]
        elif name.endswith("_at") or name in {"at", "until", "day"}:
            row[name] = "2026-03-01T12:00:00.000000Z"
        else:
            row[name] = {"INTEGER": 1, "REAL": 1.0, "BLOB": b"\x01" * 16}.get(kind, "x")
    insert(connection, table, row)


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{each}"' for each in row)
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))


def as_it_was(version: int, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Make ``folder`` a workspace of ``version``; return the rows that were written."""
    kept, rows = full()
    folder.mkdir()
    shutil.copy(Path(kept.name) / "pseudonym.key", folder)
    (folder / "linkgazette.db").touch(mode=0o600)
    connection = sqlite3.connect(folder / "linkgazette.db", isolation_level=None)
    for name in schema.MIGRATIONS[:version]:
        for statement in schema._statements(name):
            connection.execute(statement)
    rows = dict(rows)
    rows["pseudonym_key"] = [{"one": 1, "fingerprint": rows["key_generations"][0]["fingerprint"]}]
    if version >= SUCCEEDED:
        shutil.copy(Path(kept.name) / "pseudonym.2.key", folder)
    written: dict[str, list[dict[str, Any]]] = {}
    connection.execute("BEGIN")
    for table in tables_of(connection):
        columns = columns_of(connection, table)
        written[table] = [{name: row[name] for name in columns} for row in rows[table]]
        for row in written[table]:
            insert(connection, table, row)
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.close()
    return written


SUCCEEDED = 1 + schema.MIGRATIONS.index("0013_generations.sql")
"""The first version that knows of several keys."""


def test_every_table_has_a_row() -> None:
    _, rows = full()
    assert [table for table, held in rows.items() if not held] == []


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_every_fact_is_still_there_and_a_release_is_made(version: int, tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    written = as_it_was(version, folder)
    with open_workspace(folder, create=False) as workspace:
        assert workspace.pseudonymiser
        connection = sqlite3.connect(folder / "linkgazette.db")
        now = rows_of(connection)
        connection.close()
        if "pseudonym_key" in written and "pseudonym_key" not in now:
            (before,) = written.pop("pseudonym_key")
            (generation,) = now["key_generations"]
            assert (generation["generation"], generation["fingerprint"]) == (1, before["fingerprint"])
        for table, rows in written.items():
            held = [{name: row[name] for name in rows[0]} for row in now[table]]
            assert sorted(map(repr, held)) == sorted(map(repr, rows)), table
        assert workspace.database.value("PRAGMA integrity_check") == "ok"
        assert list(workspace.database.rows("PRAGMA foreign_key_check")) == []
        assert len(list(workspace.shares.with_links())) == len(written["shares"])
        made = make_release(workspace, tmp_path / "public", now=LATER, pages=plain_pages)
    assert (made.release.serial, made.release.entries) == (3, 1)
