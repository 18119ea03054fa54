"""A long list as pages: ``entries/index.html``, ``entries/page/2/index.html``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

PAGE = 60
"""Rows on a page: sixty of the longest rows stay below 50 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Where one page stands among its neighbours; paths are relative to the language's root."""

    number: int
    """From 1."""
    count: int
    path: str
    newer: str
    """Empty: this is the first page."""
    older: str
    """Empty: this is the last page."""


def paged(folder: str, items: Sequence[T], size: int = PAGE) -> Iterator[tuple[Pager, Sequence[T]]]:
    """Cut ``items`` into pages below ``folder``; no items give one empty page."""
    count = max(1, -(-len(items) // size))
    for number in range(1, count + 1):
        pager = Pager(
            number=number,
            count=count,
            path=_path(folder, number),
            newer=_path(folder, number - 1) if number > 1 else "",
            older=_path(folder, number + 1) if number < count else "",
        )
        yield pager, items[(number - 1) * size : number * size]


def page_of(folder: str, place: int, size: int = PAGE) -> str:
    """Return the path of the page on which the item at ``place`` (from 0) stands."""
    return _path(folder, place // size + 1)


def _path(folder: str, number: int) -> str:
    return f"{folder}/index.html" if number == 1 else f"{folder}/page/{number}/index.html"
