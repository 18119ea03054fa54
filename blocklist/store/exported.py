"""Which measures were exported, what they rested on, and what corrected them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from blocklist.model import Pseudonym, Subject
from blocklist.store import codec
from blocklist.store.database import Database, insert_sql
from blocklist.store.successions import Successions

_INSERT = insert_sql("exported", ("subject", "step", "rests_on", "corrects", "reason", "exported_at"))
_LAST = """
SELECT id, subject, step, rests_on FROM exported
WHERE id IN (SELECT max(id) FROM exported GROUP BY subject) ORDER BY id
"""
_CORRECTED = """
SELECT count(*) FROM exported WHERE reason IN ('error', 'appeal') AND exported_at > ? AND exported_at <= ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One line as it is kept."""

    subject: Subject
    step: str | None
    """None: nothing is recommended any more."""
    rests_on: Mapping[int, str]
    """Link to the entry that covered it."""
    corrects: int | None = None
    reason: str | None = None


class MeasureExports:
    """The room of what was exported."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._successions = Successions(db)

    def add(self, lines: Iterable[Exported], *, now: datetime) -> list[int]:
        """Keep lines, within the caller's transaction where there is one; return their ids."""
        moment = codec.time_text(now)
        with self._db.transaction():
            return [
                self._db.write(
                    _INSERT,
                    (
                        one.subject,
                        one.step,
                        codec.json_text({str(link): entry for link, entry in one.rests_on.items()}),
                        one.corrects,
                        one.reason,
                        moment,
                    ),
                )
                for one in lines
            ]

    def standing(self) -> dict[int, Exported]:
        """Return the last line for each subject by id; none where it says that nothing holds.

        People are called as they are now.
        """
        names = self._successions.names()
        last = {
            names.get(subject, Pseudonym(subject)): (number, step, rests_on)
            for number, subject, step, rests_on in self._db.rows(_LAST)
        }
        return {
            number: Exported(
                subject=subject,
                step=step,
                rests_on={int(link): entry for link, entry in orjson.loads(rests_on).items()},
            )
            for subject, (number, step, rests_on) in last.items()
            if step is not None
        }

    def corrected(self, since: datetime | None, until: datetime) -> int:
        """Count the corrections exported in (``since``, ``until``]; ``since`` None: from the first."""
        start = "" if since is None else codec.time_text(since)
        return int(self._db.value(_CORRECTED, (start, codec.time_text(until))))
