"""Blind re-review: a random sample, judged by somebody who sees the page and no verdict.

What they say of listed pages feeds the published precision; a page that they would not list goes to a senior.
What they say of pages that a colleague decided tells how often two people agree; where they do not, a senior
looks too.
"""

import random
from collections.abc import Sequence
from datetime import datetime

from blocklist.errors import InputError, RefusedError
from blocklist.model import Action
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.blind import Blind
from blocklist.store.cases import Note, NoteKind

_BATCH = 500
ANSWERS = {"contraband": True, "clear": False, "cannot-tell": None}


def draw(
    workspace: Workspace,
    count: int,
    *,
    now: datetime,
    by: str = "service",
    chance: random.Random | None = None,
) -> int:
    """Draw up to ``count`` entries that were never drawn before, each as likely as any; return how many."""
    before = workspace.blind.entries()
    open_to = [entry for entry in workspace.entries.current() if entry.id not in before]
    chosen = (chance or random.SystemRandom()).sample(open_to, min(count, len(open_to)))
    drawn = [(workspace.verdicts.get(each.verdict).link, each.id, each.verdict, None) for each in chosen]
    return _keep(workspace, drawn, "blind review", by=by, now=now)


def draw_decided(
    workspace: Workspace,
    count: int,
    *,
    now: datetime,
    by: str = "service",
    chance: random.Random | None = None,
) -> int:
    """Draw up to ``count`` decisions of moderators that hold and were never drawn; return how many."""
    before, open_to, after = workspace.blind.decisions(), [], 0
    while batch := workspace.decisions.judged(after=after, limit=_BATCH):
        for decision, verdict, _ in batch:
            after = decision.id or after
            if after not in before:
                open_to.append((decision.link, "", verdict.id or 0, after))
    drawn = (chance or random.SystemRandom()).sample(open_to, min(count, len(open_to)))
    return _keep(workspace, drawn, "second reading", by=by, now=now)


def _keep(
    workspace: Workspace,
    drawn: Sequence[tuple[int, str, int, int | None]],
    what: str,
    *,
    by: str,
    now: datetime,
) -> int:
    with workspace.database.transaction():
        workspace.blind.draw(drawn, now=now)
        workspace.audit.add(by, "draw", what, str(len(drawn)), now=now)
    return len(drawn)


def next_blind(workspace: Workspace, by: str) -> Blind | None:
    """Return the next page for ``by``, who must not have decided on it before; None: there is none."""
    for each in workspace.blind.waiting():
        names = {name for made in workspace.decisions.of(each.link) for name in made.by.split(" & ")}
        if by not in names:
            return each
    return None


def say(workspace: Workspace, number: int, answer: str, *, by: str, now: datetime) -> None:
    """Take what ``by`` says of a page: ``contraband``, ``clear`` or ``cannot-tell``.

    Raises InputError for another answer, RefusedError when the page is not theirs to judge.
    """
    if answer not in ANSWERS:
        raise InputError(N_("answer one of %(answers)s"), answers=", ".join(ANSWERS))
    with workspace.database.transaction():
        found = next((each for each in workspace.blind.waiting() if each.id == number), None)
        if found is None or any(by in made.by.split(" & ") for made in workspace.decisions.of(found.link)):
            raise RefusedError(
                N_("this page is not yours to judge: it was judged, or you have decided on it before")
            )
        workspace.blind.say(number, upheld=ANSWERS[answer], by=by, now=now)
        if reason := _doubt(workspace, found, ANSWERS[answer]):
            workspace.cases.note(Note(link=found.link, kind=NoteKind.ESCALATE, reason=reason, by=by, at=now))
        workspace.audit.add(by, "blind", f"link {found.link}", answer, now=now)


def _doubt(workspace: Workspace, found: Blind, upheld: bool | None) -> str:
    """Return why a senior must look; empty: the answer is what was said before, or it could not be told."""
    if upheld is None:
        return ""
    if found.decision is None:
        return "" if upheld else f"blind review of {found.entry} found it clear"
    confirmed = workspace.decisions.get(found.decision).action is Action.CONFIRM
    if confirmed is upheld:
        return ""
    return f"a second reader, who saw no verdict, found it {'contraband' if upheld else 'clear'}"
