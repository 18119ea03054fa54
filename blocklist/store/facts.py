"""Numbers and moments of the past, for the public record: no address and no person is read here."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocklist.model import Vantage
from blocklist.store import codec
from blocklist.store.database import Database

_FIRST = """
SELECT max(0, unixepoch(min(verdicts.decided_at)) - unixepoch(links.first_seen))
FROM verdicts JOIN links ON links.id = verdicts.link
WHERE verdicts.label <> 'unreachable'
GROUP BY links.id
"""
_VISITS = """
SELECT verdicts.id, captures.vantage, captures.fetched_at, json_array_length(captures.hops)
FROM verdicts, json_each(verdicts.captures) AS used JOIN captures ON captures.id = used.value
WHERE verdicts.id IN ({}) ORDER BY verdicts.id, used.key
"""
_BATCH = 500  # ids; SQLite takes 32,766 in one statement


class Facts:
    """The room of what may be told."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def seconds_to_verdict(self) -> Iterator[int]:
        """Stream the time from first report to first verdict of each link that was reached and judged."""
        for (seconds,) in self._db.rows(_FIRST):
            yield int(seconds)

    def visits(self, verdicts: Sequence[int]) -> Iterator[tuple[int, Vantage, datetime, int]]:
        """Stream verdict, vantage, time and requests made of each visit that the verdicts rest on."""
        for start in range(0, len(verdicts), _BATCH):
            batch = verdicts[start : start + _BATCH]
            for verdict, vantage, fetched_at, hops in self._db.rows(
                _VISITS.format(", ".join("?" * len(batch))), batch
            ):
                yield verdict, Vantage(vantage), codec.time_of(fetched_at), hops
