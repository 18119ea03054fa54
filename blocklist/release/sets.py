"""The sets in which a list is given: the whole, each category, each minimum grade, and two smaller ones.

::

    list/rpz.zone                       everything
    list/by-category/tobacco/rpz.zone   one category: what is unlawful differs by country
    list/min-grade/3/rpz.zone           grade 3 and above
    list/names/adblock.txt              hosts and domains alone, for readers with room for few rules
    list/recent/adblock.txt             what was listed in the last 30 days before the release

Every set has every file, an empty one too: a reader's address must not vanish with the last entry.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from blocklist.model import Scope
from blocklist.policy import Policy

BY_CATEGORY = "by-category"
MIN_GRADE = "min-grade"
NAMES = "names"
RECENT = "recent"
SMALLER = (NAMES, RECENT)
GRADES = (2, 3, 4)
"""Grade 1 and above is the whole list."""
RECENT_DAYS = 30


class Graded(Protocol):
    """What decides about a set: an entry, or its record."""

    @property
    def category(self) -> str:
        """Its category's id."""

    @property
    def grade(self) -> int:
        """1 to 4."""

    @property
    def scope(self) -> Scope:
        """How far it reaches."""

    @property
    def listed_at(self) -> datetime:
        """Since when it stands in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSet:
    """One set of the list."""

    folder: str
    """Within ``list/``, with its slash; empty: the whole list."""
    holds: Callable[[Graded], bool]


def sets_of(policy: Policy, issued_at: datetime) -> Iterator[ListSet]:
    """Give the sets of a release that is issued then, the whole first."""
    yield set_in("", issued_at)
    for category in sorted(policy.categories):
        yield set_in(f"{BY_CATEGORY}/{category}/", issued_at)
    for grade in GRADES:
        yield set_in(f"{MIN_GRADE}/{grade}/", issued_at)
    for name in SMALLER:
        yield set_in(f"{name}/", issued_at)


class Sorter:
    """Which sets hold an entry, asked for each kind of entry once: a million are of a few hundred kinds."""

    def __init__(self, sets: Sequence[ListSet], issued_at: datetime) -> None:
        self._sets = sets
        self.folders = [chosen.folder for chosen in sets]
        self._since = issued_at - timedelta(days=RECENT_DAYS)
        self._known: dict[tuple[str, int, Scope, bool], tuple[int, ...]] = {}

    def __call__(self, entry: Graded) -> tuple[int, ...]:
        """Return the places of its sets among all sets."""
        kind = entry.category, entry.grade, entry.scope, entry.listed_at >= self._since
        if (found := self._known.get(kind)) is None:
            found = tuple(at for at, chosen in enumerate(self._sets) if chosen.holds(entry))
            self._known[kind] = found
        return found


def set_in(folder: str, issued_at: datetime) -> ListSet:
    """Return the set that lies in ``folder``, by its name; one of an unknown kind holds nothing."""
    kind, _, name = folder.rstrip("/").partition("/")
    since = issued_at - timedelta(days=RECENT_DAYS)
    if not folder:
        return ListSet(folder=folder, holds=lambda _: True)
    if kind == BY_CATEGORY:
        return ListSet(folder=folder, holds=lambda each: each.category == name)
    if kind == MIN_GRADE and name.isdigit():
        return ListSet(folder=folder, holds=lambda each: each.grade >= int(name))
    if (kind, name) == (NAMES, ""):
        return ListSet(folder=folder, holds=lambda each: each.scope in {Scope.HOST, Scope.DOMAIN})
    if (kind, name) == (RECENT, ""):
        return ListSet(folder=folder, holds=lambda each: each.listed_at >= since)
    return ListSet(folder=folder, holds=lambda _: False)
