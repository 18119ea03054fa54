"""How well the judge that comes with this version was measured: ``site/measured.json``, beside the templates.

::

    {"date": "2026-11-23", "figures": [{"what": "innocent", "wrong": 0, "of": 26478}, …],
     "found": {"listed": 0.66, "listed_or_review": 0.92, "of": 1476}, "unmeasured": ["wildlife", …]}

Measured on labelled pages, before the version was made, by ``linkgazette evaluate``; the README has the whole
commands. What moderators say of a site's own list is another figure (``listing.drift``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import orjson

from blocklist.interval import wilson
from blocklist.public.assets import site_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Wrong answers among so many."""

    what: str
    """``innocent``, ``look-alikes``, ``listed``, ``blind``."""
    wrong: int
    of: int

    @property
    def at_most(self) -> float:
        """Upper 95% bound of the share that is wrong."""
        return wilson(self.wrong, self.of)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is known of the judge."""

    date: datetime
    errors: tuple[Errors, ...]
    listed: float
    """Share of the offers that it lists by itself."""
    seen: float
    """Share that it lists or sends to a moderator."""
    offers: int
    unmeasured: tuple[str, ...]
    """Categories that were not measured on real pages."""


@cache
def measured() -> Measured:
    """Return what was measured."""
    told = orjson.loads((site_folder() / "measured.json").read_bytes())
    return Measured(
        date=datetime.fromisoformat(told["date"]).replace(tzinfo=UTC),
        errors=tuple(Errors(**each) for each in told["figures"]),
        listed=told["found"]["listed"],
        seen=told["found"]["listed_or_review"],
        offers=told["found"]["of"],
        unmeasured=tuple(told["unmeasured"]),
    )
