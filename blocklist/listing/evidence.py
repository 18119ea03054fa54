"""What evidence must hold before anything is listed, and its digest.

Two independent kinds: the goods are named, and somebody sells them (DESIGN.md section 5, rule 2). The judge
says so with ``publishable``; the list looks for itself.
"""

import hashlib
from collections.abc import Sequence

import orjson

from blocklist.model import Evidence, EvidenceKind, Verdict

SELLING = frozenset({EvidenceKind.OFFER, EvidenceKind.PRICE, EvidenceKind.CONTACT})
"""Kinds that show that something is for sale."""


def has_two_kinds(evidence: Sequence[Evidence]) -> bool:
    """Tell whether goods *and* an offer to sell them speak for contraband."""
    kinds = {each.kind for each in evidence if each.weight > 0}
    return EvidenceKind.GOODS in kinds and not kinds.isdisjoint(SELLING)


def digest(verdict: Verdict) -> str:
    """SHA-256 hex of the canonical JSON of a verdict and its evidence: sorted keys, no spaces, UTF-8.

    ::

        {"category":"…","confidence":0.97,"decided_at":"…Z","evidence":[{…}],"grade":3,"label":"contraband",
         "policy":"…","reason":"…"}

    The digest is public before the evidence is: it binds what an appeal will be shown.
    """
    judgement = verdict.judgement
    body = {
        "category": judgement.category,
        "confidence": judgement.confidence,
        "decided_at": verdict.decided_at,
        "evidence": [
            {
                "category": each.category,
                "excerpt": each.excerpt,
                "kind": each.kind,
                "rule": each.rule,
                "weight": each.weight,
            }
            for each in judgement.evidence
        ],
        "grade": judgement.grade,
        "label": judgement.label,
        "policy": judgement.policy,
        "reason": judgement.reason,
    }
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)).hexdigest()
