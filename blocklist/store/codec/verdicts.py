"""Verdicts and decisions as columns; evidence as JSON."""

from collections.abc import Sequence
from sys import intern
from typing import Any

import orjson

from blocklist.model import Action, Decision, Evidence, EvidenceKind, Judgement, Label, Scope, Verdict, WebUrl
from blocklist.store.codec.scalars import Row, clean, json_text, maybe_word_of, reads, time_of, time_text

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
DECISION = ("link", "action", "category", "grade", "scope", "reason", "by", "decided_at", "on_appeal")


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


@reads("verdict")
def evidence_of(text: str) -> tuple[Evidence, ...]:
    """Read what ``evidence_text`` wrote."""
    return tuple(
        Evidence(
            rule=intern(each["rule"]),
            kind=EvidenceKind(each["kind"]),
            category=maybe_word_of(each["category"]),
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


@reads("verdict")
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
            category=maybe_word_of(category),
            grade=grade,
            confidence=confidence,
            publishable=bool(publishable),
            reason=intern(reason),
            evidence=evidence_of(evidence),
            policy=intern(policy),
        ),
        captures=tuple(orjson.loads(captures)),
        decided_at=time_of(decided_at),
        by=intern(by),
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
        int(decision.on_appeal),
    )


@reads("decision")
def decision_of(identifier: int, row: Row) -> Decision:
    """Read columns DECISION."""
    link, action, category, grade, scope, reason, by, decided_at, on_appeal = row
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
        on_appeal=bool(on_appeal),
    )
