"""What a worker brings back: capture, verdict, next visit and the end of the lease, all or nothing."""

from dataclasses import dataclass
from datetime import datetime

from blocklist.likeness import Traits
from blocklist.model import Capture, Judgement, Label, Verdict
from blocklist.store import codec
from blocklist.store.captures import INSERT_CAPTURE
from blocklist.store.database import Database
from blocklist.store.leases import FREE_HOST
from blocklist.store.traits import keep_traits
from blocklist.store.unnamed import Unname
from blocklist.store.verdicts import INSERT_VERDICT

_END_LEASE = """
UPDATE links SET due_at = :due_at, last_visit_at = :fetched_at, attempts = :attempts,
  leased_by = NULL, leased_until = NULL,
  unreachable_since = CASE WHEN :failed THEN coalesce(unreachable_since, :fetched_at) END,
  interval_s = :interval_s, heat = :heat, says = :says,
  confirmed_at = CASE WHEN :same THEN :fetched_at END
WHERE id = :link AND leased_by = :worker
RETURNING host
"""
_NEW_PAGE = """
UPDATE links SET etag = :etag, last_modified = :last_modified, payload = :payload,
  routes = max(routes, :routes)
WHERE id = :link
"""
_SAME_PAGE = """
UPDATE links SET etag = :etag, last_modified = :last_modified WHERE id = :link
RETURNING (SELECT max(id) FROM verdicts WHERE link = :link)
"""
_NEXT_OF_HOST = """
UPDATE hosts SET due_at = (SELECT min(due_at) FROM links WHERE links.host = hosts.host) WHERE host = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one leased link."""

    capture: Capture
    judgement: Judgement | None
    """None: the page is as it was judged, and the verdict that holds is confirmed."""
    title: str = ""
    due_at: datetime | None
    """Next visit; None: never again."""
    attempts: int = 0
    """Consecutive failed visits, this one included; 0: this one brought a page."""
    further: tuple[Capture, ...] = ()
    """What other vantages brought, none of which was judged; ``capture`` was."""
    interval_s: float | None = None
    heat: float = 0.0
    says: str = ""
    """As ``Watch`` has them."""
    etag: str = ""
    last_modified: str = ""
    payload: str = ""
    """As ``Known`` has them; of no meaning when the visit failed."""
    routes: bool = False
    """True: a script of the page makes pages of its fragments."""
    traits: Traits | None = None
    """What finds pages like this one; None: nothing of it is kept, as of clear pages."""


def keep(db: Database, worker: str, visit: Visit, *, now: datetime, unnamed: Unname) -> int | None:
    """Store a visit within the caller's transaction; return its verdict's id, None if the lease was lost."""
    capture = visit.capture
    fetched_at = codec.time_text(capture.fetched_at)
    ended = db.row(
        _END_LEASE,
        {
            "due_at": codec.maybe_time_text(visit.due_at),
            "fetched_at": fetched_at,
            "attempts": visit.attempts,
            "failed": capture.failure is not None,
            "interval_s": visit.interval_s,
            "heat": visit.heat,
            "says": visit.says,
            "same": visit.judgement is None,
            "link": capture.link,
            "worker": worker,
        },
    )
    if ended is None:
        return None
    (host,) = ended
    db.write(_NEXT_OF_HOST, (host,))
    db.write(FREE_HOST, {"host": host, "worker": worker})
    capture_id, *others = _captures(db, visit)
    page = {
        "link": capture.link,
        "etag": codec.clean(visit.etag),
        "last_modified": codec.clean(visit.last_modified),
    }
    if visit.judgement is None:
        return int(db.value(_SAME_PAGE, page))
    if capture.failure is None:
        db.write(_NEW_PAGE, {**page, "payload": visit.payload, "routes": visit.routes})
    if capture.failure is None:  # what cannot be reached is like what it was
        keep_traits(db, capture.link, visit.traits)
    judgement, title = unnamed(capture.link, visit.judgement, visit.title)
    verdict = Verdict(
        link=capture.link,
        landing=None if visit.judgement.label is Label.UNREACHABLE else capture.final_url,
        title=title,
        judgement=judgement,
        captures=(capture_id, *others),
        decided_at=now,
    )
    return db.write(INSERT_VERDICT, (*codec.verdict_row(verdict), capture_id))


def _captures(db: Database, visit: Visit) -> list[int]:
    """Store the captures in the order in which they were made; return their ids, the judged one's first."""
    made = sorted((visit.capture, *visit.further), key=lambda each: each.fetched_at)
    ids = {id(each): db.write(INSERT_CAPTURE, codec.capture_row(each)) for each in made}
    return [ids[id(each)] for each in (visit.capture, *visit.further)]
