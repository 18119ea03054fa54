"""Where the confidences of each class lie, and what any threshold would find and accuse.

A row in which no goods are named has no confidence and lies in the first bin. The curves let the confidence
alone decide; the gates of ``decide`` (two kinds of evidence, excuses, reports) come on top of it.
"""

from dataclasses import dataclass, field
from typing import Any

BINS = 50
CLASSES = ("contraband", "hard_negative", "benign")
"""Of which ``benign`` are the rest of the negatives."""


@dataclass(slots=True)
class Curves:
    """Confidences by class, in bins."""

    bins: dict[str, list[int]] = field(default_factory=lambda: {name: [0] * BINS for name in CLASSES})

    def add(self, confidence: float, *, positive: bool, hard_negative: bool) -> None:
        """Count one row."""
        name = "contraband" if positive else "hard_negative" if hard_negative else "benign"
        self.bins[name][min(BINS - 1, int(confidence * BINS))] += 1

    def report(self) -> dict[str, Any]:
        """Return the histograms, and precision and recall from each bin's edge on."""
        positives = sum(self.bins["contraband"])
        curve = []
        for at in range(BINS):
            found = sum(self.bins["contraband"][at:])
            wrong = sum(self.bins["hard_negative"][at:]) + sum(self.bins["benign"][at:])
            curve.append(
                {
                    "threshold": round(at / BINS, 4),
                    "found": found,
                    "wrong": wrong,
                    "recall": round(found / positives, 5) if positives else None,
                    "precision": round(found / (found + wrong), 5) if found + wrong else None,
                }
            )
        return {"histogram": self.bins, "curve": curve}
