"""The words of ``model`` as columns, and back: the one place that knows how a value is written.

Times become UTC RFC 3339 text with microseconds (``2026-11-22T23:00:00.000000Z``), which sorts as it reads.
Nested values become JSON. Text from hostile pages may hold lone surrogates, which neither UTF-8 nor JSON can
say: they become U+FFFD.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from blocklist.model import (
    Action,
    Alias,
    Announcement,
    Archived,
    Capture,
    Decision,
    Entry,
    Evidence,
    EvidenceKind,
    Failure,
    Hop,
    Host,
    Judgement,
    Label,
    Link,
    ListKey,
    Pseudonym,
    Release,
    RemovalReason,
    ReviewItem,
    Scope,
    Share,
    Surface,
    TlsFacts,
    Tombstone,
    Verdict,
    WebUrl,
)

Row = Sequence[Any]

# --- columns, in the order in which the functions below read and write them ---------------------------

LINK = ("id", "url", "host", "sensitive", "attempts")
SHARE = (
    "surface",
    "account",
    "account_name",
    "in_group",
    "group_name",
    "reporter",
    "forwarded",
    "shared_at",
)
CAPTURE = (
    "link",
    "vantage",
    "fetched_at",
    "elapsed_ms",
    "hops",
    "final_url",
    "status",
    "content_type",
    "body_sha256",
    "body_bytes",
    "failure",
    "failure_detail",
    "peer",
    "tls",
    "archive_file",
    "archive_offset",
    "archive_length",
)
VERDICT = (
    "link",
    "landing",
    "title",
    "label",
    "category",
    "grade",
    "confidence",
    "publishable",
    "reason",
    "evidence",
    "policy",
    "captures",
    "decided_at",
    "by",
)
DECISION = ("link", "action", "category", "grade", "scope", "reason", "by", "decided_at")
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
RELEASE = ("serial", "issued_at", "expires_at", "entries", "digest", "previous", "override")
REVIEW_ITEM = ("link", "url", "reason", "category", "grade", "confidence")
ANNOUNCEMENT = (
    "slug",
    "since",
    "until",
    "published_at",
    "links_blocked",
    "accounts",
    "groups",
    "categories",
    "examples",
    "removed",
    "corrected",
)


# --- scalars ------------------------------------------------------------------------------------------


def time_text(moment: datetime) -> str:
    """Write an aware time; raises ValueError for a naive one, whose zone nobody knows."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def maybe_time_text(moment: datetime | None) -> str | None:
    """As ``time_text``; None stays None."""
    return None if moment is None else time_text(moment)


def time_of(text: str) -> datetime:
    """Read what ``time_text`` wrote."""
    return datetime.fromisoformat(text)


def maybe_time_of(text: str | None) -> datetime | None:
    """As ``time_of``; None stays None."""
    return None if text is None else datetime.fromisoformat(text)


def clean(text: str) -> str:
    """Replace what UTF-8 cannot say."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def json_text(value: Any) -> str:
    """Compact JSON; keys keep their order."""
    return orjson.dumps(value).decode()


# --- links and shares ---------------------------------------------------------------------------------


def link_of(row: Row) -> Link:
    """Read columns LINK."""
    identifier, url, host, sensitive, attempts = row
    return Link(
        id=identifier,
        url=WebUrl(url),
        host=Host(host),
        sensitive=() if sensitive == "[]" else tuple(orjson.loads(sensitive)),
        attempts=attempts,
    )


def share_row(share: Share) -> tuple[Any, ...]:
    """Write columns SHARE."""
    return (
        share.surface.value,
        share.account,
        clean(share.account_name),
        share.group,
        clean(share.group_name),
        share.reporter,
        int(share.forwarded),
        maybe_time_text(share.shared_at),
    )


def share_of(url: str, row: Row) -> Share:
    """Read columns SHARE; the URL is the link's."""
    surface, account, account_name, group, group_name, reporter, forwarded, shared_at = row
    return Share(
        url=WebUrl(url),
        surface=Surface(surface),
        account=None if account is None else Pseudonym(account),
        account_name=account_name,
        group=None if group is None else Pseudonym(group),
        group_name=group_name,
        reporter=None if reporter is None else Pseudonym(reporter),
        forwarded=bool(forwarded),
        shared_at=maybe_time_of(shared_at),
    )


# --- captures -----------------------------------------------------------------------------------------


def capture_row(capture: Capture) -> tuple[Any, ...]:
    """Write columns CAPTURE."""
    archived = capture.archived
    return (
        capture.link,
        capture.vantage,
        time_text(capture.fetched_at),
        capture.elapsed_ms,
        json_text([{"url": clean(hop.url), "status": hop.status, "via": hop.via} for hop in capture.hops]),
        capture.final_url,
        capture.status,
        clean(capture.content_type),
        capture.body_sha256,
        capture.body_bytes,
        None if capture.failure is None else capture.failure.value,
        clean(capture.failure_detail),
        capture.peer,
        None if capture.tls is None else _tls_text(capture.tls),
        None if archived is None else archived.file,
        None if archived is None else archived.offset,
        None if archived is None else archived.length,
    )


def capture_of(identifier: int, row: Row) -> Capture:
    """Read columns CAPTURE."""
    (
        link, vantage, fetched_at, elapsed_ms, hops, final_url, status, content_type, body_sha256,
        body_bytes, failure, failure_detail, peer, tls, file, offset, length,
    ) = row  # fmt: skip
    return Capture(
        id=identifier,
        link=link,
        vantage=vantage,
        fetched_at=time_of(fetched_at),
        elapsed_ms=elapsed_ms,
        hops=hops_of(hops),
        final_url=None if final_url is None else WebUrl(final_url),
        status=status,
        content_type=content_type,
        body_sha256=body_sha256,
        body_bytes=body_bytes,
        failure=None if failure is None else Failure(failure),
        failure_detail=failure_detail,
        peer=peer,
        tls=None if tls is None else _tls_of(tls),
        archived=None if file is None else Archived(file=file, offset=offset, length=length),
    )


def hops_of(text: str) -> tuple[Hop, ...]:
    """Read a capture's hops."""
    return tuple(Hop(url=hop["url"], status=hop["status"], via=hop["via"]) for hop in orjson.loads(text))


def _tls_text(tls: TlsFacts) -> str:
    return json_text(
        {
            "valid": tls.valid,
            "problem": tls.problem,
            "issuer": clean(tls.issuer),
            "not_after": maybe_time_text(tls.not_after),
        }
    )


def _tls_of(text: str) -> TlsFacts:
    facts = orjson.loads(text)
    return TlsFacts(
        valid=facts["valid"],
        problem=facts["problem"],
        issuer=facts["issuer"],
        not_after=maybe_time_of(facts["not_after"]),
    )


# --- verdicts and decisions ---------------------------------------------------------------------------


def evidence_text(evidence: Sequence[Evidence]) -> str:
    """Write evidence as a JSON array."""
    return json_text(
        [
            {
                "rule": each.rule,
                "kind": each.kind.value,
                "category": each.category,
                "excerpt": clean(each.excerpt),
                "weight": each.weight,
            }
            for each in evidence
        ]
    )


def evidence_of(text: str) -> tuple[Evidence, ...]:
    """Read what ``evidence_text`` wrote."""
    return tuple(
        Evidence(
            rule=each["rule"],
            kind=EvidenceKind(each["kind"]),
            category=each["category"],
            excerpt=each["excerpt"],
            weight=each["weight"],
        )
        for each in orjson.loads(text)
    )


def verdict_row(verdict: Verdict) -> tuple[Any, ...]:
    """Write columns VERDICT."""
    judgement = verdict.judgement
    return (
        verdict.link,
        verdict.landing,
        clean(verdict.title),
        judgement.label.value,
        judgement.category,
        judgement.grade,
        judgement.confidence,
        int(judgement.publishable),
        clean(judgement.reason),
        evidence_text(judgement.evidence),
        judgement.policy,
        json_text(verdict.captures),
        time_text(verdict.decided_at),
        verdict.by,
    )


def verdict_of(identifier: int, row: Row) -> Verdict:
    """Read columns VERDICT."""
    (
        link, landing, title, label, category, grade, confidence, publishable, reason, evidence,
        policy, captures, decided_at, by,
    ) = row  # fmt: skip
    return Verdict(
        id=identifier,
        link=link,
        landing=None if landing is None else WebUrl(landing),
        title=title,
        judgement=Judgement(
            label=Label(label),
            category=category,
            grade=grade,
            confidence=confidence,
            publishable=bool(publishable),
            reason=reason,
            evidence=evidence_of(evidence),
            policy=policy,
        ),
        captures=tuple(orjson.loads(captures)),
        decided_at=time_of(decided_at),
        by=by,
    )


def decision_row(decision: Decision) -> tuple[Any, ...]:
    """Write columns DECISION."""
    return (
        decision.link,
        decision.action.value,
        decision.category,
        decision.grade,
        None if decision.scope is None else decision.scope.value,
        clean(decision.reason),
        clean(decision.by),
        time_text(decision.decided_at),
    )


def decision_of(identifier: int, row: Row) -> Decision:
    """Read columns DECISION."""
    link, action, category, grade, scope, reason, by, decided_at = row
    return Decision(
        id=identifier,
        link=link,
        action=Action(action),
        category=category,
        grade=grade,
        scope=None if scope is None else Scope(scope),
        reason=reason,
        by=by,
        decided_at=time_of(decided_at),
    )


# --- the list -----------------------------------------------------------------------------------------


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
        category=category,
        grade=grade,
        clause=clause,
        jurisdiction=jurisdiction,
        first_seen=time_of(first_seen),
        listed_at=time_of(listed_at),
        verified_at=time_of(verified_at),
        expires_at=time_of(expires_at),
        verdict=verdict,
        evidence=evidence_of(evidence),
        evidence_digest=evidence_digest,
        policy=policy,
        decided_by=decided_by,
        sensitive=bool(sensitive),
    )


def alias_row(alias: Alias) -> tuple[Any, ...]:
    """Write columns ALIAS."""
    return (alias.expression, alias.entry, int(alias.sensitive))


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


def review_item_of(row: Row) -> ReviewItem:
    """Read columns REVIEW_ITEM."""
    link, url, reason, category, grade, confidence = row
    return ReviewItem(
        link=link, url=WebUrl(url), reason=reason, category=category, grade=grade, confidence=confidence
    )


def release_row(release: Release) -> tuple[Any, ...]:
    """Write columns RELEASE."""
    return (
        release.serial,
        time_text(release.issued_at),
        time_text(release.expires_at),
        release.entries,
        release.digest,
        release.previous,
        clean(release.override),
    )


def release_of(row: Row) -> Release:
    """Read columns RELEASE."""
    serial, issued_at, expires_at, entries, digest, previous, override = row
    return Release(
        serial=serial,
        issued_at=time_of(issued_at),
        expires_at=time_of(expires_at),
        entries=entries,
        digest=digest,
        previous=previous,
        override=override,
    )


def announcement_row(announcement: Announcement) -> tuple[Any, ...]:
    """Write columns ANNOUNCEMENT."""
    return (
        announcement.slug,
        time_text(announcement.since),
        time_text(announcement.until),
        time_text(announcement.published_at),
        announcement.links_blocked,
        json_text(announcement.accounts),
        json_text(announcement.groups),
        json_text(announcement.categories),
        json_text([clean(name) for name in announcement.examples]),
        announcement.removed,
        announcement.corrected,
    )


def announcement_of(row: Row) -> Announcement:
    """Read columns ANNOUNCEMENT."""
    (
        slug, since, until, published_at, links_blocked, accounts, groups, categories, examples,
        removed, corrected,
    ) = row  # fmt: skip
    return Announcement(
        slug=slug,
        since=time_of(since),
        until=time_of(until),
        published_at=time_of(published_at),
        links_blocked=links_blocked,
        accounts=orjson.loads(accounts),
        groups=orjson.loads(groups),
        categories=orjson.loads(categories),
        examples=tuple(orjson.loads(examples)),
        removed=removed,
        corrected=corrected,
    )
