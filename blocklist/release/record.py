"""The store -> the public record (``context.Record``): numbers and moments, no person, no address."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from blocklist.listing.drift import DAYS, Drift, drift_of
from blocklist.model import Decision, Listing, Verdict
from blocklist.release.context import AppealFact, BlindFact, Record, Visit
from blocklist.store import Workspace
from blocklist.store.appeals import Outcome

_BATCH = 500


def record_of(workspace: Workspace, listing: Listing, now: datetime) -> Record:
    """Return the record as it stands at ``now``, with the visits of the entries of ``listing``."""
    visits: dict[int, tuple[Visit, ...]] = {}
    for verdict, vantage, fetched_at, requests in workspace.facts.visits(
        [entry.verdict for entry in listing.entries]
    ):
        one = Visit(vantage=vantage, fetched_at=fetched_at, hops=max(0, requests - 1))
        visits[verdict] = (*visits.get(verdict, ()), one)
    blind = workspace.blind.counts(until=now)
    appeals = [one for one in workspace.appeals.all() if one.made_at <= now]
    return Record(
        blind=BlindFact(upheld=blind.upheld, seen=blind.seen, unsure=blind.unsure),
        confirmed={
            one.entry: one.settled_at
            for one in sorted(appeals, key=lambda each: (each.settled_at or now, each.id))
            if one.outcome is Outcome.REJECTED and one.settled_at is not None and one.settled_at <= now
        },
        appeals=tuple(
            AppealFact(
                made_at=one.made_at,
                due_at=one.due_at,
                settled_at=one.settled_at,
                upheld=one.outcome is Outcome.UPHELD,
            )
            for one in appeals
        ),
        appeal_days=workspace.config.serve.appeal_days,
        verdict_seconds=tuple(workspace.facts.seconds_to_verdict()),
        drift=drift(workspace, now),
        visits=visits,
    )


def drift(workspace: Workspace, now: datetime) -> Drift:
    """Return what moderators said in the last ``listing.drift.DAYS`` days of the machine's own listings."""
    return drift_of(_judged(workspace, now - timedelta(days=DAYS)))


def _judged(workspace: Workspace, since: datetime) -> Iterator[tuple[Decision, Verdict]]:
    after = 0
    while batch := workspace.decisions.judged(after=after, since=since, limit=_BATCH):
        yield from ((decision, verdict) for decision, verdict, _ in batch)
        after = batch[-1][0].id or 0
