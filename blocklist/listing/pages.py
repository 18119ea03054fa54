"""Landing pages as listing sees them: findings that lead to one page, merged, with their standing.

A page's standing follows from its newest verdict, a moderator's word and the guards; whether its host shows
signs of compromise is seen only over all pages, in ``places``. What scope it gets is left to ``scoping``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from blocklist.listing.evidence import has_two_kinds
from blocklist.listing.guards import Guards
from blocklist.model import Action, Decision, Finding, Host, Label, ListKey, Verdict, WebUrl
from blocklist.policy import Policy
from blocklist.scopes import key_host
from blocklist.urls import list_key, sensitive_parts


class Standing(StrEnum):
    """What follows for one page, before its neighbours are looked at."""

    LISTABLE = "listable"
    CLEAR = "clear"
    HELD = "held"
    """Waits for a moderator; ``held_for`` says why."""
    OPEN = "open"
    """Neither: nothing to list and nothing to ask."""


class Held(StrEnum):
    """Why a page waits for a moderator."""

    BELOW_THRESHOLD = "below-publish-threshold"
    ONE_KIND = "one-kind-of-evidence"
    UNSURE = "unsure"
    SENSITIVE = "sensitive-url"
    GUARDED = "guarded-host"
    CANARY = "canary-host"
    COMPROMISE = "compromise-signs"
    CHANGED = "changed-since-decision"
    NO_CATEGORY = "category-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """One landing page."""

    key: ListKey
    url: WebUrl
    findings: tuple[Finding, ...]
    """Every link that leads here, by link id."""
    verdict: Verdict
    """Of what was fetched last."""
    seen_at: datetime
    """When that was fetched."""
    decision: Decision | None
    """The newest that speaks of this page; None: no moderator has."""
    standing: Standing
    held_for: Held | None = None
    """None unless held, or listed with a question left open."""
    category: str = ""
    """Empty unless listable or held."""
    grade: int = 0
    is_root: bool = False
    """True: the landing page of its host's root."""
    place: ListKey
    """What one owner holds around it: a tenant's directory, or ``host/``."""

    @property
    def host(self) -> Host:
        """The host the page is on."""
        return key_host(self.key)

    @property
    def in_question(self) -> bool:
        """True: listed, and yet a moderator should look again."""
        return self.standing is Standing.LISTABLE and self.held_for is not None

    @property
    def by_moderator(self) -> bool:
        """True: a moderator put it on the list."""
        return self.standing is Standing.LISTABLE and self.decision is not None


def merge_pages(findings: Iterable[Finding], guards: Guards, policy: Policy) -> tuple[Landing, ...]:
    """Merge findings by landing page, in the order of their list keys; those without a page are left out."""
    landing: dict[ListKey, list[Finding]] = {}
    for finding in findings:
        if finding.verdict.landing is not None:
            landing.setdefault(list_key(finding.verdict.landing), []).append(finding)
    return tuple(_page(key, landing[key], guards, policy) for key in sorted(landing))


def _page(key: ListKey, unsorted: Sequence[Finding], guards: Guards, policy: Policy) -> Landing:
    findings = tuple(sorted(unsorted, key=lambda each: each.link.id))
    newest = max(findings, key=lambda each: (each.seen_at, each.verdict.decided_at, each.verdict.id or 0))
    verdict = newest.verdict
    url = verdict.landing
    assert url is not None
    spoken = [each for each in findings if each.decision is not None and _holds(each, key)]
    decision = max(
        (each.decision for each in spoken if each.decision is not None),
        key=lambda each: (each.decided_at, each.id or 0),
        default=None,
    )
    category = (decision and decision.category) or verdict.judgement.category or ""
    overruled = decision is None and any(each.decision is not None for each in findings)
    standing, held_for = _standing(newest, key, decision, category, guards, policy)
    if overruled and standing in {Standing.LISTABLE, Standing.CLEAR}:
        standing, held_for = Standing.HELD, Held.CHANGED
    grade = (decision and decision.grade) or verdict.judgement.grade
    if not grade and category in policy.categories:
        grade = policy.categories[category].grade
    root = f"{key_host(key)}/"
    return Landing(
        key=key,
        url=url,
        findings=findings,
        verdict=verdict,
        seen_at=newest.seen_at,
        decision=decision,
        standing=standing,
        held_for=held_for,
        category=category if standing in {Standing.LISTABLE, Standing.HELD} else "",
        grade=grade,
        is_root=key == root or any(list_key(hop) == root for each in findings for hop in each.hops),
        place=guards.tenant_directory(key) or ListKey(root),
    )


def _holds(finding: Finding, key: ListKey) -> bool:
    """Tell whether a moderator's word still speaks of the page the link leads to.

    It was given on a link. Where the link is the page, it holds. Where the link redirects, its target can be
    exchanged afterwards: the word stops at the first newer visit whose verdict says the opposite.
    """
    decision = finding.decision
    assert decision is not None
    if list_key(finding.link.url) == key or finding.seen_at <= decision.decided_at:
        return True
    opposite = Label.CLEAR if decision.action is Action.CONFIRM else Label.CONTRABAND
    return finding.verdict.judgement.label is not opposite


def _standing(
    finding: Finding,
    key: ListKey,
    decision: Decision | None,
    category: str,
    guards: Guards,
    policy: Policy,
) -> tuple[Standing, Held | None]:
    if decision is not None:
        return _decided(finding, key, decision, category, guards, policy)
    judgement, url = finding.verdict.judgement, finding.verdict.landing
    assert url is not None
    if judgement.label is Label.CLEAR:
        return Standing.CLEAR, None
    if judgement.label is Label.UNREACHABLE or category not in policy.categories:
        return Standing.OPEN, None
    if judgement.label is Label.UNSURE:
        return Standing.HELD, Held.UNSURE
    reason: Held | None = None
    # Confidences are kept to four digits; half of the last one must not unlist.
    if not judgement.publishable or judgement.confidence + 5e-5 < policy.categories[category].publish:
        reason = Held.BELOW_THRESHOLD
    elif not has_two_kinds(judgement.evidence):
        reason = Held.ONE_KIND
    elif guards.is_canary(key_host(key)):
        reason = Held.CANARY
    elif sensitive_parts(url):
        reason = Held.SENSITIVE
    elif guards.guard_of(key_host(key)) is not None:
        reason = Held.GUARDED
    return (Standing.LISTABLE, None) if reason is None else (Standing.HELD, reason)


def _decided(
    finding: Finding, key: ListKey, decision: Decision, category: str, guards: Guards, policy: Policy
) -> tuple[Standing, Held | None]:
    if decision.action is Action.CLEAR:
        return Standing.CLEAR, None
    if guards.is_canary(key_host(key)):
        return Standing.HELD, Held.CANARY
    if category not in policy.categories:
        return Standing.HELD, Held.NO_CATEGORY
    disputed = finding.verdict.judgement.label is Label.CLEAR and finding.seen_at > decision.decided_at
    return Standing.LISTABLE, Held.CHANGED if disputed else None
