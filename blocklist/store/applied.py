"""What the platform says it did to accounts and groups; the same report again is known."""

from collections.abc import Iterable
from datetime import datetime

from blocklist.model import Applied, Pseudonym
from blocklist.store import codec
from blocklist.store.database import Database, insert_sql
from blocklist.store.successions import Successions

_INSERT = insert_sql(
    "applied", ("subject", "step", "applied_at", "received_at"), rest="ON CONFLICT DO NOTHING"
)
_BETWEEN = """
SELECT subject, step, applied_at FROM applied WHERE applied_at > ? AND applied_at <= ?
ORDER BY applied_at, received_at, subject, step
"""


class AppliedMeasures:
    """The room of what was applied."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._successions = Successions(db)

    def add(self, reports: Iterable[Applied], *, now: datetime) -> int:
        """Keep a batch in one transaction; return how many were not known."""
        moment = codec.time_text(now)
        rows = [(one.subject, one.step, codec.time_text(one.applied_at), moment) for one in reports]
        with self._db.transaction():
            return self._db.write_all(_INSERT, rows)

    def between(self, since: datetime | None, until: datetime) -> tuple[Applied, ...]:
        """Return what was done in (``since``, ``until``], oldest first; ``since`` None: from the first.

        People are called as they are now.
        """
        start = "" if since is None else codec.time_text(since)
        names = self._successions.names()
        return tuple(
            Applied(
                subject=names.get(subject, Pseudonym(subject)),
                step=step,
                applied_at=codec.time_of(applied_at),
            )
            for subject, step, applied_at in self._db.rows(_BETWEEN, (start, codec.time_text(until)))
        )
