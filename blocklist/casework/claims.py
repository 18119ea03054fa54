"""Who works on which case or appeal: taken for a while, so that two people do not read the same page.

A claim runs out by itself. While it lasts nobody else decides on the case, or answers the appeal. Whoever
must may take it over, and that is on record.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from blocklist.casework.queue import Waiting
from blocklist.errors import RefusedError
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.claims import Claim, Claims


class Kind(StrEnum):
    """What can be taken in hand."""

    CASE = "link"
    APPEAL = "appeal"


_HELD = {
    Kind.CASE: N_(
        "case %(number)s is in the hands of %(who)s until %(time)s; take it over, or leave it to them"
    ),
    Kind.APPEAL: N_(
        "appeal %(number)s is in the hands of %(who)s until %(time)s; take it over, or leave it to them"
    ),
}


def take(
    workspace: Workspace,
    number: int,
    *,
    by: str,
    now: datetime,
    over: bool = False,
    kind: Kind = Kind.CASE,
) -> Claim:
    """Take one in hand, or keep it there for longer.

    Raises RefusedError while a colleague has it, unless it is taken ``over``.
    """
    room = room_of(workspace, kind)
    claim = Claim(number=number, by=by, until=now + timedelta(minutes=workspace.config.serve.claim_minutes))
    with workspace.database.transaction():
        if over:
            held = room.of(number, now=now)
            if held is not None and held.by != by:
                workspace.audit.add(by, "take-over", f"{kind} {number}", f"from {held.by}", now=now)
        else:
            check_free(workspace, number, by=by, now=now, kind=kind)
        room.take(claim)
    return claim


def take_next(
    workspace: Workspace, waiting: Iterable[Waiting], *, by: str, senior: bool, now: datetime
) -> Claim | None:
    """Take the first of ``waiting`` that can be decided now and nobody else has in hand; None: there is none.

    What waits for a second person, another capture or a ``senior`` who is not ``by`` is passed over.
    """
    ready = (each.item.link for each in waiting if each.is_ready(senior=senior))
    return _take_first(workspace, ready, Kind.CASE, by=by, now=now)


def take_next_appeal(workspace: Workspace, *, by: str, now: datetime) -> Claim | None:
    """Take the most urgent appeal against an entry that nobody else has in hand; None: there is none."""
    waiting = workspace.appeals.waiting()
    held = {number for number, claim in workspace.appeal_claims.held(now=now).items() if claim.by != by}
    others = {each.entry for each in waiting if each.id in held}
    free = (each.id for each in waiting if each.entry not in others)
    return _take_first(workspace, free, Kind.APPEAL, by=by, now=now)


def put_back(workspace: Workspace, number: int, *, by: str, now: datetime, kind: Kind = Kind.CASE) -> None:
    """Give back what ``by`` has in hand; of another's nothing changes."""
    room = room_of(workspace, kind)
    with workspace.database.transaction():
        held = room.of(number, now=now)
        if held is not None and held.by == by:
            room.drop(number)


def check_free(workspace: Workspace, number: int, *, by: str, now: datetime, kind: Kind = Kind.CASE) -> None:
    """Raise RefusedError while a colleague of ``by`` has it in hand."""
    held = room_of(workspace, kind).of(number, now=now)
    if held is not None and held.by != by:
        raise RefusedError(_HELD[kind], number=number, who=held.by, time=f"{held.until:%H:%M} UTC")


def room_of(workspace: Workspace, kind: Kind) -> Claims:
    """Return the room where it is kept who has what in hand."""
    return workspace.claims if kind is Kind.CASE else workspace.appeal_claims


def _take_first(
    workspace: Workspace, numbers: Iterable[int], kind: Kind, *, by: str, now: datetime
) -> Claim | None:
    with workspace.database.transaction():
        held = room_of(workspace, kind).held(now=now)
        for number in numbers:
            if number not in held or held[number].by == by:
                return take(workspace, number, by=by, now=now, kind=kind)
    return None
