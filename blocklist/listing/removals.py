"""What becomes of entries that no claim carries any more: kept for now, or removed with a reason.

Unreachable is not clear, and unsure is not clear either: such entries stay until their time is up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from blocklist.listing.guards import Guards
from blocklist.listing.pages import Landing, Standing
from blocklist.listing.scoping import Claim
from blocklist.listing.trails import Trails
from blocklist.model import Action, Decision, Entry, Finding, PageState, RemovalReason, Scope
from blocklist.policy import Policy
from blocklist.scopes import wider

PARKED = f"page/{PageState.PARKED}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What an old entry is held against."""

    listed: Mapping[Claim, Entry]
    """Entries that stand."""
    trails: Trails
    guards: Guards
    policy: Policy
    unreachable_days: int
    now: datetime


def removal(entry: Entry, present: Present) -> RemovalReason | None:
    """Return why ``entry``, which no claim carries, leaves the list; None: it stays as it is."""
    if any(outer in present.listed for outer in wider(entry.scope, entry.expression)):
        return RemovalReason.WIDENED
    if not _is_allowed(entry, present):
        return RemovalReason.POLICY
    pages = present.trails.pages_under(entry)
    links = present.trails.links_of(entry)
    return (
        _by_pages(entry, pages, present.now)
        or _by_links(links)
        or _moved(entry, present)
        or _by_time(entry, links, pages, present)
    )


def _is_allowed(entry: Entry, present: Present) -> bool:
    """Tell whether policy and guards, which change, would still let it be listed at its scope."""
    known = entry.category in present.policy.categories
    return known and present.guards.allows(entry.scope, entry.host)


def _by_pages(entry: Entry, pages: Sequence[Landing], now: datetime) -> RemovalReason | None:
    if any(page.standing is Standing.LISTABLE for page in pages):
        if now >= entry.expires_at:
            return RemovalReason.EXPIRED
        return None if entry.scope is Scope.URL else RemovalReason.NARROWED
    clear = [page for page in pages if page.standing is Standing.CLEAR]
    if not clear:
        return None
    if spoken := [page.decision for page in clear if page.decision]:
        return _corrected(spoken)
    # Judged again, and fetched no later than when the entry was verified: the very page that was listed.
    unchanged = all(page.seen_at <= entry.verified_at < page.verdict.decided_at for page in clear)
    return RemovalReason.POLICY if unchanged else RemovalReason.CLEANED


def _by_links(links: Sequence[Finding]) -> RemovalReason | None:
    """Ask the moderators, who may clear a link whose page is out of reach."""
    dark = (each for each in links if each.verdict.landing is None)
    decisions = [each.decision for each in dark if each.decision is not None]
    newest = max(decisions, key=lambda each: (each.decided_at, each.id or 0), default=None)
    return _corrected([newest]) if newest is not None and newest.action is Action.CLEAR else None


def _corrected(spoken: Sequence[Decision]) -> RemovalReason:
    """Return what moved the moderators who cleared it."""
    return RemovalReason.APPEAL if any(each.on_appeal for each in spoken) else RemovalReason.ERROR


def _moved(entry: Entry, present: Present) -> RemovalReason | None:
    """Ask where the listed URL itself leads now: to an entry whose alias it becomes, or to a clear page."""
    if entry.scope is not Scope.URL:
        return None
    for page in present.trails.reached_from(entry.expression):
        if page.standing is Standing.CLEAR:
            return RemovalReason.CLEANED
        if page.standing is Standing.LISTABLE:
            return RemovalReason.WIDENED
    return None


def _by_time(
    entry: Entry, links: Sequence[Finding], pages: Sequence[Landing], present: Present
) -> RemovalReason | None:
    if present.now >= entry.expires_at:
        return RemovalReason.RE_REGISTERED if any(map(_is_parked, pages)) else RemovalReason.EXPIRED
    since = [each.unreachable_since for each in links]
    gone = not pages and bool(since) and all(since)
    if gone and max(filter(None, since)) + timedelta(days=present.unreachable_days) <= present.now:
        return RemovalReason.UNREACHABLE
    return None


def _is_parked(page: Landing) -> bool:
    """Tell whether the judge met a parked page: the name has another owner, or none."""
    return any(each.rule == PARKED for each in page.verdict.judgement.evidence)
