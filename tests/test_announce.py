"""Announcements: counts of a period, masked examples, and nothing that leads to a person."""

import re
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from blocklist.commands.announce import announce
from blocklist.errors import InputError
from blocklist.model import (
    Announcement,
    Entry,
    Finding,
    Judgement,
    Label,
    Link,
    Listing,
    Measure,
    Pseudonym,
    RemovalReason,
    Role,
    Share,
    Surface,
    Tombstone,
    Verdict,
    WebUrl,
)
from blocklist.policy import Rung
from blocklist.privacy import mask_name
from blocklist.public.announcements import MAX_EXAMPLES, draft_announcement, examples, is_masked
from blocklist.store import open_workspace
from tests.sample_site import NOW, sample_entry

SINCE = NOW - timedelta(days=7)
LADDER = (
    Rung(subject="account", role=Role.SELLER, min_grade=1, min_links=1, step="warn"),
    Rung(subject="group", role=None, min_grade=1, min_links=1, step="restrict"),
)


def listed(number: int, when: datetime) -> Entry:
    return sample_entry(number, listed_at=when, category="tobacco")


def removed(number: int, when: datetime, reason: RemovalReason) -> Tombstone:
    return Tombstone(
        id=f"LG-GONE{number}", listed_at=when - timedelta(days=9), removed_at=when, reason=reason
    )


def finding(number: int, entry: Entry) -> Finding:
    judgement = Judgement(
        label=Label.CONTRABAND,
        category=entry.category,
        grade=entry.grade,
        confidence=1.0,
        publishable=True,
        reason="",
        evidence=(),
        policy="",
    )
    landing = WebUrl(f"https://{entry.expression}")
    return Finding(
        link=Link(id=number, url=landing, host=entry.host),
        verdict=Verdict(link=number, landing=landing, judgement=judgement, captures=(), decided_at=NOW),
        first_seen=NOW,
    )


def draft(
    entries: list[Entry],
    stones: list[Tombstone] | None = None,
    *,
    shares: list[tuple[int, Share]] | None = None,
    since: datetime | None = SINCE,
    taken: frozenset[str] = frozenset(),
) -> Announcement:
    listing = Listing(entries=tuple(entries), aliases=(), tombstones=tuple(stones or ()), review=())
    return draft_announcement(
        listing=listing,
        findings=[finding(number, entry) for number, entry in enumerate(entries)],
        shares=shares or [],
        ladder=LADDER,
        since=since,
        until=NOW,
        now=NOW,
        taken=taken,
    )


def test_a_period_counts_what_was_listed_within_it_to_its_very_end() -> None:
    entries = [listed(1, SINCE), listed(2, SINCE + timedelta(seconds=1)), listed(3, NOW)]
    made = draft(entries)
    assert made.links_blocked == 2
    assert made.categories == {"tobacco": 2}


def test_two_periods_in_a_row_count_each_entry_once() -> None:
    entries = [listed(number, NOW - timedelta(days=number)) for number in range(14)]
    listing = Listing(entries=tuple(entries), aliases=(), tombstones=(), review=())
    counts = [
        draft_announcement(
            listing=listing, findings=[], shares=[], ladder=(), since=start, until=end, now=NOW
        ).links_blocked
        for start, end in ((None, SINCE), (SINCE, NOW))
    ]
    assert sum(counts) == len(entries)


def test_the_first_announcement_goes_back_to_the_beginning() -> None:
    entries = [listed(1, NOW), listed(40, NOW)]
    made = draft(entries, since=None)
    assert made.links_blocked == 2
    assert made.since == min(entry.first_seen for entry in entries)


def test_an_empty_list_makes_an_announcement_of_zeros() -> None:
    made = draft([], since=None)
    assert (made.links_blocked, made.accounts, made.groups, made.since) == (0, {}, {}, NOW)


def test_removals_and_errors_are_counted_and_replacements_are_not() -> None:
    stones = [
        removed(1, NOW, RemovalReason.EXPIRED),
        removed(2, NOW, RemovalReason.ERROR),
        removed(3, NOW, RemovalReason.APPEAL),
        removed(4, NOW, RemovalReason.WIDENED),
        removed(5, NOW, RemovalReason.NARROWED),
        removed(6, SINCE - timedelta(days=1), RemovalReason.ERROR),
    ]
    made = draft([], stones)
    assert (made.removed, made.corrected) == (3, 2)


def test_accounts_and_groups_are_those_that_shared_what_was_blocked_in_the_period() -> None:
    entries = [listed(1, NOW), listed(2, SINCE - timedelta(days=3))]
    old, new = 1, 0

    def share(link: int, account: str, group: str) -> tuple[int, Share]:
        return link, Share(
            url=WebUrl("https://x.example/"),
            surface=Surface.GROUP,
            account=Pseudonym(f"account:{account}"),
            account_name=mask_name("Hardman meeting room"),
            group=Pseudonym(f"group:{group}"),
        )

    made = draft(entries, shares=[share(new, "a", "g"), share(old, "b", "h"), share(old, "a", "h")])
    assert (made.accounts, made.groups) == ({"warn": 1}, {"restrict": 1})
    assert made.examples == ("Har****",)


def test_a_slug_is_taken_once() -> None:
    assert draft([]).slug == "2026-11-22"
    assert draft([], taken=frozenset({"2026-11-22", "2026-11-22-2"})).slug == "2026-11-22-3"


# --- no person ------------------------------------------------------------------------------------------


def measure(name: str) -> Measure:
    return Measure(
        subject=Pseudonym("account:abc"),
        name=name,
        role=None,
        step="warn",
        grade=1,
        links=1,
        categories=(),
        last_shared_at=None,
    )


@pytest.mark.parametrize("name", ["Har****", "夜****", "Ål****", "é****"])
def test_a_masked_name_may_be_an_example(name: str) -> None:
    assert examples([measure(name)]) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Hardman meeting room",
        "138****",
        "Hard****",
        "Har***",
        "a@b.example****",
        "<b>****",
        "Ha\u202e****",
        "Har**** 13812345678",
        "****",
        "=1****",
        "Har****\n",
    ],
)
def test_a_name_that_is_not_masked_as_it_should_be_is_never_shown(name: str) -> None:
    assert examples([measure(name)]) == ()


def test_an_example_appears_once_and_there_are_a_dozen_at_most() -> None:
    names = [f"{letter}a****" for letter in "bcdfghjklmnpqrst"]
    found = examples([measure(name) for name in names * 2])
    assert len(found) == len(set(found)) == MAX_EXAMPLES


@given(st.text(max_size=40))
def test_whatever_masking_gives_is_an_example_or_nothing(name: str) -> None:
    masked = mask_name(name)
    assert not is_masked(masked) or len(masked) <= 7


@given(st.text(max_size=60))
def test_no_raw_name_survives(name: str) -> None:
    found = examples([measure(name)])
    assert all(re.fullmatch(r"\w{1,3}\*{4}", one) for one in found)


# --- the command ----------------------------------------------------------------------------------------


def run(workspace, *arguments: str):
    return CliRunner().invoke(announce, list(arguments), obj=workspace)


@pytest.mark.edge
def test_a_draft_is_printed_and_not_kept(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "--since", "2026-01-01")
    assert result.exit_code == 0
    assert "Links blocked and announced: 0" in result.stdout
    assert "answerable too" in result.stdout
    with open_workspace(tmp_path, create=False) as opened:
        assert opened.announcements.all() == ()


@pytest.mark.edge
def test_publish_keeps_it_for_the_next_release(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "--since", "2026-01-01", "--until", "2026-02-01", "--publish", "--json")
    slug = orjson.loads(result.stdout)["slug"]
    assert slug == "2026-02-01"
    with open_workspace(tmp_path, create=False) as opened:
        (kept,) = opened.announcements.all()
    assert (kept.slug, kept.since) == (slug, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.edge
def test_a_period_is_announced_once(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    run(tmp_path, "--since", "2026-01-01", "--until", "2026-02-01", "--publish")
    for since, until in (("2026-01-01", "2026-02-01"), ("2026-01-31", "2026-03-01"), ("2025-01-01", None)):
        period = ["--since", since, *(["--until", until] if until else [])]
        result = run(tmp_path, *period, "--publish")
        assert isinstance(result.exception, InputError)
        assert "such as --since 2026-02-01T00:00:00Z" in str(result.exception)
        assert run(tmp_path, *period).exit_code == 0  # a draft may be of any period
    result = run(tmp_path, "--since", "2026-02-01T00:00:00Z", "--until", "2026-03-01", "--publish")
    assert result.exit_code == 0


@pytest.mark.edge
def test_a_time_may_say_its_offset(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "--since", "2026-01-01T08:00:00+08:00", "--until", "2026-02-01", "--json")
    assert orjson.loads(result.stdout)["since"].startswith("2026-01-01T00:00:00")
    for odd in ("yesterday", "0001-01-01T00:00:00+14:00"):
        result = run(tmp_path, "--since", odd)
        assert result.exit_code == 2
        assert "is no date; write 2026-05-04" in result.stderr


@pytest.mark.edge
def test_years_have_four_digits(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "--since", "0005-01-01", "--until", "0006-01-01", "--json")
    assert orjson.loads(result.stdout)["slug"] == "0006-01-01"


@pytest.mark.edge
def test_a_period_that_ends_before_it_begins_is_refused(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "--since", "2026-03-01", "--until", "2026-02-01")
    assert isinstance(result.exception, InputError)


@pytest.mark.edge
def test_a_period_that_has_not_ended_is_refused(tmp_path) -> None:
    # Kept, it would hold up every announcement until that day: the next one begins where the last one ends.
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "--since", "2026-03-01", "--until", "2999-02-01", "--publish")
    assert isinstance(result.exception, InputError)
