"""Whether the machine is still right: its accusations of late, and what moderators said of them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from blocklist.interval import wilson
from blocklist.model import Action, Decision, Verdict

DAYS = 30
"""How far back is looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How many of the verdicts that list by themselves a moderator upheld."""

    upheld: int
    seen: int

    @property
    def precision(self) -> float | None:
        """Share upheld; None: moderators saw none."""
        return self.upheld / self.seen if self.seen else None

    @property
    def bounds(self) -> tuple[float, float]:
        """95% bounds of ``precision``."""
        return wilson(self.upheld, self.seen)


def drift_of(judged: Iterable[tuple[Decision, Verdict]]) -> Drift:
    """Compare decisions with the machine verdicts that they speak of; those for review accuse nobody."""
    said = [
        decision.action is Action.CONFIRM
        for decision, verdict in judged
        if verdict.by == "machine" and verdict.judgement.publishable
    ]
    return Drift(upheld=sum(said), seen=len(said))
