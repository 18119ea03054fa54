"""The record of appeals: how many, how fast, how often we were wrong (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from blocklist.release.context import AppealFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRecord:
    """What became of all appeals so far."""

    received: int
    waiting: int
    overdue: int
    """Of those that wait: the published time for an answer has passed."""
    upheld: int
    rejected: int
    in_time: int
    """Of those settled: within the published time."""
    median_days: float | None
    """From receipt to answer; None: none was settled."""

    @property
    def settled(self) -> int:
        """Appeals that were answered."""
        return self.upheld + self.rejected

    @property
    def overturned(self) -> float | None:
        """Share of the answered ones that were upheld; None: none was answered."""
        return self.upheld / self.settled if self.settled else None


def appeal_record(appeals: Sequence[AppealFact], now: datetime) -> AppealRecord:
    """Count the appeals as they stand at ``now``."""
    answered = [(one, one.settled_at) for one in appeals if one.settled_at is not None]
    waits = [(settled_at - one.made_at).total_seconds() / 86_400 for one, settled_at in answered]
    upheld = sum(one.upheld for one, _ in answered)
    return AppealRecord(
        received=len(appeals),
        waiting=len(appeals) - len(answered),
        overdue=sum(one.settled_at is None and one.due_at < now for one in appeals),
        upheld=upheld,
        rejected=len(answered) - upheld,
        in_time=sum(settled_at <= one.due_at for one, settled_at in answered),
        median_days=round(median(waits), 1) if waits else None,
    )
