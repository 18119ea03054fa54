"""The claims of a list in the one order that its files keep: cell by cell, and by expression in each (pure).

A *cell* holds the claims that all sets hold or leave out together, and of one scope. A file of a set is
therefore its first lines and a row of whole cells, each written and packed once, however many sets hold it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from blocklist.formats.base import URL, Pairs, Rule
from blocklist.formats.records import aliases_by_entry
from blocklist.model import Alias, Entry, Listing, ListKey, Scope
from blocklist.release.sets import Kind, kind_of
from blocklist.release.splice import Numbers, ends


class Cell(NamedTuple):
    """Claims that every set holds or leaves out together."""

    kind: Kind
    """Of the entries."""
    scope: Scope
    """Of the claims: an alias is of scope ``url``, whatever its entry is."""

    def place(self) -> tuple[int, str, bool, bool, Scope]:
        """Return what orders cells: the gravest first, so that each minimum grade begins the one below it."""
        return -self.kind.grade, self.kind.category, self.kind.is_name, self.kind.is_recent, self.scope


class Claims:
    """Entries and their aliases, each with a number: the entries by id, then the aliases in their order."""

    def __init__(self, entries: Iterable[Entry], aliases: Iterable[Alias], recent_since: datetime) -> None:
        """Aliases of entries that are not given are left out."""
        self.entries: Sequence[Entry] = tuple(entries)
        self.ids = [entry.id for entry in self.entries]
        """Of the entries."""
        if self.ids != (ordered := sorted(self.ids)):
            self.entries, self.ids = sorted(self.entries, key=attrgetter("id")), ordered
        self.leading = aliases_by_entry(aliases)
        """Aliases by the id of their entry."""
        self.aliases: list[tuple[Alias, int]] = []
        """Each with the number of its entry."""
        self.recent_since = recent_since
        if self.leading:
            for number, entry in enumerate(self.entries):
                led = sorted(self.leading.get(entry.id, ()), key=lambda each: each.expression)
                self.aliases += ((alias, number) for alias in led)

    @classmethod
    def of(cls, listing: Listing, recent_since: datetime) -> "Claims":
        """Return the claims of ``listing``."""
        return cls(listing.entries, listing.aliases, recent_since)

    def __len__(self) -> int:
        return len(self.entries) + len(self.aliases)

    def rule(self, number: int) -> Rule:
        """Return the claim of that number, anew: what formats ask of a rule lies in it, and goes with it."""
        if number < len(self.entries):
            entry = self.entries[number]
            return Rule(entry.expression, entry.scope, False, entry.sensitive)
        alias, _ = self.aliases[number - len(self.entries)]
        return Rule(alias.expression, URL, True, alias.sensitive)

    def expression(self, number: int) -> ListKey:
        """Return what the claim of that number is about."""
        if number < len(self.entries):
            return self.entries[number].expression
        return self.aliases[number - len(self.entries)][0].expression

    def place(self, number: int) -> tuple[ListKey, bool]:
        """Return what decides where the claim stands in its cell: an entry before an alias."""
        return self.expression(number), number >= len(self.entries)

    def entry(self, number: int) -> Entry:
        """Return the entry of the claim of that number."""
        if number < len(self.entries):
            return self.entries[number]
        return self.entries[self.aliases[number - len(self.entries)][1]]

    def pairs(self, numbers: Iterable[int]) -> Pairs:
        """Return the claims of those numbers, which rise."""
        found, count = list(numbers), len(self.entries)
        first = bisect_left(found, count)
        return Pairs(
            [self.entries[number] for number in found[:first]],
            [self.aliases[number - count][0] for number in found[first:]],
        )

    def cell(self, number: int) -> Cell:
        """Return the cell of the claim of that number."""
        entry = self.entry(number)
        return Cell(kind_of(entry, self.recent_since), entry.scope if number < len(self.entries) else URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Claims in the order of the files."""

    cells: tuple[Cell, ...]
    """Those that hold something, in order."""
    bounds: Numbers
    """Where each cell begins among ``numbers``, and where the last one ends."""
    numbers: Numbers
    """The claims."""

    def entries(self, count: int) -> list[int]:
        """Return how many of the first ``count`` claims, which are the entries, each cell holds."""
        before = ends(self.numbers < count)
        found: list[int] = np.diff(before[self.bounds]).tolist()
        return found

    def recent(self) -> list[int]:
        """Return the claims in cells of what is recent, rising."""
        held = [
            self.numbers[self.bounds[at] : self.bounds[at + 1]]
            for at, cell in enumerate(self.cells)
            if cell.kind.is_recent
        ]
        found: list[int] = np.sort(np.concatenate(held)).tolist() if held else []
        return found

    def in_cell(self, at: int) -> list[int]:
        """Return the claims of the cell at that place."""
        found: list[int] = self.numbers[self.bounds[at] : self.bounds[at + 1]].tolist()
        return found


def order_of(claims: Claims) -> Order:
    """Return the order of ``claims``."""
    held: defaultdict[Cell, list[int]] = defaultdict(list)
    known: dict[tuple[str, int, Scope, bool], list[int]] = {}
    since = claims.recent_since
    for number, entry in enumerate(claims.entries):
        kind = entry.category, entry.grade, entry.scope, entry.listed_at >= since
        if (bucket := known.get(kind)) is None:
            bucket = known[kind] = held[claims.cell(number)]
        bucket.append(number)
    for number in range(len(claims.entries), len(claims)):
        held[claims.cell(number)].append(number)
    cells = tuple(sorted(held, key=Cell.place))
    for cell in cells:
        held[cell].sort(key=claims.expression)  # stable: an entry stands before an alias
    counts = [len(held[cell]) for cell in cells]
    numbers = np.fromiter((each for cell in cells for each in held[cell]), np.int64, len(claims))
    return Order(cells=cells, bounds=ends(counts), numbers=numbers)
