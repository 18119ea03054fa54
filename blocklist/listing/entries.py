"""From claims to entries: ids that never change, dates that follow verification.

An id is the SHA-256 of scope, expression and generation, its first 50 bits in base32::

    LG-4QJ7ZC2MXA

The generation makes a new id for what was removed and is listed again: a tombstone keeps its id for ever.
"""

import base64
import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count

from blocklist.listing.evidence import digest
from blocklist.listing.pages import Landing
from blocklist.listing.scoping import Claim, Claims
from blocklist.model import Entry, Evidence, Label, ListKey, Scope, WebUrl
from blocklist.policy import Policy
from blocklist.scopes import key_host
from blocklist.urls import sensitive_parts

_ID_CHARS = 10


def entries_of(
    claims: Claims,
    *,
    previous: Mapping[Claim, Entry],
    taken: Collection[str],
    policy: Policy,
    entry_days: int,
    now: datetime,
) -> Iterator[Entry]:
    """Give the entry of each claim; those whose verification is older than ``entry_days`` are left out.

    ``taken`` are ids that a claim without entry must not get: of tombstones and present entries. An entry
    that is what it was is the very value of ``previous``: what is made from a list looks for that first.
    """
    used = set(taken)
    for claim in sorted(claims):
        before = previous.get(claim)
        entry = _entry(claim, claims[claim], before, used, policy, entry_days, now)
        if before == entry:
            entry = before
        if entry.expires_at > now:
            used.add(entry.id)
            yield entry


def _entry(
    claim: Claim,
    pages: tuple[Landing, ...],
    before: Entry | None,
    used: Collection[str],
    policy: Policy,
    entry_days: int,
    now: datetime,
) -> Entry:
    scope, expression = claim
    page = min(pages, key=_rank)
    category = policy.categories[page.category]
    verified_at = max(map(verified, pages))
    verdict = page.verdict
    assert verdict.id is not None, "listed verdicts are stored first"
    return Entry(
        id=before.id if before else entry_id(scope, expression, used),
        scope=scope,
        expression=expression,
        host=key_host(expression),
        category=page.category,
        grade=page.grade,
        clause=category.clause,
        jurisdiction=category.jurisdiction["en"],
        first_seen=min(each.first_seen for one in pages for each in one.findings),
        listed_at=before.listed_at if before else now,
        verified_at=verified_at,
        expires_at=verified_at + timedelta(days=entry_days),
        verdict=verdict.id,
        evidence=_speaking(verdict.judgement.evidence, page.category),
        evidence_digest=digest(verdict),
        policy=verdict.judgement.policy,
        decided_by="moderator" if page.by_moderator else "machine",
        sensitive=is_sensitive(expression),
    )


def _rank(page: Landing) -> tuple[bool, bool, float, ListKey]:
    """Order pages by how well they stand for an entry: the root, then a moderator's, then the surest."""
    return (not page.is_root, not page.by_moderator, -page.verdict.judgement.confidence, page.key)


def verified(page: Landing) -> datetime:
    """Return when ``page`` was last seen to deserve its entry.

    By a moderator, or by a machine verdict that says so; an unsure one counts where a moderator had
    confirmed, a clear one never does.
    """
    label = page.verdict.judgement.label
    seen = page.seen_at
    if page.decision is None:
        return seen
    agrees = label in {Label.CONTRABAND, Label.UNSURE}
    return max(seen, page.decision.decided_at) if agrees else page.decision.decided_at


def entry_id(scope: Scope, expression: ListKey, used: Collection[str]) -> str:
    """Return the first id of ``scope`` and ``expression`` that is not ``used``."""
    for generation in count():
        digested = hashlib.sha256(f"{scope}\n{expression}\n{generation}".encode()).digest()
        found = f"LG-{base64.b32encode(digested)[:_ID_CHARS].decode()}"
        if found not in used:
            return found
    raise AssertionError  # count() does not end


def is_sensitive(expression: ListKey) -> bool:
    """Tell whether publishing ``expression`` could publish a person."""
    return bool(sensitive_parts(WebUrl(f"http://{expression}")))


def _speaking(evidence: tuple[Evidence, ...], category: str) -> tuple[Evidence, ...]:
    """Keep what speaks about ``category`` or the page; other categories' evidence is no reason."""
    return tuple(each for each in evidence if each.category in {None, category})
