import dataclasses
import unicodedata
from datetime import UTC, datetime

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from blocklist.commands.desk_text import plain
from blocklist.commands.review import review
from blocklist.errors import InputError
from blocklist.model import (
    Action,
    Capture,
    Evidence,
    EvidenceKind,
    Failure,
    Hop,
    Judgement,
    Label,
    Listing,
    Release,
    ReviewItem,
    Scope,
    Share,
    Surface,
    Verdict,
)
from blocklist.store import open_workspace
from blocklist.urls import parse_url

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = parse_url("https://shop.example/offer")
NASTY = "sale\x1b[2Jnow \u202egpj.exe see https://shop.example/pay"


@pytest.fixture
def folder(tmp_path):
    """Link 1 waits for a moderator, link 2 was out of reach, link 3 was not visited."""
    evidence = Evidence(
        rule="tobacco/goods/x", kind=EvidenceKind.GOODS, category="tobacco", excerpt=NASTY, weight=1.5
    )
    judgement = Judgement(
        label=Label.UNSURE, category="tobacco", grade=2, confidence=0.7, publishable=False, reason="leans",
        evidence=(evidence,), policy="",
    )  # fmt: skip
    gone = dataclasses.replace(judgement, label=Label.UNREACHABLE, category=None, evidence=())
    urls = ["https://s.example/r", "https://gone.example/", "https://new.example/"]
    item = ReviewItem(
        link=1, url=SHOP, reason="below-publish-threshold", category="tobacco", grade=2, confidence=0.7
    )
    release = Release(serial=1, issued_at=NOW, expires_at=NOW, entries=0, digest="d", previous="")
    with open_workspace(tmp_path, create=True) as workspace:
        workspace.shares.add([Share(url=parse_url(url), surface=Surface.GROUP) for url in urls], now=NOW)
        hops = (Hop(url=urls[0], status=302), Hop(url=SHOP, status=200, via="landing"))
        capture = workspace.captures.add(
            Capture(link=1, fetched_at=NOW, hops=hops, final_url=SHOP, status=200)
        )
        failed = workspace.captures.add(
            Capture(link=2, fetched_at=NOW, failure=Failure.DNS, failure_detail="no such name\x07")
        )
        for made in (
            Verdict(
                link=1, landing=SHOP, title=NASTY, judgement=judgement, captures=(capture,), decided_at=NOW
            ),
            Verdict(link=2, landing=None, judgement=gone, captures=(failed,), decided_at=NOW),
        ):
            workspace.verdicts.add(made)
        listing = Listing(entries=(), aliases=(), tombstones=(), review=(item,))
        workspace.releases.record(release, listing, now=NOW)
    return tmp_path


def run(folder, *arguments, user="mo", code=0):
    done = CliRunner(env={"USER": user}).invoke(review, [*arguments], obj=folder)
    assert done.exit_code == code, done.output
    return done.stdout


def refusal(folder, *arguments):
    with pytest.raises(InputError) as caught:
        CliRunner(env={"USER": "mo"}).invoke(review, [*arguments], obj=folder, catch_exceptions=False)
    return str(caught.value)


def decisions(folder, link=1):
    with open_workspace(folder, create=False) as workspace:
        return list(workspace.decisions.of(link))


def test_the_queue_says_what_waits_and_why(folder):
    assert run(folder, "list").splitlines() == [
        "1 waiting",
        "       1  tobacco, grade 2, 0.70: below-publish-threshold  hxxps://shop[.]example/offer",
    ]


def test_the_queue_for_machines(folder):
    (item,) = orjson.loads(run(folder, "list", "--json"))["waiting"]
    assert item == {
        "category": "tobacco", "confidence": 0.7, "grade": 2, "link": 1, "reason": "below-publish-threshold",
        "url": "https://shop.example/offer",
    }  # fmt: skip


def test_an_empty_queue_says_what_fills_it(folder):
    run(folder, "clear", "1", "--reason", "licensed shop")
    assert run(folder, "list") == "0 waiting; `linkgazette publish` fills the queue\n"


def test_a_case_is_shown_as_text_that_cannot_act(folder):
    shown = run(folder, "show", "1")
    assert shown.splitlines() == [
        "link 1  hxxps://s[.]example/r",
        "  waits: tobacco, grade 2, 0.70: below-publish-threshold",
        "  unsure: leans",
        "  tobacco, grade 2, 0.70, by machine",
        "  via hxxps://s[.]example/r (302)",
        "  via hxxps://shop[.]example/offer (200)",
        "  title: sale\\u001b[2Jnow \\u202egpj[.]exe see hxxps://shop[.]example/pay",
        "  +1.50  tobacco/goods/x: sale\\u001b[2Jnow \\u202egpj[.]exe see hxxps://shop[.]example/pay",
    ]


def test_a_failed_visit_is_shown_with_its_failure(folder):
    assert "  dns: no such name\\u0007\n" in run(folder, "show", "2")


def test_a_link_not_yet_visited_is_shown_as_such(folder):
    assert run(folder, "show", "https://new.example/").endswith("not visited yet\n")


def test_a_case_for_machines_holds_everything(folder):
    case = orjson.loads(run(folder, "show", "1", "--json"))
    assert case["verdict"]["judgement"]["evidence"][0]["excerpt"] == NASTY
    assert case["capture"]["hops"][1]["url"] == SHOP
    assert case["waits"][0]["reason"] == "below-publish-threshold"


def test_a_confirmation_is_kept_with_its_circumstances(folder):
    said = run(
        folder, "confirm", "1", "--reason", "sells without licence", "--category", "tobacco", "--grade", "3",
        "--scope", "host", "--by", "ann",
    )  # fmt: skip
    assert said.splitlines() == [
        "link 1: confirm on record as decision 1; the next release acts on it",
        "to be listed: host shop[.]example/ if no guard forbids it",
    ]
    (kept,) = decisions(folder)
    assert (kept.action, kept.category, kept.grade, kept.scope) == (Action.CONFIRM, "tobacco", 3, Scope.HOST)
    assert (kept.reason, kept.by) == ("sells without licence", "ann")
    assert "ann: confirm, sells without licence" in run(folder, "show", "1")


def test_what_is_not_said_is_the_verdict_s_own(folder):
    run(folder, "confirm", "https://s.example/r", "--reason", "x")
    said = orjson.loads(run(folder, "confirm", "1", "--reason", "x", "--json"))
    assert said["lists"] == {"scope": "url", "expression": "shop.example/offer"}
    kept = decisions(folder)[0]
    # A later verdict may see no goods at all; the entry must not fall for want of a category.
    assert (kept.category, kept.grade, kept.scope, kept.by) == ("tobacco", None, None, "mo")


def test_the_newest_decision_is_shown_last_and_all_are_kept(folder):
    run(folder, "confirm", "1", "--reason", "x")
    made = orjson.loads(run(folder, "clear", "1", "--reason", "twin", "--json"))
    assert (made["id"], made["action"], made["by"]) == (2, "clear", "mo")
    assert [kept.action for kept in decisions(folder)] == [Action.CONFIRM, Action.CLEAR]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "99"], "no link 99 is under watch"),
        (["show", "9" * 30], "no link 999999999999999999999999999999 is under watch"),
        (["show", "shop"], "LINK is neither a number nor a URL"),
        (["show", "https://other.example/"], "that URL is not under watch"),
        (["confirm", "3", "--reason", "x"], "link 3 was not visited yet"),
        (["clear", "3", "--reason", "x"], "link 3 was not visited yet"),
        (["confirm", "2", "--reason", "x", "--category", "tobacco"], "link 2 was out of reach"),
        (["confirm", "1", "--reason", "x", "--category", "news"], "news is no category of the policy"),
        (["confirm", "1", "--reason", "  "], "a decision needs a reason and a name"),
        (["clear", "1", "--reason", "x", "--by", " "], "a decision needs a reason and a name"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_kept(folder, arguments, said):
    assert refusal(folder, *arguments).startswith(said)
    assert decisions(folder) == []


def test_a_category_is_needed_where_the_verdict_has_none(folder):
    with open_workspace(folder, create=False) as workspace:
        verdict = workspace.verdicts.current(1)
        judgement = dataclasses.replace(verdict.judgement, category=None)
        workspace.verdicts.add(dataclasses.replace(verdict, id=None, judgement=judgement))
    assert refusal(folder, "confirm", "1", "--reason", "x").startswith(
        "the verdict names no category; add --category"
    )


@pytest.mark.parametrize("arguments", [["confirm", "1"], ["clear", "1"], ["confirm", "1", "--grade", "5"]])
def test_reason_and_range_are_asked_for(folder, arguments):
    run(folder, *arguments, code=2)


def test_a_name_is_asked_for_where_the_system_knows_none(folder):
    run(folder, "clear", "1", "--reason", "x", user=None, code=2)


def test_reviewing_makes_no_workspace(tmp_path):
    assert "holds no linkgazette.db" in refusal(tmp_path, "list")
    assert list(tmp_path.iterdir()) == []


@given(text=st.text())
def test_plain_text_holds_nothing_that_a_terminal_obeys(text):
    shown = plain(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(shown) >= len(text)
