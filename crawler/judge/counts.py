"""Outcomes of one slice counted, and the rates that follow, each with how sure it is."""

from dataclasses import dataclass
from typing import Any

from blocklist.interval import wilson
from crawler.judge.rows import Outcome

MIN_ROWS = 50
"""Fewer rows measure nothing."""


@dataclass(slots=True)
class Counts:
    """What was said of the rows of one slice."""

    positives: int = 0
    negatives: int = 0
    listed: int = 0
    """Positives listed."""
    reviewed: int = 0
    """Positives for review."""
    accused: int = 0
    """Negatives listed."""
    bothered: int = 0
    """Negatives for review."""

    def add(self, one: Outcome) -> None:
        """Count one outcome."""
        if one.row.positive:
            self.positives += 1
            self.listed += one.listed
            self.reviewed += one.review
        else:
            self.negatives += 1
            self.accused += one.listed
            self.bothered += one.review

    def figures(self) -> dict[str, Any]:
        """Return the slice's rates, each ``{"value", "low", "high", "n"}`` or None when not measured."""
        return {
            "positives": self.positives,
            "negatives": self.negatives,
            "listed": self.listed,
            "review": self.reviewed,
            "benign_listed": self.accused,
            "benign_review": self.bothered,
            "recall_listed": rate(self.listed, self.positives),
            "recall_listed_or_review": rate(self.listed + self.reviewed, self.positives),
            "precision_listed": rate(self.listed, self.listed + self.accused),
            "false_listed": rate(self.accused, self.negatives),
            "false_review": rate(self.bothered, self.negatives),
        }


def rate(hits: int, n: int) -> dict[str, float] | None:
    """``hits`` of ``n`` with the Wilson 95% interval; None (not measured) below ``MIN_ROWS``."""
    if n < MIN_ROWS:
        return None
    low, high = wilson(hits, n)
    return {"value": round(hits / n, 5), "low": round(low, 5), "high": round(high, 5), "n": n}
