"""Precision, recall and false accusations of many outcomes, sliced, with how sure the figures are.

*Listed* would be published without a person, *review* would be seen by one. What fewer than ``MIN_ROWS`` rows
say is not measured. Reading rows is left to ``rows``, printing to the command. ``report`` quotes no page;
``errors`` does, for whoever may read it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blocklist.privacy import mask_contacts
from crawler.judge.calibration import Calibration
from crawler.judge.counts import MIN_ROWS, Counts, rate
from crawler.judge.curves import Curves
from crawler.judge.rows import Outcome
from crawler.judge.sites import site_figures

PREVALENCES = (0.01, 0.001)
MISSES = 5
"""Misses named for each source; all of them are counted."""
BENIGN = "benign"
NOTHING = "neither"
SLICES: Mapping[str, Callable[[Outcome], str]] = {
    "category": lambda one: one.row.category,
    "category_judged": lambda one: one.category if one.listed or one.review else "",
    "lang": lambda one: one.row.lang,
    "kind": lambda one: one.row.kind,
    "source": lambda one: one.row.source,
    "label_basis": lambda one: one.row.basis,
    "half": lambda one: "even" if one.row.even else "odd",
}


@dataclass(slots=True)
class Measure:
    """Outcomes added up; ``report`` says them as one JSON object."""

    categories: Collection[str] = ()
    """Those of the policy: what has too few rows is named as not measured."""
    total: Counts = field(default_factory=Counts)
    hard: Counts = field(default_factory=Counts)
    slices: dict[str, dict[str, Counts]] = field(default_factory=lambda: {name: {} for name in SLICES})
    hn_kinds: dict[str, Counts] = field(default_factory=dict)
    labels: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    confusion: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    sites: dict[str, dict[str, Counts]] = field(default_factory=lambda: defaultdict(dict))
    clusters: dict[str, dict[str, Counts]] = field(default_factory=lambda: defaultdict(dict))
    calibration: Calibration = field(default_factory=Calibration)
    curves: Curves = field(default_factory=Curves)
    accused: list[Outcome] = field(default_factory=list)
    missed: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    misses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rejected: list[dict[str, Any]] = field(default_factory=list)
    """Rows that could not be used."""

    def add(self, one: Outcome) -> None:
        """Count one outcome in every slice it belongs to."""
        row, seen = one.row, one.listed or one.review
        self.total.add(one)
        self.calibration.add(one.confidence, positive=row.positive)
        self.curves.add(one.confidence, positive=row.positive, hard_negative=row.hard_negative)
        for name, key in SLICES.items():
            if value := key(one):
                self.slices[name].setdefault(value, Counts()).add(one)
        self.labels["contraband" if row.positive else BENIGN][str(one.label)] += 1
        self.confusion[row.category if row.positive else BENIGN][one.category if seen else NOTHING] += 1
        if row.hard_negative:
            self.hard.add(one)
            self.hn_kinds.setdefault(row.hn_kind or "other", Counts()).add(one)
        if row.positive:
            self.clusters[row.lang].setdefault(row.site, Counts()).add(one)
            if row.html:
                self.sites[row.lang].setdefault(row.site, Counts()).add(one)
        if one.listed and not row.positive:
            self.accused.append(one)
        if row.positive and not seen:
            self._miss(one)

    def _miss(self, one: Outcome) -> None:
        self.misses[one.row.source] += 1
        named = self.missed[one.row.source]
        # Real pages first: of those there are few, and each is a lesson.
        if one.row.html or len(named) < MISSES:
            named.append(one)

    def report(self) -> dict[str, Any]:
        """Everything but the pages' own words, as JSON values."""
        return {
            "rows": self.total.positives + self.total.negatives,
            "rejected": self.rejected,
            "total": self.total.figures(),
            "hard_negatives": self.hard.figures(),
            "hard_negatives_by_kind": _figures(self.hn_kinds),
            "labels": {label: dict(sorted(said.items())) for label, said in sorted(self.labels.items())},
            "by": {name: _figures(slices) for name, slices in self.slices.items()},
            "not_measured": self._not_measured(),
            "confusion": {true: dict(sorted(said.items())) for true, said in sorted(self.confusion.items())},
            "pages_by_site": {lang: site_figures(sites) for lang, sites in sorted(self.sites.items())},
            "clusters": {lang: site_figures(sites) for lang, sites in sorted(self.clusters.items())},
            "precision_at_prevalence": self._carried_over(),
            "calibration": self.calibration.report(),
            **self.curves.report(),
            "benign_listed": [named(one) for one in self.accused],
            "misses_by_source": dict(sorted(self.misses.items())),
            "missed": [named(one) for one in self._missed()],
        }

    def errors(self) -> dict[str, list[dict[str, Any]]]:
        """Every false accusation and the misses named, with the pages' own words."""
        return {
            "benign_listed": [quoted(one) for one in self.accused],
            "missed": [quoted(one) for one in self._missed()],
        }

    def _missed(self) -> Iterator[Outcome]:
        for source in sorted(self.missed):
            yield from self.missed[source]

    def _not_measured(self) -> dict[str, int]:
        """Count the rows of each category of the policy that has too few of them."""
        rows = {name: counts.positives for name, counts in self.slices["category"].items()}
        return {name: rows.get(name, 0) for name in sorted(self.categories) if rows.get(name, 0) < MIN_ROWS}

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


def _precision(share: float, recall: float, false: float) -> float:
    found = share * recall
    wrong = (1 - share) * false
    return round(found / (found + wrong), 5) if found + wrong else 0.0


def _figures(slices: Mapping[str, Counts]) -> dict[str, Any]:
    return {name: slices[name].figures() for name in sorted(slices)}


def named(one: Outcome) -> dict[str, Any]:
    """Name a row and the evidence for and against it by its rules, without the page's words."""
    return {
        "id": one.row.id,
        "source": one.row.source,
        "lang": one.row.lang,
        "kind": one.row.kind,
        "hard_negative": one.row.hard_negative,
        "hn_kind": one.row.hn_kind,
        "html": one.row.html,
        "label": str(one.label),
        "category": one.category,
        "true_category": one.row.category,
        "confidence": one.confidence,
        "reason": one.reason,
        "because": [
            {"kind": str(each.kind), "rule": each.rule, "weight": each.weight} for each in one.evidence
        ],
    }


def quoted(one: Outcome) -> dict[str, Any]:
    """Do the same with title and excerpts; contacts in them are masked."""
    excerpts = [each.excerpt for each in one.evidence]
    said = named(one)
    return said | {
        "title": mask_contacts(one.row.title[:200]),
        "because": [
            each | {"excerpt": excerpt} for each, excerpt in zip(said["because"], excerpts, strict=True)
        ],
    }
