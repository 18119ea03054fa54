"""A year of a pretend web with a release each week: nothing stale stays, no live offender leaves.

Sites sell, are cleaned up, vanish, are parked, come back; they are visited every few days; some that are
listed appeal, and a moderator answers. What a site is on a day is known here; each release is held to it.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from blocklist.formats.records import public_facts
from blocklist.history.events import Event, erased, events_of, opens, past_of, standing
from blocklist.model import (
    Decision,
    Entry,
    Evidence,
    EvidenceKind,
    Finding,
    Label,
    Listing,
    Release,
    RemovalReason,
)
from tests.list_makers import DAY, NOW, SETTINGS, Web, cleared, confirmed, listing_of

PARKED = Evidence(rule="page/parked", kind=EvidenceKind.STATE, category=None, excerpt="", weight=0.0)
SELLS, CLEAN, GONE, PARK = "sells", "clean", "gone", "parked"
SITES, DAYS, WEEK = 60, 365, 7
NEXT = {
    SELLS: (CLEAN, GONE, PARK),
    CLEAN: (SELLS, SELLS, GONE),
    GONE: (SELLS, CLEAN, PARK),
    PARK: (CLEAN, SELLS),
}


@dataclass
class Site:
    """One address and all that is known of it."""

    url: str
    life: list[str]
    """What it is, day by day."""
    every: int
    """Days between visits."""
    finding: Finding | None = None
    """As of the last visit."""
    was: str = ""
    """At the last visit."""
    sold_on: int = -1
    """Day of the last visit at which it sold; -1: none."""
    failing_since: datetime | None = None
    decision: Decision | None = None

    def visit(self, day: int) -> None:
        now, self.was = NOW + day * DAY, self.life[day]
        web = Web()
        if self.was == GONE:
            self.failing_since = self.failing_since or now
            web.add(self.url, Label.UNREACHABLE, at=now, since=self.failing_since)
        else:
            self.failing_since = None
            if self.was == SELLS:
                self.sold_on = day
                web.add(self.url, Label.CONTRABAND, at=now, fetched_at=now)
            elif self.was == CLEAN:
                web.add(self.url, Label.CLEAR, at=now, fetched_at=now)
            else:
                web.add(self.url, Label.UNSURE, at=now, fetched_at=now, category=None, evidence=(PARKED,))
        (self.finding,) = web.findings


@dataclass
class Week:
    """One release, and the truth on its day."""

    day: int
    listing: Listing
    before: Listing | None
    sites: dict[str, tuple[str, int, datetime | None, Decision | None]]
    """By expression: what it was when last seen, when it last sold, since when it fails, a person's word."""
    events: tuple[Event, ...] = field(repr=False)

    @property
    def now(self) -> datetime:
        return NOW + self.day * DAY


def _life(chance: random.Random) -> list[str]:
    life, state = [], chance.choice((SELLS, SELLS, CLEAN))
    while len(life) < DAYS:
        life += [state] * chance.choice((3, 9, 16, 35, 80))
        state = chance.choice(NEXT[state])
    return life[:DAYS]


@cache
def year() -> tuple[Week, ...]:
    """The same each time."""
    chance = random.Random(5)
    sites = [
        Site(url=f"http://s{number}.example/offer?id=1", life=_life(chance), every=chance.choice((2, 5, 9)))
        for number in range(SITES)
    ]
    weeks: list[Week] = []
    events: tuple[Event, ...] = ()
    listing: Listing | None = None
    for day in range(DAYS):
        for site in sites:
            if day % site.every == 0:
                site.visit(day)
        if day % WEEK == 0:
            before = listing
            web = Web()
            for number, site in enumerate(sites, start=1):
                assert site.finding
                web.findings.append(_numbered(site.finding, number, site.decision))
            listing = listing_of(web, before, NOW + day * DAY)
            events = _logged(events, listing, len(weeks) + 1, NOW + day * DAY)
            told = {
                site.url.removeprefix("http://"): (site.was, site.sold_on, site.failing_since, site.decision)
                for site in sites
            }
            weeks.append(Week(day=day, listing=listing, before=before, sites=told, events=events))
            _appeals(sites, listing, day, chance)
    return tuple(weeks)


def _numbered(finding: Finding, number: int, decision: Decision | None) -> Finding:
    return replace(
        finding,
        link=replace(finding.link, id=number),
        verdict=replace(finding.verdict, id=number, link=number),
        decision=None if decision is None else replace(decision, link=number),
    )


def _appeals(sites: list[Site], listing: Listing, day: int, chance: random.Random) -> None:
    """Some that are listed appeal; a moderator looks, and the word holds until it is seen to sell again."""
    listed = {entry.expression for entry in listing.entries}
    for site in sites:
        if site.decision and site.was == SELLS and day % 3 == 0:
            site.decision = None  # looked at anew
        if site.url.removeprefix("http://") in listed and chance.random() < 0.04:
            now = NOW + day * DAY
            site.decision = (
                confirmed(at=now) if site.life[day] == SELLS else replace(cleared(at=now), on_appeal=True)
            )


def _logged(events: tuple[Event, ...], listing: Listing, serial: int, now: datetime) -> tuple[Event, ...]:
    release = Release(
        serial=serial,
        issued_at=now,
        expires_at=now + DAY,
        entries=len(listing.entries),
        digest="",
        previous="",
    )
    fresh = tuple(
        events_of(
            listing.entries, listing.tombstones, release, said=public_facts,
            before=past_of(events, lambda number: events[number].body),
            salt=lambda context: context.encode().ljust(16),
        )
    )  # fmt: skip
    gone = [event.entry for event in fresh if event.kind == "removed"]
    return tuple(erased((*events, *fresh), gone))


def _entries(week: Week) -> dict[str, Entry]:
    return {entry.expression: entry for entry in week.listing.entries}


def test_nothing_stale_stays() -> None:
    for week in year():
        for expression, entry in _entries(week).items():
            _, sold_on, _, _ = week.sites[expression]
            assert week.now < entry.expires_at <= entry.verified_at + SETTINGS.entry_days * DAY
            decided = week.sites[expression][3]
            spoken = decided.decided_at if decided else NOW
            assert entry.verified_at <= max(NOW + sold_on * DAY, spoken), "verified by no visit"


def test_no_live_offender_is_missing() -> None:
    for week in year():
        listed = _entries(week)
        for expression, (was, _, _, decision) in week.sites.items():
            is_cleared = decision is not None and decision.action == "clear"
            if was == SELLS and not is_cleared:
                assert expression in listed, (week.day, expression)


def test_what_is_clear_or_cleared_is_off_with_the_next_release() -> None:
    for week in year():
        listed = _entries(week)
        for expression, (was, _, _, decision) in week.sites.items():
            if decision is not None and decision.action == "clear":
                assert expression not in listed
            elif was == CLEAN and decision is None:
                assert expression not in listed, (week.day, expression)


def test_each_removal_says_why() -> None:
    seen: Counter[RemovalReason] = Counter()
    for week in year():
        if week.before is None:
            continue
        listed = {entry.id for entry in week.listing.entries}
        why = {buried.id: buried for buried in week.listing.tombstones if buried.removed_at == week.now}
        for entry in week.before.entries:
            if entry.id in listed:
                continue
            reason = why[entry.id].reason
            was, _, failing_since, decision = week.sites[entry.expression]
            seen[reason] += 1
            if decision is not None and decision.action == "clear":
                assert reason is RemovalReason.APPEAL
            elif was == CLEAN:  # a person's word that it sells stands until it expires
                assert reason is (RemovalReason.EXPIRED if decision else RemovalReason.CLEANED)
            elif was == GONE:
                assert failing_since is not None
                is_expired = week.now >= entry.expires_at
                assert reason is (RemovalReason.EXPIRED if is_expired else RemovalReason.UNREACHABLE)
                assert is_expired or week.now - failing_since >= SETTINGS.unreachable_days * DAY
            else:
                assert (was, reason) == (PARK, RemovalReason.RE_REGISTERED)
    assert {"cleaned", "unreachable", "re-registered", "appeal"} <= seen.keys(), seen


def test_removals_are_kept_and_the_history_says_the_same() -> None:
    for earlier, later in zip(year(), year()[1:], strict=False):
        assert later.listing.tombstones[: len(earlier.listing.tombstones)] == earlier.listing.tombstones
        assert [event.leaf for event in later.events[: len(earlier.events)]] == [
            event.leaf for event in earlier.events
        ]
    last = year()[-1]
    assert standing(last.events).keys() == {entry.id for entry in last.listing.entries}
    gone = {buried.id for buried in last.listing.tombstones}
    assert not any(event.body for event in last.events if event.entry in gone and event.kind != "removed")
    assert all(map(opens, last.events))


def test_much_happened() -> None:
    weeks = year()
    assert len(weeks) == 53
    assert min(len(week.listing.entries) for week in weeks[4:]) > 5
    assert len(weeks[-1].listing.tombstones) > 60
    kinds = {event.kind for event in weeks[-1].events}
    assert kinds >= {"listed", "verified", "removed", "released"}
