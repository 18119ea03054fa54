"""The dozen numbers of a policy's score, fitted on labelled pages, and what they owe to any one source.

A logistic regression that is held near the numbers it starts from and never turns a sign round: evidence for
an offer stays evidence for it. Sources count alike whatever their size (by the root of it). Thresholds and
the gates of ``decide`` are not fitted; reading pages is left to the command.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from blocklist.policy import Policy
from crawler.judge.consider import Considered, names_goods
from crawler.judge.rows import Row

HOLD = 0.02  # how strongly a number is held where it was, against a mean loss of one row
STEPS = 300
_BIAS = "bias"
_EXCUSE = "excuse"

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One category on one labelled page."""

    source: str
    category: str
    positive: bool
    sums: Numbers


def samples_of(row: Row, considered: Considered) -> Iterator[Sample]:
    """Yield what a row teaches: its own category if it is contraband, every category named if it is not.

    Categories that ``decide`` would not look at (hardly named, no way of selling, no mark) teach nothing.
    """
    for tally in considered.tallied:
        if row.positive and tally.category != row.category:
            continue
        if names_goods(tally) and (tally.ways or tally.marked):
            yield Sample(source=row.source, category=tally.category, positive=row.positive, sums=tally.sums)


def fit(samples: Sequence[Sample], start: Numbers) -> dict[str, float]:
    """Return the numbers that explain ``samples`` best near ``start``; the same input, the same numbers."""
    names = [name for name in start if name != _BIAS]
    rows = [[_signed(name, sample) for name in names] + [1.0] for sample in samples]
    sizes = Counter((sample.source, sample.positive) for sample in samples)
    weights = [1 / math.sqrt(sizes[sample.source, sample.positive]) for sample in samples]
    whole = sum(weights) or 1.0
    before = [start[name] for name in names] + [start[_BIAS]]
    numbers = list(before)
    for _ in range(STEPS):
        slope = [HOLD * (now - then) for now, then in zip(numbers, before, strict=True)]
        bend = [HOLD] * len(numbers)
        for row, sample, weight in zip(rows, samples, weights, strict=True):
            sure = _logistic(sum(value * number for value, number in zip(row, numbers, strict=True)))
            error, slack = weight / whole * (sure - sample.positive), weight / whole * sure * (1 - sure)
            for at, value in enumerate(row):
                if value:
                    slope[at] += error * value
                    bend[at] += slack * value * value
        # Newton's step along each axis, damped by the number of axes that may pull together.
        moved = [-step / (curve * len(numbers)) * _HASTE for step, curve in zip(slope, bend, strict=True)]
        numbers = [number + step for number, step in zip(numbers, moved, strict=True)]
        numbers[:-1] = [max(0.0, number) for number in numbers[:-1]]
        if max(map(abs, moved)) < _STILL:
            break
    return {name: round(number, 3) for name, number in zip([*names, _BIAS], numbers, strict=True)}


_HASTE = 4.0
_STILL = 1e-4  # a step that moves no number further ends the fit


def confidence(sample: Sample, numbers: Numbers) -> float:
    """How sure ``numbers`` are of one sample."""
    return _logistic(
        numbers[_BIAS] + sum(_signed(name, sample) * numbers[name] for name in numbers if name != _BIAS)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What numbers fitted without some samples say of just those."""

    name: str
    positives: int
    negatives: int
    seen: float
    """Share of the positives that reach the review threshold of their category."""
    listed: float
    """The same for the threshold of listing."""
    accused: int
    """Negatives that reach the threshold of listing."""


def leave_out(
    samples: Sequence[Sample], policy: Policy, key: Callable[[Sample], str], least: int
) -> Iterator[LeftOut]:
    """Fit without each group of ``least`` positives or more, and measure on it."""
    for name, count in sorted(Counter(key(sample) for sample in samples if sample.positive).items()):
        if count < least:
            continue
        numbers = fit([sample for sample in samples if key(sample) != name], policy.score.values)
        yield measure(name, [sample for sample in samples if key(sample) == name], policy, numbers)


def measure(name: str, samples: Sequence[Sample], policy: Policy, numbers: Numbers) -> LeftOut:
    """Say how ``numbers`` do on ``samples`` at the policy's thresholds; the gates of ``decide`` apart."""
    surely = [(sample, confidence(sample, numbers)) for sample in samples]
    positives = [(policy.categories[one.category], sure) for one, sure in surely if one.positive]
    negatives = [(policy.categories[one.category], sure) for one, sure in surely if not one.positive]
    count = len(positives) or 1
    return LeftOut(
        name=name,
        positives=len(positives),
        negatives=len(negatives),
        seen=sum(sure >= category.review for category, sure in positives) / count,
        listed=sum(sure >= category.publish for category, sure in positives) / count,
        accused=sum(sure >= category.publish for category, sure in negatives),
    )


def _signed(name: str, sample: Sample) -> float:
    value = sample.sums.get(name, 0.0)
    return -value if name == _EXCUSE else value


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
