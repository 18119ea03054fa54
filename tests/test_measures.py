"""Measures: grade by repetition, for sellers and those who pass links on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from blocklist.commands.measures import measures as command
from blocklist.listing.measures import listed_links, recommend
from blocklist.model import (
    Action,
    Alias,
    Decision,
    Finding,
    Host,
    Judgement,
    Label,
    Link,
    ListKey,
    Measure,
    Pseudonym,
    Role,
    Scope,
    Share,
    Surface,
    Verdict,
    WebUrl,
)
from blocklist.policy import Rung
from blocklist.store import open_workspace
from tests.sample_site import sample_entry

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SELLER, FORWARDER = Role.SELLER, Role.FORWARDER


def rung(subject: str, role: Role | None, grade: int, links: int, step: str) -> Rung:
    return Rung(subject=subject, role=role, min_grade=grade, min_links=links, step=step)


LADDER = (
    rung("account", FORWARDER, 1, 2, "warn"),
    rung("account", FORWARDER, 3, 3, "limit"),
    rung("account", SELLER, 1, 1, "warn"),
    rung("account", SELLER, 2, 2, "limit"),
    rung("account", SELLER, 4, 1, "close"),
    rung("group", None, 1, 1, "restrict"),
    rung("group", None, 3, 3, "close"),
)
LISTED = {
    1: sample_entry(1, category="tobacco", grade=1),
    2: sample_entry(2, category="tobacco", grade=2),
    3: sample_entry(3, category="wildlife", grade=3),
    4: sample_entry(4, category="controlled-drugs", grade=4),
}


def share(
    link: int, *, account: str = "a", group: str = "", forwarded: bool = False, **more: object
) -> tuple[int, Share]:
    values: dict[str, object] = {
        "url": WebUrl(f"https://shop.example/{link}"),
        "surface": Surface.GROUP if group else Surface.TIMELINE,
        "account": Pseudonym(f"account:{account}") if account else None,
        "group": Pseudonym(f"group:{group}") if group else None,
        "forwarded": forwarded,
    }
    return link, Share(**{**values, **more})  # type: ignore[arg-type] # a table of a test


@pytest.mark.parametrize(
    ("shares", "step", "role", "grade", "links"),
    [
        ([share(1)], "warn", SELLER, 1, 1),
        ([share(1), share(1), share(1)], "warn", SELLER, 1, 1),  # the same link again is no repetition
        ([share(1), share(2)], "limit", SELLER, 2, 2),
        ([share(4)], "close", SELLER, 4, 1),
        ([share(2, forwarded=True), share(1, forwarded=True)], "warn", FORWARDER, 2, 2),
        (
            [share(1, forwarded=True), share(2, forwarded=True), share(3, forwarded=True)],
            "limit",
            FORWARDER,
            3,
            3,
        ),
        # One who sells one thing and passes on a graver one is judged as a seller by what they sold.
        ([share(1), share(4, forwarded=True)], "warn", SELLER, 1, 1),
        ([share(1), share(99)], "warn", SELLER, 1, 1),  # 99 is not listed
    ],
)
def test_the_last_rung_that_fits_is_recommended(
    shares: list[tuple[int, Share]], step: str, role: Role, grade: int, links: int
) -> None:
    (found,) = recommend(shares, LISTED, LADDER, now=NOW)
    assert (found.step, found.role, found.grade, found.links) == (step, role, grade, links)


def test_one_forwarded_link_below_the_ladder_earns_nothing() -> None:
    assert recommend([share(4, forwarded=True)], LISTED, LADDER, now=NOW) == ()


def test_links_that_are_not_listed_count_for_nobody() -> None:
    assert recommend([share(7), share(8, group="g")], LISTED, LADDER, now=NOW) == ()


def test_a_group_is_judged_by_every_listed_link_in_it() -> None:
    shares = [share(number, account=str(number), group="g", forwarded=True) for number in (1, 2, 3)]
    (found,) = recommend(shares, LISTED, LADDER, now=NOW)
    assert (found.subject, found.step, found.role) == ("group:g", "close", None)
    assert found.categories == ("tobacco", "wildlife")


def test_a_share_without_account_or_group_is_no_ones() -> None:
    assert recommend([share(4, account="")], LISTED, LADDER, now=NOW) == ()


def test_only_those_who_touched_the_period_are_returned_with_all_their_links() -> None:
    shares = [share(1, account="a"), share(2, account="a"), share(3, account="b")]
    (found,) = recommend(shares, LISTED, LADDER, now=NOW, touching={2})
    assert (found.subject, found.links) == ("account:a", 2)


def test_the_latest_name_and_time_are_kept() -> None:
    early, late = NOW - timedelta(days=2), NOW
    shares = [
        share(1, shared_at=late, account_name="Old****"),
        share(2, shared_at=early, account_name="New****"),
        share(2, account_name=""),
    ]
    (found,) = recommend(shares, LISTED, LADDER, now=NOW)
    assert (found.name, found.last_shared_at) == ("New****", late)


def test_the_gravest_come_first() -> None:
    shares = [share(1, account="mild"), share(4, account="grave"), share(2, account="middle")]
    assert [one.subject for one in recommend(shares, LISTED, LADDER, now=NOW)] == [
        "account:grave",
        "account:middle",
        "account:mild",
    ]


def test_content_is_judged_as_the_account_that_posted_it() -> None:
    ladder = (
        rung("content", FORWARDER, 1, 1, "hide"),
        rung("content", FORWARDER, 1, 2, "delete"),
        rung("content", SELLER, 1, 1, "delete"),
    )
    shares = [
        share(1, account="", content=Pseudonym("content:own")),
        share(1, account="", content=Pseudonym("content:passed-on"), forwarded=True),
        share(1, account="", content=Pseudonym("content:two"), forwarded=True),
        share(2, account="", content=Pseudonym("content:two"), forwarded=True),
    ]
    found = recommend(shares, LISTED, ladder, now=NOW)
    assert {one.subject: (one.step, one.role, one.links) for one in found} == {
        "content:own": ("delete", SELLER, 1),
        "content:passed-on": ("hide", FORWARDER, 1),
        "content:two": ("delete", FORWARDER, 2),
    }


SPREAD = (
    Rung(subject="link", role=None, min_grade=1, min_sharers=1, step="warn"),
    Rung(subject="link", role=None, min_grade=1, min_sharers=3, days=30, step="block"),
    Rung(subject="link", role=None, min_grade=3, min_sharers=1, step="purge"),
)


def test_a_link_is_judged_by_its_grade_and_by_how_many_spread_it() -> None:
    def found(*shares: tuple[int, Share]) -> list[tuple[str, str, int, int]]:
        made = recommend(shares, {**LISTED, 9: LISTED[1]}, SPREAD, now=NOW)
        return [(one.subject, one.step, one.links, one.sharers) for one in made]

    name, near = f"link:{LISTED[1].id}", NOW - timedelta(days=1)
    again = [share(1, account="a", shared_at=near)] * 3
    assert found(*again) == [(name, "warn", 1, 1)]
    three = [share(1, account="a", group="g", shared_at=near), share(1, account="b", shared_at=near)]
    assert found(*three) == [(name, "block", 1, 3)]
    # Another address that leads to the same page is the same link.
    assert found(*three[:1], share(9, account="b", shared_at=near)) == [(name, "block", 2, 3)]
    # Who did not say who shared it counts each time; out of the window nobody does.
    unknown = [share(1, account="", shared_at=near)] * 3
    assert found(*unknown) == [(name, "block", 1, 3)]
    assert found(*[share(1, account=each, shared_at=NOW - timedelta(days=31)) for each in "abc"]) == [
        (name, "warn", 1, 3)
    ]
    assert found(share(3)) == [(f"link:{LISTED[3].id}", "purge", 1, 1)]


WINDOWED = (
    rung("account", SELLER, 1, 1, "warn"),
    replace(rung("account", SELLER, 1, 2, "limit"), days=30),
    replace(rung("account", FORWARDER, 1, 1, "warn"), days=30),
)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("times", "step", "links"),
    [
        ([ago(1), ago(29.9)], "limit", 2),
        ([ago(1), ago(30)], "warn", 2),  # a window is open at its start
        ([ago(1), None], "warn", 2),  # who did not say when is in no window
        ([ago(1), ago(-1)], "warn", 2),  # nor is what a report places in the future
        ([ago(1), ago(2), ago(400)], "limit", 2),  # what is older is not counted with it
    ],
)
def test_a_rung_with_days_counts_what_was_shared_within_them(
    times: list[datetime | None], step: str, links: int
) -> None:
    shares = [share(number, shared_at=moment) for number, moment in enumerate(times, start=1)]
    (found,) = recommend(shares, LISTED, WINDOWED, now=NOW)
    assert (found.step, found.links) == (step, links)


def test_a_link_shared_again_is_as_new_as_its_last_time() -> None:
    shares = [share(1, shared_at=ago(90)), share(1, shared_at=ago(3)), share(2, shared_at=ago(5))]
    (found,) = recommend(shares, LISTED, WINDOWED, now=NOW)
    assert found.step == "limit"


def test_who_passed_on_long_ago_is_left_alone() -> None:
    assert recommend([share(4, forwarded=True, shared_at=ago(31))], LISTED, WINDOWED, now=NOW) == ()


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from("abc"), st.sampled_from(["", "g", "h"]), st.booleans()),
        max_size=30,
    )
)
def test_the_order_of_reports_changes_nothing(rows: list[tuple[int, str, str, bool]]) -> None:
    shares = [share(link, account=who, group=where, forwarded=passed) for link, who, where, passed in rows]
    assert recommend(shares, LISTED, LADDER, now=NOW) == recommend(reversed(shares), LISTED, LADDER, now=NOW)


# --- which links are listed -----------------------------------------------------------------------------


def finding(
    number: int,
    landing: str | None,
    *,
    label: Label = Label.CONTRABAND,
    url: str = "",
    word: Action | None = None,
) -> Finding:
    judgement = Judgement(
        label=label,
        category=None,
        grade=0,
        confidence=0.0,
        publishable=False,
        reason="",
        evidence=(),
        policy="",
    )
    return Finding(
        link=Link(id=number, url=WebUrl(url or landing or ""), host=Host("x.example")),
        verdict=Verdict(
            link=number,
            landing=WebUrl(landing) if landing else None,
            judgement=judgement,
            captures=(),
            decided_at=NOW,
        ),
        decision=word and Decision(link=number, action=word, reason="seen", by="m", decided_at=NOW),
        first_seen=NOW,
    )


PAGE = sample_entry(1, scope=Scope.URL, expression=ListKey("one.example/item?id=1"), host=Host("one.example"))
HOST = sample_entry(2, scope=Scope.HOST, expression=ListKey("one.example/"), host=Host("one.example"))
DOMAIN = sample_entry(3, scope=Scope.DOMAIN, expression=ListKey("two.example/"), host=Host("two.example"))
ALIAS = Alias(expression=ListKey("s.example/x"), entry=PAGE.id)


@pytest.mark.parametrize(
    ("found", "entry"),
    [
        (finding(1, "https://one.example/item?id=1"), PAGE.id),  # the narrowest of two
        (finding(1, "https://one.example/item?id=2"), HOST.id),
        (finding(1, "https://a.two.example/deep/er"), DOMAIN.id),
        (finding(1, "https://a.one.example/"), None),  # a host entry does not reach below
        (finding(1, "https://three.example/"), None),
        (finding(1, "https://one.example/item?id=1", label=Label.CLEAR), None),
        (finding(1, "https://one.example/item?id=1", word=Action.CLEAR), None),
        (finding(1, "https://one.example/item?id=1", label=Label.CLEAR, word=Action.CONFIRM), PAGE.id),
        (finding(1, None, label=Label.UNREACHABLE, url="https://s.example/x"), PAGE.id),
        (finding(1, None, label=Label.UNREACHABLE, url="https://s.example/y"), None),
    ],
)
def test_a_link_is_listed_when_an_entry_covers_its_landing_page(found: Finding, entry: str | None) -> None:
    listed = listed_links([found], [PAGE, HOST, DOMAIN], [ALIAS])
    assert (listed[1].id if 1 in listed else None) == entry


# --- the command ----------------------------------------------------------------------------------------


@pytest.mark.edge
def test_an_empty_workspace_has_no_measures(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = CliRunner().invoke(command, [], obj=tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")
    result = CliRunner().invoke(command, ["--json"], obj=tmp_path)
    report = orjson.loads(result.stdout)
    assert (report["accounts"], report["groups"], report["measures"]) == (0, 0, [])


@pytest.mark.edge
def test_times_are_written_as_everywhere(tmp_path, monkeypatch) -> None:
    open_workspace(tmp_path, create=True).close()
    one = Measure(
        subject=Pseudonym("account:1"), name="", role=SELLER, step="warn", grade=1, links=1,
        categories=("tobacco",), last_shared_at=NOW,
    )  # fmt: skip
    monkeypatch.setattr("blocklist.listing.measures.recommend", lambda *_, **__: (one,))
    result = CliRunner().invoke(command, [], obj=tmp_path)
    assert orjson.loads(result.stdout)["last_shared_at"] == "2026-11-22T00:00:00Z"
