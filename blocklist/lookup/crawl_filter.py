"""Which of all crawled hosts are listed, in little more than the fewest bits: exact for those, and no others.

::

    offset    bytes
    0         8       "LGCRAWL1"
    8         16      first level:  seed (4), bits a slot k (4), slots (8)
    24        16      second level: the same, with k = 1
    40        …       first level's k columns, then the second's one: a bit for each slot, from the lowest

Two ribbon filters (Dillinger, Hübschle-Schneider, Sanders, Walzer, "Fast Succinct Retrieval and Approximate
Membership Using Ribbon", 2022), cascaded as Mozilla's clubcards are (Schanck, "Clubcards for the WebPKI",
2025). The first holds the listed hosts and lets one in 2**k of the others pass; the second tells the listed
from those that passed. A host's slots are XORed where its coefficients say: k bits that must be its
fingerprint, then the answer.

*Limits.* The answer is exact for every host that was crawled. Of a host that was not, it is "listed" by
chance, about once in 2**(k + 1): ask the list itself before you act on it. It is about hosts that are listed
as a whole, not about single pages. Who has the file cannot read the crawled hosts out of it.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct

from blocklist.errors import FormatError

MAGIC = b"LGCRAWL1"
_LEVEL = Struct("<IIQ")
_START = len(MAGIC) + 2 * _LEVEL.size
_WIDTH = 256  # coefficients of a host: wide enough for two slots in a hundred to be spare
_MASK = (1 << _WIDTH) - 1
_SPARE = 0.015  # share of slots beyond one a host, and _WIDTH more
_MOST_BITS = 32
_TRIES = 64  # seeds: each fails far less often than every second time


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """One filter: a function from hosts to ``bits`` bits."""

    seed: int
    bits: int
    slots: int
    columns: tuple[bytes, ...]

    def of(self, host: str) -> int:
        """Return the bits of ``host``: those that it was given, or any."""
        start, coefficients, _ = _place(host, self.seed, self.slots)
        at, shift = start >> 3, start & 7
        found = 0
        for number, column in enumerate(self.columns):
            window = int.from_bytes(column[at : at + _WIDTH // 8 + 1], "little") >> shift
            found |= ((window & coefficients).bit_count() & 1) << number
        return found

    def fingerprint(self, host: str) -> int:
        """Return what ``of`` gives for a host that the first level holds."""
        return _place(host, self.seed, self.slots)[2] & (1 << self.bits) - 1


class CrawlFilter:
    """A filter that is open."""

    def __init__(self, data: bytes, name: str = "the filter") -> None:
        """Open ``data``, which errors call ``name``; raises FormatError."""
        levels, at = [], _START
        if len(data) < _START:
            raise FormatError(f"{name}: is no filter of crawled hosts, or cut short")
        heads = [_LEVEL.unpack_from(data, len(MAGIC) + number * _LEVEL.size) for number in (0, 1)]
        for seed, bits, slots in heads:
            size = (slots + 7) // 8
            if bits > _MOST_BITS or at + bits * size > len(data):
                raise FormatError(f"{name}: is no filter of crawled hosts, or cut short")
            columns = tuple(data[at + number * size : at + (number + 1) * size] for number in range(bits))
            levels.append(Ribbon(seed=seed, bits=bits, slots=slots, columns=columns))
            at += bits * size
        if not data.startswith(MAGIC) or at != len(data) or heads[1][1] > 1:
            raise FormatError(f"{name}: is no filter of crawled hosts, or cut short")
        self._first, self._second = levels

    def has(self, host: str) -> bool:
        """Tell whether the crawled ``host`` is listed; of one that was not crawled, see the limits."""
        if not self._second.slots:
            return False
        return _passes(self._first, host) and bool(self._second.of(host))


def write_filter(listed: Collection[str], others: Collection[str]) -> bytes:
    """Return the filter of all crawled hosts: those ``listed`` and, apart from them, the ``others``."""
    if not listed:
        return MAGIC + 2 * _LEVEL.pack(0, 0, 0)
    bits = max(0, round(math.log2(max(1, len(others)) / len(listed) * math.log(2))))
    first = _solve(sorted(listed), bits, None)
    passing = sorted(host for host in others if _passes(first, host))
    second = _solve([*sorted(listed), *passing], 1, [1] * len(listed) + [0] * len(passing))
    heads = (_LEVEL.pack(each.seed, each.bits, each.slots) for each in (first, second))
    return b"".join((MAGIC, *heads, *first.columns, *second.columns))


def bound_bits(listed: int, crawled: int) -> float:
    """Return the fewest bits that tell ``listed`` of ``crawled`` hosts: log2 of the number of choices."""
    gamma = math.lgamma
    return (gamma(crawled + 1) - gamma(listed + 1) - gamma(crawled - listed + 1)) / math.log(2)


def _passes(first: Ribbon, host: str) -> bool:
    return not first.bits or first.of(host) == first.fingerprint(host)


def _solve(hosts: Sequence[str], bits: int, answers: Sequence[int] | None) -> Ribbon:
    """Return the function that gives each host its answer; None: its fingerprint."""
    slots = int(len(hosts) * (1 + _SPARE)) + _WIDTH if bits else 0
    for seed in range(_TRIES if bits else 1):
        rows = _rows(hosts, seed, slots, bits, answers) if bits else []
        if rows is not None:
            return Ribbon(seed=seed, bits=bits, slots=slots, columns=_columns(rows, bits))
    raise AssertionError(f"no seed of {_TRIES} fits")


def _rows(
    hosts: Sequence[str], seed: int, slots: int, bits: int, answers: Sequence[int] | None
) -> list[tuple[int, int]] | None:
    """Return coefficients and value of each slot's equation, in echelon form; None: two contradict."""
    mask = (1 << bits) - 1
    placed = [(*_place(host, seed, slots), number) for number, host in enumerate(hosts)]
    placed.sort()  # in their order the band stays narrow
    rows = [(0, 0)] * slots
    for start, coefficients, printed, number in placed:
        at, found = start, coefficients
        value = printed & mask if answers is None else answers[number]
        while found and rows[at][0]:
            found ^= rows[at][0]
            value ^= rows[at][1]
            if found:
                zeros = (found & -found).bit_length() - 1
                found >>= zeros
                at += zeros
        if found:
            rows[at] = found, value
        elif value:
            return None
    return rows


def _columns(rows: Iterable[tuple[int, int]], bits: int) -> tuple[bytes, ...]:
    """Solve from the last slot to the first; a slot without an equation holds zero."""
    known = list(rows)
    windows = [0] * bits
    solved = [bytearray((len(known) + 7) // 8) for _ in range(bits)]
    for at in range(len(known) - 1, -1, -1):
        coefficients, value = known[at]
        rest = coefficients >> 1
        for number in range(bits):
            bit = (value >> number ^ (windows[number] & rest).bit_count()) & 1 if coefficients else 0
            windows[number] = (windows[number] << 1 | bit) & _MASK
            solved[number][at >> 3] |= bit << (at & 7)
    return tuple(map(bytes, solved))


def _place(host: str, seed: int, slots: int) -> tuple[int, int, int]:
    """Return where a host's slots begin, its coefficients from the lowest on, and its fingerprint."""
    raw = host.encode(errors="surrogatepass")
    digest = blake2b(raw, digest_size=48, key=seed.to_bytes(4, "little")).digest()
    start = int.from_bytes(digest[:8], "little") * (slots - _WIDTH + 1) >> 64
    return start, int.from_bytes(digest[8:40], "little") | 1, int.from_bytes(digest[40:], "little")
