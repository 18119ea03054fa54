"""What is known about a host or a tenant's directory as a whole: its pages, its clear pages, its compromise.

A *place* is what one owner holds (``Landing.place``). Signs of compromise: a clear site with foreign pages,
that is a place whose root page is clear, or with at least as many clear pages as contraband ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from blocklist.listing.pages import Held, Landing, Standing
from blocklist.model import Label, ListKey

ENOUGH_PAGES = 3
"""Distinct contraband pages that make a place contraband as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All pages of one owner."""

    name: ListKey
    pages: tuple[Landing, ...]

    @property
    def clear(self) -> tuple[Landing, ...]:
        """Pages found clear, or cleared by a moderator."""
        return tuple(page for page in self.pages if page.standing is Standing.CLEAR)

    @property
    def looks_compromised(self) -> bool:
        """Tell whether contraband here may be somebody else's doing."""
        clear = self.clear
        if not clear:
            return False
        contraband = sum(page.verdict.judgement.label is Label.CONTRABAND for page in self.pages)
        return any(self.is_root(page) for page in clear) or len(clear) >= contraband

    def is_root(self, page: Landing) -> bool:
        """Tell whether ``page`` is what a visitor of the bare place gets."""
        return page.key == self.name or (page.is_root and self.name == f"{page.host}/")

    def is_contraband(self) -> bool:
        """Tell whether the place as a whole is: its root, or three distinct pages of it, and none clear."""
        if self.clear:
            return False
        listable = [page for page in self.pages if page.standing is Standing.LISTABLE]
        return any(map(self.is_root, listable)) or distinct_pages(listable) >= ENOUGH_PAGES


def distinct_pages(pages: Iterable[Landing]) -> int:
    """Count pages that differ: one path under one title is one page, whatever its query says."""
    return len({(page.key.partition("?")[0], page.verdict.title) for page in pages})


def places_of(pages: Iterable[Landing]) -> Mapping[ListKey, Place]:
    """Group pages by the place they lie in."""
    found: defaultdict[ListKey, list[Landing]] = defaultdict(list)
    for page in pages:
        found[page.place].append(page)
    return {name: Place(name=name, pages=tuple(group)) for name, group in found.items()}


def hold_compromised(
    pages: Iterable[Landing], places: Mapping[ListKey, Place], listed: Iterable[ListKey]
) -> tuple[Landing, ...]:
    """Hold new pages of places that look compromised, unless a moderator put them on the list.

    What is ``listed`` already (keys) stays, with the question left open: nobody leaves the list by having a
    harmless page of the same host reported.
    """
    known = frozenset(listed)
    return tuple(_held(page, places[page.place], known) for page in pages)


def _held(page: Landing, place: Place, listed: frozenset[ListKey]) -> Landing:
    if page.standing is not Standing.LISTABLE or page.by_moderator or not place.looks_compromised:
        return page
    standing = Standing.LISTABLE if page.key in listed else Standing.HELD
    return replace(page, standing=standing, held_for=Held.COMPROMISE)
