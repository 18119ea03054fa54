"""Ways into the list: by the day an entry was listed, and by registrable domain."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from blocklist.model import Entry
from blocklist.public.paging import Pager, page_of, paged
from blocklist.public.render import Plan
from blocklist.public.rows import anchor
from blocklist.public.text import address
from blocklist.urls import is_ip, registrable_domain

DOMAINS = 150
"""Domains on a page: their rows are short."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """A registrable domain with entries at or below it."""

    domain: str
    """Defanged."""
    entries: int
    shown: tuple[str, ...]
    """Ids, newest first, at most ``SHOWN``."""


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
    rows: tuple[DomainRow, ...]
    pager: Pager | None


def date_plans(entries: Sequence[Entry]) -> Iterator[Plan]:
    """Plan the months, and the days of each; ``entries`` come newest first."""
    first: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for place, entry in enumerate(entries):
        day = f"{entry.listed_at:%Y-%m-%d}"
        first.setdefault(day, place)
        counts[day] += 1
    months: dict[str, list[Stretch]] = {}
    for day, place in first.items():
        path = f"{page_of('entries', place)}#{anchor(day)}"
        months.setdefault(day[:7], []).append(Stretch(name=day, entries=counts[day], path=path))
    for month, days in months.items():
        view = DatesPage(month=month, stretches=tuple(days))
        yield Plan(path=f"dates/{month}/index.html", template="dates.html", view=view)
    all_of = tuple(
        Stretch(name=month, entries=sum(day.entries for day in days), path=f"dates/{month}/index.html")
        for month, days in months.items()
    )
    yield Plan(path="dates/index.html", template="dates.html", view=DatesPage(month="", stretches=all_of))


Domains = Mapping[str, tuple[DomainRow, ...]]
"""By initial, in order."""


def domains_of(entries: Sequence[Entry]) -> Domains:
    """Gather the entries, newest first, by registrable domain; an address stands for itself."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(registrable_domain(entry.host) or entry.host, []).append(entry.id)
    shelves: dict[str, list[DomainRow]] = {}
    for name in sorted(found):
        row = DomainRow(domain=address(name), entries=len(found[name]), shown=tuple(found[name][:SHOWN]))
        shelves.setdefault(_initial(name), []).append(row)
    return {initial: tuple(shelves[initial]) for initial in sorted(shelves)}


def domain_plans(domains: Domains) -> Iterator[Plan]:
    """Plan the initials, and the pages of each."""
    initials = tuple(Initial(name=name, domains=len(rows)) for name, rows in domains.items())
    view = DomainsPage(initials=initials, initial="", rows=(), pager=None)
    yield Plan(path="domains/index.html", template="domains.html", view=view)
    for name, rows in domains.items():
        for pager, part in paged(f"domains/{name}", rows, DOMAINS):
            page = DomainsPage(initials=initials, initial=name, rows=tuple(part), pager=pager)
            yield Plan(path=pager.path, template="domains.html", view=page)


def _initial(name: str) -> str:
    if is_ip(name):
        return ADDRESSES
    return name[0] if "a" <= name[0] <= "z" else NUMERIC
