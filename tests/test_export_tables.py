"""What was listed leaves as tables; a year of it is asked with DuckDB, a workspace with Datasette."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.commands.export_tables import ENTRIES, EVIDENCE
from blocklist.commands.table_file import write_table
from blocklist.errors import InputError
from blocklist.model import Label
from blocklist.release.publish import make_release
from blocklist.store import open_workspace
from tests.list_makers import DAY, NOW
from tests.list_workspace import plain_pages, visited

pytestmark = pytest.mark.edge

DEPLOY = Path(__file__).parent.parent / "deploy"
SHOPS = ["http://shop.example/", "http://two.example/offer", "http://mail.example/?to=someone@mail.example"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages listed, one of which left; one more address names a person."""
    folder = tmp_path_factory.mktemp("tables")
    visited(folder / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    (folder / "ws/linkgazette.toml").write_text("[list]\nbrake_share = 1\n")
    for days, label in ((0, Label.CONTRABAND), (30, Label.CLEAR), (31, Label.CLEAR)):
        with open_workspace(folder / "ws", create=False) as opened:
            make_release(
                opened, folder / "public", now=NOW + days * DAY, pages=plain_pages, override="me: test"
            )
        visited(folder / "ws", {SHOPS[0]: label, SHOPS[1]: Label.CONTRABAND}, at=NOW + (days + 1) * DAY)
    return folder / "ws"


def export(workspace: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(root, ["--workspace", str(workspace), "export", *map(str, arguments)])


@pytest.mark.parametrize(("what", "columns"), [("entries", ENTRIES), ("evidence", EVIDENCE)])
def test_both_files_say_the_same(what, columns, workspace, tmp_path):
    for suffix in ("csv", "parquet"):
        assert export(workspace, what, "--out", tmp_path / f"t.{suffix}").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"t.csv", "t.parquet"}
    assert (tmp_path / "t.parquet").stat().st_mode & 0o077 == 0
    with duckdb.connect() as opened, (tmp_path / "t.csv").open(newline="") as file:
        packed = opened.read_parquet(str(tmp_path / "t.parquet"))
        assert dict(zip(packed.columns, map(str, packed.types), strict=True)) == {
            name: {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}.get(kind, kind)
            for name, kind in columns.items()
        }
        head, *rows = csv.reader(file)
        assert head == list(columns)
        assert len(rows) == len(packed.fetchall()) > 0


def test_a_removed_entry_keeps_its_dates_and_loses_the_accusation(workspace, tmp_path):
    export(workspace, "entries", "--out", tmp_path / "t.parquet")
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        rows = opened.read_parquet(str(tmp_path / "t.parquet")).order("id").fetchall()
    by_state = {bool(row[-1]): dict(zip(ENTRIES, row, strict=True)) for row in rows}
    assert by_state[True]["category"] is None
    assert by_state[True]["removal_reason"] == "cleaned"
    assert by_state[True]["listed_at"] == NOW
    assert by_state[False]["expression"] == "two.example/offer"
    assert not any("someone" in str(row) for row in rows)


@pytest.mark.parametrize(("name", "says"), [("t.xlsx", ".parquet"), ("folder.csv", "folder.csv")])
def test_a_file_of_another_kind_is_refused(name, says, workspace, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    ran = export(workspace, "entries", "--out", tmp_path / name)
    assert ran.exit_code != 0
    assert says in f"{ran.exception}{ran.output}"


def test_parquet_without_the_extra_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("blocklist.commands.table_file.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"linkgazette\[analysis\]"):
        write_table(tmp_path / "t.parquet", {"a": "VARCHAR"}, [])
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)))
def test_any_text_comes_back_from_parquet(tmp_path_factory, texts):
    out = tmp_path_factory.mktemp("any") / "t.parquet"
    assert write_table(out, {"n": "INTEGER", "text": "VARCHAR"}, enumerate(texts)) == len(texts)
    with duckdb.connect() as opened:
        assert [row[1] for row in opened.read_parquet(str(out)).order("n").fetchall()] == texts


def test_a_cell_is_no_formula_of_a_spreadsheet(tmp_path):
    write_table(tmp_path / "t.csv", {"text": "VARCHAR"}, [["=1+1"], ["fine"]])
    assert (tmp_path / "t.csv").read_text().split() == ["text", "'=1+1", "fine"]


# --- a year, with DuckDB -------------------------------------------------------------------------------


def year(tmp_path: Path, suffix: str) -> str:
    """Ask a year whose answers are known: one listing a day from 1 March, each cleaned after ten days."""
    begun = datetime(2026, 3, 1, tzinfo=UTC)

    def row(day: int) -> list[object]:
        listed = begun + timedelta(days=day)
        left = listed + timedelta(days=10) if day < 90 else None
        told = ["LG-" + str(day % 99), "url", "x.example/", "x.example", "tobacco", 2, "LG-2.10", "machine"]
        dates = [listed - timedelta(hours=6), listed, listed, listed + timedelta(days=30)]
        return [*told, *dates, left, "cleaned" if left else None]

    write_table(tmp_path / f"entries{suffix}", ENTRIES, map(row, range(100)))
    command = [sys.executable, DEPLOY / "year_of_listings.py", tmp_path / f"entries{suffix}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_year_of_listings_is_asked(suffix, tmp_path):
    said = [line.split() for line in year(tmp_path, suffix).splitlines()]
    assert ["2026-03", "31", "21", "0", "10"] in said
    assert ["2026-02", "0", "0", "0", "0"] in said
    assert ["cleaned", "90", "10.0", "10.0"] in said
    assert ["tobacco", "10", "2", "0", "6.0"] in said
    assert ["LG-0", "2", "2026-03-01", "2026-06-08"] in said


# --- Datasette -----------------------------------------------------------------------------------------

METADATA = yaml.safe_load((DEPLOY / "datasette.yaml").read_text())["databases"]["linkgazette"]
ASK = """
import asyncio, json, sys
from datasette.app import Datasette
from datasette.utils import parse_metadata

async def ask(database, metadata, paths):
    served = Datasette([database], metadata=parse_metadata(open(metadata).read()))
    answers = [await served.client.get(path) for path in paths]
    print(json.dumps([[one.status_code, one.text] for one in answers]))

asyncio.run(ask(*sys.argv[1:3], sys.argv[3:]))
"""


def asked(workspace: Path, *paths: str) -> list[tuple[int, str]]:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        ASK,
        workspace / "linkgazette.db",
        DEPLOY / "datasette.yaml",
    ]
    ran = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return [(status, text) for status, text in json.loads(ran.stdout)]


def test_every_canned_query_of_datasette_answers(workspace):
    names = list(METADATA["queries"])
    answers = asked(workspace, *(f"/linkgazette/{name}.json?_shape=array&days=40" for name in names))
    rows = {name: json.loads(text) for name, (_, text) in zip(names, answers, strict=True)}
    assert [status for status, _ in answers] == [200] * len(names)
    assert [row["entries"] for row in rows["listed_by_category"]] == [1]
    assert {row["month"]: (row["listed"], row["removed"]) for row in rows["changes_by_month"]}["2026-03"][
        0
    ] > 0
    assert rows["ways_in"][0]["reports"] == 1
    assert rows["strongest_rules"]


def test_datasette_shows_readable_tables_and_keeps_secrets_and_free_sql(workspace):
    shut = [name for name, table in METADATA["tables"].items() if table.get("allow") is False]
    assert {"staff", "sessions", "api_keys", "appeals", "successions"} <= set(shut)
    paths = [*(f"/linkgazette/{name}.json" for name in shut),
             "/linkgazette.json?" + urlencode({"sql": "select secret from staff"}),
             "/linkgazette", "/linkgazette/captures", "/linkgazette/listed_entries"]  # fmt: skip
    answers = asked(workspace, *paths)
    assert {status for status, _ in answers[: len(shut) + 1]} == {403}
    front, captures, listed = (text for _, text in answers[-3:])
    assert "What waits for a moderator, and why" in front
    assert ">staff<" not in front
    assert "One fetch of one link" in captures
    assert "The list, with the page that put each entry there" in listed


def test_every_table_that_the_metadata_names_is_there_and_every_secret_one_is_named(workspace):
    with open_workspace(workspace, create=False, write=False) as opened:
        names = {
            name for (name,) in opened.database.rows("SELECT name FROM sqlite_master WHERE type != 'index'")
        }
        columns = {
            (table, column)
            for table in names
            for (column,) in opened.database.rows(f"SELECT name FROM pragma_table_info('{table}')")
        }
    assert set(METADATA["tables"]) <= names
    secret = {
        table
        for table, column in columns
        if column in {"secret", "digest", "ticket", "contact", "form_token"}
    }
    open_still = secret - {name for name, table in METADATA["tables"].items() if table.get("allow") is False}
    assert open_still <= {"releases"}, "its digest is published"
