"""A moderator's word, checked: on record at once, or when a second person agrees where one is not enough."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from blocklist.casework.claims import check_free
from blocklist.casework.second import check_undo, needs_second, record
from blocklist.errors import InputError
from blocklist.listing.guards import Guards
from blocklist.model import Action, Decision, Label, Link, Scope
from blocklist.privacy import mask_contacts
from blocklist.public.text import readable
from blocklist.public.words import N_
from blocklist.release.publish import guards_of
from blocklist.scopes import expression_for
from blocklist.store import Workspace
from blocklist.store.cases import Note, NoteKind

_LONGEST_REASON = 2000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a moderator asks for."""

    link: int
    action: Action
    category: str | None = None
    """None: the verdict's own."""
    grade: int | None = None
    scope: Scope | None = None
    """None: the narrowest that is true."""
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a word."""

    decision: Decision
    """Its ``id`` is None while it waits."""
    proposal: int | None = None
    """Number of the proposal that waits for a second person; None: it is on record."""
    why: str = ""
    """What needs a second person; empty: nothing does."""
    lists: tuple[Scope, str] | None = None
    """Scope and expression that it asks to list; None: nothing."""


def decide(workspace: Workspace, word: Word, *, now: datetime, guards: Guards | None = None) -> Taken:
    """Take a moderator's word; ``guards`` are the workspace's (None: they are loaded).

    Raises InputError when it cannot be one, RefusedError while a colleague has the case in hand.
    """
    guards = guards or guards_of(workspace)
    with workspace.database.transaction():  # nobody speaks between what is looked at and what is said of it
        return _decide(workspace, word, guards, now)


def _decide(workspace: Workspace, word: Word, guards: Guards, now: datetime) -> Taken:
    link = workspace.links.get(word.link)
    check_free(workspace, link.id, by=word.by, now=now)
    verdict = workspace.verdicts.current(link.id)
    if verdict is None:
        raise InputError(N_("link %(link)s was not visited yet; `linkgazette crawl` it first"), link=link.id)
    if word.action is Action.CONFIRM:
        if verdict.judgement.label is Label.UNREACHABLE:
            raise InputError(
                N_("link %(link)s was out of reach at its last visit; `linkgazette crawl` it first"),
                link=link.id,
            )
        # Kept with the decision: a later verdict may see no goods, and the word must still say which.
        category = known_category(workspace, word.category or verdict.judgement.category)
        word = dataclasses.replace(word, category=category)
    decision = _decision(word, now)
    page = verdict.landing or link.url
    lists = None
    if word.action is Action.CONFIRM:
        lists = (word.scope or Scope.URL, expression_for(word.scope or Scope.URL, page))
    workspace.claims.drop(link.id)
    if why := second_person_for(workspace, word, guards, now=now):
        proposal = workspace.cases.propose(decision, why)
        workspace.audit.add(word.by, "propose", f"link {link.id}", f"{word.action}: {why}", now=now)
        return Taken(decision=decision, proposal=proposal, why=why, lists=lists)
    return Taken(decision=record(workspace, decision, now), lists=lists)


def second_person_for(workspace: Workspace, word: Word, guards: Guards, *, now: datetime) -> str:
    """Return what of a word on a visited link a second person must agree to; empty: nothing."""
    if not workspace.config.serve.two_person:
        return ""
    link = workspace.links.get(word.link)
    verdict = workspace.verdicts.current(link.id)
    page = (verdict and verdict.landing) or link.url
    return needs_second(_decision(word, now), page, guards, workspace.decisions.current(link.id))


def undo(workspace: Workspace, link: int, *, reason: str, by: str, now: datetime) -> Decision:
    """Withdraw the decision that holds on a link, so that the one before it holds again; return it.

    Raises InputError when there is none, RefusedError when a colleague cleared the link: that accuses anew,
    which takes two.
    """
    with workspace.database.transaction():
        held = workspace.decisions.current(link)
        if held is None or held.id is None:
            raise InputError(N_("no decision holds on link %(link)s; there is nothing to undo"), link=link)
        said, who = _said(reason, by)
        check_undo(workspace, held, by=who)
        workspace.decisions.withdraw(held.id, reason=said, by=who, now=now)
        workspace.audit.add(who, "undo", f"link {link}", f"decision {held.id}", now=now)
    return held


def note(workspace: Workspace, link: Link, kind: NoteKind, *, reason: str, by: str, now: datetime) -> None:
    """Escalate a case, have its page captured again at once, or tell colleagues something about it.

    A remark leaves the case where it is, in whoever's hands.
    """
    said, who = _said(reason, by)
    with workspace.database.transaction():
        if kind is not NoteKind.REMARK:
            check_free(workspace, link.id, by=who, now=now)
            workspace.claims.drop(link.id)
        workspace.cases.note(Note(link=link.id, kind=kind, reason=said, by=who, at=now))
        if kind is NoteKind.RECAPTURE:
            workspace.links.make_due(link.id, now=now)
        workspace.audit.add(who, kind.value, f"link {link.id}", now=now)


def known_category(workspace: Workspace, category: str | None) -> str:
    """Return ``category`` if the policy has it; raises InputError naming those it has."""
    known = ", ".join(sorted(workspace.policy.categories))
    if category is None:
        raise InputError(N_("the verdict names no category; add --category, one of %(known)s"), known=known)
    if category not in workspace.policy.categories:
        raise InputError(
            N_("%(name)s is no category of the policy; --category takes one of %(known)s"),
            name=readable(category),
            known=known,
        )
    return category


def _decision(word: Word, now: datetime) -> Decision:
    reason, by = _said(word.reason, word.by)
    return Decision(
        link=word.link,
        action=word.action,
        category=word.category,
        grade=word.grade,
        scope=word.scope,
        reason=reason,
        by=by,
        decided_at=now,
    )


def _said(reason: str, by: str) -> tuple[str, str]:
    reason, by = reason.strip(), by.strip()
    if not reason or not by:
        raise InputError(N_("a decision needs a reason and a name; fill in --reason and --by"))
    if len(reason) > _LONGEST_REASON:
        raise InputError(
            N_("the reason has %(has)s characters; at most %(most)s are kept"),
            has=len(reason),
            most=_LONGEST_REASON,
        )
    return mask_contacts(reason), by
