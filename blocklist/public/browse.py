"""Ways into the list: by the day an entry was listed, and by registrable domain."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import blake2b
from itertools import repeat
from typing import NamedTuple

from blocklist.model import Entry
from blocklist.public.leaves import Leaf, token_of
from blocklist.public.paging import SLOTS, Pager, Part, paged
from blocklist.public.render import Plan
from blocklist.public.rows import anchor
from blocklist.public.stencil import Outline
from blocklist.public.text import address
from blocklist.urls import is_ip, registrable_domain

SHOWN = 5
"""Entries that a domain's row leads to; the category pages and the list have them all."""
NUMERIC, ADDRESSES = "0-9", "ip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A month or a day: how much was listed, and where in the list that begins."""

    name: str
    """``2026-11`` or ``2026-11-22``."""
    entries: int
    path: str
    """Relative to the language's root: a month's own page, a day's place in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesPage:
    """The months, newest first; or the days of one."""

    month: str
    """Empty: of all months."""
    stretches: tuple[Stretch, ...]


class DomainRow(NamedTuple):
    """A registrable domain with entries at or below it."""

    domain: str
    """Defanged."""
    newest: str
    """The id of its newest entry."""
    others: tuple[str, ...]
    """Ids of those after it, at most ``SHOWN`` with it; empty: it is the only one, as most are."""
    more: int
    """Entries beyond these."""


DOMAIN = Outline(words=("domain", "newest"), groups=("others",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Initial:
    """Domains that begin alike."""

    name: str
    domains: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainsPage:
    """The initials; or one page of the domains of one."""

    initials: tuple[Initial, ...]
    initial: str
    """Empty: the page of all initials."""
    span: str
    """The first and the last of its rows."""
    rows: tuple[DomainRow, ...]
    pager: Pager

    @property
    def path(self) -> str:
        """Where it lies, relative to the language's root."""
        return self.pager.path


DOMAINS_PAGE = Outline(words=("span",), maybe=SLOTS, groups=("rows",))


def date_plans(parts: Iterable[Part[Entry]]) -> Iterator[Plan]:
    """Plan the months, and the days of each; ``parts`` are the pages of the list, newest first."""
    first: dict[date, str] = {}
    counts: Counter[date] = Counter()
    for part in parts:
        listed = [entry.listed_at.date() for entry in part.items]
        counts.update(listed)
        for day in dict.fromkeys(listed):
            first.setdefault(day, part.pager.path)
    months: dict[str, list[Stretch]] = {}
    for day, path in first.items():
        name = day.isoformat()
        stretch = Stretch(name=name, entries=counts[day], path=f"{path}#{anchor(name)}")
        months.setdefault(name[:7], []).append(stretch)
    for month, days in months.items():
        view = DatesPage(month=month, stretches=tuple(days))
        yield Plan(path=f"dates/{month}/index.html", template="dates.html", view=view)
    all_of = tuple(
        Stretch(name=month, entries=sum(day.entries for day in days), path=f"dates/{month}/index.html")
        for month, days in months.items()
    )
    yield Plan(path="dates/index.html", template="dates.html", view=DatesPage(month="", stretches=all_of))


class Listed(NamedTuple):
    """A registrable domain and the entries at or below it."""

    domain: str
    ids: list[str]
    """Newest first."""


Domains = Mapping[str, Sequence[Listed]]
"""By initial, in order."""


def domains_of(entries: Iterable[Entry]) -> Domains:
    """Gather the entries, newest first, by registrable domain; an address stands for itself."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(registrable_domain(entry.host) or entry.host, []).append(entry.id)
    shelves: dict[str, list[Listed]] = {}
    for name in sorted(found):
        shelves.setdefault(_initial(name), []).append(Listed(name, found[name]))
    return {initial: shelves[initial] for initial in sorted(shelves)}


def domain_leaves(domains: Domains, languages: int) -> Iterator[Leaf]:
    """Plan the initials, and the pages of each."""
    initials = tuple(Initial(name=name, domains=len(rows)) for name, rows in domains.items())
    first = Pager(folder="domains", name="", newer="", older="")
    view = DomainsPage(initials=initials, initial="", span="", rows=(), pager=first)
    yield Leaf(first.path, "domains.html", token_of(view), partial(repeat, view, languages))

    def views(initial: str, part: Part[Listed]) -> Iterator[DomainsPage]:
        rows = tuple(map(_row, part.items))
        span = f"{rows[0].domain} – {rows[-1].domain}"  # noqa: RUF001 - a span takes the dash of spans
        view = DomainsPage(initials=initials, initial=initial, span=span, rows=rows, pager=part.pager)
        return repeat(view, languages)

    for name, listed in domains.items():
        for part in paged(f"domains/{name}", listed, _page_name):
            token = token_of(name, list(domains), part.pager, list(part.items))
            yield Leaf(part.pager.path, "domains.html", token, partial(views, name, part))


def _row(listed: Listed) -> DomainRow:
    domain, ids = listed
    return DomainRow(address(domain), ids[0], tuple(ids[1:SHOWN]), max(0, len(ids) - SHOWN))


def _page_name(listed: Listed) -> str:
    """Return what a page is called after a domain: an address of ours spells nobody's out."""
    return blake2b(listed.domain.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _initial(name: str) -> str:
    if is_ip(name):
        return ADDRESSES
    return name[0] if "a" <= name[0] <= "z" else NUMERIC
