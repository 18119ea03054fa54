"""What waits for a moderator, in the order of harm by reach by doubt."""

from dataclasses import dataclass

from blocklist.listing.review import priority
from blocklist.model import ReviewItem
from blocklist.store import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One case in the queue."""

    item: ReviewItem
    reach: int
    """Accounts and groups that shared it."""
    priority: float
    escalated: bool
    """True: it waits for a senior."""
    proposed: bool
    """True: it waits for a second person."""


def queue(workspace: Workspace) -> tuple[Waiting, ...]:
    """Return the cases, the most pressing first."""
    items = workspace.review_queue.waiting()
    reach = workspace.shares.reach({item.link for item in items})
    escalated = workspace.cases.escalated()
    proposed = {each.decision.link for each in workspace.cases.proposed()}
    found = [
        Waiting(
            item=item,
            reach=reach[item.link],
            priority=priority(item, reach[item.link]),
            escalated=item.link in escalated,
            proposed=item.link in proposed,
        )
        for item in items
    ]
    return tuple(sorted(found, key=lambda each: (-each.priority, each.item.link)))
