"""The list as columns: entries, aliases, tombstones, and what waits for review."""

from sys import intern
from typing import Any

from blocklist.model import Alias, Entry, Host, ListKey, RemovalReason, ReviewItem, Scope, Tombstone, WebUrl
from blocklist.store.codec.scalars import Row, reads, time_of, time_text
from blocklist.store.codec.verdicts import evidence_of, evidence_text

ENTRY = (
    "id",
    "scope",
    "expression",
    "host",
    "category",
    "grade",
    "clause",
    "jurisdiction",
    "first_seen",
    "listed_at",
    "verified_at",
    "expires_at",
    "verdict",
    "evidence",
    "evidence_digest",
    "policy",
    "decided_by",
    "sensitive",
)
ALIAS = ("expression", "entry", "sensitive")
TOMBSTONE = ("id", "listed_at", "removed_at", "reason")
REVIEW_ITEM = ("link", "url", "reason", "category", "grade", "confidence")


def entry_row(entry: Entry) -> tuple[Any, ...]:
    """Write columns ENTRY."""
    return (
        entry.id,
        entry.scope.value,
        entry.expression,
        entry.host,
        entry.category,
        entry.grade,
        entry.clause,
        entry.jurisdiction,
        time_text(entry.first_seen),
        time_text(entry.listed_at),
        time_text(entry.verified_at),
        time_text(entry.expires_at),
        entry.verdict,
        evidence_text(entry.evidence),
        entry.evidence_digest,
        entry.policy,
        entry.decided_by,
        int(entry.sensitive),
    )


@reads("list entry")
def entry_of(row: Row) -> Entry:
    """Read columns ENTRY."""
    (
        identifier, scope, expression, host, category, grade, clause, jurisdiction, first_seen, listed_at,
        verified_at, expires_at, verdict, evidence, evidence_digest, policy, decided_by, sensitive,
    ) = row  # fmt: skip
    return Entry(
        id=identifier,
        scope=Scope(scope),
        expression=ListKey(expression),
        host=Host(host),
        category=intern(category),
        grade=grade,
        clause=intern(clause),
        jurisdiction=intern(jurisdiction),
        first_seen=time_of(first_seen),
        listed_at=time_of(listed_at),
        verified_at=time_of(verified_at),
        expires_at=time_of(expires_at),
        verdict=verdict,
        evidence=evidence_of(evidence),
        evidence_digest=evidence_digest,
        policy=intern(policy),
        decided_by=intern(decided_by),
        sensitive=bool(sensitive),
    )


def alias_row(alias: Alias) -> tuple[Any, ...]:
    """Write columns ALIAS."""
    return (alias.expression, alias.entry, int(alias.sensitive))


@reads("list alias")
def alias_of(row: Row) -> Alias:
    """Read columns ALIAS."""
    expression, entry, sensitive = row
    return Alias(expression=ListKey(expression), entry=entry, sensitive=bool(sensitive))


def tombstone_row(tombstone: Tombstone) -> tuple[Any, ...]:
    """Write columns TOMBSTONE."""
    return (
        tombstone.id,
        time_text(tombstone.listed_at),
        time_text(tombstone.removed_at),
        tombstone.reason.value,
    )


@reads("tombstone")
def tombstone_of(row: Row) -> Tombstone:
    """Read columns TOMBSTONE."""
    identifier, listed_at, removed_at, reason = row
    return Tombstone(
        id=identifier,
        listed_at=time_of(listed_at),
        removed_at=time_of(removed_at),
        reason=RemovalReason(reason),
    )


def review_item_row(item: ReviewItem) -> tuple[Any, ...]:
    """Write columns REVIEW_ITEM."""
    return (item.link, item.url, item.reason, item.category, item.grade, item.confidence)


@reads("review item")
def review_item_of(row: Row) -> ReviewItem:
    """Read columns REVIEW_ITEM."""
    link, url, reason, category, grade, confidence = row
    return ReviewItem(
        link=link, url=WebUrl(url), reason=reason, category=category, grade=grade, confidence=confidence
    )
