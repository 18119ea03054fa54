"""Who did what: lines that carry the digest of all before them, so that none can be changed unseen.

::

    chain(n) = SHA-256( chain(n-1), JSON [number, at, by, action, subject, detail] )

The head of the chain goes into the history with each release (``history.events``), which strangers hold
copies of. No line holds a secret, a contact or a raw id.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_COLUMNS = ("number", "at", "by", "action", "subject", "detail")
_INSERT = insert_sql("audit", (*_COLUMNS, "chain"))
_SELECT = f"SELECT {', '.join(_COLUMNS)}, chain FROM audit"  # noqa: S608 - names are ours


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line."""

    number: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: str
    """Empty: nothing more to say."""


class Audit:
    """The room of the audit log."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.seat = ""
        """Where those sit who speak from now on, said beside their names; empty: at the desk."""

    def add(self, by: str, action: str, subject: str, detail: str = "", *, now: datetime) -> None:
        """Add a line, within the caller's transaction where there is one."""
        by = f"{by} ({self.seat})" if self.seat and by != self.seat else by
        with self._db.transaction():
            number, before = self.head()
            said = (number + 1, codec.time_text(now), *map(codec.clean, (by, action, subject, detail)))
            self._db.write(_INSERT, (*said, _chained(before, said)))

    def head(self) -> tuple[int, bytes]:
        """Return how many lines there are, and the digest of them all."""
        row = self._db.row("SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1")
        return (0, b"") if row is None else (row[0], row[1])

    def lines(self, *, after: int = 0, limit: int = -1) -> Iterator[AuditLine]:
        """Stream the lines after number ``after``; at most ``limit`` (-1: all)."""
        sql = f"{_SELECT} WHERE number > ? ORDER BY number LIMIT ?"
        for number, at, by, action, subject, detail, _ in self._db.rows(sql, (after, limit)):
            yield AuditLine(
                number=number, at=codec.time_of(at), by=by, action=action, subject=subject, detail=detail
            )

    def held(self, said: bytes) -> bool:
        """Tell whether the log once ended as ``said``, the body of an ``audited`` event of the history."""
        body = orjson.loads(said)
        chain = self._db.value("SELECT chain FROM audit WHERE number = ?", (body["lines"],))
        return chain is not None and chain.hex() == body["chain"]

    def broken(self) -> int | None:
        """Return the number of the first line that is not what was written; None: all are."""
        before = b""
        for count, (*said, chain) in enumerate(self._db.rows(f"{_SELECT} ORDER BY number"), start=1):
            before = _chained(before, said)
            if said[0] != count or chain != before:
                return count
        return None


def _chained(before: bytes, said: object) -> bytes:
    return hashlib.sha256(before + codec.json_text(said).encode()).digest()
