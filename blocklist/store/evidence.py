"""Which evidence was kept long enough, and which is gone; the files are ``crawler.fetch.archive``'s.

A record is worn out when every capture that cites it is: older than its label's time, not cited by what the
list says, and not seen as it is since. Captures are append-only; that the bytes of one are gone is a row of
its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from blocklist.model import Capture, Label
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql

# The label that was given when the capture was made; a page of the verdict that holds is as young as the last
# visit that found it unchanged.
_WORN_OUT = f"""
WITH cited AS (
  SELECT each.value AS capture FROM entries
  JOIN verdicts ON verdicts.id = entries.verdict, json_each(verdicts.captures) AS each
), aged AS (
  SELECT captures.id, captures.archive_file, captures.archive_offset,
    coalesce(
      (SELECT label FROM verdicts WHERE link = captures.link AND decided_at >= captures.fetched_at
       ORDER BY id LIMIT 1),
      (SELECT label FROM verdicts WHERE link = captures.link ORDER BY id DESC LIMIT 1)
    ) AS label,
    CASE WHEN captures.id = (SELECT capture FROM verdicts WHERE link = captures.link ORDER BY id DESC LIMIT 1)
      THEN coalesce(links.confirmed_at, captures.fetched_at) ELSE captures.fetched_at END AS seen_at
  FROM captures JOIN links ON links.id = captures.link
  WHERE captures.archive_file IS NOT NULL
    AND captures.id NOT IN (SELECT capture FROM erasures)
), worn AS (
  SELECT json_group_array(id) AS ids, min(id) AS first, json_extract(:before, '$.' || label) AS before,
    min(seen_at < coalesce(json_extract(:before, '$.' || label), '')
        AND id NOT IN (SELECT capture FROM cited)) AS all_worn
  FROM aged GROUP BY archive_file, archive_offset
)
SELECT worn.ids, captures.id, {columns_sql(codec.CAPTURE, "captures")}
FROM worn JOIN captures ON captures.id = worn.first WHERE worn.all_worn
ORDER BY captures.archive_file, captures.archive_offset
"""  # noqa: S608 - names are ours
_EMPTY_FILES = """
SELECT archive_file FROM captures WHERE archive_file IS NOT NULL
GROUP BY archive_file HAVING min(id IN (SELECT capture FROM erasures))
"""


class Evidence:
    """The room of what is kept in the archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def worn_out(
        self, keep: Mapping[Label, timedelta], now: datetime
    ) -> Iterator[tuple[Sequence[int], Capture]]:
        """Stream the records kept longer than ``keep`` says: the ids of all captures of each, and one."""
        before = {label.value: codec.time_text(now - time) for label, time in keep.items()}
        for ids, identifier, *row in self._db.rows(_WORN_OUT, {"before": json.dumps(before)}):
            yield json.loads(ids), codec.capture_of(identifier, row)

    def erased(self, captures: Sequence[int], *, reason: str, now: datetime) -> None:
        """Note that the bytes of ``captures`` are gone."""
        moment = codec.time_text(now)
        sql = "INSERT OR IGNORE INTO erasures (capture, erased_at, reason) VALUES (?, ?, ?)"
        with self._db.transaction():
            self._db.write_all(sql, [(each, moment, reason) for each in captures])

    def empty_files(self) -> list[str]:
        """Name the files of which every record is gone."""
        return [name for (name,) in self._db.rows(_EMPTY_FILES)]
