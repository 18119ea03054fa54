"""``doctor`` says what is to be mended, each in one line, and changes nothing."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from blocklist.commands.doctor import checks, doctor
from blocklist.commands.keys import keys
from blocklist.commands.review import review
from blocklist.listing.drift import drift_of
from blocklist.model import Label, Post, Share, Surface
from blocklist.policy import DEFAULT_POLICY
from blocklist.release.publish import make_release
from blocklist.store import Rest, open_workspace
from blocklist.store.appeals import Appeal
from blocklist.urls import parse_url
from tests.list_workspace import plain_pages, visited
from tests.stored_pages import OFFER, TEA, crawled

pytestmark = pytest.mark.edge

NOW = datetime.now(UTC)
SETTINGS = '[site]\ncontact = "help@gazette.example"\n'


def run(workspace: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(doctor, arguments, obj=workspace, catch_exceptions=False)
    return done.exit_code, done.output


def said(workspace: Path, name: str, *, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(str(one.state), one.said) for one in checks(workspace, now) if one.name == name]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but what SQLite puts beside a database that somebody reads."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if not path.name.endswith(("-shm", "-wal"))}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh") / "ws"
    folder.mkdir()
    (folder / "linkgazette.toml").write_text(SETTINGS)
    return crawled(folder, {"http://shop.example/": OFFER, "http://tea.example/": TEA})


@pytest.fixture
def workspace(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "ws"))


def test_a_good_workspace_passes_and_nothing_is_changed(workspace: Path) -> None:
    before = contents(workspace)
    code, lines = run(workspace)
    assert code == 0, lines
    assert not [line for line in lines.splitlines() if line.startswith("fail")]
    assert "ok    evidence: 1 files, all there" in lines
    assert "warn  release: none yet" in lines
    assert contents(workspace) == before
    report = orjson.loads(run(workspace, "--json")[1])
    assert report["ok"] is True
    assert {"name", "state", "said"} == set(report["checks"][0])


def test_an_empty_folder_is_told_how_to_begin_and_stays_empty(tmp_path: Path) -> None:
    code, lines = run(tmp_path)
    assert code == 0
    assert "warn  workspace: no linkgazette.db here" in lines
    assert "warn  settings: nobody can appeal" in lines
    assert list(tmp_path.iterdir()) == []
    assert run(tmp_path / "nowhere")[0] == 0


def test_what_cannot_be_used_fails(workspace: Path) -> None:
    (workspace / "linkgazette.toml").write_text("[crawl]\ndelya = 1\n")
    code, lines = run(workspace)
    assert code == 1
    assert "fail  settings: linkgazette.toml line 2" in lines
    (workspace / "mine").mkdir()
    (workspace / "linkgazette.toml").write_text('[policy]\npath = "mine"\n')
    assert said(workspace, "policy")[0][0] == "fail"
    (workspace / "linkgazette.toml").unlink()
    (workspace / "linkgazette.db").write_bytes(b"no database at all" * 100)
    assert said(workspace, "workspace")[0][0] == "fail"


def test_a_key_that_others_read_or_that_is_gone_fails(workspace: Path) -> None:
    (workspace / "pseudonym.key").chmod(0o644)
    ((state, line),) = said(workspace, "pseudonym key")
    assert (state, "chmod 600" in line) == ("fail", True)
    (workspace / "pseudonym.key").unlink()
    assert said(workspace, "pseudonym key")[0][0] == "fail"
    (workspace / "captures").chmod(0o755)
    assert said(workspace, "modes")[0][0] == "warn"


def test_evidence_that_is_missing_or_cut_off_fails(workspace: Path) -> None:
    archive = workspace / "captures" / "run.warc.gz"
    whole = archive.read_bytes()
    archive.write_bytes(whole[:100])
    assert said(workspace, "evidence") == [
        ("fail", "1 of 1 files are cut off: run.warc.gz; restore them from your backup")
    ]
    archive.unlink()
    assert said(workspace, "evidence")[0][1].startswith("1 of 1 files are missing")


def test_pages_judged_by_another_policy_are_counted(workspace: Path) -> None:
    assert said(workspace, "verdicts")[0][0] == "ok"
    shutil.copytree(DEFAULT_POLICY, workspace / "mine")
    main = workspace / "mine" / "policy.toml"
    text = main.read_text(encoding="utf-8")
    main.write_text(text.replace('version = "', 'version = "x', 1), encoding="utf-8")
    (workspace / "linkgazette.toml").write_text('[policy]\npath = "mine"\n')
    ((state, line),) = said(workspace, "verdicts")
    assert state == "warn"
    assert line.startswith("2 pages were judged by another policy")


def test_a_release_grows_old(tmp_path: Path) -> None:
    folder = visited(tmp_path / "ws", {"http://shop.example/": Label.CONTRABAND}, at=NOW)
    with open_workspace(folder, create=False) as opened:
        make_release(opened, tmp_path / "public", now=NOW, pages=plain_pages)
    states = [said(folder, "release", now=NOW + timedelta(days=days))[0][0] for days in (0, 6.5, 8, -3)]
    assert states == ["ok", "warn", "fail", "fail"]


def test_links_long_due_and_leases_of_the_dead_are_told(workspace: Path) -> None:
    later = NOW + timedelta(days=30)
    assert said(workspace, "links")[0][0] == "ok"
    assert said(workspace, "links", now=later)[0][0] == "warn"
    assert said(workspace, "leases", now=later) == []
    with open_workspace(workspace, create=False) as opened:
        opened.links.lease("ghost", now=later, limit=10)
    ((state, line),) = said(workspace, "leases", now=later)
    assert state == "warn"
    assert line.startswith("2 links are held by ghost, which is gone")
    (workspace / "workers").mkdir()
    (workspace / "workers" / "ghost.lock").touch()
    assert said(workspace, "leases", now=later) == []


def test_a_signing_key_is_named_and_a_missing_one_fails(workspace: Path) -> None:
    assert said(workspace, "signing")[0][0] == "warn"
    CliRunner().invoke(keys, ["make"], obj=workspace, catch_exceptions=False)
    (workspace / "linkgazette.toml").write_text('[sign]\nkey = "sign.key"\n')
    assert said(workspace, "signing")[0][0] == "ok"
    (workspace / "sign.key").chmod(0o644)
    assert said(workspace, "signing")[0][0] == "fail"


def decide(workspace: Path, word: str, link: int) -> None:
    done = CliRunner().invoke(
        review,
        [word, str(link), "--reason", "seen", "--by", "somebody"],
        obj=workspace,
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output


def test_precision_is_held_against_the_floor(workspace: Path) -> None:
    assert said(workspace, "precision")[0][1].endswith("not measured")
    decide(workspace, "clear", 2)
    assert said(workspace, "precision")[0][1].endswith("not measured"), "a clear page accuses nobody"
    decide(workspace, "confirm", 1)
    now = datetime.now(UTC)
    assert said(workspace, "precision", now=now)[0][0] == "ok"
    decide(workspace, "clear", 1)
    ((state, line),) = said(workspace, "precision", now=now)
    assert state == "fail"
    assert line.startswith("moderators upheld 0 of 1 machine listings they saw in 30 days")
    (workspace / "linkgazette.toml").write_text("[policy]\nprecision_floor = 0.5\n")
    assert said(workspace, "precision", now=now)[0][0] == "warn", "one decision is not enough to be sure"
    assert said(workspace, "precision", now=now + timedelta(days=40))[0][0] == "ok", "only of late"


def test_people_who_stay_too_long_and_a_ladder_that_counts_longer_are_told(workspace: Path) -> None:
    assert said(workspace, "retention") == [("ok", "nobody stays longer than 365 days")]
    with open_workspace(workspace, create=False) as opened:
        who = opened.pseudonymiser.account("member-4711")
        share = Share(url=parse_url("http://shop.example/"), surface=Surface.GROUP, account=who)
        opened.shares.add([share], now=NOW - timedelta(days=373))
    ((state, line),) = said(workspace, "retention")
    assert state == "warn"
    assert line.startswith("1 shares name people longer than 365 days; run `linkgazette prune`")
    (workspace / "linkgazette.toml").write_text("[privacy]\nkeep_people_days = 400\n")
    assert said(workspace, "retention")[0][0] == "ok"
    shutil.copytree(DEFAULT_POLICY, workspace / "long")
    ladder = next(path for path in (workspace / "long").glob("*.toml") if "[[ladder]]" in path.read_text())
    ladder.write_text(ladder.read_text().replace("[[ladder]]\n", "[[ladder]]\ndays = 500\n", 1))
    (workspace / "linkgazette.toml").write_text(
        '[policy]\npath = "long"\n[privacy]\nkeep_people_days = 400\n'
    )
    ((state, line),) = said(workspace, "retention")
    assert (state, line.split(",")[0]) == ("warn", "the ladder counts 500 days")


def test_drift_of_nothing_is_nothing() -> None:
    assert drift_of([]).precision is None
    assert drift_of([]).bounds == (0.0, 1.0)


def test_a_database_of_an_older_version_is_left_as_it_is(workspace: Path) -> None:
    with sqlite3.connect(workspace / "linkgazette.db") as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    ((state, line),) = said(workspace, "workspace")
    assert state == "warn"
    assert "older version" in line
    with sqlite3.connect(workspace / "linkgazette.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


def test_what_keeps_links_from_their_visit_is_explained(workspace: Path) -> None:
    with open_workspace(workspace, create=False) as opened:
        write = opened.database.write
        write("UPDATE links SET due_at = '2026-01-01T00:00:00.000000Z'")
        write("UPDATE hosts SET due_at = '2026-01-01T00:00:00.000000Z'")
        assert said(workspace, "stuck") == []
        until = NOW + timedelta(hours=1)
        opened.links.take_turns([], [Rest(host=opened.links.get(1).host, until=until)], now=NOW)
        ((state, line),) = said(workspace, "stuck")
        assert (state, line.split(", ")[0]) == ("ok", "1 due links wait for hosts that asked for patience")
        write("UPDATE hosts SET next_fetch_at = NULL")
        write("UPDATE links SET last_visit_at = '2099-01-01T00:00:00.000000Z' WHERE id = 1")
        write("UPDATE links SET due_at = NULL WHERE id = 2")
        ahead, never = said(workspace, "stuck")
        assert ahead[0] == never[0] == "warn"
        assert "clock was wrong" in ahead[1]
        assert "set [crawl] hotline_hook" in never[1]


def test_late_appeals_and_people_without_a_second_factor_are_told(workspace: Path) -> None:
    origins = 'public_origin = "https://gazette.example"\nstaff_origin = "https://desk.example"\n'
    with (workspace / "linkgazette.toml").open("a") as config:
        config.write(f'[serve]\n{origins}second_factor = "never"\n')
    with open_workspace(workspace, create=False) as opened:
        assert said(workspace, "appeals") == said(workspace, "people") == []
        appeal = Appeal(
            ticket=b"t", entry="LG-2", link=None, statement="x", contact=None, made_at=NOW, due_at=NOW
        )
        number = opened.appeals.add(appeal)
        opened.staff.add("mei", Post.SENIOR, "hash", now=NOW)
        opened.staff.add("gone", Post.SENIOR, "hash", now=NOW)
        opened.staff.end("gone", now=NOW)
        assert said(workspace, "appeals") == [("ok", "1 wait, none longer than published")]
        ((state, told),) = said(workspace, "appeals", now=NOW + timedelta(hours=1))
        assert (state, f"answer appeal {number}" in told) == ("warn", True)
        ((state, told),) = said(workspace, "people")
        assert (state, "1 of 1 people log in by a secret alone" in told) == ("warn", True)
        opened.staff.set_factor(1, b"sealed")
        assert said(workspace, "people") == [("ok", "1 may log in, 1 of them with a second factor")]
