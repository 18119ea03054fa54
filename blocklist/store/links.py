"""Links under watch: when each is due, and which worker has its host.

The frontier is these rows and nothing else, so a killed worker loses no link: its leases run out and others
take them over. A worker leases whole hosts, so that it alone visits them; a visit is stored in one
transaction with the end of its lease, and only while the lease is still the worker's own. When a link is due
next is decided elsewhere (``crawler.frontier``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from blocklist.model import Capture, Host, Judgement, Link, Vantage, WebUrl
from blocklist.store import codec, leases, turns, visits
from blocklist.store.database import Database, columns_sql
from blocklist.store.turns import Claim, Rest
from blocklist.store.unnamed import Unname
from blocklist.store.visits import Visit

_SELECT = f"SELECT {columns_sql(codec.LINK, 'links')} FROM links"  # noqa: S608 - names are ours

_LEASES = "SELECT leased_by, count(*), max(leased_until) FROM links WHERE leased_until > ? GROUP BY leased_by"

# Two counts that an index answers each, instead of one that reads every link.
_COUNT_DUE = """
SELECT (SELECT count(*) FROM links WHERE due_at <= :now)
     - (SELECT count(*) FROM links
        WHERE leased_by IS NOT NULL AND leased_until > :now AND leased_until <= :beyond AND due_at <= :now)
"""

_CIRCUMSTANCES = """
SELECT EXISTS (SELECT 1 FROM shares WHERE shares.link = :link AND reporter IS NOT NULL),
       (SELECT min(first_seen) FROM (SELECT first_seen FROM links WHERE host = :host LIMIT 200)),
       (SELECT captures.vantage FROM verdicts JOIN captures ON captures.id = verdicts.capture
        WHERE verdicts.link = :link ORDER BY verdicts.id DESC LIMIT 1),
       (SELECT max(fetched_at) FROM captures WHERE link = :link AND vantage NOT LIKE 'declared%'),
       (SELECT said FROM previews WHERE link = :link)
"""


_RESTING = """
SELECT count(*), min(hosts.next_fetch_at) FROM hosts JOIN links ON links.host = hosts.host
WHERE hosts.due_at <= ? AND links.due_at <= ? AND hosts.next_fetch_at > ?
"""
_FAILING = """
SELECT captures.failure, count(*) FROM links
JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE link = links.id)
JOIN captures ON captures.id = verdicts.capture
WHERE links.unreachable_since IS NOT NULL AND captures.failure IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1
"""


Circumstances = tuple[bool, datetime | None, Vantage, datetime | None, str]
"""As ``Links.circumstances`` returns them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Why links are not visited."""

    resting: int
    """Due links of hosts that may not be asked yet."""
    rest_ends: datetime | None
    """When the first of these hosts may be; None: there is none."""
    ahead: int
    """Links whose last visit lies in the future."""
    never: int
    """Links that are never visited again."""
    failing: dict[str, int]
    """How many links are out of reach, by kind of failure, the most first."""


class Links:
    """The room of links: the frontier."""

    def __init__(self, db: Database, *, lease_s: float, unnamed: Unname) -> None:
        """Lease for ``lease_s`` seconds; ``unnamed`` leaves people out of what is kept of a page."""
        self._db = db
        self._unnamed = unnamed
        self._lease = timedelta(seconds=lease_s)
        self._all_made_due = False
        self._noted: dict[int, Circumstances] = {}
        """Of links that were leased, until they come back."""

    # --- taking work ---------------------------------------------------------------------------------

    def lease(self, worker: str, *, now: datetime, limit: int, everything: bool = False) -> list[Link]:
        """Take up to ``limit`` due links, longest due hosts first and spread over hosts; [] if none is free.

        ``worker`` names one process, uniquely. ``everything`` makes every link due but those never to be
        visited again, once in the life of this room, so that asking again ends when all have been visited.
        """
        with self._db.transaction(durable=False):
            if everything and not self._all_made_due:
                leases.make_all_due(self._db, now)
                self._all_made_due = True
            links = leases.take(self._db, worker, now=now, lease=self._lease, limit=limit)
            self._noted.update((link.id, self._circumstances(link)) for link in links)
            return links

    def renew(self, worker: str, *, now: datetime) -> int:
        """Prolong the worker's leases from ``now``; return how many links it still holds."""
        with self._db.transaction(durable=False):
            return leases.renew(self._db, worker, now=now, lease=self._lease)

    def let_go(self, worker: str, links: Sequence[Link]) -> None:
        """End the worker's leases on ``links`` without a visit; they are due as before."""
        with self._db.transaction(durable=False):
            leases.let_go(self._db, worker, links)
        self._forget(link.id for link in links)

    def held_by(self, worker: str) -> list[Link]:
        """Return the links that are leased to the worker, twins each for itself."""
        return leases.held_by(self._db, worker)

    def give_back(self, worker: str) -> int:
        """End the worker's leases without a visit; its links are due as before. Return how many."""
        self._noted.clear()
        with self._db.transaction():
            return leases.end(self._db, worker)

    def set_right(self, *, now: datetime) -> int:
        """Make due what was visited in the future, by a clock that was wrong; return how many links were."""
        with self._db.transaction():
            return leases.set_right(self._db, now)

    def part(self, worker: str, links: Sequence[Link]) -> None:
        """Give the worker's ``links``, twins of another, back to be visited each for itself."""
        with self._db.transaction():
            leases.part(self._db, worker, links)

    def take_turns(
        self, claims: Sequence[Claim], rests: Sequence[Rest], *, now: datetime
    ) -> list[datetime | None]:
        """Let hosts rest, then claim others; return of each claim None, or, if its host is not free, when.

        A host that was claimed is asked by nobody else until the claim is over or taken back by a rest.
        """
        with self._db.transaction(durable=False):
            for each in rests:
                turns.rest(self._db, each, now=now)
            return [turns.claim(self._db, each, now=now) for each in claims]

    # --- bringing it back ----------------------------------------------------------------------------

    def complete(
        self,
        worker: str,
        capture: Capture,
        verdict_for: Judgement | None,
        *,
        title: str = "",
        due_at: datetime | None,
        now: datetime,
        attempts: int = 0,
    ) -> int | None:
        """Store one visit; return its verdict's id, or None if the lease was lost and nothing was stored."""
        visit = Visit(capture=capture, judgement=verdict_for, title=title, due_at=due_at, attempts=attempts)
        return self.complete_all(worker, [visit], now=now)[0]

    def complete_all(self, worker: str, brought: Sequence[Visit], *, now: datetime) -> list[int | None]:
        """Store several visits as ``complete`` does, in one transaction: by fifties four times as fast."""
        return self.complete_many([(worker, visit) for visit in brought], now=now)

    def complete_many(self, brought: Sequence[tuple[str, Visit]], *, now: datetime) -> list[int | None]:
        """Store visits of several workers, each with the name it was leased under."""
        with self._db.transaction():
            kept = [
                visits.keep(self._db, worker, visit, now=now, unnamed=self._unnamed)
                for worker, visit in brought
            ]
        self._forget(visit.capture.link for _, visit in brought)
        return kept

    def never_again(self, link: int) -> None:
        """Make a link due never again, as a visit does whose page must not be kept."""
        with self._db.transaction():
            leases.retire(self._db, link)

    def make_due(self, link: int, *, now: datetime) -> None:
        """Make a link due at once, its page to be read anew; one that is due never again stays so."""
        with self._db.transaction():
            leases.hasten(self._db, link, now)

    # --- asking --------------------------------------------------------------------------------------

    def due(self, now: datetime) -> int:
        """Count the links that are due and in nobody's hands."""
        asked = {"now": codec.time_text(now), "beyond": codec.time_text(now + 2 * self._lease)}
        return int(self._db.value(_COUNT_DUE, asked))

    def before(self, link: int) -> int | None:
        """Count the links that are due before this one; None: it is due never again."""
        due_at = self._db.value("SELECT due_at FROM links WHERE id = ?", (link,))
        if due_at is None:
            return None
        return int(self._db.value("SELECT count(*) FROM links WHERE due_at < ?", (due_at,)))

    def next_due(self) -> datetime | None:
        """Return when the next link is due, leased or not; None: no link ever is."""
        return codec.maybe_time_of(self._db.value("SELECT min(due_at) FROM hosts"))

    def leases(self, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Return who holds links at ``now``: how many, and until when."""
        rows = self._db.rows(_LEASES, (codec.time_text(now),))
        return {worker: (held, codec.time_of(until)) for worker, held, until in rows}

    def circumstances(self, link: Link) -> Circumstances:
        """Return what may make a page suspect, besides the page: of a leased link, as it was leased.

        Whether ``link`` was reported; when its host was first shared, as far as 200 of its links tell; from
        which vantage the verdict that holds was judged; when it was last looked at from another than our own
        agent's (None: never); what the platform's card of it showed (empty: not known).
        """
        return self._noted.get(link.id) or self._circumstances(link)

    def _circumstances(self, link: Link) -> Circumstances:
        row = self._db.row(_CIRCUMSTANCES, {"link": link.id, "host": link.host})
        assert row is not None, "it asks for no table's rows"
        reported, since, vantage, climbed, preview = row
        return (
            bool(reported),
            codec.maybe_time_of(since),
            Vantage.DECLARED if vantage is None else Vantage(vantage),
            codec.maybe_time_of(climbed),
            preview or "",
        )

    def _forget(self, links: Iterable[int]) -> None:
        for link in links:
            self._noted.pop(link, None)

    def stuck(self, now: datetime) -> Stuck:
        """Say what keeps links from being visited, and why visits failed."""
        moment, soon = codec.time_text(now), codec.time_text(now + timedelta(seconds=90))
        resting, rest_ends = self._db.row(_RESTING, (moment, moment, soon)) or (0, None)
        ahead = "SELECT count(*) FROM links WHERE last_visit_at > ? AND due_at IS NOT NULL"
        return Stuck(
            resting=resting,
            rest_ends=codec.maybe_time_of(rest_ends),
            ahead=self._db.value(ahead, (codec.time_text(now + timedelta(days=1)),)),
            never=self._db.value("SELECT count(*) FROM links WHERE due_at IS NULL"),
            failing=dict(self._db.rows(_FAILING)),
        )

    def count(self) -> int:
        """Count the links under watch."""
        return int(self._db.value("SELECT count(*) FROM links"))

    def get(self, link: int) -> Link:
        """Return the link of that id; raises KeyError."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (link,))
        if row is None:
            raise KeyError(link)
        return codec.link_of(row)

    def of_host(self, host: Host, *, limit: int) -> list[Link]:
        """Return the first ``limit`` links on a host."""
        rows = self._db.rows(f"{_SELECT} WHERE host = ? ORDER BY id LIMIT ?", (host, limit))
        return list(map(codec.link_of, rows))

    def find(self, url: WebUrl) -> Link | None:
        """Return the link of that URL, fragment included; None: not under watch."""
        row = self._db.row(f"{_SELECT} WHERE url = ?", (url,))
        return None if row is None else codec.link_of(row)
