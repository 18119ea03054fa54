"""The sets in which a list is given: the whole, each category, each minimum grade.

::

    list/rpz.zone                       everything
    list/by-category/tobacco/rpz.zone   one category: what is unlawful differs by country
    list/min-grade/3/rpz.zone           grade 3 and above

Every set has every file, an empty one too: a reader's address must not vanish with the last entry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from blocklist.policy import Policy

BY_CATEGORY = "by-category"
MIN_GRADE = "min-grade"
GRADES = (2, 3, 4)
"""Grade 1 and above is the whole list."""


class Graded(Protocol):
    """What decides about a set: an entry, or its record."""

    @property
    def category(self) -> str:
        """Its category's id."""

    @property
    def grade(self) -> int:
        """1 to 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSet:
    """One set of the list."""

    folder: str
    """Within ``list/``, with its slash; empty: the whole list."""
    holds: Callable[[Graded], bool]


def sets_of(policy: Policy) -> Iterator[ListSet]:
    """Give the sets of a release, the whole first."""
    yield set_in("")
    for category in sorted(policy.categories):
        yield set_in(f"{BY_CATEGORY}/{category}/")
    for grade in GRADES:
        yield set_in(f"{MIN_GRADE}/{grade}/")


def set_in(folder: str) -> ListSet:
    """Return the set that lies in ``folder``, by its name; one of an unknown kind holds nothing."""
    kind, _, name = folder.rstrip("/").partition("/")
    if not folder:
        return ListSet(folder=folder, holds=lambda _: True)
    if kind == BY_CATEGORY:
        return ListSet(folder=folder, holds=lambda each: each.category == name)
    if kind == MIN_GRADE and name.isdigit():
        return ListSet(folder=folder, holds=lambda each: each.grade >= int(name))
    return ListSet(folder=folder, holds=lambda _: False)
