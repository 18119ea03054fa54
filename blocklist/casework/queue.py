"""What waits for a moderator, in the order of harm by reach by doubt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from blocklist.listing.review import Urgency, urgency
from blocklist.model import ReviewItem
from blocklist.store import Workspace
from blocklist.store.claims import Claim

UNKNOWN = "unknown"
"""How a filter names what has no category, or no language that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One case in the queue."""

    item: ReviewItem
    reach: int
    """Accounts and groups that shared it."""
    urgency: Urgency
    lang: str
    """Language of the page; empty: not known."""
    escalated: bool = False
    """True: it waits for a senior."""
    proposed: bool = False
    """True: it waits for a second person."""
    recapture: bool = False
    """True: it waits for another capture, which somebody asked for."""
    claim: Claim | None = None
    """Who has it in hand; None: nobody."""

    def is_ready(self, *, senior: bool) -> bool:
        """Tell whether a moderator, or a ``senior``, can decide it now."""
        return not (self.proposed or self.recapture or (self.escalated and not senior))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases somebody wants to see; empty: all."""

    category: str = ""
    lang: str = ""
    reason: str = ""

    def holds(self, each: Waiting) -> bool:
        """Tell whether ``each`` is among them."""
        asked = (
            (self.category, each.item.category or UNKNOWN),
            (self.lang, each.lang or UNKNOWN),
            (self.reason, each.item.reason),
        )
        return all(not want or want == has for want, has in asked)


def queue(workspace: Workspace, *, now: datetime) -> tuple[Waiting, ...]:
    """Return the cases, the most pressing first."""
    items = workspace.review_queue.waiting()
    links = {item.link for item in items}
    reach = workspace.shares.reach(links)
    langs = workspace.traits.languages(links)
    escalated = workspace.cases.escalated()
    recapture = workspace.cases.to_recapture()
    proposed = {each.decision.link for each in workspace.cases.proposed()}
    claims = workspace.claims.held(now=now)
    found = [
        Waiting(
            item=item,
            reach=reach[item.link],
            urgency=urgency(item, reach[item.link]),
            lang=langs.get(item.link, ""),
            escalated=item.link in escalated,
            proposed=item.link in proposed,
            recapture=item.link in recapture,
            claim=claims.get(item.link),
        )
        for item in items
    ]
    return tuple(sorted(found, key=lambda each: (-each.urgency.priority, each.item.link)))


def shelves(waiting: Iterable[Waiting]) -> dict[str, dict[str, int]]:
    """Count the cases by what they can be filtered by: ``category``, ``lang``, ``reason``; most first."""
    counts: dict[str, dict[str, int]] = {"category": {}, "lang": {}, "reason": {}}
    for each in waiting:
        for shelf, name in (
            ("category", each.item.category or UNKNOWN),
            ("lang", each.lang or UNKNOWN),
            ("reason", each.item.reason),
        ):
            counts[shelf][name] = counts[shelf].get(name, 0) + 1
    return {
        shelf: dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
        for shelf, found in counts.items()
    }
