"""Cases for a moderator in the order in which they are likely to be offers: confidence and meaning together.

Nothing is listed or dropped by it. One weight, chosen with both halves of the labelled rows in sight; no
model is trained, since one trained on decisions ranks new sources worse than confidence alone does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from blocklist.model import Evidence
from blocklist.policy import Policy
from crawler.semantic.embedding import Embeds
from crawler.semantic.prototypes import offer_rather_than_talk

MEANING = 80.0
"""What a unit of meaning weighs beside a unit of the confidence's logarithm of odds."""
_EXCERPTS = 3
_LATIN, _HAN = 500, 200  # characters of a case that are looked at: about 120 tokens
_SURE = 1e-4  # confidences are kept to four digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a page without reading it again."""

    title: str
    category: str
    confidence: float
    evidence: tuple[Evidence, ...]


def likeliness(cases: Sequence[Case], policy: Policy, embed: Embeds) -> list[float]:
    """Say of each case how likely it is an offer, more being likelier; the scale means nothing else."""
    found = [0.0] * len(cases)
    for name in sorted({case.category for case in cases}):
        at = [number for number, case in enumerate(cases) if case.category == name]
        meaning = (
            offer_rather_than_talk(embed([text_of(cases[number]) for number in at]), category, embed)
            if (category := policy.categories.get(name))
            else [0.0] * len(at)
        )
        for number, value in zip(at, meaning, strict=True):
            found[number] = _log_odds(cases[number].confidence) + MEANING * float(value)
    return found


def text_of(case: Case) -> str:
    """Return the title and the excerpts that speak most for an offer, each once."""
    said: list[str] = []
    for fact in case.evidence:
        excerpt = fact.excerpt.strip("… ")
        if fact.weight > 0 and excerpt and not any(excerpt in one or one in excerpt for one in said):
            said.append(excerpt)
    text = " … ".join(said[:_EXCERPTS])
    han = any("\u4e00" <= char <= "\u9fff" for char in text[:50])
    return f"{case.title}\n{text}"[: _HAN if han else _LATIN]


def _log_odds(confidence: float) -> float:
    kept = min(1 - _SURE, max(_SURE, confidence))
    return math.log(kept / (1 - kept))
