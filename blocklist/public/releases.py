"""Pages of the releases: what to name when a figure is quoted, and what proves it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

from blocklist.model import Release
from blocklist.public.leaves import Leaf, token_of
from blocklist.public.paging import Pager, Part, paged
from blocklist.release.context import ReleaseContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasesPage:
    """One page of the releases, newest first."""

    rows: tuple[Release, ...]
    pager: Pager


Parts = Sequence[Part[Release]]


def release_parts(context: ReleaseContext) -> Parts:
    """Return every release so far, newest first, page by page."""
    newest = (context.release, *reversed(context.history))
    return tuple(paged("releases", newest, lambda one: f"{one.serial:06}"))


def release_places(parts: Parts) -> Mapping[int, str]:
    """Return where each release stands, by its serial; relative to the language's root."""
    return {one.serial: f"{part.pager.path}#r{one.serial}" for part in parts for one in part.items}


def release_leaves(parts: Parts, languages: int) -> Iterator[Leaf]:
    """Plan the pages."""
    for part in parts:
        page = ReleasesPage(rows=tuple(part.items), pager=part.pager)
        yield Leaf(part.pager.path, "releases.html", token_of(page), partial(repeat, page, languages))
