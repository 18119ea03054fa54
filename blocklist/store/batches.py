"""Decisions that were made together: which they are, and whether they were undone together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_INSERT = insert_sql("batches", ("link", "reason", "by", "at"))
_MEMBER = insert_sql("batch_decisions", ("decision", "batch"))
_SELECT = """
SELECT batches.id, batches.link, batches.reason, batches.by, batches.at, undone_by, undone_at,
  (SELECT count(*) FROM batch_decisions WHERE batch = batches.id)
FROM batches
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One reason for several decisions."""

    id: int
    link: int
    """The case that the others are like."""
    reason: str
    by: str
    at: datetime
    undone_by: str | None
    """None: it stands."""
    undone_at: datetime | None
    size: int


class Batches:
    """The room of batches."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, link: int, decisions: Sequence[int], *, reason: str, by: str, now: datetime) -> int:
        """Keep that decisions were made together; return the batch's number."""
        with self._db.transaction():
            row = (link, codec.clean(reason), codec.clean(by), codec.time_text(now))
            number = self._db.write(_INSERT, row)
            self._db.write_all(_MEMBER, [(decision, number) for decision in decisions])
        return number

    def get(self, number: int) -> Batch | None:
        """Return the batch of that number; None: there is none."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (number,))
        return None if row is None else _batch_of(row)

    def latest(self, limit: int) -> Iterator[Batch]:
        """Stream the newest batches."""
        return map(_batch_of, self._db.rows(f"{_SELECT} ORDER BY id DESC LIMIT ?", (limit,)))

    def decisions(self, number: int) -> tuple[int, ...]:
        """Return the decisions of a batch."""
        sql = "SELECT decision FROM batch_decisions WHERE batch = ? ORDER BY decision"
        return tuple(decision for (decision,) in self._db.rows(sql, (number,)))

    def of_decisions(self, link: int) -> dict[int, int]:
        """Return the batch of each decision on a link that was made with others."""
        sql = (
            "SELECT decision, batch FROM batch_decisions JOIN decisions ON decisions.id = decision "
            "WHERE decisions.link = ?"
        )
        return dict(self._db.rows(sql, (link,)))

    def undo(self, number: int, *, by: str, now: datetime) -> None:
        """Note that a batch was undone."""
        with self._db.transaction():
            row = (codec.clean(by), codec.time_text(now), number)
            self._db.write("UPDATE batches SET undone_by = ?, undone_at = ? WHERE id = ?", row)


@codec.reads("batch")
def _batch_of(row: Sequence[Any]) -> Batch:
    number, link, reason, by, at, undone_by, undone_at, size = row
    return Batch(
        id=number,
        link=link,
        reason=reason,
        by=by,
        at=codec.time_of(at),
        undone_by=undone_by,
        undone_at=codec.maybe_time_of(undone_at),
        size=size,
    )
