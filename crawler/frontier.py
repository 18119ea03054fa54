"""When a link is visited next. Pure: what is due, and who may visit it, the store keeps.

Two clocks. A page that was read is looked at again after an interval that its own history makes: half of the
last one when what the judge says of it changed, one and a half times when it did not (CRAWL.md, after
StormCrawler's and Nutch's adaptive schedules), within bounds that its label sets. A link whose label flips
again and again is hot, and is watched closely until it has been calm for days. A visit that failed is tried
again after a wait that doubles with each failure in a row, so that a page that went away is looked for less
and less often, and its return is noticed all the same.

Waits are spread by a jitter that depends on the link alone, so that links shared in one hour are not due in
one second for ever, and a rerun plans the same.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from blocklist.model import Failure, Label, Watch

JITTER = 0.1
"""A wait is stretched or shrunk by at most this share."""

PATIENT = {
    Failure.ROBOTS: 12,
    Failure.HTTP_4XX: 4,
    Failure.NOT_HTML: 12,
    Failure.BLOCKED_ADDRESS: 12,
    Failure.TOO_LARGE: 12,
    Failure.TOO_MANY_HOPS: 4,
    Failure.BAD_REDIRECT: 4,
    Failure.MALFORMED: 4,
    Failure.TLS: 2,
    Failure.DNS: 2,
}
"""First wait as a multiple of ``retry_base``, for failures that the next minutes will hardly mend; else 1."""

_MENDS_SOON = 4
"""Of these, up to which multiple a hot link's page may be back within minutes."""

CHANGED, UNCHANGED = 0.5, 1.5
"""An interval is multiplied by the one or the other."""
HOT = 1 / 72
"""Interval of a hot link as a multiple of ``recheck``: 20 minutes of a day."""
HOT_AT = 1.5
"""From this heat on a link is hot: two flips within a few days."""
HEAT_HALVES = 3.0
"""Times ``recheck`` in which heat falls by half: flips of last week count for little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Intervals as multiples of ``recheck``."""

    first: float
    """After the visit that brought the label."""
    least: float
    most: float


BOUNDS = {
    Label.CONTRABAND: Bounds(first=0.5, least=HOT, most=1.0),
    Label.UNSURE: Bounds(first=1.0, least=2 * HOT, most=4.0),
    Label.CLEAR: Bounds(first=2.0, least=2 * HOT, most=7.0),
}
"""What is listed must be seen to go, at least daily; what is clear mostly stays so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The configured waits."""

    retry_base: timedelta
    """After the first failure."""
    retry_max: timedelta
    recheck: timedelta
    """After a page was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a visit found."""

    label: Label
    failure: Failure | None = None
    """None: a page was read, or was found to be as before."""
    attempts: int = 0
    """Failures in a row, this one included; 0: none."""
    changed: bool = False
    """True: the judge says something else of the page than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When to come again, and what to remember until then."""

    due_at: datetime
    interval_s: float | None
    """Between visits while the page is up; in seconds, without jitter. None: it never was."""
    heat: float
    """Flips of the label, older ones counting less."""


def plan(seen: Seen, before: Watch | None, now: datetime, *, link: int, pace: Pace) -> Plan:
    """Plan the next visit to link number ``link``; ``before`` None: this was the first."""
    recheck_s = pace.recheck.total_seconds()
    heat = _heat(seen.label, before, now, recheck_s)
    if seen.failure is None:
        wait_s, may_be_hot = _interval_s(seen, before, recheck_s), True
        interval_s: float | None = wait_s
    else:
        wait_s = _backed_off_s(seen.failure, max(seen.attempts, 1), pace)
        interval_s = before.interval_s if before else None
        may_be_hot = PATIENT.get(seen.failure, 1) <= _MENDS_SOON
    if heat >= HOT_AT and may_be_hot:
        wait_s = interval_s = min(wait_s, HOT * recheck_s)
    spread = 1 + JITTER * _spread(link, seen.attempts)
    return Plan(due_at=now + timedelta(seconds=wait_s * spread), interval_s=interval_s, heat=heat)


def _heat(label: Label, before: Watch | None, now: datetime, recheck_s: float) -> float:
    if before is None:
        return 0.0
    calm_s = max((now - before.visited_at).total_seconds(), 0.0)  # a clock may have been set back
    halvings = min(calm_s / (recheck_s * HEAT_HALVES), 1000.0)  # beyond, nothing is left of any heat
    return before.heat * math.pow(0.5, halvings) + (label is not before.label)


def _interval_s(seen: Seen, before: Watch | None, recheck_s: float) -> float:
    bounds = BOUNDS.get(seen.label, BOUNDS[Label.UNSURE])
    if before is None or before.interval_s is None:
        return bounds.first * recheck_s
    last, factor = before.interval_s, CHANGED if seen.changed else UNCHANGED
    if seen.label is not before.label:  # what was learned of the old label's page does not hold for this one
        last, factor = min(last, bounds.first * recheck_s), CHANGED
    return min(max(last * factor, bounds.least * recheck_s), bounds.most * recheck_s)


def _backed_off_s(failure: Failure, attempts: int, pace: Pace) -> float:
    doublings = min(attempts - 1, 30)  # 2**30 base waits are past any retry_max
    wait_s = pace.retry_base.total_seconds() * PATIENT.get(failure, 1) * 2.0**doublings
    return min(wait_s, pace.retry_max.total_seconds())


def _spread(link: int, attempts: int) -> float:
    """Return a number in [-1, 1) that depends on the link and the attempt alone."""
    digest = blake2b(f"{link}/{attempts}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**31 - 1
