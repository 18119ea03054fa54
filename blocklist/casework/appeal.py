"""An appeal from claim to answer: anyone may make one, a person answers it within the published time.

Making one makes the page due at once, so that whoever answers sees it as it is now. Who holds the ticket sees
the appeal's page; we keep only its digest. A contact is sealed, and erased after its time.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from blocklist.casework.claims import Kind, check_free
from blocklist.errors import InputError, RefusedError
from blocklist.model import Action, Decision, Label
from blocklist.privacy import mask_contacts
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.appeals import Appeal, Outcome, Proof

_TICKET_BYTES = 20  # 160 bits: nobody guesses one
_LONGEST = 4000  # characters of a statement
_LONGEST_CONTACT = 254  # characters: the longest e-mail address (RFC 5321, section 4.5.3.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a claimant says."""

    entry: str
    statement: str
    contact: str = ""
    """Empty: the ticket's page is enough."""
    proof: Proof = Proof.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a claimant is given."""

    secret: str
    """Shown once; opens the appeal's page."""
    appeal: Appeal


def make_appeal(workspace: Workspace, claim: Claim, *, now: datetime) -> Ticket:
    """Take an appeal; raises InputError when the entry was never listed or the claim says nothing."""
    wanted = claim.entry.strip().upper()
    statement, contact = claim.statement.strip(), claim.contact.strip()
    entry = workspace.entries.find(wanted)
    if entry is None and not workspace.entries.was_listed(wanted):
        raise InputError(
            N_("no entry has that id; it begins with LG- and stands at the top of the entry's page")
        )
    if not statement:
        raise InputError(N_("say what is wrong with the entry; a sentence is enough"))
    if len(statement) > _LONGEST or len(contact) > _LONGEST_CONTACT:
        raise InputError(
            N_("a statement has at most %(statement)s characters, a contact %(contact)s"),
            statement=_LONGEST,
            contact=_LONGEST_CONTACT,
        )
    link = None if entry is None else workspace.verdicts.get(entry.verdict).link
    secret = secrets.token_hex(_TICKET_BYTES)
    digest = ticket_digest(secret)
    appeal = Appeal(
        ticket=digest,
        entry=wanted,
        link=link,
        statement=mask_contacts(statement),
        contact=workspace.sealer.seal(contact, digest) if contact else None,
        proof=claim.proof if entry else Proof.NONE,
        proof_host=entry.host if entry and claim.proof is not Proof.NONE else "",
        proof_word=secrets.token_hex(16) if entry and claim.proof is not Proof.NONE else "",
        made_at=now,
        due_at=now + timedelta(days=workspace.config.serve.appeal_days),
    )
    with workspace.database.transaction():
        number = workspace.appeals.add(appeal)
        if link is not None:
            workspace.links.make_due(link, now=now)
        workspace.audit.add("claimant", "appeal", f"appeal {number}", wanted, now=now)
    kept = workspace.appeals.get(number)
    assert kept is not None, "it was stored"
    return Ticket(secret=secret, appeal=kept)


def ticket_digest(secret: str) -> bytes:
    """Return what is kept of a ticket."""
    return hashlib.sha256(b"ticket\0" + secret.strip().lower().encode(errors="replace")).digest()


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
    with workspace.database.transaction():
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


def contact_of(workspace: Workspace, appeal: Appeal) -> str:
    """Return the claimant's contact; empty: none was given, or it was erased."""
    return "" if appeal.contact is None else workspace.sealer.open(appeal.contact, appeal.ticket)


def keep_retention(workspace: Workspace, *, now: datetime) -> int:
    """Erase the contacts whose time is over; return how many."""
    return workspace.appeals.erase_contacts(now - timedelta(days=workspace.config.serve.contact_days))
