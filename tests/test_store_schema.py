import sqlite3
import stat
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocklist.errors import InputError, LinkgazetteError, SchemaError, TroubleError
from blocklist.model import (
    Action,
    Capture,
    Decision,
    Judgement,
    Label,
    Listing,
    Release,
    Share,
    Surface,
    Verdict,
)
from blocklist.store import open_workspace, schema
from blocklist.store.database import Database
from blocklist.urls import parse_url

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUDGEMENT = Judgement(
    label=Label.CLEAR,
    category=None,
    grade=0,
    confidence=0,
    publishable=False,
    reason="",
    evidence=(),
    policy="",
)


def version_of(path):
    connection = sqlite3.connect(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return version


def tables_of(database):
    return dict(database.rows("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"))


# --- making and opening -------------------------------------------------------------------------------


def test_a_writing_command_makes_folder_database_and_key(tmp_path):
    folder = tmp_path / "new" / "workspace"
    with open_workspace(folder, create=True) as workspace:
        workspace.pseudonymiser.account("someone")
    for name in ("linkgazette.db", "pseudonym.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_the_files_beside_an_open_database_are_private_too(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.shares.add([Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)], now=NOW)
        for file in tmp_path.glob("linkgazette.db*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_reading_command_makes_nothing_and_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match=r"holds no linkgazette\.db; run `linkgazette intake FILE` first"):
        open_workspace(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file, not a folder"):
        open_workspace(tmp_path / "file", create=True)


def test_the_connection_keeps_what_was_committed_and_checks_references(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        pragmas = {
            name: workspace.db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
        }
    full = 2
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 20_000,
    }


def test_what_refers_to_nothing_is_refused(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace, pytest.raises(Exception, match="FOREIGN KEY"):
        workspace.captures.add(Capture(link=77, fetched_at=NOW))


def test_several_processes_may_make_one_workspace_at_once(tmp_path):
    """Rounds, since a reader once saw half of another's migration in one of fifty."""
    script = (
        "import sys, pathlib; from blocklist.store import open_workspace\n"
        "for folder in sys.stdin:\n"
        "    open_workspace(pathlib.Path(folder.strip()), create=True).close()\n"
        "    print('made', flush=True)"
    )
    with ExitStack() as stack:
        pipe = subprocess.PIPE
        started = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, text=True)
            )
            for _ in range(4)
        ]
        for turn in range(40):
            for process in started:
                process.stdin.write(f"{tmp_path / str(turn)}\n")
                process.stdin.flush()
            assert [process.stdout.readline() for process in started] == ["made\n"] * 4, turn
    assert version_of(tmp_path / "0" / "linkgazette.db") == len(schema.MIGRATIONS)


# --- versions -----------------------------------------------------------------------------------------


@pytest.fixture
def older(tmp_path):
    """Make a database as an earlier version left it."""

    def make(version, monkeypatch):
        path = tmp_path / "linkgazette.db"
        with monkeypatch.context() as patch:
            patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
            Database(path).close()
        return path

    return make


@pytest.mark.parametrize("version", range(len(schema.MIGRATIONS) + 1))
def test_every_earlier_version_is_brought_up_to_date(version, older, tmp_path, monkeypatch):
    path = older(version, monkeypatch)
    migrated = Database(path)
    fresh = Database(tmp_path / "fresh.db")
    assert tables_of(migrated) == tables_of(fresh)
    migrated.close()
    fresh.close()
    assert version_of(path) == len(schema.MIGRATIONS)


def test_a_migration_keeps_what_was_stored(tmp_path, monkeypatch):
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.shares.add([Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)], now=NOW)
    statements = schema._statements
    added = ["ALTER TABLE shares ADD COLUMN note TEXT;"]
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "added.sql"))
    monkeypatch.setattr(
        schema, "_statements", lambda name: added if name == "added.sql" else statements(name)
    )
    with open_workspace(tmp_path, create=False) as workspace:
        assert workspace.shares.count() == 1
        assert "note" in workspace.db["shares"].columns_dict


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, monkeypatch):
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.shares.add([Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)], now=NOW)
    broken = ["ALTER TABLE shares ADD COLUMN note TEXT;", "ALTER TABLE missing ADD COLUMN note TEXT;"]
    version = len(schema.MIGRATIONS)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "broken.sql"))
        patch.setattr(schema, "_statements", lambda _: broken)
        with pytest.raises(Exception, match="no such table: missing"):
            Database(tmp_path / "linkgazette.db")
    assert version_of(tmp_path / "linkgazette.db") == version
    with open_workspace(tmp_path, create=False) as workspace:
        assert "note" not in workspace.db["shares"].columns_dict


def test_a_newer_database_is_refused_with_both_versions_and_left_alone(tmp_path):
    open_workspace(tmp_path, create=True).close()
    connection = sqlite3.connect(tmp_path / "linkgazette.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    known = len(schema.MIGRATIONS)
    with pytest.raises(SchemaError) as caught:
        open_workspace(tmp_path, create=True)
    assert str(caught.value).startswith(
        f"linkgazette.db: is of schema version 99, this program knows up to {known}; upgrade linkgazette"
    )
    assert caught.value.exit_code == 2
    assert version_of(tmp_path / "linkgazette.db") == 99


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "linkgazette.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="is a database of another program"):
        open_workspace(tmp_path, create=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read as a header " * 20])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    (tmp_path / "linkgazette.db").write_bytes(content)
    with pytest.raises(InputError, match="is not an SQLite database"):
        open_workspace(tmp_path, create=True)


# --- append-only --------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path):
    """A workspace with a row in each append-only table, opened as any program may open it."""
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.shares.add([Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)], now=NOW)
        capture = workspace.captures.add(Capture(link=1, fetched_at=NOW))
        workspace.verdicts.add(
            Verdict(link=1, landing=None, judgement=JUDGEMENT, captures=(capture,), decided_at=NOW)
        )
        workspace.decisions.add(Decision(link=1, action=Action.CLEAR, reason="x", by="y", decided_at=NOW))
        release = Release(serial=1, issued_at=NOW, expires_at=NOW, entries=0, digest="d", previous="")
        workspace.releases.record(release, Listing(entries=(), aliases=(), tombstones=(), review=()), now=NOW)
    connection = sqlite3.connect(tmp_path / "linkgazette.db")
    yield connection
    connection.close()


@pytest.mark.parametrize("table", ["captures", "verdicts", "decisions", "releases"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}"])
def test_what_was_recorded_is_neither_changed_nor_deleted(kept, table, change):
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} are append-only"):
        kept.execute(change.format(table))


@pytest.mark.parametrize("table", ["captures", "verdicts", "decisions"])
def test_nor_replaced_through_our_own_connection(kept, tmp_path, table):
    replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    with (
        open_workspace(tmp_path, create=False) as workspace,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        workspace.db.execute(replace)


# --- trouble ------------------------------------------------------------------------------------------


def test_a_locked_database_is_trouble_that_a_retry_may_cure(tmp_path):
    database = Database(tmp_path / "linkgazette.db", busy_s=0.05)
    other = Database(tmp_path / "linkgazette.db")
    with (
        other.transaction(),
        pytest.raises(TroubleError, match="is locked by another process") as caught,
        database.transaction(),
    ):
        pass
    assert caught.value.exit_code == 3
    with database.transaction():
        database.write("INSERT INTO hosts (host) VALUES ('a.example')")
    database.close()
    other.close()


def test_a_file_that_another_program_holds_is_waited_for_and_then_trouble(tmp_path):
    path = tmp_path / "linkgazette.db"
    holder = sqlite3.connect(path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TroubleError, match="is locked by another process"):
        Database(path, busy_s=0.05)
    holder.close()
    Database(path).close()


def test_wrong_sql_is_an_error_of_ours_that_names_the_file(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        for ask in (workspace.database.rows, workspace.database.row, workspace.database.write):
            with pytest.raises(LinkgazetteError, match=r"linkgazette\.db: no such column: missing"):
                ask("SELECT missing")


def test_a_full_disk_is_trouble_and_the_transaction_is_undone(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.db.execute(
            f"PRAGMA max_page_count = {workspace.db.execute('PRAGMA page_count').fetchone()[0]}"
        )
        shares = [
            Share(url=parse_url(f"https://a.example/{'x' * 500}{i}"), surface=Surface.GROUP)
            for i in range(999)
        ]
        with pytest.raises(TroubleError, match="the disk is full; make room"):
            workspace.shares.add(shares, now=NOW)
        assert (workspace.shares.count(), workspace.links.count()) == (0, 0)
        workspace.db.execute("PRAGMA max_page_count = 1000000")
        assert workspace.shares.add(shares, now=NOW).accepted == 999


def test_a_database_that_may_not_be_written_is_trouble(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.db.execute("PRAGMA query_only = ON")
        with pytest.raises(TroubleError, match="cannot be written"):
            workspace.shares.add([Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)], now=NOW)


def test_a_folder_that_cannot_be_made_is_trouble():
    with pytest.raises(TroubleError, match=r"cannot be made .* choose another --workspace"):
        open_workspace(Path("/proc/workspace"), create=True)


def test_a_database_file_that_cannot_be_made_is_trouble():
    with pytest.raises(TroubleError, match="check its permissions"):
        Database(Path("/proc/linkgazette.db"))


def test_a_transaction_that_fails_is_undone_and_the_next_one_works(tmp_path):
    database = Database(tmp_path / "linkgazette.db")
    for durable in (True, False):
        with pytest.raises(KeyError), database.transaction(durable=durable):  # noqa: PT012 - undone as a whole
            database.write("INSERT INTO hosts (host) VALUES ('a.example')")
            raise KeyError
    assert database.value("SELECT count(*) FROM hosts") == 0
    assert database.value("PRAGMA synchronous") == 2
    database.close()
