"""When each host may be asked again, over all processes.

Who wants to ask a host claims it until a time by which the answer is certainly there, and gives it back when
it is, with the rest that the host is due. A process that dies gives nothing back: the claim runs out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from blocklist.model import Host
from blocklist.store import codec
from blocklist.store.database import Database

LONGEST_WAIT = timedelta(days=1)
"""A host that asks for more was claimed by a clock that has been set back since."""

_FREE_FROM = "SELECT next_fetch_at FROM hosts WHERE host = ? AND next_fetch_at > ? AND next_fetch_at <= ?"
_CLAIM = """
INSERT INTO hosts (host, next_fetch_at) VALUES (?, ?)
ON CONFLICT (host) DO UPDATE SET next_fetch_at = excluded.next_fetch_at
"""
# Only a claim of one's own is shortened; what others have said meanwhile holds if it is later.
_REST = """
INSERT INTO hosts (host, next_fetch_at) VALUES (:host, :until)
ON CONFLICT (host) DO UPDATE SET next_fetch_at = excluded.next_fetch_at
WHERE next_fetch_at IS NULL OR next_fetch_at = :held OR next_fetch_at < :until OR next_fetch_at > :never
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody wants to ask a host, alone. It need not be one of links: redirects lead anywhere."""

    host: Host
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Nobody asks a host before a time."""

    host: Host
    until: datetime
    claimed: datetime | None = None
    """Until when whoever says so had claimed it, which is over now; None: it had not."""


def claim(db: Database, wanted: Claim, *, now: datetime) -> datetime | None:
    """Claim a host within the caller's transaction; return None, or, if it is not free, when it will be."""
    free_from = db.value(_FREE_FROM, (wanted.host, codec.time_text(now), codec.time_text(now + LONGEST_WAIT)))
    if free_from is not None:
        return codec.time_of(free_from)
    db.write(_CLAIM, (wanted.host, codec.time_text(wanted.until)))
    return None


def rest(db: Database, said: Rest, *, now: datetime) -> None:
    """Let a host rest, within the caller's transaction."""
    db.write(
        _REST,
        {
            "host": said.host,
            "until": codec.time_text(said.until),
            "held": codec.maybe_time_text(said.claimed),
            "never": codec.time_text(now + LONGEST_WAIT),
        },
    )
