"""Of which pages that must never be kept the operator's hook was told, and of which it is still to be."""

from datetime import datetime
from typing import NamedTuple

from blocklist.model import WebUrl
from blocklist.store import codec
from blocklist.store.database import Database

_UNTOLD = """
SELECT links.id, links.url, verdicts.landing, verdicts.decided_at
FROM links JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE link = links.id)
WHERE links.due_at IS NULL AND verdicts.reason = ?
  AND NOT EXISTS (SELECT 1 FROM hotline WHERE link = links.id)
"""


class Owed(NamedTuple):
    """A page that the hook is to be told of."""

    link: int
    url: WebUrl
    landing: WebUrl | None
    seen_at: datetime


class Hotline:
    """The room of what was reported."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def owed(self, reason: str) -> list[Owed]:
        """Return the links whose verdict has that reason and that nobody was told of."""
        rows = self._db.rows(_UNTOLD, (reason,))
        return [Owed(link, url, landing, codec.time_of(at)) for link, url, landing, at in rows]

    def told(self, link: int, *, now: datetime) -> None:
        """Note that the hook took a report of ``link``."""
        sql = "INSERT OR IGNORE INTO hotline (link, told_at) VALUES (?, ?)"
        with self._db.transaction():
            self._db.write(sql, (link, codec.time_text(now)))
