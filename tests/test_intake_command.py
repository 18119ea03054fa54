"""``linkgazette intake`` and ``pseudonym`` against a real workspace."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime

import orjson
import pytest
from click.testing import CliRunner

from blocklist.cli import root
from blocklist.errors import InputError, TroubleError
from blocklist.intake import MAX_ERRORS, read_batches, take_in
from blocklist.store import open_workspace

pytestmark = pytest.mark.edge

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    def run(*arguments, text=None):
        return CliRunner().invoke(
            root, ["--workspace", str(tmp_path / "w"), *map(str, arguments)], input=text
        )

    return run


def test_intake_counts_what_became_of_every_row(run, tmp_path):
    file = tmp_path / "shares.jsonl"
    file.write_text(
        '{"url": "https://a.example/"}\n{"url": "https://a.example/"}\nbroken\n{"text": "https://b.example/ https://c.example/"}\n'
    )
    result = run("intake", file, "--json")
    assert result.exit_code == 0
    report = orjson.loads(result.stdout)
    (error,) = report.pop("errors")
    assert report == {"read": 4, "accepted": 3, "duplicate": 1, "rejected": 1, "links_new": 3}
    assert error.pop("error").startswith("not JSON (")
    assert error == {"file": str(file), "line": 3}


def test_a_second_intake_brings_only_duplicates(run, tmp_path):
    file = tmp_path / "shares.txt"
    file.write_text("https://a.example/\n")
    run("intake", file)
    assert orjson.loads(run("intake", file, "--json").stdout) == {
        "read": 1, "accepted": 0, "duplicate": 1, "rejected": 0, "links_new": 0, "errors": [],
    }  # fmt: skip


def test_strict_takes_the_rows_but_fails(run, tmp_path):
    file = tmp_path / "shares.txt"
    file.write_text("https://a.example/\njavascript:1\n")
    result = run("intake", file, "--strict", "--json")
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 2
    assert orjson.loads(result.stdout)["accepted"] == 1


def test_problems_are_shown_to_a_person_up_to_ten(run, tmp_path):
    file = tmp_path / "shares.txt"
    file.write_text("javascript:1\n" * 12)
    result = run("intake", file)
    assert result.exit_code == 0
    assert result.stdout == "read 12 rows: 0 shares accepted, 0 known already, 12 rejected; 0 new links\n"
    assert f'{file} line 1: scheme "javascript" is not http or https' in result.stderr
    assert "and 2 more" in result.stderr


def test_the_list_of_errors_is_bounded_and_the_count_is_not(run):
    result = run("intake", "-", "--json", text="javascript:1\n" * (MAX_ERRORS + 5))
    report = orjson.loads(result.stdout)
    assert report["rejected"] == MAX_ERRORS + 5
    assert len(report["errors"]) == MAX_ERRORS
    assert report["errors"][0]["file"] == "-"
    assert "standard input line 1: " in run("intake", "-", text="javascript:1\n").stderr


@pytest.mark.parametrize("text", ['{"url": "https://a.example/"}\n', "see https://a.example/\n"])
def test_standard_input_is_json_lines_or_text(run, text):
    assert orjson.loads(run("intake", "-", "--json", text=text).stdout)["accepted"] == 1


def test_an_unusable_file_stops_before_anything_is_stored(run, tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.bin"
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    good.write_text("https://a.example/\n")
    bad.write_bytes(bytes(100))
    assert isinstance(run("intake", good, bad).exception, InputError)
    assert isinstance(run("intake", good, table).exception, InputError)
    assert isinstance(run("intake", good, tmp_path / "absent").exception, InputError)
    with open_workspace(tmp_path / "w", create=True) as workspace:
        assert workspace.shares.count() == 0


def test_nothing_raw_about_people_reaches_the_disk(run, tmp_path):
    rows = [
        {"url": "https://a.example/", "account": "rawaccount", "account_name": "Hardmanname",
         "group": "rawgroup", "group_name": "Hardmangroup", "reporter": "rawreporter"},
        {"url": "https://rawuser:rawpassword@a.example/"},
    ]  # fmt: skip
    run("intake", "-", text="\n".join(orjson.dumps(row).decode() for row in rows))
    for file in (tmp_path / "w").iterdir():
        data = file.read_bytes()
        for secret in (b"rawaccount", b"rawgroup", b"rawreporter", b"Hardman", b"rawuser", b"rawpassword"):
            assert secret not in data


def test_pseudonyms_are_those_of_the_store(run, tmp_path):
    run("intake", "-", text='{"url": "https://a.example/", "account": "u77", "group": 5, "reporter": "u2"}')
    with open_workspace(tmp_path / "w", create=False) as workspace:
        ((_, share),) = workspace.shares.with_links()
    assert run("pseudonym", "account", "u77").stdout.split() == [share.account]
    assert run("pseudonym", "group", "-", text="5\n\n").stdout.split() == [share.group]
    assert orjson.loads(run("pseudonym", "reporter", "u2", "--json").stdout) == {"u2": share.reporter}


def test_pseudonym_makes_no_workspace(run, tmp_path):
    assert isinstance(run("pseudonym", "account", "u77").exception, InputError)
    assert not (tmp_path / "w").exists()


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(read_batches, "_SHARES", 1000)


@pytest.mark.usefixtures("small_batches")
def test_shares_are_stored_in_batches_and_progress_is_told(tmp_path):
    file = tmp_path / "shares.txt"
    file.write_text("".join(f"https://a.example/{number}\n" for number in range(2500)))
    told = []
    with open_workspace(tmp_path / "w", create=True) as workspace:
        report = take_in(workspace, [file], now=NOW, progress=told.append)
        assert workspace.shares.count() == report.accepted == 2500
    assert told[-1] == 2500
    assert len(told) >= 3


def test_a_pipe_is_read_once_and_whole(run, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("https://a.example/\nhttps://b.example/\n",))
    writer.start()
    assert orjson.loads(run("intake", pipe, "--json").stdout)["accepted"] == 2
    writer.join()


def test_a_file_name_that_is_no_utf8_can_be_reported(run, tmp_path):
    file = tmp_path / os.fsdecode(b"shares\xff.txt")
    file.write_text("javascript:1\n")
    (error,) = orjson.loads(run("intake", file, "--json").stdout)["errors"]
    assert error["file"].endswith("shares?.txt")


def test_a_file_that_is_not_there_makes_no_workspace(run, tmp_path):
    result = run("intake", tmp_path / "nope.jsonl")
    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "w").exists()


@pytest.mark.usefixtures("small_batches")
def test_trouble_in_the_midst_says_what_is_kept(tmp_path, monkeypatch):
    file = tmp_path / "shares.txt"
    file.write_text("".join(f"https://a.example/{n}\n" for n in range(2500)))
    with open_workspace(tmp_path, create=True) as workspace:
        add = workspace.shares.add_ready

        def full(shares, *, now):
            if workspace.shares.count():
                raise TroubleError("linkgazette.db: the disk is full")
            return add(shares, now=now)

        monkeypatch.setattr(workspace.shares, "add_ready", full)
        with pytest.raises(TroubleError, match="is full; 1000 shares are kept, and the same intake may"):
            take_in(workspace, [file], now=NOW)


def a_file(folder, rows):
    file = folder / "shares.jsonl"
    people = [{"url": f"https://a.example/{n}?by=u-{n:05}", "account": f"u-{n:05}"} for n in range(rows)]
    file.write_bytes(b"\n".join(map(orjson.dumps, [*people, {"url": "ftp://a.example/"}])))
    return file


def test_what_was_told_is_kept_when_the_intake_is_killed(tmp_path):
    file = a_file(tmp_path, 11_000)
    program = (
        "import sys, pathlib, datetime\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        "from blocklist.intake import read_batches, take_in\n"
        "read_batches._SHARES = 1000\n"
        "from blocklist.store import open_workspace\n"
        "with open_workspace(pathlib.Path(sys.argv[1]), create=True) as opened:\n"
        "    take_in(opened, [pathlib.Path(sys.argv[2])], now=now,\n"
        "            progress=lambda rows: print(rows, flush=True))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "w"), str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        told = int(process.stdout.readline())
        process.kill()
    with sqlite3.connect(tmp_path / "w" / "linkgazette.db") as database:
        assert database.execute("SELECT count(*) FROM shares").fetchone()[0] >= told > 0
    database.close()
    assert CliRunner().invoke(root, ["--workspace", str(tmp_path / "w"), "intake", str(file)]).exit_code == 0
    with open_workspace(tmp_path / "w", create=False) as workspace:
        assert workspace.shares.count() == 11_000
