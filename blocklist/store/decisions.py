"""Decisions: moderators' words on links. Append-only; the newest on a link holds."""

from collections.abc import Iterator

from blocklist.model import Decision
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

_INSERT = insert_sql("decisions", codec.DECISION)
_SELECT = f"SELECT id, {columns_sql(codec.DECISION, 'decisions')} FROM decisions"  # noqa: S608 - names are ours


class Decisions:
    """The room of decisions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, decision: Decision) -> int:
        """Keep a decision; return its id."""
        with self._db.transaction():
            return self._db.write(_INSERT, codec.decision_row(decision))

    def of(self, link: int) -> Iterator[Decision]:
        """Stream the decisions on a link, oldest first."""
        for identifier, *row in self._db.rows(f"{_SELECT} WHERE link = ? ORDER BY id", (link,)):
            yield codec.decision_of(identifier, row)

    def current(self, link: int) -> Decision | None:
        """Return the decision that holds; None: no moderator has spoken."""
        row = self._db.row(f"{_SELECT} WHERE link = ? ORDER BY id DESC LIMIT 1", (link,))
        return None if row is None else codec.decision_of(row[0], row[1:])
