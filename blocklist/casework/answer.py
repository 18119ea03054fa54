"""An appeal as it is answered: what waits beside it, how its page was seen since, what the answer does."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from blocklist.casework.claims import Kind, check_free
from blocklist.errors import InputError, RefusedError
from blocklist.model import Action, Decision, Label
from blocklist.privacy import mask_contacts
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.appeals import Appeal, Outcome


def by_entry(waiting: Iterable[Appeal]) -> tuple[tuple[Appeal, ...], ...]:
    """Put appeals against one entry together, in the order of the first of each."""
    found: dict[str, list[Appeal]] = {}
    for each in waiting:
        found.setdefault(each.entry, []).append(each)
    return tuple(map(tuple, found.values()))


def beside(workspace: Workspace, appeal: Appeal) -> tuple[Appeal, ...]:
    """Return the other appeals against the same entry that wait."""
    return tuple(
        each for each in workspace.appeals.waiting() if each.entry == appeal.entry and each.id != appeal.id
    )


def answer_appeal(
    workspace: Workspace,
    number: int,
    outcome: Outcome,
    *,
    reason: str,
    by: str,
    now: datetime,
    also: Collection[int] = (),
) -> Appeal:
    """Answer an appeal: what is upheld is cleared, and leaves with the next release.

    With it all others against the entry are upheld, for the entry is gone. A rejection is the answer to this
    one, and to ``also``, others against the same entry: each says something of its own that must be read.
    Raises InputError when there is no such appeal or no reason, RefusedError when it has its answer, while a
    colleague has it in hand, or when the one who answers is the one whose decision listed the entry.
    """
    with workspace.database.transaction():
        appeal = workspace.appeals.get(number)
        if appeal is None:
            raise InputError(
                N_("there is no appeal %(number)s; `linkgazette appeal list` shows those that wait"),
                number=number,
            )
        reason, by = mask_contacts(reason.strip()), by.strip()
        if not reason or not by:
            raise InputError(N_("an answer needs a reason, which the claimant reads, and a name"))
        if appeal.settled_at is not None:
            raise RefusedError(
                N_("appeal %(number)s was answered by %(who)s"), number=number, who=appeal.settled_by
            )
        others = {each.id for each in beside(workspace, appeal)}
        if not others.issuperset(also):
            raise InputError(N_("only appeals against the same entry that wait are answered with this one"))
        answered = (number, *sorted(others if outcome is Outcome.UPHELD else set(also)))
        for each in answered if outcome is Outcome.REJECTED else (number,):
            check_free(workspace, each, by=by, now=now, kind=Kind.APPEAL)
        standing = None if appeal.link is None else workspace.decisions.current(appeal.link)
        if outcome is Outcome.REJECTED and standing is not None and by in standing.by.split(" & "):
            raise RefusedError(
                N_("an appeal is not rejected by who decided on the entry; leave it to a colleague")
            )
        decision: int | None = None
        if outcome is Outcome.UPHELD and appeal.link is not None:
            cleared = Decision(
                link=appeal.link,
                action=Action.CLEAR,
                reason=f"appeal {number}: {reason}",
                by=by,
                decided_at=now,
                on_appeal=True,
            )
            decision = workspace.decisions.add(cleared)
        for each in answered:
            workspace.appeal_claims.drop(each)
            workspace.appeals.settle(each, outcome=outcome, reason=reason, by=by, decision=decision, now=now)
            workspace.audit.add(by, outcome.value, f"appeal {each}", appeal.entry, now=now)
    settled = workspace.appeals.get(number)
    assert settled is not None, "it was stored"
    return settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisited:
    """The page that an appeal is about, as it was seen after the appeal came."""

    at: datetime
    label: Label


def revisited(workspace: Workspace, appeal: Appeal) -> Revisited | None:
    """Return how the page was seen since the appeal; None: it was not visited again yet."""
    if appeal.link is None:
        return None
    seen = [
        each.fetched_at for each in workspace.captures.of(appeal.link) if each.fetched_at > appeal.made_at
    ]
    verdict = workspace.verdicts.current(appeal.link)
    return Revisited(at=max(seen), label=verdict.judgement.label) if seen and verdict else None
