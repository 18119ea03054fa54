"""Which worker has which links, over all processes.

Whole hosts are leased; a lease that has run out is anybody's. All of it reaches the disk with the next visit
that is stored, not by itself: after a loss of power no worker is left whose lease could matter.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from blocklist.model import Link
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql
from blocklist.store.turns import LONGEST_WAIT
from blocklist.store.watches import watch_of

TICKET = "cluster-"
"""How the leases begin that a cluster's leader holds for its workers, one a batch."""
LOCK = "cluster.lock"
"""File in the workspace that the leader of a cluster holds locked."""

# Run out, or too far ahead to be true: the clock was set back since.
_OVER = "(leased_until IS NULL OR leased_until <= :now OR leased_until > :beyond)"

# A host is free when no other worker's lease on it lives; on a free host the links are due that nobody holds.
# (Those on which a worker's own lease lives are in its hands already.)
_FREE_HOSTS = f"""
SELECT host FROM hosts
WHERE due_at <= :now AND ({_OVER} OR leased_by = :worker)
  AND (next_fetch_at IS NULL OR next_fetch_at <= :soon OR next_fetch_at > :never)
  AND EXISTS (SELECT 1 FROM links WHERE links.host = hosts.host AND links.due_at <= :now AND {_OVER})
ORDER BY due_at, host LIMIT :limit
"""  # noqa: S608 - a constant
_DUE_OF_HOST = (
    f"SELECT {columns_sql(codec.LINK, 'links')} FROM links "  # noqa: S608 - names are ours
    f"WHERE host = :host AND due_at <= :now AND {_OVER} "
    "ORDER BY due_at, id LIMIT :limit"
)
_HELD = f"SELECT {columns_sql(codec.LINK, 'links')} FROM links WHERE leased_by = ? ORDER BY id"  # noqa: S608 - names are ours
# Links that differ in the fragment alone bring the same bytes; but where a script makes pages of fragments
# (``routes``) they do not show the same.
_TWINS = f"""
SELECT {columns_sql(codec.LINK, "links")} FROM links
WHERE crawl_key = :key AND instr(url, '#') > 0 AND id <> :id AND NOT routes AND due_at IS NOT NULL AND {_OVER}
UNION ALL
SELECT {columns_sql(codec.LINK, "links")} FROM links
WHERE url = :key AND id <> :id AND NOT routes AND due_at IS NOT NULL AND {_OVER}
"""  # noqa: S608 - names are ours
_ROUTED = "SELECT 1 FROM links WHERE id = ? AND routes"
_ROUTES = ("/", "!")
"""A fragment that begins so names a page to a script, by the custom of hash routers."""
_SOON = timedelta(seconds=90)
"""A host that may not be asked for longer (it said so, by ``Retry-After``) is not handed out."""
FREE_HOST = """
UPDATE hosts SET leased_by = NULL, leased_until = NULL
WHERE host = :host AND leased_by = :worker
  AND NOT EXISTS (SELECT 1 FROM links WHERE leased_by = :worker AND links.host = hosts.host)
"""
_LEASE_HOST = "UPDATE hosts SET leased_by = ?, leased_until = ? WHERE host = ?"
_LEASE_LINK = "UPDATE links SET leased_by = ?, leased_until = ? WHERE id = ?"


def take(db: Database, worker: str, *, now: datetime, lease: timedelta, limit: int) -> list[Link]:
    """Lease up to ``limit`` due links for ``lease``, within the caller's transaction.

    Hosts that have waited longest come first, and each gives an even share of ``limit``. Links that differ
    from one of them in the fragment alone come along as its twins.
    """
    asked = {"now": codec.time_text(now), "beyond": codec.time_text(now + 2 * lease)}
    resting = {"soon": codec.time_text(now + _SOON), "never": codec.time_text(now + LONGEST_WAIT)}
    free = db.rows(_FREE_HOSTS, {**asked, **resting, "worker": worker, "limit": limit})
    hosts = [host for (host,) in free]
    found: list[Link] = []
    for place, host in enumerate(hosts):
        share = math.ceil((limit - len(found)) / (len(hosts) - place))
        due = db.rows(_DUE_OF_HOST, {**asked, "host": host, "limit": share})
        found.extend(map(codec.link_of, due))
    until = codec.time_text(now + lease)
    db.write_all(_LEASE_HOST, [(worker, until, host) for host in hosts])
    whole = list(_with_twins(db, found, asked))
    held = [each for link in whole for each in (link, *link.twins)]
    db.write_all(_LEASE_LINK, [(worker, until, each.id) for each in held])
    return whole


def part(db: Database, worker: str, links: Sequence[Link]) -> None:
    """Give ``links`` back, each to be visited for itself from now on: a script makes pages of fragments."""
    sql = "UPDATE links SET routes = 1, leased_by = NULL, leased_until = NULL WHERE id = ? AND leased_by = ?"
    db.write_all(sql, [(link.id, worker) for link in links])


def _with_twins(db: Database, found: Sequence[Link], asked: dict[str, str]) -> Iterator[Link]:
    """Give each link with what its earlier visits tell, and with its twins, which are not given again."""
    given: set[int] = set()
    for link in found:
        if link.id in given:
            continue
        twins = [] if _routed(db, link) else _twins(db, link, asked)
        given.update(twin.id for twin in twins)
        yield replace(
            link,
            watch=watch_of(db, link.id),
            twins=tuple(replace(twin, watch=watch_of(db, twin.id)) for twin in twins),
        )


def _routed(db: Database, link: Link) -> bool:
    fragment = link.url.partition("#")[2]
    return fragment.startswith(_ROUTES) or db.value(_ROUTED, (link.id,)) is not None


def _twins(db: Database, link: Link, asked: dict[str, str]) -> list[Link]:
    rows = db.rows(_TWINS, {**asked, "key": link.url.partition("#")[0], "id": link.id})
    return [twin for twin in map(codec.link_of, rows) if not twin.url.partition("#")[2].startswith(_ROUTES)]


def held_by(db: Database, worker: str) -> list[Link]:
    """Return the links that are leased to the worker, twins each for itself."""
    return list(map(codec.link_of, db.rows(_HELD, (worker,))))


def let_go(db: Database, worker: str, links: Sequence[Link]) -> None:
    """Give back ``links``, due as they were, and the hosts of which the worker then holds none."""
    sql = "UPDATE links SET leased_by = NULL, leased_until = NULL WHERE id = ? AND leased_by = ?"
    db.write_all(sql, [(link.id, worker) for link in links])
    for host in {link.host for link in links}:
        db.write(FREE_HOST, {"host": host, "worker": worker})


def renew(db: Database, worker: str, *, now: datetime, lease: timedelta) -> int:
    """Prolong the worker's leases to ``now + lease``; return how many links it holds."""
    until = codec.time_text(now + lease)
    db.write("UPDATE hosts SET leased_until = ? WHERE leased_by = ?", (until, worker))
    return db.write_all("UPDATE links SET leased_until = ? WHERE leased_by = ?", [(until, worker)])


def end(db: Database, worker: str) -> int:
    """End the worker's leases; return how many links it held."""
    held = db.write_all(
        "UPDATE links SET leased_by = NULL, leased_until = NULL WHERE leased_by = ?", [(worker,)]
    )
    db.write("UPDATE hosts SET leased_by = NULL, leased_until = NULL WHERE leased_by = ?", (worker,))
    return held


def make_all_due(db: Database, now: datetime) -> None:
    """Make every link due that is due later; one that is due never again stays so."""
    db.write("UPDATE links SET due_at = :now WHERE due_at > :now", {"now": codec.time_text(now)})
    db.write("UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host)")


def hasten(db: Database, link: int, now: datetime) -> None:
    """Make ``link`` due at once unless it is due never again, within the caller's transaction.

    What was said of it is forgotten, so that its page is read anew: a server's word that nothing has changed
    is not what somebody waits for.
    """
    moment = codec.time_text(now)
    db.write("UPDATE links SET says = '' WHERE id = ?", (link,))
    db.write("UPDATE links SET due_at = ? WHERE id = ? AND due_at > ?", (moment, link, moment))
    db.write(
        "UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host) "
        "WHERE host = (SELECT host FROM links WHERE id = ?)",
        (link,),
    )


def set_right(db: Database, now: datetime) -> int:
    """Make links due that were last visited more than a day from ``now`` on; return how many there were."""
    moment, beyond = codec.time_text(now), codec.time_text(now + LONGEST_WAIT)
    sql = "UPDATE links SET due_at = ?, last_visit_at = ? WHERE last_visit_at > ? AND due_at IS NOT NULL"
    changed = db.write_all(sql, [(moment, moment, beyond)])
    if changed:
        db.write("UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host)")
    return changed


def retire(db: Database, link: int) -> None:
    """Make ``link`` due never again, within the caller's transaction."""
    db.write("UPDATE links SET due_at = NULL WHERE id = ?", (link,))
    db.write(
        "UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host) "
        "WHERE host = (SELECT host FROM links WHERE id = ?)",
        (link,),
    )
