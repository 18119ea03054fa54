"""Who works on which case: taken for a while, so that two moderators do not read the same page.

A claim runs out by itself. While it lasts nobody else decides on the case; whoever must may take it over, and
that is on record.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from blocklist.casework.queue import Waiting
from blocklist.errors import RefusedError
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.claims import Claim


def take(workspace: Workspace, link: int, *, by: str, now: datetime, over: bool = False) -> Claim:
    """Take a case in hand, or keep it there for longer.

    Raises RefusedError while a colleague has it, unless it is taken ``over``.
    """
    claim = Claim(link=link, by=by, until=now + timedelta(minutes=workspace.config.serve.claim_minutes))
    with workspace.database.transaction():
        if over:
            held = workspace.claims.of(link, now=now)
            if held is not None and held.by != by:
                workspace.audit.add(by, "take-over", f"link {link}", f"from {held.by}", now=now)
        else:
            check_free(workspace, link, by=by, now=now)
        workspace.claims.take(claim)
    return claim


def take_next(
    workspace: Workspace, waiting: Iterable[Waiting], *, by: str, senior: bool, now: datetime
) -> Claim | None:
    """Take the first of ``waiting`` that can be decided now and nobody else has in hand; None: there is none.

    What waits for a second person, another capture or a ``senior`` who is not ``by`` is passed over.
    """
    with workspace.database.transaction():
        held = workspace.claims.held(now=now)
        for each in waiting:
            link = each.item.link
            free = link not in held or held[link].by == by
            if free and each.is_ready(senior=senior):
                return take(workspace, link, by=by, now=now)
    return None


def put_back(workspace: Workspace, link: int, *, by: str, now: datetime) -> None:
    """Give a case back that ``by`` has in hand; of another's nothing changes."""
    held = workspace.claims.of(link, now=now)
    if held is not None and held.by == by:
        workspace.claims.drop(link)


def check_free(workspace: Workspace, link: int, *, by: str, now: datetime) -> None:
    """Raise RefusedError while a colleague of ``by`` has the case in hand."""
    held = workspace.claims.of(link, now=now)
    if held is not None and held.by != by:
        raise RefusedError(
            N_("case %(link)s is in the hands of %(who)s until %(time)s; take it over, or leave it to them"),
            link=link,
            who=held.by,
            time=f"{held.until:%H:%M} UTC",
        )
