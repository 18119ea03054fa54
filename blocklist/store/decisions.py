"""Decisions: moderators' words on links. Append-only; the newest on a link holds."""

from collections.abc import Iterator
from datetime import datetime

from blocklist.model import Capture, Decision, Verdict
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

_INSERT = insert_sql("decisions", codec.DECISION)
_SELECT = f"SELECT id, {columns_sql(codec.DECISION, 'decisions')} FROM decisions"  # noqa: S608 - names are ours
_CURRENT = (
    f"SELECT id, {columns_sql(codec.DECISION, 'held')} FROM held_decisions AS held "  # noqa: S608 - names are ours
    "WHERE link = ? ORDER BY id DESC LIMIT 1"
)
_WITHDRAW = insert_sql("withdrawals", ("decision", "reason", "by", "at"), rest="ON CONFLICT DO NOTHING")
_WITHDRAWN = (
    "SELECT decision FROM withdrawals JOIN decisions ON decisions.id = withdrawals.decision "
    "WHERE decisions.link = ?"
)

# Of the decision that holds on each link, the verdict that its moderator saw.
_JUDGED = f"""
SELECT held.id, {columns_sql(codec.DECISION, "held")},
       verdicts.id, {columns_sql(codec.VERDICT, "verdicts")},
       captures.id, {columns_sql(codec.CAPTURE, "captures")}
FROM current_decisions AS held
JOIN verdicts ON verdicts.id =
  (SELECT max(id) FROM verdicts AS seen WHERE seen.link = held.link AND seen.decided_at <= held.decided_at)
JOIN captures ON captures.id = verdicts.capture
WHERE held.id > ? AND held.decided_at >= ?
ORDER BY held.id LIMIT ?
"""  # noqa: S608 - names are ours
_VERDICT = 1 + len(codec.DECISION)
_CAPTURE = _VERDICT + 1 + len(codec.VERDICT)


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

    def all(self) -> Iterator[Decision]:
        """Stream every decision, oldest first, withdrawn ones too."""
        for identifier, *row in self._db.rows(f"{_SELECT} ORDER BY id"):
            yield codec.decision_of(identifier, row)

    def get(self, decision: int) -> Decision:
        """Return the decision of that id; raises KeyError."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (decision,))
        if row is None:
            raise KeyError(decision)
        return codec.decision_of(row[0], row[1:])

    def current(self, link: int) -> Decision | None:
        """Return the decision that holds; None: no moderator has spoken."""
        row = self._db.row(_CURRENT, (link,))
        return None if row is None else codec.decision_of(row[0], row[1:])

    def holds(self, decision: int) -> bool:
        """Tell whether a decision is the one that holds on its link."""
        sql = "SELECT 1 FROM current_decisions WHERE id = ?"
        return self._db.value(sql, (decision,)) is not None

    def withdraw(self, decision: int, *, reason: str, by: str, now: datetime) -> None:
        """Undo a decision for good: the one before it holds again; twice is once."""
        with self._db.transaction():
            self._db.write(_WITHDRAW, (decision, codec.clean(reason), codec.clean(by), codec.time_text(now)))

    def withdrawn(self, link: int) -> frozenset[int]:
        """Return which decisions on a link were undone."""
        return frozenset(number for (number,) in self._db.rows(_WITHDRAWN, (link,)))

    def judged(
        self, *, after: int = 0, since: datetime | None = None, limit: int
    ) -> list[tuple[Decision, Verdict, Capture]]:
        """Return the decisions that hold, each with the verdict its moderator saw and the capture of that.

        At most ``limit``, with ids above ``after``, made at or after ``since`` (None: ever), by their ids.
        """
        rows = self._db.rows(_JUDGED, (after, codec.maybe_time_text(since) or "", limit))
        return [
            (
                codec.decision_of(row[0], row[1:_VERDICT]),
                codec.verdict_of(row[_VERDICT], row[_VERDICT + 1 : _CAPTURE]),
                codec.capture_of(row[_CAPTURE], row[_CAPTURE + 1 :]),
            )
            for row in rows
        ]
