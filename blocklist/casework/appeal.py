"""An appeal as a claimant makes it: anyone may, and a person answers within the published time (``answer``).

Making one makes the page due at once, so that whoever answers sees it as it is now. Who holds the ticket sees
the appeal's page; we keep only its digest. A contact is sealed, and erased after its time.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from blocklist.errors import InputError
from blocklist.privacy import mask_contacts
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.appeals import Appeal, Proof

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


def contact_of(workspace: Workspace, appeal: Appeal) -> str:
    """Return the claimant's contact; empty: none was given, or it was erased."""
    return "" if appeal.contact is None else workspace.sealer.open(appeal.contact, appeal.ticket)


def keep_retention(workspace: Workspace, *, now: datetime) -> int:
    """Erase the contacts whose time is over; return how many."""
    return workspace.appeals.erase_contacts(now - timedelta(days=workspace.config.serve.contact_days))
