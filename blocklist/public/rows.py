"""An entry as one row of a list, and the address as every page shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, Protocol

from blocklist.model import Entry, Scope
from blocklist.public.language import Language
from blocklist.public.leaves import token_of
from blocklist.public.paging import PAGE
from blocklist.public.stencil import Outline
from blocklist.public.text import address, shortened

ROW_ADDRESS = 72  # characters


class Titled(Protocol):
    """A category in the page's language."""

    @property
    def title(self) -> str:
        """What the category is called."""
        ...


class Row(NamedTuple):
    """One line of a list of entries; a tuple, of which a release makes a million."""

    id: str
    address: str
    """Defanged, shortened in the middle; of a sensitive entry the host alone."""
    scope: Scope
    category_title: str
    grade: int
    listed_at: datetime
    day: str = ""
    """Where the entries of its day begin, in the list."""
    opens_day: bool = False
    """Whether that is here."""


OUTLINE = Outline(words=("id", "address", "category_title", "day"), short=("listed_at",))


def anchor(day: str) -> str:
    """Return the id of a day's first row: an id may not begin with a figure everywhere."""
    return f"d{day}"


def row(entry: Entry, categories: Mapping[str, Titled]) -> Row:
    """Return the row of ``entry``."""
    shown = _row_address(shown_expression(entry))
    title = categories[entry.category].title
    return Row(entry.id, shown, entry.scope, title, entry.grade, entry.listed_at)


def days_opened(rows: Iterable[Row]) -> Iterator[Row]:
    """Give ``rows`` of one page, the first of each day marked as such."""
    last = 0
    for each in rows:
        day = each.listed_at.toordinal()
        if day == last:
            yield each
        else:
            yield each._replace(day=anchor(each.listed_at.isoformat()[:10]), opens_day=True)
        last = day


def span_of(rows: Sequence[Row], language: Language) -> str:
    """Return the days of ``rows``, newest first, in words; none give none."""
    return language.period(rows[-1].listed_at, rows[0].listed_at) if rows else ""


def entry_name(entry: Entry) -> str:
    """Return the name of ``entry``, by which pages of a list are called."""
    return entry.id


def rows_token(entries: Iterable[Entry], *beside: object) -> bytes:
    """Return what decides the rows of ``entries`` but their categories' titles, and what is ``beside``."""
    return token_of(*beside, *map(_facts, entries))


_facts = attrgetter("id", "expression", "host", "sensitive", "scope", "category", "grade", "listed_at")
"""Of an entry, all that ``row`` reads."""


def shown_address(entry: Entry) -> str:
    """Return the entry's address defanged; a URL that may carry a person shows its host and ``****``."""
    return address(shown_expression(entry))


def shown_expression(entry: Entry) -> str:
    """Return what may be shown of the entry's address, not defanged yet."""
    return f"{entry.host}/****" if entry.sensitive else entry.expression


@lru_cache(maxsize=PAGE)  # a page's rows are made for each language in turn
def _row_address(expression: str) -> str:
    return shortened(address(expression), ROW_ADDRESS)
