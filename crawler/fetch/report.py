"""What a crawl did, in counts; made by the worker, printed by the command."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class CrawlReport:
    """Counts of one crawl."""

    visited: int = 0
    """Links that got a verdict."""
    labels: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    """Of ``visited``, those that brought no page, by kind."""
    renewed: int = 0
    """Of ``visited``, those whose page was as before, so that their verdicts were confirmed unread."""
    lost: int = 0
    """Visits whose lease had run out: another worker has the link, nothing was stored."""
    seconds: float = 0.0
    fleet: dict[str, float] = field(default_factory=dict)
    """Of a cluster's leader, of the moment: figures by name (``commands.metrics.FLEET``); else empty."""
    interrupted: bool = False
    """True: stopped by a signal; what was stored is kept, the rest is still due."""

    def count(self, label: str, failure: str | None, *, renewed: bool = False) -> None:
        """Count one verdict."""
        self.visited += 1
        self.renewed += renewed
        # str(): JSON wants plain keys, and the callers' are enums.
        self.labels[str(label)] = self.labels.get(str(label), 0) + 1
        if failure:
            self.failures[str(failure)] = self.failures.get(str(failure), 0) + 1

    def add(self, other: "CrawlReport") -> None:
        """Count what ``other`` counted too."""
        self.visited += other.visited
        self.renewed += other.renewed
        self.lost += other.lost
        self.seconds += other.seconds
        for mine, theirs in ((self.labels, other.labels), (self.failures, other.failures)):
            for kind, count in theirs.items():
                mine[kind] = mine.get(kind, 0) + count

    def summary(self) -> str:
        """Say it in one line for a person."""
        labels = ", ".join(f"{count} {label}" for label, count in sorted(self.labels.items()))
        failures = ", ".join(f"{count} {kind}" for kind, count in sorted(self.failures.items()))
        same = f", {self.renewed} of them as before," if self.renewed else ""
        text = f"visited {self.visited}{same} in {self.seconds:.1f} s"
        return text + (f": {labels}" if labels else "") + (f" ({failures})" if failures else "")

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and for the way from worker to command."""
        return {
            "visited": self.visited,
            "labels": dict(sorted(self.labels.items())),
            "failures": dict(sorted(self.failures.items())),
            "renewed": self.renewed,
            "lost": self.lost,
            "seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
        }
