"""The work from above: the audit log and its place in the history, figures, blind review, backup."""

import random
import sqlite3
from dataclasses import replace

import orjson
import pytest
from click.testing import CliRunner

from blocklist.casework.auditing import audit_problems
from blocklist.casework.blind import draw, draw_decided, next_blind, say
from blocklist.casework.oversight import figures
from blocklist.commands.publishing import publish_stage
from blocklist.commands.verify import verify
from blocklist.errors import EvidenceError, InputError, RefusedError
from blocklist.model import BlockKind, Passage, Piece, Post
from blocklist.store import open_workspace
from blocklist.store.blind import Pairs
from crawler.commands.export import export
from tests.list_workspace import files_of
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def publish(desk, folder, out=None):
    return publish_stage(folder, out=out or folder / "public", now=desk.now, override="sam: test")


def waiting(desk):
    return desk.workspace.review_queue.waiting()[0].link


def test_the_history_commits_to_the_audit_log(desk, tmp_path):
    folder = tmp_path / "ws"
    desk.as_person("mo", Post.MODERATOR).post(f"/cases/{waiting(desk)}", do="clear", reason="x")
    publish(desk, folder)
    desk.later(hours=1)
    publish(desk, folder)  # nothing was done since: it is said once
    kinds = [event.kind for event in desk.workspace.history.events()]
    assert kinds == ["listed", "released", "audited", "released", "released"]
    body = orjson.loads(desk.workspace.history.events()[2].body)
    assert body == {"lines": 2, "chain": desk.workspace.audit.head()[1].hex()}
    assert audit_problems(desk.workspace) == ()
    checked = CliRunner().invoke(verify, [str(folder / "public")], obj=folder)
    problems = [line for line in checked.output.splitlines() if line and "release 3:" not in line]
    assert [line.split(" since")[0] for line in problems] == ["manifest.json: stale", "not signed"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit SET by = 'eve' WHERE number = 1", "audit line 1 is not what was written"),
        ("DELETE FROM audit WHERE number = 2", "the history commits to an audit log that is not this one"),
    ],
)
def test_an_audit_log_that_was_changed_shows_itself(desk, tmp_path, change, said):
    folder = tmp_path / "ws"
    desk.as_person("mo", Post.MODERATOR).post(f"/cases/{waiting(desk)}", do="clear", reason="x")
    publish(desk, folder)
    with sqlite3.connect(folder / "linkgazette.db") as vandal:
        vandal.execute("DROP TRIGGER audit_is_not_changed")
        vandal.execute("DROP TRIGGER audit_is_not_deleted")
        vandal.execute(change)
    vandal.close()
    assert said in audit_problems(desk.workspace)
    assert said in desk.as_person("eve", Post.AUDITOR).get("/audit").text


def test_the_audit_page_shows_who_did_what(desk):
    desk.as_person("mo", Post.MODERATOR).post(f"/cases/{waiting(desk)}", do="clear", reason="x")
    page = desk.as_person("eve", Post.AUDITOR).get("/audit").text
    assert "Every line is what was written" in page
    assert "<td>mo</td><td>clear</td>" in page


def test_figures_count_overturns_and_agreement(desk):
    mo, sam = desk.as_person("mo", Post.MODERATOR), desk.as_person("sam", Post.SENIOR)
    sure = desk.workspace.verdicts.get(desk.workspace.entries.current()[0].verdict).link
    mo.post(f"/cases/{sure}", do="clear", reason="museum")
    sam.post(f"/cases/{sure}", do="clear", reason="it is")
    mo.post(f"/cases/{waiting(desk)}", do="clear", reason="x")
    sam.post(f"/cases/{waiting(desk) if desk.workspace.review_queue.waiting() else 2}", do="confirm",
             reason="y", category="tobacco")  # fmt: skip
    found = figures(desk.workspace)
    assert (found.decided, found.sure, found.overturned) == (2, 1, 1)
    assert (found.several, found.agreed) == (1, 1)  # the other word on the second waits for a second person
    assert "overturned" in sam.get("/figures").text


def test_a_listed_page_is_judged_blind_and_feeds_the_precision(desk):
    assert draw(desk.workspace, 5, now=desk.now, chance=random.Random(1)) == 1
    assert draw(desk.workspace, 5, now=desk.now) == 0
    passage = Passage(
        kind=BlockKind.TEXT, hidden=False, boilerplate=False, pieces=(Piece("a "), Piece("gun", "x/goods/y"))
    )
    desk.house.passages = lambda _verdict, _capture: (passage,)
    mo = desk.as_person("mo", Post.MODERATOR)
    page = mo.get("/blind").text
    assert "<p>a gun</p>" in page
    assert "x/goods/y" not in page
    assert "<mark" not in page
    assert mo.post("/blind/1", answer="contraband").status_code == 303
    assert figures(desk.workspace).blind_seen == 1
    assert figures(desk.workspace).blind_upheld == 1
    assert "Nothing waits for you" in mo.get("/blind").text


def test_who_decided_on_a_page_does_not_judge_it_blind_and_a_doubt_goes_to_a_senior(desk):
    draw(desk.workspace, 1, now=desk.now)
    link = desk.workspace.blind.waiting()[0].link
    mo = desk.as_person("mo", Post.MODERATOR)
    mo.post(f"/cases/{link}", do="confirm", reason="x", category="tobacco")
    assert next_blind(desk.workspace, "mo") is None
    with pytest.raises(RefusedError):
        say(desk.workspace, 1, "clear", by="mo", now=desk.now)
    with pytest.raises(InputError):
        say(desk.workspace, 1, "maybe", by="ann", now=desk.now)
    desk.later(hours=1)
    say(desk.workspace, 1, "clear", by="ann", now=desk.now)
    assert desk.workspace.cases.escalated() == {link}


def test_a_sample_of_decisions_is_read_by_a_second_who_knows_of_none(desk):
    sure = desk.workspace.verdicts.get(desk.workspace.entries.current()[0].verdict).link
    doubtful = waiting(desk)
    mo = desk.as_person("mo", Post.MODERATOR)
    mo.post(f"/cases/{sure}", do="confirm", reason="offer", category="tobacco")
    mo.post(f"/cases/{doubtful}", do="clear", reason="x")
    assert figures(desk.workspace).sampled_agreement.share is None
    sam = desk.as_person("sam", Post.SENIOR)
    assert sam.post("/blind", count="9", of="decided").headers["location"] == "/blind?done=draw-2"
    assert draw_decided(desk.workspace, 9, now=desk.now) == 0
    assert "Nothing waits for you" in mo.get("/blind").text  # they decided on both
    by_link = {each.link: each.id for each in desk.workspace.blind.waiting()}
    say(desk.workspace, by_link[sure], "contraband", by="ann", now=desk.now)
    assert (figures(desk.workspace).sampled_agreement.hits, figures(desk.workspace).kappa) == (1, None)
    say(desk.workspace, by_link[doubtful], "contraband", by="ann", now=desk.now)
    found = figures(desk.workspace)
    assert (found.sampled_agreement.hits, found.sampled_agreement.of, found.kappa) == (1, 2, 0.0)
    assert desk.workspace.cases.escalated() == {doubtful}
    assert found.blind_seen == 0  # the published precision is of what is listed alone
    assert "kappa): 0.00" in sam.get("/figures").text


def test_kappa_is_cohen_s(desk):
    """The example of his paper's kind: 45 yes-yes, 15 yes-no, 25 no-yes, 15 no-no give 0.1304."""
    pairs = Pairs(both=45, neither=15, first=15, second=25, unsure=3, waiting=0)
    assert replace(figures(desk.workspace), pairs=pairs).kappa == pytest.approx(0.1304, abs=1e-4)


def test_a_backup_is_a_workspace_that_publishes_the_identical_release(desk, tmp_path):
    folder, copy = tmp_path / "ws", tmp_path / "copy"
    desk.as_person("mo", Post.MODERATOR).post(f"/cases/{waiting(desk)}", do="clear", reason="x")
    (folder / "captures").mkdir(exist_ok=True)
    (folder / "captures" / "a.warc.gz").write_bytes(b"evidence")
    made = CliRunner().invoke(export, ["workspace", str(copy)], obj=folder)
    assert made.exit_code == 0, made.output
    assert (copy / "captures" / "a.warc.gz").read_bytes() == b"evidence"
    assert (copy / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    desk.later(hours=1)
    publish(desk, folder, tmp_path / "one")
    publish(desk, copy, tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    with open_workspace(copy, create=False) as opened:
        assert opened.audit.head() == desk.workspace.audit.head()
        assert opened.database.value("PRAGMA integrity_check") == "ok"


def test_a_backup_goes_into_an_empty_folder_only(desk, tmp_path):
    with pytest.raises(InputError, match="is not empty"):
        CliRunner().invoke(export, ["workspace", str(tmp_path)], obj=tmp_path / "ws", catch_exceptions=False)


def test_a_page_that_is_gone_can_still_be_answered(desk):
    draw(desk.workspace, 1, now=desk.now)

    def lost(_verdict, _capture):
        raise EvidenceError("gone")

    desk.house.passages = lost
    assert "the stored page is gone" in desk.as_person("mo", Post.MODERATOR).get("/blind").text
