"""One word on several cases of an obvious campaign: each is decided by itself, all are undone at once.

Only cases that are like the one on the desk can be chosen (``similar``), never one on a guarded host, never
at ``domain`` scope, and none that a person should look at by itself. What cannot be decided so is refused
with its reason before anything is on record.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from blocklist.casework.decide import Word, decide, second_person_for
from blocklist.casework.second import check_undo
from blocklist.casework.similar import Similar, similar_to
from blocklist.errors import InputError, RefusedError
from blocklist.listing.pages import Held
from blocklist.model import Action, Label, Link, Scope
from blocklist.privacy import mask_contacts
from blocklist.public.words import N_
from blocklist.release.publish import guards_of
from blocklist.store import Workspace
from blocklist.store.batches import Batch

LARGEST = 40
"""Cases in one batch; who would look over more has not looked."""
_BY_ITSELF = frozenset({Held.SENSITIVE, Held.GUARDED, Held.CANARY, Held.COMPROMISE, Held.CHANGED})

DECIDED = N_("was decided already")
GUARDED = N_("asks for a second person")
ALONE = N_("must be looked at by itself")
UNREACHABLE = N_("was out of reach")
IN_HAND = N_("is in the hands of a colleague")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A case that may be decided with others."""

    link: Link
    similar: Similar | None
    """None: it is the case on the desk itself."""
    hindrance: str
    """Why it cannot be decided with others; empty: it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of a batch that was undone."""

    undone: int
    kept: int
    """Decisions on which somebody has spoken since."""


def choices(workspace: Workspace, link: int, *, by: str, now: datetime) -> tuple[Choice, ...]:
    """Return the case of ``link`` and those like it, each with what hinders deciding it with others."""
    held = {number: claim for number, claim in workspace.claims.held(now=now).items() if claim.by != by}
    alone = {item.link for item in workspace.review_queue.waiting() if item.reason in set(_BY_ITSELF)}
    waits = {each.decision.link for each in workspace.cases.proposed()}
    guards = guards_of(workspace)

    def choice(each: Link, similar: Similar | None) -> Choice:
        verdict = workspace.verdicts.current(each.id)
        hindrance = ""
        if verdict is None or verdict.judgement.label is Label.UNREACHABLE:
            hindrance = UNREACHABLE
        elif workspace.decisions.current(each.id) is not None or each.id in waits:
            hindrance = DECIDED
        elif each.id in held:
            hindrance = IN_HAND
        elif each.id in alone or each.sensitive:
            hindrance = ALONE
        elif second_person_for(workspace, _word(each.id, by), guards, now=now):
            hindrance = GUARDED
        return Choice(link=each, similar=similar, hindrance=hindrance)

    desk = workspace.links.get(link)
    return (choice(desk, None), *(choice(one.link, one) for one in similar_to(workspace, link)))


def decide_together(
    workspace: Workspace, word: Word, chosen: Collection[int], *, now: datetime
) -> tuple[int, int]:
    """Put ``word``, spoken of one case, on record for each of the ``chosen``; return batch number and size.

    Raises InputError for a choice that cannot be one, RefusedError when one of the cases cannot be decided
    with others any more; then nothing is on record.
    """
    if word.scope is Scope.DOMAIN:
        raise InputError(N_("a whole domain is not listed for several cases at once"))
    if not chosen:
        raise InputError(N_("choose the cases that the decision is for"))
    if len(chosen) > LARGEST:
        raise InputError(N_("at most %(most)s cases are decided at once"), most=LARGEST)
    with workspace.database.transaction():
        open_to = {each.link.id: each for each in choices(workspace, word.link, by=word.by, now=now)}
        for number in chosen:
            if number not in open_to:
                raise InputError(N_("case %(link)s is not like the one on the desk"), link=number)
            if open_to[number].hindrance:
                raise RefusedError(
                    N_("case %(link)s cannot be decided with others: it %(why)s"),
                    link=number,
                    why=open_to[number].hindrance,
                )
        made, guards = [], guards_of(workspace)
        for number in sorted(chosen):
            taken = decide(workspace, replace(word, link=number, scope=None), now=now, guards=guards)
            if taken.decision.id is None:
                raise RefusedError(
                    N_("case %(link)s cannot be decided with others: it %(why)s"), link=number, why=GUARDED
                )
            made.append(taken.decision.id)
        reason = mask_contacts(word.reason)
        batch = workspace.batches.add(word.link, made, reason=reason, by=word.by, now=now)
        workspace.audit.add(word.by, "batch", f"batch {batch}", f"{len(made)} of link {word.link}", now=now)
    return batch, len(made)


def undo_together(workspace: Workspace, number: int, *, reason: str, by: str, now: datetime) -> Undone:
    """Withdraw the decisions of a batch that still hold.

    Raises InputError when there is no such batch or no reason, RefusedError when it was undone, or when a
    colleague cleared these links.
    """
    if not reason.strip() or not by.strip():
        raise InputError(N_("a decision needs a reason and a name; fill in --reason and --by"))
    undone = kept = 0
    said = mask_contacts(reason.strip())
    with workspace.database.transaction():
        batch = batch_of(workspace, number)
        if batch.undone_at is not None:
            raise RefusedError(
                N_("batch %(number)s was undone by %(who)s"), number=number, who=batch.undone_by or ""
            )
        for decision in workspace.batches.decisions(number):
            if workspace.decisions.holds(decision):
                check_undo(workspace, workspace.decisions.get(decision), by=by.strip())
                workspace.decisions.withdraw(decision, reason=said, by=by.strip(), now=now)
                undone += 1
            else:
                kept += 1
        workspace.batches.undo(number, by=by.strip(), now=now)
        workspace.audit.add(by.strip(), "undo", f"batch {number}", f"{undone} decisions", now=now)
    return Undone(undone=undone, kept=kept)


def batch_of(workspace: Workspace, number: int) -> Batch:
    """Return the batch of that number; raises InputError when there is none."""
    batch = workspace.batches.get(number)
    if batch is None:
        raise InputError(N_("there is no batch %(number)s"), number=number)
    return batch


def _word(link: int, by: str) -> Word:
    return Word(link=link, action=Action.CONFIRM, reason="-", by=by)
