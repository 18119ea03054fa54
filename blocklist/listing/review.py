"""Which pages wait for a moderator, gravest first.

A page that an entry covers already is not asked about again, unless its own entry is in question. A link that
robots.txt keeps us from is asked about too: only a person may look there.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from blocklist.listing.pages import Landing
from blocklist.model import Entry, Failure, Finding, ReviewItem, Scope
from blocklist.scopes import Cover
from blocklist.urls import list_key

ROBOTS = "robots"
_LEAST_DOUBT = 0.05


def review_of(
    pages: Iterable[Landing], findings: Iterable[Finding], listed: Cover[Entry]
) -> tuple[ReviewItem, ...]:
    """Return an item for each held page and refused link: by grade and confidence falling, then by link."""
    items = [_item(page) for page in pages if _asks(page, listed)]
    items += [_refused(finding) for finding in findings if _is_refused(finding, listed)]
    return tuple(sorted(items, key=lambda each: (-each.grade, -each.confidence, each.link)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """How soon a case should be looked at, and why."""

    harm: float
    """Doubles with each grade, from 1."""
    reach: float
    """1, and how many powers of two people shared it: the hundredth says less than the second."""
    doubt: float
    """Variance of a coin with that confidence, 1 for an even one, never quite nothing: what the machine is
    sure of still waits for a person."""

    @property
    def priority(self) -> float:
        """Harm by reach by doubt; more is sooner."""
        return self.harm * self.reach * self.doubt


def urgency(item: ReviewItem, reach: int) -> Urgency:
    """Return how soon ``item``, which ``reach`` accounts and groups shared, should be looked at."""
    return Urgency(
        harm=2.0**item.grade,
        reach=1 + math.log2(1 + reach),
        doubt=max(_LEAST_DOUBT, 4 * item.confidence * (1 - item.confidence)),
    )


def _asks(page: Landing, listed: Cover[Entry]) -> bool:
    if page.held_for is None:
        return False
    # An entry of this very page that goes on without verification is a question too.
    return page.in_question or all(entry.scope is Scope.URL for entry in listed.over(page.key))


def _is_refused(finding: Finding, listed: Cover[Entry]) -> bool:
    if finding.failure is not Failure.ROBOTS or finding.decision is not None:
        return False
    return not listed.covers(list_key(finding.link.url))


def _refused(finding: Finding) -> ReviewItem:
    return ReviewItem(
        link=finding.link.id, url=finding.link.url, reason=ROBOTS, category=None, grade=0, confidence=0.0
    )


def _item(page: Landing) -> ReviewItem:
    judgement = page.verdict.judgement
    assert page.held_for is not None
    return ReviewItem(
        link=page.findings[0].link.id,
        url=page.url,
        reason=page.held_for,
        category=page.category or judgement.category,
        grade=page.grade,
        confidence=judgement.confidence,
    )
