"""What is another in a list than in the release before, claim by claim (pure).

An entry is the same where all of it is, its aliases too. A claim of such an entry may still have *moved*:
what was recent is not for ever.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blocklist.release.claims import Cell, Claims, Order
from blocklist.release.splice import FRESH, Numbers, ends

_STRIDE = 64
"""Entries compared at once, after one that differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one list to the next."""

    old: Claims
    new: Claims
    entries: Numbers
    """For each new entry the number of the old one that it is; ``FRESH``: it is not quite one of them."""
    claims: Numbers
    """The same of the claims."""
    moved: frozenset[int]
    """Numbers of new claims that were there, in another cell."""

    @property
    def left(self) -> list[int]:
        """Numbers of the old entries that no new one is quite."""
        return _missing(self.entries, len(self.old.ids))

    @property
    def entered(self) -> list[int]:
        """Numbers of the new entries that are not quite an old one."""
        found: list[int] = np.flatnonzero(self.entries < 0).tolist()
        return found

    @property
    def gone(self) -> list[int]:
        """Numbers of the old claims that no new one is."""
        return _missing(self.claims, len(self.old))

    @property
    def come(self) -> list[int]:
        """Numbers of the new claims that were not there."""
        found: list[int] = np.flatnonzero(self.claims < 0).tolist()
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reordered:
    """The order of the new claims, made from that of the old ones."""

    before: Order
    order: Order
    source: Numbers
    """For each place in it the place that the same claim had; ``FRESH``: it came, or moved."""
    left: list[tuple[Cell, list[int]]]
    """The old claims that left each cell."""
    entered: list[tuple[Cell, list[int]]]
    """The new claims that are in each cell now and were not, in the files' order."""


def change_of(old: Claims, new: Claims, before: Order) -> Change:
    """Compare two lists; ``before`` is the order of the old claims."""
    source = _same_values(old, new)
    others = {old.ids[number]: number for number in _missing(source, len(old.entries))}
    for number in np.flatnonzero(source < 0).tolist():
        was = others.get(new.ids[number])
        if was is not None and old.entries[was] == new.entries[number]:
            source[number] = was
    led = old.leading or new.leading
    if led:
        differ = {
            name for name in old.leading.keys() | new.leading.keys() if _led(old, name) != _led(new, name)
        }
        source[[number for number, name in enumerate(new.ids) if name in differ]] = FRESH
    recent = before.recent()
    entries = recent[: bisect_left(recent, len(old.ids))]
    aged = [number for number in entries if old.entries[number].listed_at < new.recent_since]
    moved = set(np.flatnonzero(np.isin(source, aged)).tolist())
    claims = source
    if led:
        ours = {alias.expression: number for number, (alias, _) in enumerate(old.aliases, len(old.entries))}
        aliases = [ours[alias.expression] if source[number] >= 0 else FRESH for alias, number in new.aliases]
        claims = np.concatenate((source, np.array(aliases, np.int64)))
        moved |= {at for at, (_, number) in enumerate(new.aliases, len(new.entries)) if number in moved}
    return Change(old=old, new=new, entries=source, claims=claims, moved=frozenset(moved))


def _same_values(old: Claims, new: Claims) -> Numbers:
    """Return for each new entry the number of the old one that is the same value, not only an equal one.

    What listing leaves as it was is the same value still; to compare others takes thirty times as long.
    """
    counts = len(old.ids), len(new.ids)
    were = np.fromiter(map(id, old.entries), np.uint64, counts[0])
    are = np.fromiter(map(id, new.entries), np.uint64, counts[1])
    found = np.full(counts[1], FRESH, np.int64)
    before = now = 0
    stride = _STRIDE
    while before < counts[0] and now < counts[1]:
        size = min(stride, counts[0] - before, counts[1] - now)
        is_other = were[before : before + size] != are[now : now + size]
        run = int(is_other.argmax()) if is_other.any() else size
        found[now : now + run] = np.arange(before, before + run)
        before, now = before + run, now + run
        stride = 2 * stride if run == size else _STRIDE
        if run < size:
            was, comes = old.ids[before], new.ids[now]
            before, now = before + (was <= comes), now + (comes <= was)
    return found


def reordered(change: Change, before: Order) -> Reordered:
    """Return the order of the new claims, of which most keep their places among each other."""
    old, new = change.old, change.new
    stays = change.claims.copy()
    stays[list(change.moved)] = FRESH
    now = np.full(len(old), FRESH, np.int64)  # by old claim the new one
    now[stays[stays >= 0]] = np.flatnonzero(stays >= 0)
    entered = _in_cells(new, np.flatnonzero(stays < 0).tolist())
    places = {cell: at for at, cell in enumerate(before.cells)}
    cells, numbers, sources = [], [], []
    for cell in sorted(places.keys() | entered.keys(), key=Cell.place):
        at = places.get(cell)
        begin, end = (before.bounds[at], before.bounds[at + 1]) if at is not None else (0, 0)
        kept = np.arange(begin, end)
        kept = kept[now[before.numbers[begin:end]] >= 0]
        ours = now[before.numbers[kept]]
        come = entered.get(cell, [])
        if len(kept) or come:
            points = _points(new, ours, come)
            cells.append(cell)
            numbers.append(np.insert(ours, points, come))
            sources.append(np.insert(kept, points, FRESH))
    whole = np.concatenate((np.zeros(0, np.int64), *numbers)).astype(np.int64)
    order = Order(cells=tuple(cells), bounds=ends([len(each) for each in numbers]), numbers=whole)
    return Reordered(
        before=before,
        order=order,
        source=np.concatenate((np.zeros(0, np.int64), *sources)).astype(np.int64),
        left=list(_in_cells(old, _missing(stays, len(old))).items()),
        entered=[(cell, entered[cell]) for cell in cells if cell in entered],
    )


def _in_cells(claims: Claims, numbers: Sequence[int]) -> dict[Cell, list[int]]:
    found: dict[Cell, list[int]] = {}
    for number in numbers:
        found.setdefault(claims.cell(number), []).append(number)
    for held in found.values():
        held.sort(key=claims.place)
    return found


def _points(claims: Claims, kept: Numbers, come: Sequence[int]) -> list[int]:
    """Return before which of ``kept`` each of ``come`` stands; both are in order."""
    points, low = [], 0
    for number in come:
        wanted, high = claims.place(number), len(kept)
        while low < high:
            middle = (low + high) // 2
            if claims.place(int(kept[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        points.append(low)
    return points


def _missing(source: Numbers, count: int) -> list[int]:
    is_there = np.zeros(count, np.bool_)
    is_there[source[source >= 0]] = True
    found: list[int] = np.flatnonzero(~is_there).tolist()
    return found


def _led(claims: Claims, entry: str) -> set[tuple[str, bool]]:
    return {(alias.expression, alias.sensitive) for alias in claims.leading.get(entry, ())}
