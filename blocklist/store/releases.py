"""Releases: what was published, in order, with the list and the review queue that each left behind."""

from dataclasses import dataclass
from datetime import datetime

from blocklist.history.events import Event
from blocklist.model import Listing, Release
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql
from blocklist.store.entries import replace_list
from blocklist.store.history import add_history
from blocklist.store.review_queue import replace_queue

_INSERT = insert_sql("releases", (*codec.RELEASE, "recorded_at"))
_SELECT = f"SELECT {columns_sql(codec.RELEASE, 'releases')} FROM releases"  # noqa: S608 - names are ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What a release adds to the history."""

    events: tuple[Event, ...]
    checkpoint: bytes
    """The signed note."""


class Releases:
    """The room of releases."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def latest(self) -> Release | None:
        """Return the newest release; None: none was made."""
        row = self._db.row(f"{_SELECT} ORDER BY serial DESC LIMIT 1")
        return None if row is None else codec.release_of(row)

    def all(self) -> tuple[Release, ...]:
        """Return every release, oldest first."""
        return tuple(map(codec.release_of, self._db.rows(f"{_SELECT} ORDER BY serial")))

    def record(
        self, release: Release, listing: Listing, *, now: datetime, logged: Logged | None = None
    ) -> None:
        """Keep a release with its entries, aliases, tombstones and review queue, in one transaction.

        ``logged`` is what it adds to the history; None: nothing, as before there was one.
        """
        with self._db.transaction():
            self._db.write(_INSERT, (*codec.release_row(release), codec.time_text(now)))
            replace_list(self._db, listing)
            replace_queue(self._db, listing.review)
            if logged is not None:
                add_history(self._db, logged.events, release.serial, logged.checkpoint)
