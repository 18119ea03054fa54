"""Captures: what each visit brought back. Append-only; ``links`` writes them with the end of a lease."""

from collections.abc import Iterator

from blocklist.model import Capture
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

INSERT_CAPTURE = insert_sql("captures", codec.CAPTURE)
_SELECT = f"SELECT id, {columns_sql(codec.CAPTURE, 'captures')} FROM captures"  # noqa: S608 - names are ours


class Captures:
    """The room of captures."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, capture: Capture) -> int:
        """Keep a capture that judges nothing by itself (a further vantage); return its id."""
        with self._db.transaction():
            return self._db.write(INSERT_CAPTURE, codec.capture_row(capture))

    def get(self, capture: int) -> Capture:
        """Return the capture of that id; raises KeyError."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (capture,))
        if row is None:
            raise KeyError(capture)
        return codec.capture_of(row[0], row[1:])

    def files(self) -> dict[str, int]:
        """Return the archive's files, each with the bytes that it must have at least."""
        sql = (
            "SELECT archive_file, max(archive_offset + archive_length) FROM captures "
            "WHERE archive_file IS NOT NULL AND id NOT IN (SELECT capture FROM erasures) "
            "GROUP BY archive_file"
        )
        return dict(self._db.rows(sql))

    def of(self, link: int) -> Iterator[Capture]:
        """Stream the captures of a link, oldest first."""
        for identifier, *row in self._db.rows(f"{_SELECT} WHERE link = ? ORDER BY id", (link,)):
            yield codec.capture_of(identifier, row)
