"""Listed pages that are judged once more by somebody who does not see the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_INSERT = insert_sql("blind_reviews", ("link", "entry", "verdict", "drawn_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """One page that waits to be judged again."""

    id: int
    link: int
    entry: str
    verdict: int


class BlindReviews:
    """The room of blind reviews."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def draw(self, drawn: Sequence[tuple[int, str, int]], *, now: datetime) -> None:
        """Keep pages to be judged again: link, entry, verdict."""
        moment = codec.time_text(now)
        with self._db.transaction():
            self._db.write_all(_INSERT, [(*each, moment) for each in drawn])

    def entries(self) -> frozenset[str]:
        """Return the entries that were ever drawn."""
        return frozenset(entry for (entry,) in self._db.rows("SELECT entry FROM blind_reviews"))

    def waiting(self) -> tuple[Blind, ...]:
        """Return what waits, oldest first."""
        sql = "SELECT id, link, entry, verdict FROM blind_reviews WHERE said_at IS NULL ORDER BY id"
        return tuple(
            Blind(id=number, link=link, entry=entry, verdict=verdict)
            for number, link, entry, verdict in self._db.rows(sql)
        )

    def say(self, number: int, *, upheld: bool | None, by: str, now: datetime) -> bool:
        """Keep what somebody said; None: it could not be told. False: it was said already."""
        row = (codec.time_text(now), codec.clean(by), None if upheld is None else int(upheld), number)
        sql = "UPDATE blind_reviews SET said_at = ?, said_by = ?, upheld = ? WHERE id = ? AND said_at IS NULL"
        with self._db.transaction():
            return self._db.write_all(sql, [row]) == 1

    def counts(self) -> tuple[int, int]:
        """Return how many were told, and how many of those are contraband indeed."""
        row = self._db.row("SELECT count(upheld), coalesce(sum(upheld), 0) FROM blind_reviews")
        assert row is not None, "counts always give a row"
        return int(row[0]), int(row[1])
