"""A list as pages that keep their place: ``entries/index.html``, ``entries/page/LG-4QJ7ZC2MXA/index.html``.

Pages that were simply numbered would all change with every new entry. A page here begins, seen from the end
of the list, at an item whose name says so (one in twenty does, once the page before is half full), and is
called after it: what is added or removed changes the page that it stands on and seldom its neighbours, and an
address once given away leads to the same entries next month.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from zlib import crc32

T = TypeVar("T")

PAGE = 60
"""Rows on a page at most: sixty of the longest rows stay below 50 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Where one page stands among its neighbours; paths are relative to the language's root."""

    folder: str
    """Of the list: ``entries``."""
    name: str
    """Of the item that the page is called after; empty: the list's first page."""
    newer: str
    """The page before; empty: this is the first."""
    older: str
    """The page after; empty: this is the last."""

    @property
    def path(self) -> str:
        """Where the page lies."""
        return f"{self.folder}/page/{self.name}/index.html" if self.name else f"{self.folder}/index.html"

    @property
    def first(self) -> bool:
        """Whether this is where readers of the list begin."""
        return not self.newer


SLOTS = ("pager.name", "pager.newer", "pager.older")
"""What differs between pages of one list; a template may ask whether there is any."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One page's share of a list."""

    pager: Pager
    items: Sequence[T]


def paged(folder: str, items: Sequence[T], name: Callable[[T], str], most: int = PAGE) -> Iterator[Part[T]]:
    """Cut ``items`` into pages below ``folder``; no items give one empty page.

    ``name`` gives a name of each item that no other has, fit for a path; ``most`` are the items of a page.
    """
    bounds = _bounds([name(item) for item in items], most)
    ends = bounds[1:]
    names = ["", *(name(items[end - 1]) for end in ends[1:])]
    paths = [Pager(folder=folder, name=one, newer="", older="").path for one in names]
    for begin, end, one, newer, older in zip(
        bounds, ends, names, ["", *paths], [*paths[1:], ""], strict=False
    ):
        yield Part(Pager(folder=folder, name=one, newer=newer, older=older), items[begin:end])


def _bounds(names: Sequence[str], most: int) -> list[int]:
    """Return where pages begin, from 0, and where the last one ends."""
    least, one_in = most // 2, most // 3
    bounds, held = [len(names)], 0
    for place in range(len(names) - 1, -1, -1):
        if held == most or (held >= least and crc32(names[place].encode()) % one_in == 0):
            bounds.append(place + 1)
            held = 0
        held += 1
    if len(bounds) > 1 and held < least and bounds[-2] <= most:
        bounds.pop()  # the newest page has only begun: its rows stand above those of the one before
    bounds.append(0)
    return bounds[::-1]
