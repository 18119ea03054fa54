"""Pages of the releases: what to name when a figure is quoted, and what proves it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from blocklist.model import Release
from blocklist.public.language import Language
from blocklist.public.leaves import Leaf, token_of
from blocklist.public.paging import Pager, Part, paged
from blocklist.release.context import ReleaseContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasesPage:
    """One page of the releases, newest first."""

    span: str
    """The days of its rows, in words."""
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


def release_leaves(parts: Parts, languages: Sequence[Language]) -> Iterator[Leaf]:
    """Plan the pages."""

    def views(rows: tuple[Release, ...], pager: Pager) -> Iterator[ReleasesPage]:
        for language in languages:
            span = language.period(rows[-1].issued_at, rows[0].issued_at)
            yield ReleasesPage(span=span, rows=rows, pager=pager)

    for part in parts:
        rows, pager = tuple(part.items), part.pager
        yield Leaf(pager.path, "releases.html", token_of(pager, rows), partial(views, rows, pager))
