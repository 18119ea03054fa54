"""The log of what was ever listed: lines are added, never changed; the bodies of what left are erased."""

from collections.abc import Iterable, Iterator

from blocklist.history.events import REMOVED, Event
from blocklist.store.database import Database, insert_sql

_COLUMNS = ("number", "kind", "entry", "leaf", "salt", "body")
_INSERT = insert_sql("history", _COLUMNS)
_CHECKPOINT = insert_sql("checkpoints", ("serial", "note"))


class History:
    """The room of the log; ``releases`` adds to it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first."""
        return tuple(self.each())

    def each(self) -> Iterator[Event]:
        """Stream every event, oldest first."""
        rows = self._db.rows("SELECT leaf, kind, entry, salt, body FROM history ORDER BY number")
        for leaf, kind, entry, salt, body in rows:
            yield Event(leaf=leaf, kind=kind, entry=entry, salt=salt, body=body)

    def body(self, number: int) -> bytes:
        """Return what the event of that number, from 0 on, commits to; empty: it is erased."""
        return bytes(self._db.value("SELECT body FROM history WHERE number = ?", (number,)))

    def checkpoints(self) -> dict[int, bytes]:
        """Return the checkpoint of each release by serial."""
        return dict(self._db.rows("SELECT serial, note FROM checkpoints"))


def add_history(db: Database, events: Iterable[Event], serial: int, note: bytes) -> None:
    """Add a release's events and checkpoint, within the caller's transaction, and erase what left."""
    number = db.value("SELECT count(*) FROM history")
    events = tuple(events)
    rows = [
        (at, each.kind, each.entry, each.leaf, each.salt, each.body)
        for at, each in enumerate(events, start=number)
    ]
    db.write_all(_INSERT, rows)
    gone = [(each.entry, REMOVED) for each in events if each.kind == REMOVED]
    db.write_all("UPDATE history SET salt = x'', body = x'' WHERE entry = ? AND kind <> ?", gone)
    db.write(_CHECKPOINT, (serial, note))
