"""Precision, recall and false accusations of many outcomes, with how sure the figures are.

*Listed* would be published without a person, *review* would be seen by one. Fewer than ``MIN_ROWS`` rows
are not measured. Reading rows is left to ``rows``, printing to the command.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.judge.calibration import Calibration
from crawler.judge.rows import Outcome

MIN_ROWS = 50
_Z = 1.959964  # two-sided 95%
PREVALENCES = (0.01, 0.001)
SLICES: Mapping[str, Callable[[Outcome], str]] = {
    "category": lambda one: one.row.category,
    "lang": lambda one: one.row.lang,
    "kind": lambda one: one.row.kind,
    "source": lambda one: one.row.source,
    "label_basis": lambda one: one.row.basis,
    "half": lambda one: "even" if one.row.even else "odd",
}


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


@dataclass(slots=True)
class Measure:
    """Outcomes added up; ``report`` says them as one JSON object."""

    total: Counts = field(default_factory=Counts)
    hard: Counts = field(default_factory=Counts)
    slices: dict[str, dict[str, Counts]] = field(default_factory=lambda: {name: {} for name in SLICES})
    hn_kinds: dict[str, Counts] = field(default_factory=dict)
    labels: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    categories: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    sites: dict[str, dict[str, Counts]] = field(default_factory=lambda: defaultdict(dict))
    calibration: Calibration = field(default_factory=Calibration)
    accused: list[Outcome] = field(default_factory=list)
    missed: list[Outcome] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, one: Outcome) -> None:
        """Count one outcome in every slice it belongs to."""
        row = one.row
        self.total.add(one)
        self.calibration.add(one.confidence, positive=row.positive)
        for name, key in SLICES.items():
            if value := key(one):
                self.slices[name].setdefault(value, Counts()).add(one)
        self.labels["contraband" if row.positive else "benign"][str(one.label)] += 1
        if row.hard_negative:
            self.hard.add(one)
            self.hn_kinds.setdefault(row.hn_kind or "other", Counts()).add(one)
        if row.positive and (one.listed or one.review):
            self.categories[row.category][one.category] += 1
        if row.positive and row.html:
            self.sites[row.lang].setdefault(row.site, Counts()).add(one)
        if one.listed and not row.positive:
            self.accused.append(one)
        if row.positive and row.html and not one.listed and not one.review:
            self.missed.append(one)

    def report(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {
            "rows": self.total.positives + self.total.negatives,
            "errors": self.errors,
            "total": self.total.figures(),
            "hard_negatives": self.hard.figures(),
            "hard_negatives_by_kind": _figures(self.hn_kinds),
            "labels": {label: dict(sorted(said.items())) for label, said in sorted(self.labels.items())},
            "by": {name: _figures(slices) for name, slices in self.slices.items()},
            "confusion": {true: dict(sorted(said.items())) for true, said in sorted(self.categories.items())},
            "pages_by_site": {lang: _sites(sites) for lang, sites in sorted(self.sites.items())},
            "precision_at_prevalence": self._carried_over(),
            "calibration": self.calibration.report(),
            "benign_listed": [_named(one) for one in self.accused],
            "pages_missed": [_named(one) for one in self.missed],
        }

    def _carried_over(self) -> dict[str, Any]:
        """Precision of *listed* if so few pages were contraband; bounds from both rates' bounds."""
        recall = rate(self.total.listed, self.total.positives)
        false = rate(self.total.accused, self.total.negatives)
        if recall is None or false is None:
            return {}
        return {
            f"{share:g}": {
                "value": _precision(share, recall["value"], false["value"]),
                "low": _precision(share, recall["low"], false["high"]),
                "high": _precision(share, recall["high"], false["low"]),
            }
            for share in PREVALENCES
        }


def rate(hits: int, n: int) -> dict[str, float] | None:
    """``hits`` of ``n`` with the Wilson 95% interval; None (not measured) below ``MIN_ROWS``."""
    if n < MIN_ROWS:
        return None
    share = hits / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return {
        "value": round(share, 5),
        "low": round(max(0.0, middle - half), 5),
        "high": round(min(1.0, middle + half), 5),
        "n": n,
    }


def _precision(share: float, recall: float, false: float) -> float:
    found = share * recall
    wrong = (1 - share) * false
    return round(found / (found + wrong), 5) if found + wrong else 0.0


def _figures(slices: Mapping[str, Counts]) -> dict[str, Any]:
    return {name: slices[name].figures() for name in sorted(slices)}


def _sites(sites: Mapping[str, Counts]) -> dict[str, Any]:
    """Recall averaged over sites, so that one large site does not speak for a language."""
    pages = sum(counts.positives for counts in sites.values())
    return {
        "sites": len(sites),
        "pages": pages,
        "measured": pages >= MIN_ROWS,
        "recall_listed": _mean(counts.listed / counts.positives for counts in sites.values()),
        "recall_listed_or_review": _mean(
            (counts.listed + counts.reviewed) / counts.positives for counts in sites.values()
        ),
        "each": {
            site: {"pages": counts.positives, "listed": counts.listed, "review": counts.reviewed}
            for site, counts in sorted(sites.items())
        },
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 5) if found else 0.0


def _named(one: Outcome) -> dict[str, Any]:
    return {
        "id": one.row.id,
        "source": one.row.source,
        "lang": one.row.lang,
        "hard_negative": one.row.hard_negative,
        "hn_kind": one.row.hn_kind,
        "title": one.row.title[:80],
        "label": str(one.label),
        "category": one.category,
        "confidence": one.confidence,
        "reason": one.reason,
        "because": list(one.because),
    }
