"""Where one moderator's word is not enough: what needs a second person, and how they settle it.

Clearing never does: a false accusation is worse than a miss.
"""

import dataclasses
from datetime import datetime

from blocklist.errors import InputError, RefusedError
from blocklist.listing.guards import Guards
from blocklist.model import Action, Decision, Scope, WebUrl
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.cases import Proposal
from blocklist.urls import host_of

GUARDED = "guarded-host"
DOMAIN = "domain-scope"
OVERTURNS = "overturns-a-person"


def needs_second(decision: Decision, page: WebUrl, guards: Guards, standing: Decision | None) -> str:
    """Return what of ``decision`` a second person must agree to; empty: nothing.

    ``standing`` is the decision that holds now; None: no moderator has spoken.
    """
    if decision.action is not Action.CONFIRM:
        return ""
    if decision.scope is Scope.DOMAIN:
        return DOMAIN
    if guards.guard_of(host_of(page)) is not None:
        return GUARDED
    if standing is not None and standing.action is Action.CLEAR and standing.by != decision.by:
        return OVERTURNS
    return ""


def settle(workspace: Workspace, number: int, *, agree: bool, by: str, now: datetime) -> Decision | None:
    """Let a second person settle a proposal; return the decision on record, None when it was refused.

    Raises InputError when there is no such proposal, RefusedError when it is settled or is their own.
    """
    with workspace.database.transaction():
        proposal = _waiting(workspace, number)
        made = proposal.decision
        if not by.strip():
            raise InputError(N_("a decision needs a name; fill it in"))
        if agree and made.by.casefold() == by.strip().casefold():
            raise RefusedError(
                N_("proposal %(number)s is %(who)s's own; a second person must agree to it"),
                number=number,
                who=made.by,
            )
        kept: Decision | None = None
        if agree:
            both = dataclasses.replace(made, id=None, by=f"{made.by} & {by.strip()}", decided_at=now)
            kept = record(workspace, both, now)
        workspace.cases.settle(number, by=by.strip(), decision=kept.id if kept else None, now=now)
        word = "agree" if agree else "refuse"
        workspace.audit.add(by.strip(), word, f"proposal {number}", f"link {made.link}", now=now)
    return kept


def check_undo(workspace: Workspace, held: Decision, *, by: str) -> None:
    """Raise RefusedError where taking a decision back would accuse what a colleague cleared."""
    cleared = held.action is Action.CLEAR and by not in held.by.split(" & ")
    if cleared and workspace.config.serve.two_person:
        raise RefusedError(
            N_("%(who)s cleared this link; confirm it instead, and a second person is asked"), who=held.by
        )


def record(workspace: Workspace, decision: Decision, now: datetime) -> Decision:
    """Put a decision on record, within the caller's transaction; return it with its number."""
    kept = dataclasses.replace(decision, id=workspace.decisions.add(decision))
    detail = " ".join(filter(None, (decision.category, decision.scope)))
    workspace.audit.add(decision.by, decision.action.value, f"link {decision.link}", detail, now=now)
    return kept


def _waiting(workspace: Workspace, number: int) -> Proposal:
    proposal = workspace.cases.proposal(number)
    if proposal is None:
        raise InputError(
            N_("there is no proposal %(number)s; `linkgazette review proposals` lists them"), number=number
        )
    if proposal.settled_by is not None:
        raise RefusedError(
            N_("proposal %(number)s was settled by %(who)s"), number=number, who=proposal.settled_by
        )
    return proposal
