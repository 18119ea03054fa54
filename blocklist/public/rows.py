"""An entry as one row of a list, and the address as every page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from blocklist.model import Entry, Scope
from blocklist.public.text import address, shortened

ROW_ADDRESS = 72  # characters


class Titled(Protocol):
    """A category in the page's language."""

    @property
    def title(self) -> str:
        """What the category is called."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list of entries."""

    id: str
    address: str
    """Defanged, shortened in the middle; of a sensitive entry the host alone."""
    scope: Scope
    category: str
    category_title: str
    grade: int
    listed_at: datetime

    @property
    def anchor(self) -> str:
        """Where the entries of its day begin, in the list."""
        return anchor(f"{self.listed_at:%Y-%m-%d}")


def anchor(day: str) -> str:
    """Return the id of a day's first row: an id may not begin with a figure everywhere."""
    return f"d{day}"


def row(entry: Entry, categories: Mapping[str, Titled]) -> Row:
    """Return the row of ``entry``."""
    return Row(
        id=entry.id,
        address=shortened(shown_address(entry), ROW_ADDRESS),
        scope=entry.scope,
        category=entry.category,
        category_title=categories[entry.category].title,
        grade=entry.grade,
        listed_at=entry.listed_at,
    )


def shown_address(entry: Entry) -> str:
    """Return the entry's address defanged; a URL that may carry a person shows its host and ``****``."""
    return address(f"{entry.host}/****" if entry.sensitive else entry.expression)
