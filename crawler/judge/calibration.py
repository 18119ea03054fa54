"""Whether a confidence means what it says: of pages judged .8, eight in ten should be contraband.

Rows in which nothing is named say nothing about it and are left out. The corpus decides what share is
contraband, so the figures hold for its mixture of rows.
"""

from dataclasses import dataclass, field
from typing import Any

BINS = 10


@dataclass(slots=True)
class Calibration:
    """Confidences and truths by tenths."""

    counts: list[int] = field(default_factory=lambda: [0] * BINS)
    positives: list[int] = field(default_factory=lambda: [0] * BINS)
    sums: list[float] = field(default_factory=lambda: [0.0] * BINS)

    def add(self, confidence: float, *, positive: bool) -> None:
        """Count one row; a confidence of 0 is none."""
        if confidence > 0:
            at = min(BINS - 1, int(confidence * BINS))
            self.counts[at] += 1
            self.positives[at] += positive
            self.sums[at] += confidence

    def report(self) -> dict[str, Any]:
        """Return the bins and the expected calibration error (mean distance, by rows)."""
        rows = sum(self.counts)
        distances = sum(abs(hits - said) for hits, said in zip(self.positives, self.sums, strict=True))
        return {
            "rows": rows,
            "expected_error": round(distances / rows, 5) if rows else None,
            "bins": [
                {
                    "from": at / BINS,
                    "rows": count,
                    "confidence": round(self.sums[at] / count, 4) if count else None,
                    "contraband": round(self.positives[at] / count, 4) if count else None,
                }
                for at, count in enumerate(self.counts)
            ],
        }
