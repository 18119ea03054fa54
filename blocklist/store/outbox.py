"""Messages on their way to the platform: kept until they have arrived, sent in the order they were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from blocklist.store import codec
from blocklist.store.database import Database

_NEXT = """
SELECT number, id, made_at, attempts, next_at FROM messages WHERE settled_at IS NULL ORDER BY number LIMIT 1
"""
_COUNT = "SELECT coalesce(sum(settled_at IS NULL), 0), coalesce(sum(outcome = 'dead'), 0) FROM messages"
_AGAIN = (
    "UPDATE messages SET settled_at = NULL, outcome = '', attempts = 0, next_at = ? WHERE outcome = 'dead'"
)
_PROBLEM = """
SELECT problem FROM messages WHERE problem <> '' AND outcome IN ('', 'dead') ORDER BY number LIMIT 1
"""
_LINES = "INSERT INTO message_lines (line, message, subject, body) VALUES (?, ?, ?, ?)"


class Outcome(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up after so many tries; its lines are kept until somebody has it tried again."""
    EMPTY = "empty"
    """Whoever it was about has been forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One exported line."""

    id: int
    subject: str
    body: str
    """JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that waits."""

    number: int
    id: str
    made_at: datetime
    attempts: int
    """Tries so far."""
    next_at: datetime
    lines: tuple[str, ...]
    """JSON, in the order of export; (): nothing is left to say."""


class Outbox:
    """The room of messages."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, message: str, lines: Sequence[Line], *, now: datetime) -> None:
        """Keep a message, due at once, within the caller's transaction where there is one."""
        moment = codec.time_text(now)
        with self._db.transaction():
            sql = "INSERT INTO messages (id, made_at, next_at) VALUES (?, ?, ?)"
            number = self._db.write(sql, (message, moment, moment))
            self._db.write_all(_LINES, [(one.id, number, one.subject, one.body) for one in lines])

    def next(self) -> Message | None:
        """Return the message whose turn it is, due or not; None: none waits."""
        row = self._db.row(_NEXT)
        if row is None:
            return None
        number, message, made_at, attempts, next_at = row
        sql = "SELECT body FROM message_lines WHERE message = ? ORDER BY line"
        return Message(
            number=number,
            id=message,
            made_at=codec.time_of(made_at),
            attempts=attempts,
            next_at=codec.time_of(next_at),
            lines=tuple(body for (body,) in self._db.rows(sql, (number,))),
        )

    def begin(self, number: int, *, next_at: datetime) -> None:
        """Count a try before it is made, with the time of the next one: who is killed meanwhile waits too."""
        with self._db.transaction():
            sql = "UPDATE messages SET attempts = attempts + 1, next_at = ? WHERE number = ?"
            self._db.write(sql, (codec.time_text(next_at), number))

    def failed(self, number: int, *, next_at: datetime, problem: str) -> None:
        """Note why a try failed, and when the next is."""
        with self._db.transaction():
            sql = "UPDATE messages SET next_at = ?, problem = ? WHERE number = ?"
            self._db.write(sql, (codec.time_text(next_at), codec.clean(problem), number))

    def settle(self, number: int, outcome: Outcome, *, now: datetime) -> None:
        """End a message; the lines of one that was given up are kept."""
        with self._db.transaction():
            sql = "UPDATE messages SET settled_at = ?, outcome = ? WHERE number = ?"
            self._db.write(sql, (codec.time_text(now), outcome.value, number))
            if outcome is not Outcome.DEAD:
                self._db.write("DELETE FROM message_lines WHERE message = ?", (number,))

    def revive(self, *, now: datetime) -> int:
        """Make those that were given up due at once, with all their tries; return how many."""
        with self._db.transaction():
            return self._db.write_all(_AGAIN, [(codec.time_text(now),)])

    def count(self) -> tuple[int, int]:
        """Count the messages that wait, and those that were given up."""
        waiting, dead = self._db.row(_COUNT) or (0, 0)
        return int(waiting), int(dead)

    def last_problem(self) -> str:
        """Return why the last try of what waits or was given up failed; empty: none did."""
        return str(self._db.value(_PROBLEM) or "")
