"""Listed pages that are judged once more by somebody who does not see the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_INSERT = insert_sql("blind_reviews", ("link", "entry", "verdict", "drawn_at"))

_COUNTS = """
SELECT count(upheld), coalesce(sum(upheld), 0), count(*), (SELECT count(*) FROM blind_reviews)
FROM blind_reviews WHERE said_at <= coalesce(:until, said_at)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """One page that waits to be judged again."""

    id: int
    link: int
    entry: str
    verdict: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindCounts:
    """What came of the sample so far."""

    seen: int
    """Pages that were told to be contraband or not."""
    upheld: int
    """Of those, contraband indeed."""
    unsure: int
    """Pages of which it could not be told."""
    waiting: int


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

    def counts(self, *, until: datetime | None = None) -> BlindCounts:
        """Count what was said, of it what was said by ``until`` (None: all)."""
        row = self._db.row(_COUNTS, {"until": codec.maybe_time_text(until)})
        assert row is not None, "counts always give a row"
        seen, upheld, said, drawn = map(int, row)
        return BlindCounts(seen=seen, upheld=upheld, unsure=said - seen, waiting=drawn - said)
