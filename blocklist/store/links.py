"""Links under watch: when each is due, and which worker has its host.

The frontier is these rows and nothing else, so a killed worker loses no link: its leases run out and others
take them over. A worker leases whole hosts, so that it alone visits them; a visit is stored in one
transaction with the end of its lease, and only while the lease is still the worker's own. When a link is due
next is decided elsewhere (``crawler.frontier``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from blocklist.model import Capture, Host, Judgement, Label, Link, Verdict, WebUrl
from blocklist.store import codec
from blocklist.store.captures import INSERT_CAPTURE
from blocklist.store.database import Database, columns_sql
from blocklist.store.verdicts import INSERT_VERDICT

_LINK = f"SELECT {columns_sql(codec.LINK, 'links')} FROM links"  # noqa: S608 - names are ours

# A host is free when no other worker's lease on it lives; of a free host the links are due that nobody holds.
# (A worker's own live leases are in its hands already.)
_FREE_HOSTS = """
SELECT host FROM hosts
WHERE due_at <= :now AND (leased_until IS NULL OR leased_until <= :now OR leased_by = :worker)
  AND EXISTS (SELECT 1 FROM links WHERE links.host = hosts.host AND links.due_at <= :now
              AND (links.leased_until IS NULL OR links.leased_until <= :now))
ORDER BY due_at, host LIMIT :limit
"""
_DUE_OF_HOST = (
    f"SELECT {columns_sql(codec.LINK, 'links')} FROM links "  # noqa: S608 - names are ours
    "WHERE host = :host AND due_at <= :now AND (leased_until IS NULL OR leased_until <= :now) "
    "ORDER BY due_at, id LIMIT :limit"
)
_LEASE_HOST = "UPDATE hosts SET leased_by = ?, leased_until = ? WHERE host = ?"
_LEASE_LINK = "UPDATE links SET leased_by = ?, leased_until = ? WHERE id = ?"
_END_VISIT = """
UPDATE links SET due_at = :due_at, last_visit_at = :fetched_at, attempts = :attempts,
  leased_by = NULL, leased_until = NULL,
  unreachable_since = CASE WHEN :failed THEN coalesce(unreachable_since, :fetched_at) END
WHERE id = :link AND leased_by = :worker
RETURNING host
"""
_NEXT_OF_HOST = """
UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host) WHERE host = ?
"""
_FREE_HOST = """
UPDATE hosts SET leased_by = NULL, leased_until = NULL
WHERE host = :host AND leased_by = :worker
  AND NOT EXISTS (SELECT 1 FROM links WHERE leased_by = :worker AND links.host = hosts.host)
"""


# Two counts that an index answers each, instead of one that reads every link.
_COUNT_DUE = """
SELECT (SELECT count(*) FROM links WHERE due_at <= :now)
     - (SELECT count(*) FROM links WHERE leased_by IS NOT NULL AND leased_until > :now AND due_at <= :now)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one leased link."""

    capture: Capture
    judgement: Judgement
    title: str = ""
    due_at: datetime | None
    """Next visit; None: never again."""
    attempts: int = 0
    """Consecutive failed visits, this one included; 0: this one brought a page."""


class Links:
    """The room of links: the frontier."""

    def __init__(self, db: Database, *, lease_s: float) -> None:
        self._db = db
        self._lease = timedelta(seconds=lease_s)
        self._all_made_due = False

    # --- taking work -----------------------------------------------------------------------------------

    def lease(self, worker: str, *, now: datetime, limit: int, everything: bool = False) -> list[Link]:
        """Take up to ``limit`` due links, longest due hosts first and spread over hosts; [] if none is free.

        ``worker`` names one process, uniquely. ``everything`` makes every link due, once in the life of this
        room, so that asking again ends when all have been visited.
        """
        moment = codec.time_text(now)
        until = codec.time_text(now + self._lease)
        with self._db.transaction(durable=False):
            if everything and not self._all_made_due:
                self._make_all_due(moment)
                self._all_made_due = True
            asked = {"now": moment, "worker": worker, "limit": limit}
            hosts = [host for (host,) in self._db.rows(_FREE_HOSTS, asked)]
            found = self._due_of(hosts, moment, limit)
            self._db.write_all(_LEASE_HOST, [(worker, until, host) for host in {link.host for link in found}])
            self._db.write_all(_LEASE_LINK, [(worker, until, link.id) for link in found])
        return found

    def renew(self, worker: str, *, now: datetime) -> int:
        """Prolong the worker's leases from ``now``; return how many links it still holds."""
        until = codec.time_text(now + self._lease)
        with self._db.transaction(durable=False):
            self._db.write("UPDATE hosts SET leased_until = ? WHERE leased_by = ?", (until, worker))
            return self._db.write_all(
                "UPDATE links SET leased_until = ? WHERE leased_by = ?", [(until, worker)]
            )

    def give_back(self, worker: str) -> int:
        """End the worker's leases without a visit; its links are due as before. Returns how many."""
        with self._db.transaction():
            self._db.write(
                "UPDATE hosts SET leased_by = NULL, leased_until = NULL WHERE leased_by = ?", (worker,)
            )
            return self._db.write_all(
                "UPDATE links SET leased_by = NULL, leased_until = NULL WHERE leased_by = ?", [(worker,)]
            )

    def reserve_fetch(self, host: Host, *, now: datetime, delay_s: float) -> datetime:
        """Reserve the next request to ``host`` over all processes; return when it may start, not before now.

        The host need not be one that links are known of: redirects lead anywhere.
        """
        with self._db.transaction(durable=False):
            free_from = self._db.value("SELECT next_fetch_at FROM hosts WHERE host = ?", (host,))
            start = now if free_from is None else max(now, codec.time_of(free_from))
            following = codec.time_text(start + timedelta(seconds=delay_s))
            self._db.write(
                "INSERT INTO hosts (host, next_fetch_at) VALUES (?, ?) "
                "ON CONFLICT (host) DO UPDATE SET next_fetch_at = excluded.next_fetch_at",
                (host, following),
            )
        return start

    # --- bringing it back ------------------------------------------------------------------------------

    def complete(
        self,
        worker: str,
        capture: Capture,
        verdict_for: Judgement,
        *,
        title: str = "",
        due_at: datetime | None,
        now: datetime,
        attempts: int = 0,
    ) -> int | None:
        """Store one visit; see ``complete_all``."""
        visit = Visit(capture=capture, judgement=verdict_for, title=title, due_at=due_at, attempts=attempts)
        return self.complete_all(worker, [visit], now=now)[0]

    def complete_all(self, worker: str, visits: Sequence[Visit], *, now: datetime) -> list[int | None]:
        """Store visits with their verdicts and end their leases, in one transaction.

        Returns the verdict's id of each; None where the lease was lost to another worker, and nothing of that
        visit is stored.
        """
        with self._db.transaction():
            return [self._complete(worker, visit, now) for visit in visits]

    # --- asking ----------------------------------------------------------------------------------------

    def due(self, now: datetime) -> int:
        """How many links are due and in nobody's hands."""
        moment = codec.time_text(now)
        return int(self._db.value(_COUNT_DUE, {"now": moment}))

    def next_due(self) -> datetime | None:
        """When the next link is due; None: no link ever is."""
        return codec.maybe_time_of(self._db.value("SELECT min(due_at) FROM hosts"))

    def count(self) -> int:
        """How many links are under watch."""
        return int(self._db.value("SELECT count(*) FROM links"))

    def get(self, link: int) -> Link:
        """Return the link of that id; raises KeyError."""
        row = self._db.row(f"{_LINK} WHERE id = ?", (link,))
        if row is None:
            raise KeyError(link)
        return codec.link_of(row)

    def find(self, url: WebUrl) -> Link | None:
        """Return the link of that URL, fragment included; None: not under watch."""
        row = self._db.row(f"{_LINK} WHERE url = ?", (url,))
        return None if row is None else codec.link_of(row)

    # --- within a transaction --------------------------------------------------------------------------

    def _make_all_due(self, moment: str) -> None:
        self._db.write(
            "UPDATE links SET due_at = :now WHERE due_at IS NULL OR due_at > :now", {"now": moment}
        )
        self._db.write(
            "UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host)"
        )

    def _due_of(self, hosts: Sequence[str], moment: str, limit: int) -> list[Link]:
        found: list[Link] = []
        for place, host in enumerate(hosts):
            share = math.ceil((limit - len(found)) / (len(hosts) - place))
            asked: dict[str, Any] = {"host": host, "now": moment, "limit": share}
            found.extend(codec.link_of(row) for row in self._db.rows(_DUE_OF_HOST, asked))
        return found

    def _complete(self, worker: str, visit: Visit, now: datetime) -> int | None:
        capture = visit.capture
        ended = self._db.row(
            _END_VISIT,
            {
                "due_at": codec.maybe_time_text(visit.due_at),
                "fetched_at": codec.time_text(capture.fetched_at),
                "attempts": visit.attempts,
                "failed": capture.failure is not None,
                "link": capture.link,
                "worker": worker,
            },
        )
        if ended is None:
            return None
        self._db.write(_NEXT_OF_HOST, ended)
        self._db.write(_FREE_HOST, {"host": ended[0], "worker": worker})
        capture_id = self._db.write(INSERT_CAPTURE, codec.capture_row(capture))
        verdict = Verdict(
            link=capture.link,
            landing=None if visit.judgement.label is Label.UNREACHABLE else capture.final_url,
            title=visit.title,
            judgement=visit.judgement,
            captures=(capture_id,),
            decided_at=now,
        )
        return self._db.write(INSERT_VERDICT, (*codec.verdict_row(verdict), capture_id))
