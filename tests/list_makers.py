"""Findings, entries and guards in one line each, for the tests of the list."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from blocklist.config import ListConfig
from blocklist.listing import build_listing
from blocklist.listing.guards import Guards
from blocklist.model import (
    Action,
    Decision,
    Entry,
    Evidence,
    EvidenceKind,
    Failure,
    Finding,
    Judgement,
    Label,
    Link,
    Listing,
    ListKey,
    Scope,
    Verdict,
)
from blocklist.policy import load_policy
from blocklist.scopes import key_host
from blocklist.urls import host_of, list_key, parse_url, sensitive_parts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = load_policy()
CATEGORY = "counterfeit-money"
SETTINGS = ListConfig(entry_days=30, unreachable_days=14)
GUARDS = Guards(
    platforms={
        "short.example": "shortener",
        "bio.example": "link-in-bio",
        "top.example": "top-site",
        "docs.example": "document-host",
        "files.estate.example": "file-host",
    },
    tenants=frozenset({"landlord.example", "homes.rents.example"}),
    directories={"homes.example": 1, "deep.example": 2, "bio.example": 1},
    institutions=frozenset({"gov.example"}),
    canaries=frozenset({"canary.example"}),
)

GOODS = Evidence(rule="c/goods/a", kind=EvidenceKind.GOODS, category=CATEGORY, excerpt="notes", weight=3.0)
OFFER = Evidence(rule="c/offer/b", kind=EvidenceKind.OFFER, category=CATEGORY, excerpt="order", weight=2.0)
EXCUSE = Evidence(rule="c/excuse/c", kind=EvidenceKind.EXCUSE, category=CATEGORY, excerpt="news", weight=-2.0)


def judgement(label: Label = Label.CONTRABAND, **changed: object) -> Judgement:
    named = label in {Label.CONTRABAND, Label.UNSURE}
    made = Judgement(
        label=label,
        category=CATEGORY if named else None,
        grade=3 if named else 0,
        confidence=0.99 if label is Label.CONTRABAND else 0.5,
        publishable=label is Label.CONTRABAND,
        reason="because",
        evidence=(GOODS, OFFER) if named else (),
        policy=POLICY.digest,
    )
    return replace(made, **changed)  # type: ignore[arg-type] # a test says which


@dataclass
class Web:
    """Links as the store would find them, numbered as they come."""

    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        url: str,
        label: Label = Label.CONTRABAND,
        *,
        landing: str | None = None,
        hops: tuple[str, ...] = (),
        at: datetime = NOW,
        since: datetime | None = None,
        title: str = "",
        decision: Decision | None = None,
        failure: Failure | None = None,
        fetched_at: datetime | None = None,
        **judged: object,
    ) -> "Web":
        number = len(self.findings) + 1
        shared = parse_url(url)
        landed = None if label is Label.UNREACHABLE else parse_url(landing or url)
        verdict = Verdict(
            id=number,
            link=number,
            landing=landed,
            title=title or f"page {number}",
            judgement=judgement(label, **judged),
            captures=(number,),
            decided_at=at,
        )
        way = (shared, *map(parse_url, hops))
        self.findings.append(
            Finding(
                link=Link(
                    id=number, url=shared, host=host_of(shared), sensitive=tuple(sensitive_parts(shared))
                ),
                verdict=verdict,
                hops=tuple(each for each in way if each != landed),
                decision=None if decision is None else replace(decision, link=number),
                unreachable_since=(since or at) if label is Label.UNREACHABLE else None,
                failure=failure,
                first_seen=NOW - 2 * DAY,
                fetched_at=fetched_at,
            )
        )
        return self


def confirmed(scope: Scope | None = None, *, at: datetime = NOW, **changed: object) -> Decision:
    made = Decision(
        id=1, link=0, action=Action.CONFIRM, scope=scope, reason="seen", by="moderator:a", decided_at=at
    )
    return replace(made, **changed)  # type: ignore[arg-type] # a test says which


def cleared(*, at: datetime = NOW) -> Decision:
    return confirmed(at=at, action=Action.CLEAR)


def listing_of(web: Web, before: Listing | None = None, now: datetime = NOW, **changed: object) -> Listing:
    """Build the list of ``web``, following ``before``."""
    options: dict[str, object] = {"guards": GUARDS, "policy": POLICY, "settings": SETTINGS} | changed
    return build_listing(
        web.findings,
        previous=before.entries if before else (),
        aliases=before.aliases if before else (),
        tombstones=before.tombstones if before else (),
        now=now,
        **options,  # type: ignore[arg-type] # a test says which
    )


def claims(listing: Listing) -> set[tuple[str, str]]:
    return {(entry.scope.value, entry.expression) for entry in listing.entries}


def held(listing: Listing) -> list[str]:
    return [item.reason for item in listing.review]


def reasons(listing: Listing) -> list[str]:
    return [each.reason.value for each in listing.tombstones]


def entry(scope: Scope, expression: str, number: int = 1, **changed: object) -> Entry:
    """An entry as the store would give it back."""
    made = Entry(
        id=f"LG-{number:010}",
        scope=scope,
        expression=ListKey(expression),
        host=key_host(ListKey(expression)),
        category=CATEGORY,
        grade=3,
        clause="LG-1",
        jurisdiction="everywhere",
        first_seen=NOW,
        listed_at=NOW,
        verified_at=NOW,
        expires_at=NOW + 30 * DAY,
        verdict=number,
        evidence=(GOODS, OFFER),
        evidence_digest="0" * 64,
        policy=POLICY.digest,
        decided_by="machine",
    )
    return replace(made, **changed)  # type: ignore[arg-type] # a test says which


def key(url: str) -> ListKey:
    return list_key(parse_url(url))
