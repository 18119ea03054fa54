"""Pages of what left the list: that it was there and why it left, no address, no accusation."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, repeat

from blocklist.model import RemovalReason, Tombstone
from blocklist.public.language import Language
from blocklist.public.leaves import Leaf, token_of
from blocklist.public.paging import SLOTS, Pager, paged
from blocklist.public.stencil import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One time that an entry was on the list, from start to end."""

    id: str
    listed_at: datetime
    removed_at: datetime
    reason: RemovalReason


Stays = Mapping[str, tuple[Stay, ...]]
"""By entry, latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedView:
    """All that the page of a removed entry shows."""

    id: str
    last: Stay
    earlier: tuple[Stay, ...]
    """Latest first; empty: it was listed once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedPage:
    """One page of the removals, latest first."""

    span: str
    """The days of its rows, in words."""
    rows: tuple[Stay, ...]
    pager: Pager

    @property
    def path(self) -> str:
        """Where it lies, relative to the language's root."""
        return self.pager.path


OUTLINE = Outline(words=("span",), maybe=SLOTS, groups=("rows",))


def stays_of(tombstones: Iterable[Tombstone]) -> Stays:
    """Gather the tombstones of each entry."""
    found: dict[str, tuple[Stay, ...]] = {}
    for one in sorted(tombstones, key=lambda one: (one.removed_at, one.id), reverse=True):
        stay = Stay(id=one.id, listed_at=one.listed_at, removed_at=one.removed_at, reason=one.reason)
        found[one.id] = (*found.get(one.id, ()), stay)
    return found


def removed_leaves(stays: Stays, present: Collection[str], languages: Sequence[Language]) -> Iterator[Leaf]:
    """Plan the list of removals, and a page for each entry that is not ``present`` again."""
    gone = sorted(chain.from_iterable(stays.values()), key=lambda one: (one.removed_at, one.id), reverse=True)

    def views(rows: tuple[Stay, ...], pager: Pager) -> Iterator[RemovedPage]:
        for language in languages:
            span = language.period(rows[-1].removed_at, rows[0].removed_at) if rows else ""
            yield RemovedPage(span=span, rows=rows, pager=pager)

    for part in paged("removed", gone, _name):
        rows, pager = tuple(part.items), part.pager
        yield Leaf(pager.path, "removed-list.html", token_of(pager, rows), partial(views, rows, pager))
    for name, (last, *earlier) in stays.items():
        if name not in present:
            view = RemovedView(id=name, last=last, earlier=tuple(earlier))
            made = partial(repeat, view, len(languages))
            yield Leaf(f"entries/{name}/index.html", "removed.html", token_of(view), made)


def _name(stay: Stay) -> str:
    return f"{stay.id}-{stay.removed_at:%Y%m%dT%H%M%SZ}"
