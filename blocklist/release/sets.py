"""The sets in which a list is given: the whole, each category, each minimum grade, and two smaller ones.

::

    list/rpz.zone                       everything
    list/by-category/tobacco/rpz.zone   one category: what is unlawful differs by country
    list/min-grade/3/rpz.zone           grade 3 and above
    list/names/adblock.txt              hosts and domains alone, for readers with room for few rules
    list/recent/adblock.txt             what was listed in the last 30 days before the release

Every set has every file that programs load, an empty one too: a reader's address must not vanish with the
last entry. The record (``entries.jsonl``, ``entries.csv``) is given once, of the whole: it says category,
grade, scope and time of each entry, and would be five sixths of the bytes of all sets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

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
_NAMED = frozenset({Scope.HOST, Scope.DOMAIN})


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


class Kind(NamedTuple):
    """All that the sets ask of an entry: a million entries are of a few hundred kinds."""

    category: str
    grade: int
    is_name: bool
    """True: of scope ``host`` or ``domain``."""
    is_recent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSet:
    """One set of the list."""

    folder: str
    """Within ``list/``, with its slash; empty: the whole list."""
    has: Callable[[Kind], bool]
    """Whether it holds entries of that kind."""


def since(issued_at: datetime) -> datetime:
    """Return from when on an entry is recent in a release that is issued then."""
    return issued_at - timedelta(days=RECENT_DAYS)


def kind_of(entry: Graded, recent_since: datetime) -> Kind:
    """Return the kind of ``entry``, which is recent if it was listed at that moment or later."""
    return Kind(entry.category, entry.grade, entry.scope in _NAMED, entry.listed_at >= recent_since)


def sets_of(policy: Policy) -> Iterator[ListSet]:
    """Give the sets of a release, the whole first."""
    yield set_in("")
    for category in sorted(policy.categories):
        yield set_in(f"{BY_CATEGORY}/{category}/")
    for grade in GRADES:
        yield set_in(f"{MIN_GRADE}/{grade}/")
    for name in SMALLER:
        yield set_in(f"{name}/")


def set_in(folder: str) -> ListSet:
    """Return the set that lies in ``folder``, by its name; one of an unknown kind holds nothing."""
    kind, _, name = folder.rstrip("/").partition("/")
    if not folder:
        return ListSet(folder=folder, has=lambda _: True)
    if kind == BY_CATEGORY:
        return ListSet(folder=folder, has=lambda each: each.category == name)
    if kind == MIN_GRADE and name.isdigit():
        return ListSet(folder=folder, has=lambda each: each.grade >= int(name))
    if (kind, name) == (NAMES, ""):
        return ListSet(folder=folder, has=lambda each: each.is_name)
    if (kind, name) == (RECENT, ""):
        return ListSet(folder=folder, has=lambda each: each.is_recent)
    return ListSet(folder=folder, has=lambda _: False)
