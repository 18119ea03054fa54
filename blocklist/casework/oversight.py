"""The work from above: who agrees with whom, and what of the machine's was overturned.

Figures are over decisions that hold; nobody is ranked by them, and a person is named only to colleagues.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from blocklist.interval import wilson
from blocklist.model import Action, Decision, Label, Verdict
from blocklist.store import Workspace
from blocklist.store.blind import Pairs

_BATCH = 500
MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many, and how sure that is."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """The share; None: there is none to speak of."""
        return self.hits / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float]:
        """95% bounds of the share."""
        return wilson(self.hits, self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of decisions."""

    decided: int
    """Decisions that hold on a verdict of the machine."""
    overturned: int
    """Of those that the machine called contraband or clear, it was the other."""
    sure: int
    """Of the decisions, those on a verdict that was contraband or clear."""
    agreed: int
    """Links that several people decided, alike at the end."""
    several: int
    """Links that several people decided."""
    by_person: tuple[tuple[str, int, int], ...]
    """Name, decisions, and of those how many a colleague changed or withdrew."""
    blind_seen: int
    """Listed pages that were judged once more, blind."""
    blind_upheld: int
    blind_unsure: int
    """Pages of which it could not be told."""
    blind_waiting: int
    pairs: Pairs
    """Of a random sample of decisions, what a second person said who knew of none."""

    @property
    def overturns(self) -> Share:
        """Of what the machine was sure of."""
        return Share(hits=self.overturned, of=self.sure)

    @property
    def agreement(self) -> Share:
        """Of links that several people decided."""
        return Share(hits=self.agreed, of=self.several)

    @property
    def sampled_agreement(self) -> Share:
        """Of decisions drawn at random, those that a second person would have made too."""
        return Share(hits=self.pairs.both + self.pairs.neither, of=_told(self.pairs))

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance; None: nothing was read twice, or all of it alike in one way.

        Cohen, A coefficient of agreement for nominal scales, 1960, equation 1.
        """
        said, total = self.pairs, _told(self.pairs)
        if not total:
            return None
        first, second = (said.both + said.first) / total, (said.both + said.second) / total
        by_chance = first * second + (1 - first) * (1 - second)
        agreed = (said.both + said.neither) / total
        return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)

    @property
    def precision(self) -> Share:
        """Of listed pages, as who saw no verdict judged them."""
        return Share(hits=self.blind_upheld, of=self.blind_seen)


def figures(workspace: Workspace) -> Figures:
    """Count what was decided so far."""
    sure = overturned = decided = after = 0
    while batch := workspace.decisions.judged(after=after, limit=_BATCH):
        for decision, verdict, _ in batch:
            after = decision.id or after
            if verdict.by != MACHINE:
                continue
            decided += 1
            if verdict.judgement.label in {Label.CONTRABAND, Label.CLEAR}:
                sure += 1
                overturned += _overturns(decision, verdict)
    links: dict[int, list[Decision]] = {}
    for decision in workspace.decisions.all():
        links.setdefault(decision.link, []).append(decision)
    several = [made for made in links.values() if len({each.by for each in made}) > 1]
    blind = workspace.blind.counts()
    return Figures(
        decided=decided,
        overturned=overturned,
        sure=sure,
        agreed=sum(_alike(made) for made in several),
        several=len(several),
        by_person=_by_person(links.values()),
        blind_seen=blind.seen,
        blind_upheld=blind.upheld,
        blind_unsure=blind.unsure,
        blind_waiting=blind.waiting,
        pairs=workspace.blind.pairs(),
    )


def _told(pairs: Pairs) -> int:
    return pairs.both + pairs.neither + pairs.first + pairs.second


def _overturns(decision: Decision, verdict: Verdict) -> bool:
    said = Action.CONFIRM if verdict.judgement.label is Label.CONTRABAND else Action.CLEAR
    return decision.action is not said


def _alike(made: list[Decision]) -> bool:
    last = {each.by: each.action for each in made}
    return len(set(last.values())) == 1


def _by_person(links: Iterable[list[Decision]]) -> tuple[tuple[str, int, int], ...]:
    made: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for decisions in links:
        for decision, following in zip(decisions, [*decisions[1:], None], strict=True):
            made[decision.by] += 1
            if following is not None and following.by != decision.by:
                changed[decision.by] += following.action is not decision.action
    return tuple((name, count, changed[name]) for name, count in sorted(made.items()))
