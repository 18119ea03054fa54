"""A workspace that lost or swapped a part says so, and is never mended by guessing."""

import dataclasses
import os
import sqlite3
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from blocklist.cli import root
from blocklist.errors import InputError, TroubleError
from blocklist.model import Pseudonym, Share, Surface
from blocklist.store import open_workspace, schema
from blocklist.store.database import Database
from blocklist.urls import parse_url

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHARE = Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)


@pytest.fixture
def folder(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        someone = workspace.pseudonymiser.account("u1")
        workspace.shares.add([dataclasses.replace(SHARE, account=someone)], now=NOW)
    return tmp_path


# --- the key ------------------------------------------------------------------------------------------


def test_a_lost_key_is_not_replaced(folder):
    (folder / "pseudonym.key").unlink()
    for write in (True, False):
        with (
            open_workspace(folder, create=False, write=write) as workspace,
            pytest.raises(InputError, match="the key of 1 shares is gone; restore it from your backup"),
        ):
            _ = workspace.pseudonymiser
    assert not (folder / "pseudonym.key").exists()


def test_another_key_is_noticed(folder):
    (folder / "pseudonym.key").write_bytes(bytes(32))
    with (
        open_workspace(folder, create=False) as workspace,
        pytest.raises(InputError, match="is not the key that 1 shares were stored with"),
    ):
        _ = workspace.pseudonymiser


def test_a_key_may_change_while_nothing_is_stored(tmp_path):
    with open_workspace(tmp_path, create=True) as workspace:
        first = workspace.pseudonymiser.account("u1")
    (tmp_path / "pseudonym.key").unlink()
    with open_workspace(tmp_path, create=True) as workspace:
        second = workspace.pseudonymiser.account("u1")
        workspace.shares.add([dataclasses.replace(SHARE, account=second)], now=NOW)
    assert first != second
    with open_workspace(tmp_path, create=False) as workspace:
        assert workspace.pseudonymiser.account("u1") == second


def test_a_lost_key_is_noticed_in_a_database_without_a_fingerprint(tmp_path):
    someone = Pseudonym("account:9c1185a5c5e9fc54612808977ee8f548")
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.shares.add([dataclasses.replace(SHARE, account=someone)], now=NOW)
        with pytest.raises(InputError, match="the key of 1 shares is gone"):
            _ = workspace.pseudonymiser


def test_the_pseudonym_command_makes_no_key(tmp_path):
    open_workspace(tmp_path, create=True).close()
    result = CliRunner().invoke(root, ["--workspace", str(tmp_path), "pseudonym", "account", "u1"])
    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "pseudonym.key").exists()


# --- the database -------------------------------------------------------------------------------------


def test_an_emptied_database_is_not_taken_for_a_new_one(folder):
    os.truncate(folder / "linkgazette.db", 0)
    with pytest.raises(InputError, match="is empty, though other files of the workspace are here"):
        open_workspace(folder, create=True)


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        ("UPDATE links SET sensitive = '[broken'", lambda w: w.links.get(1)),
        ("UPDATE shares SET surface = 'moon'", lambda w: list(w.shares.with_links())),
        ("UPDATE shares SET shared_at = 'never'", lambda w: list(w.shares.with_links())),
        ("UPDATE links SET url = CAST(x'ff' AS TEXT)", lambda w: w.links.get(1)),
        ("UPDATE hosts SET due_at = 'soon'", lambda w: w.links.next_due()),
    ],
)
def test_a_damaged_cell_is_named_without_its_content(folder, damage, read):
    connection = sqlite3.connect(folder / "linkgazette.db")
    with connection:
        connection.execute(damage)
    connection.close()
    with (
        open_workspace(folder, create=False) as workspace,
        pytest.raises(InputError, match=r"is damaged; restore (it|the database) from a backup$"),
    ):
        read(workspace)


# --- looking only -------------------------------------------------------------------------------------


def test_who_only_looks_changes_nothing_and_cannot_write(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with open_workspace(folder, create=False, write=False) as workspace:
        assert workspace.shares.count() == 1
        assert workspace.pseudonymiser.account("u1").startswith("account:")
        with pytest.raises(TroubleError, match="cannot be written"):
            workspace.shares.add([SHARE], now=NOW)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".db-shm"}
    assert {name: data for name, data in after.items() if data} == before


def test_who_only_looks_sees_what_a_writer_has_committed_meanwhile(folder):
    with (
        open_workspace(folder, create=False) as writer,
        open_workspace(folder, create=False, write=False) as reader,
    ):
        writer.shares.add([dataclasses.replace(SHARE, url=parse_url("https://b.example/"))], now=NOW)
        assert reader.shares.count() == 2


def test_a_reader_that_can_make_no_files_reads_the_database_as_it_stands(folder, monkeypatch):
    real = sqlite3.connect
    asked = []

    def connect(name, **more):
        asked.append(str(name))
        if name.endswith("?mode=ro"):
            name = f"file:{folder}/no/such/folder?mode=ro"
        return real(name, **more)

    monkeypatch.setattr(sqlite3, "connect", connect)
    with open_workspace(folder, create=False, write=False) as workspace:
        assert workspace.shares.count() == 1
    assert asked[-1].endswith("?mode=ro&immutable=1")


def test_who_only_looks_brings_an_older_database_up_to_date(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        Database(tmp_path / "linkgazette.db").close()
    with open_workspace(tmp_path, create=False, write=False) as workspace:
        assert workspace.shares.count() == 0


def test_an_id_that_is_no_utf8_has_a_pseudonym_too(folder):
    result = CliRunner().invoke(
        root, ["--workspace", str(folder), "pseudonym", "--json", "account", os.fsdecode(b"\xff")]
    )
    assert result.exit_code == 0
    assert '{"?":"account:' in result.stdout
