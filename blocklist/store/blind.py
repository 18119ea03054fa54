"""Pages that are judged once more by somebody who does not see the verdict.

Two samples, which are counted apart: of what is listed, and of what moderators decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_INSERT = insert_sql("blind_reviews", ("link", "entry", "verdict", "decision", "drawn_at"))

_COUNTS = """
SELECT count(upheld), coalesce(sum(upheld), 0), count(*),
       (SELECT count(*) FROM blind_reviews WHERE decision IS NULL)
FROM blind_reviews WHERE decision IS NULL AND said_at <= coalesce(:until, said_at)
"""
_PAIRS = """
SELECT decisions.action = 'confirm', upheld, count(*)
FROM blind_reviews JOIN decisions ON decisions.id = decision
WHERE said_at IS NOT NULL GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """One page that waits to be judged again."""

    id: int
    link: int
    entry: str
    """Empty: it is not drawn from what is listed."""
    verdict: int
    decision: int | None
    """What a moderator decided on it; None: it is drawn from what is listed."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What two people said of the same pages, the second not knowing of the first."""

    both: int
    """Contraband, said both."""
    neither: int
    first: int
    """Contraband, said the first alone."""
    second: int
    unsure: int
    """Pages of which the second could not tell."""
    waiting: int


class BlindReviews:
    """The room of blind reviews."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def draw(self, drawn: Sequence[tuple[int, str, int, int | None]], *, now: datetime) -> None:
        """Keep pages to be judged again: link, entry, verdict, decision."""
        moment = codec.time_text(now)
        with self._db.transaction():
            self._db.write_all(_INSERT, [(*each, moment) for each in drawn])

    def entries(self) -> frozenset[str]:
        """Return the entries that were ever drawn."""
        sql = "SELECT entry FROM blind_reviews WHERE decision IS NULL"
        return frozenset(entry for (entry,) in self._db.rows(sql))

    def decisions(self) -> frozenset[int]:
        """Return the decisions that were ever drawn."""
        sql = "SELECT decision FROM blind_reviews WHERE decision IS NOT NULL"
        return frozenset(decision for (decision,) in self._db.rows(sql))

    def waiting(self) -> tuple[Blind, ...]:
        """Return what waits, oldest first."""
        sql = "SELECT id, link, entry, verdict, decision FROM blind_reviews WHERE said_at IS NULL ORDER BY id"
        return tuple(
            Blind(id=number, link=link, entry=entry, verdict=verdict, decision=decision)
            for number, link, entry, verdict, decision in self._db.rows(sql)
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

    def pairs(self) -> Pairs:
        """Count what came of the decisions that were drawn."""
        found = {(bool(first), second): count for first, second, count in self._db.rows(_PAIRS)}
        sql = "SELECT count(*) FROM blind_reviews WHERE decision IS NOT NULL AND said_at IS NULL"
        return Pairs(
            both=found.get((True, 1), 0),
            neither=found.get((False, 0), 0),
            first=found.get((True, 0), 0),
            second=found.get((False, 1), 0),
            unsure=found.get((True, None), 0) + found.get((False, None), 0),
            waiting=int(self._db.value(sql)),
        )
