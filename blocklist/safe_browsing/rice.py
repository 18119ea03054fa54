"""Golomb-Rice coding of rising whole numbers of 32 bits, as Safe Browsing's versions 4 and 5 have it.

The first number stands by itself, then each difference: its quotient by 2**k in ones ended by a zero, and k
bits of remainder. All bits, the remainder's among them, fill each octet from its lowest. Random numbers take
some hundredths more than the least that any coding can (``bound_bits``).
Source: https://developers.google.com/safe-browsing/v4/compression.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blocklist.errors import FormatError

Numbers = NDArray[np.int64]
MAX_COUNT = 2**26  # numbers that are decoded: four times the largest list, so that a wrong count ends early


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Numbers, coded."""

    first: int
    parameter: int
    """k; 0: there is one number alone."""
    count: int
    """Of the differences: one less than there are numbers."""
    data: bytes


def encode(numbers: Sequence[int] | Numbers, *, least: int, most: int) -> Coded:
    """Code ``numbers``, at least one, rising and distinct; k is the best from ``least`` to ``most``."""
    column = np.asarray(numbers, dtype=np.int64)
    gaps = np.diff(column)
    assert len(column)
    assert (gaps > 0).all(), "the numbers do not rise"
    if not len(gaps):
        return Coded(first=int(column[0]), parameter=0, count=0, data=b"")
    k = min(range(least, most + 1), key=lambda each: _bits(gaps, each))
    quotients = gaps >> k
    ends = np.cumsum(quotients + 1 + k)
    bits = np.zeros(int(ends[-1]), dtype=np.uint8)
    tails = ends - k  # where each remainder begins, after the zero
    marks = np.ones(int(quotients.sum()), dtype=np.int64)
    if len(marks):
        starts = np.repeat(tails - 1 - quotients, quotients)
        offsets = np.arange(len(marks)) - np.repeat(np.cumsum(quotients) - quotients, quotients)
        bits[starts + offsets] = 1
    for bit in range(k):
        bits[tails + bit] = gaps >> bit & 1
    data = np.packbits(bits, bitorder="little").tobytes()
    return Coded(first=int(column[0]), parameter=k, count=len(gaps), data=data)


def decode(coded: Coded, name: str) -> Numbers:
    """Return the numbers; raises FormatError, which calls them ``name``, where the coding is cut short."""
    count, k = coded.count, coded.parameter
    if not count:
        return np.array([coded.first], dtype=np.int64)
    if not 0 < count <= min(MAX_COUNT, len(coded.data) * 8) or not 0 < k < 32:  # noqa: PLR2004 - of 32 bits
        raise FormatError(f"{name}: claims {count} differences by parameter {k}, which cannot be")
    bits = np.unpackbits(np.frombuffer(coded.data, dtype=np.uint8), bitorder="little")
    zeros = np.where(bits == 0, np.arange(len(bits)), len(bits))
    ends = np.minimum.accumulate(zeros[::-1])[::-1].tolist()  # the next zero from each bit on
    marks, at = [], 0
    for _ in range(count):
        if at >= len(ends) or ends[at] + k >= len(ends):
            raise FormatError(f"{name}: is cut short")
        marks.append((at, ends[at]))
        at = ends[at] + 1 + k
    starts, stops = np.array(marks, dtype=np.int64).T
    gaps = (stops - starts) << k
    for bit in range(k):
        gaps += bits[stops + 1 + bit].astype(np.int64) << bit
    return np.concatenate(([coded.first], coded.first + np.cumsum(gaps)))


def bound_bits(count: int, space: int = 2**32) -> float:
    """Return how many bits no coding of a set of ``count`` of ``space`` numbers can be below, on average."""
    return (math.lgamma(space + 1) - math.lgamma(count + 1) - math.lgamma(space - count + 1)) / math.log(2)


def _bits(gaps: Numbers, k: int) -> int:
    return int((gaps >> k).sum()) + len(gaps) * (k + 1)
