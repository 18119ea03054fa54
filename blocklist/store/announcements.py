"""Announcements: published notices with the counts fixed when each was made."""

from blocklist.model import Announcement
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

_CHANGED = ", ".join(f'"{column}" = excluded."{column}"' for column in codec.ANNOUNCEMENT[1:])
_UPSERT = insert_sql("announcements", codec.ANNOUNCEMENT, rest=f"ON CONFLICT (slug) DO UPDATE SET {_CHANGED}")
_COLUMNS = columns_sql(codec.ANNOUNCEMENT, "announcements")


class Announcements:
    """The room of announcements."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, announcement: Announcement) -> None:
        """Keep an announcement; one with the same slug is replaced."""
        with self._db.transaction():
            self._db.write(_UPSERT, codec.announcement_row(announcement))

    def all(self) -> tuple[Announcement, ...]:
        """Return every announcement, newest first."""
        sql = f"SELECT {_COLUMNS} FROM announcements ORDER BY published_at DESC, slug"  # noqa: S608 - names are ours
        return tuple(map(codec.announcement_of, self._db.rows(sql)))
