"""Releases: what was published, in order, with the list and the review queue that each left behind."""

from datetime import datetime

from blocklist.model import Listing, Release
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql
from blocklist.store.entries import replace_list
from blocklist.store.review_queue import replace_queue

_INSERT = insert_sql("releases", (*codec.RELEASE, "recorded_at"))
_SELECT = f"SELECT {columns_sql(codec.RELEASE, 'releases')} FROM releases"  # noqa: S608 - names are ours


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

    def record(self, release: Release, listing: Listing, *, now: datetime) -> None:
        """Keep a release with its entries, aliases, tombstones and review queue, in one transaction."""
        with self._db.transaction():
            self._db.write(_INSERT, (*codec.release_row(release), codec.time_text(now)))
            replace_list(self._db, listing)
            replace_queue(self._db, listing.review)
