"""The public record is read from the store: times, visits, appeals and moderators' words; no person."""

from dataclasses import fields
from datetime import timedelta

import pytest

from blocklist.listing import build_listing
from blocklist.model import Label, Vantage
from blocklist.public import site_sheets
from blocklist.release.context import AppealFact, Visit
from blocklist.release.publish import guards_of, make_release
from blocklist.release.record import record_of
from blocklist.store import Workspace, open_workspace
from blocklist.store.appeals import Appeal, Outcome
from tests.list_makers import NOW
from tests.list_workspace import visit, visited

pytestmark = pytest.mark.edge

SHOP, CLEAR, GONE = "http://shop.example/", "http://clear.example/", "http://gone.example/"


@pytest.fixture
def workspace(tmp_path):
    later = NOW + timedelta(hours=3)
    visited(tmp_path, {SHOP: Label.CONTRABAND, GONE: Label.UNREACHABLE})
    with open_workspace(tmp_path, create=False) as opened:
        opened.shares.add([], now=NOW)
        visit(opened, {SHOP: Label.CONTRABAND, CLEAR: Label.CLEAR, GONE: Label.UNREACHABLE}, at=later)
        yield opened


def listing_of(workspace: Workspace):
    return build_listing(
        tuple(workspace.findings()),
        previous=(),
        aliases=(),
        tombstones=(),
        guards=guards_of(workspace),
        policy=workspace.policy,
        settings=workspace.config.listing,
        now=NOW + timedelta(hours=4),
    )


def test_the_first_verdict_counts_and_what_was_never_reached_does_not(workspace) -> None:
    record = record_of(workspace, listing_of(workspace), NOW + timedelta(hours=4))
    assert sorted(record.verdict_seconds) == [0, 0]


def test_an_entry_is_told_how_it_was_seen(workspace) -> None:
    listing = listing_of(workspace)
    record = record_of(workspace, listing, NOW + timedelta(hours=4))
    (entry,) = listing.entries
    assert record.visits[entry.verdict] == (
        Visit(vantage=Vantage.DECLARED, fetched_at=entry.verified_at, hops=0),
    )


def test_appeals_come_without_their_words_and_without_a_person(workspace) -> None:
    for number, outcome in enumerate((Outcome.UPHELD, Outcome.REJECTED, None)):
        made = workspace.appeals.add(
            Appeal(
                ticket=bytes([number]),
                entry="LG-AAAAAAAAAA",
                link=None,
                statement="we are Hardman & Sons",
                contact=b"sealed",
                made_at=NOW,
                due_at=NOW + timedelta(days=7),
            )
        )
        if outcome:
            workspace.appeals.settle(
                made, outcome=outcome, reason="r", by="ann", decision=None, now=NOW + timedelta(days=1)
            )
    found = record_of(workspace, listing_of(workspace), NOW).appeals
    settled = NOW + timedelta(days=1)
    assert [(one.settled_at, one.upheld) for one in found] == [
        (settled, True),
        (settled, False),
        (None, False),
    ]
    assert {each.name for each in fields(AppealFact)} == {"made_at", "due_at", "settled_at", "upheld"}


def test_a_release_says_it_all_and_names_nobody(workspace, tmp_path) -> None:
    out = tmp_path / "public"
    make_release(workspace, out, now=NOW + timedelta(hours=4), pages=site_sheets)
    (page,) = (out / "entries").glob("LG-*/index.html")
    assert "our crawler, under its own name" in page.read_text()
    assert "Median time from the first report" in (out / "statistics/index.html").read_text()
