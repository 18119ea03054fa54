"""A year of rechecks, simulated: ``python -m tests.recheck_year [--links N] [--seed S]``.

Nothing is fetched: links have a history made beforehand, the frontier plans their visits one after another.
What matters is how long each flip of a page (a shop opened, closed, swapped for a garden) went unseen, and
how many visits that cost beside a fixed 30-minute schedule over the same links. The frontier is told nothing
but what a visit shows. Deterministic: the same seed gives the same figures.

Kinds of links, of which a platform's shares consist: *hot* ones run campaigns of some ten days, in which the
page flips every eight hours on average, with pauses of some three weeks between; *seasonal* ones flip every
six weeks; *dying* ones go away for good or for months; *steady* ones stay what they are, though their words
change now and then. A flip that was undone before anybody looked counts as never caught.
"""

import argparse
import random
import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from blocklist.model import Failure, Label, Watch
from crawler.frontier import Pace, Seen, plan

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
DAY_S = 86_400.0
FIXED = timedelta(minutes=30)
PACE = Pace(retry_base=timedelta(minutes=5), retry_max=timedelta(days=7), recheck=timedelta(days=1))
KINDS = {"hot": 0.05, "seasonal": 0.15, "dying": 0.15, "steady": 0.65}
"""Share of each kind."""

State = tuple[Label, int]
"""What a visit finds: the label, and which wording."""


@dataclass(frozen=True)
class History:
    """What a page was, and from when on; times in seconds of the year."""

    kind: str
    times: list[float]
    states: list[State]

    def at(self, second: float) -> int:
        """Return which of the states holds."""
        return bisect_right(self.times, second) - 1


def history(kind: str, dice: random.Random) -> History:
    """Make one link's year."""
    times, states = [0.0], [(dice.choice((Label.CLEAR, Label.CONTRABAND)), 0)]

    def turn(second: float, label: Label) -> None:
        if second < YEAR.total_seconds():
            times.append(second)
            states.append((label, len(times)))

    def other() -> Label:
        return Label.CONTRABAND if states[-1][0] is Label.CLEAR else Label.CLEAR

    for second, event in sorted(_EVENTS[kind](dice)):
        if event == "flip":
            turn(second, other())
        elif event == "words":
            turn(second, states[-1][0])
        else:
            turn(second, Label.UNREACHABLE)
    return History(kind, times, states)


def _paced(dice: random.Random, mean_days: float, start: float = 0.0, end: float = 365.0) -> Iterator[float]:
    day = start + dice.expovariate(1 / mean_days)
    while day < end:
        yield day
        day += dice.expovariate(1 / mean_days)


def _hot(dice: random.Random) -> Iterator[tuple[float, str]]:
    day = dice.uniform(0, 30)
    while day < 365:
        end = day + dice.uniform(6, 14)
        yield from ((flip * DAY_S, "flip") for flip in _paced(dice, 1 / 3, day, end))
        day = end + dice.expovariate(1 / 21)


def _seasonal(dice: random.Random) -> Iterator[tuple[float, str]]:
    yield from ((day * DAY_S, "flip") for day in _paced(dice, 42))


def _dying(dice: random.Random) -> Iterator[tuple[float, str]]:
    gone = dice.uniform(0, 330)
    yield gone * DAY_S, "gone"
    if dice.random() < 0.4:
        yield (gone + dice.expovariate(1 / 60)) * DAY_S, "flip"


def _steady(dice: random.Random) -> Iterator[tuple[float, str]]:
    yield from ((day * DAY_S, "words") for day in _paced(dice, 30))


_EVENTS = {"hot": _hot, "seasonal": _seasonal, "dying": _dying, "steady": _steady}


def watch(link: int, one: History) -> tuple[int, list[float]]:
    """Visit ``one`` for a year as the frontier plans; return visits, and how long each flip went unseen."""
    now, before, attempts, visits = START, None, 0, 0
    seen_at: dict[int, float] = {}
    while now - START < YEAR:
        second = (now - START).total_seconds()
        place = one.at(second)
        label, wording = one.states[place]
        seen_at.setdefault(place, second)
        visits += 1
        failure = Failure.DNS if label is Label.UNREACHABLE else None
        attempts = attempts + 1 if failure else 0
        said = f"{label} {wording}"
        changed = before is not None and before.says != said
        found = Seen(label=label, failure=failure, attempts=attempts, changed=changed)
        planned = plan(found, before, now, link=link, pace=PACE)
        before = Watch(
            label=label, visited_at=now, interval_s=planned.interval_s, heat=planned.heat, says=said
        )
        now = planned.due_at
    flips = [
        place for place in range(1, len(one.times)) if one.states[place][0] is not one.states[place - 1][0]
    ]
    return visits, [seen_at.get(place, float("inf")) - one.times[place] for place in flips]


@dataclass(frozen=True)
class Figures:
    """What a year came to."""

    links: int
    visits: int
    unseen_s: dict[str, list[float]]
    """By kind: how long each flip went unseen, in seconds; infinite: for ever."""

    @property
    def share(self) -> float:
        """Visits, of those of the fixed schedule over the same links."""
        return self.visits / (self.links * (YEAR / FIXED))

    def median_minutes(self, kind: str) -> float:
        """Return the median over all flips of ``kind``, those never caught included."""
        return statistics.median(self.unseen_s[kind]) / 60


def simulate(links: int, seed: int) -> Figures:
    """Watch ``links`` links for a year."""
    unseen: dict[str, list[float]] = defaultdict(list)
    visits, number = 0, 0
    for kind, share in KINDS.items():
        for _ in range(round(links * share)):
            number += 1
            spent, waits = watch(number, history(kind, random.Random(f"{seed}/{number}")))
            visits += spent
            unseen[kind] += waits
    return Figures(number, visits, dict(unseen))


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--links", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    found = simulate(options.links, options.seed)
    print(f"{found.links} links, {found.visits} visits: {found.share:.1%} of a fixed 30-minute schedule")
    for kind, waits in found.unseen_s.items():
        caught = sorted(wait for wait in waits if wait < float("inf"))
        if waits:
            most = caught[len(caught) * 9 // 10] / 60
            most = caught[len(caught) * 9 // 10] / 60
            print(
                f"{kind:9} {len(waits):6} flips, {len(caught) / len(waits):.1%} caught; unseen for a median "
                f"of {found.median_minutes(kind):.0f} min, nine of ten caught ones at most {most:.0f} min"
            )


if __name__ == "__main__":
    main()
