"""Which sight of a page is judged, and what the difference between the sights means. Pure.

The offer must stand on the page that some vantage saw: goods and selling words, by the judge's own rules.
Cloaking is told beside that, weighs nothing, and never lists by itself (DESIGN.md section 5, rule 2). Without
a moderator an offer is listed only if it was seen twice, and not where the same host showed our own agent a
harmless page: a decoy and a site that was broken into look alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from blocklist.model import Evidence, EvidenceKind, Judgement, Label, Vantage
from crawler.vantage.compare import Comparison, Seen, compare, shows_more
from crawler.vantage.points import OWN, words
from crawler.vantage.signs import THIN, UNSEEN

CLOAKING = "page/cloaking"
CHANGING = "page/changing"
BY_SCRIPT = "page/by-script"
"""Rules of evidence."""

_MOST_EVIDENCE_WORDS = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What all sights of one page come to."""

    judged: Seen
    judgement: Judgement
    """Of ``judged``, with what the other sights add."""


def conclude(seen: Sequence[Seen]) -> Conclusion:
    """Choose the sight that holds; ``seen`` in the order of the visits, our declared agent's first."""
    declared, *others = seen
    more = [each for each in others if shows_more(declared, each)]
    if not more:
        return _nothing_hidden(declared, others)
    best = max(more, key=_clarity)
    again = next((each for each in more if each.vantage in OWN and each.offers >= best.offers), None)
    if again is not None:
        return Conclusion(judged=again, judgement=_told(again, declared, seen, CHANGING))
    if best.vantage is Vantage.BROWSER and UNSEEN in declared.signs:
        return Conclusion(judged=best, judgement=_noted(best.judgement, _by_script()))
    return Conclusion(judged=best, judgement=_told(best, declared, seen, CLOAKING))


def _clarity(seen: Seen) -> tuple[int, bool, float]:
    return seen.offers, seen.judgement.publishable, seen.judgement.confidence


def _nothing_hidden(declared: Seen, others: Sequence[Seen]) -> Conclusion:
    """Our own agent's sight holds, unless it saw no page at all and a browser did."""
    if UNSEEN in declared.signs and not declared.offers:
        for each in others:
            unread = each.capture.failure is not None or _is_unread(each.judgement)
            if each.vantage is Vantage.BROWSER and not unread:
                return Conclusion(judged=each, judgement=_noted(each.judgement, _by_script()))
    return Conclusion(judged=declared, judgement=declared.judgement)


def _is_unread(judgement: Judgement) -> bool:
    return any(
        each.rule.startswith("page/") and each.kind is EvidenceKind.STATE for each in judgement.evidence
    )


def _told(best: Seen, declared: Seen, seen: Sequence[Seen], rule: str) -> Judgement:
    """Add to the best sight's judgement what the difference says, and whether a person must look."""
    finders = {each.vantage for each in seen if each.offers >= best.offers}
    how = compare(declared, best)
    if rule == CHANGING:
        said = f"our declared agent saw the offer only when it came again; {how.words()}"
    else:
        said = _hidden(best, seen, how)
    evidence = Evidence(
        rule=rule,
        kind=EvidenceKind.CLOAKING,
        category=None,
        excerpt=said.removesuffix("; ")[:_MOST_EVIDENCE_WORDS],
        weight=0.0,
    )
    judgement = _noted(best.judgement, evidence)
    if not judgement.publishable:
        return judgement
    if len(finders) < 2:  # noqa: PLR2004 - seen twice
        return _held(judgement, "it was seen only once")
    if declared.judgement.label is Label.CLEAR and THIN not in declared.signs and not how.elsewhere:
        return _held(judgement, "the same site shows our declared agent a harmless page")
    return judgement


def _hidden(best: Seen, seen: Sequence[Seen], how: Comparison) -> str:
    finders = [words(each.vantage) for each in seen if each.offers >= best.offers]
    blind = [
        words(each.vantage) for each in seen[1:] if each.offers < best.offers and not each.capture.failure
    ]
    said = f"seen by {', by '.join(finders)}; not by our declared agent"
    if blind:
        said += f", nor by {', nor by '.join(blind)}"
    return f"{said}; {how.words()}"


def _held(judgement: Judgement, why: str) -> Judgement:
    return replace(
        judgement, publishable=False, reason=f"{judgement.reason}, but {why}: a person must see whose it is"
    )


def _noted(judgement: Judgement, evidence: Evidence) -> Judgement:
    return replace(judgement, evidence=(*judgement.evidence, evidence))


def _by_script() -> Evidence:
    return Evidence(
        rule=BY_SCRIPT,
        kind=EvidenceKind.STATE,
        category=None,
        excerpt="the page is made by its scripts and was read in a browser",
        weight=0.0,
    )
