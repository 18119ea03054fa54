"""When a link is visited next. Pure: what is due, and who may visit it, the store keeps.

Two clocks: a page that was read is looked at again after its label's interval; a visit that failed is tried
again after a wait that doubles with each failure in a row. Both are spread by a jitter that depends on the
link alone, so that links shared in one hour are not due in one second for ever, and a rerun plans the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from blocklist.model import Failure, Label

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

EAGER = {Label.CONTRABAND: 0.5, Label.UNSURE: 1.0, Label.CLEAR: 2.0}
"""Interval as a multiple of ``recheck``: what is listed must be seen to go; what is clear mostly stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The configured waits."""

    retry_base: timedelta
    """After the first failure."""
    retry_max: timedelta
    recheck: timedelta
    """After a page was read."""


def next_visit(
    label: Label, failure: Failure | None, attempts: int, now: datetime, *, link: int, pace: Pace
) -> datetime:
    """When link number ``link`` is due again.

    ``failure`` None: a page was read and judged ``label``; else ``attempts`` counts the failures in a row,
    this one included (1 or more).
    """
    wait = (
        pace.recheck * EAGER.get(label, 1.0)
        if failure is None
        else _backed_off(failure, max(attempts, 1), pace)
    )
    return now + wait * (1 + JITTER * _spread(link, attempts))


def _backed_off(failure: Failure, attempts: int, pace: Pace) -> timedelta:
    doublings = min(attempts - 1, 30)  # 2**30 base waits are past any retry_max
    wait = pace.retry_base.total_seconds() * PATIENT.get(failure, 1) * 2.0**doublings
    return timedelta(seconds=min(wait, pace.retry_max.total_seconds()))


def _spread(link: int, attempts: int) -> float:
    """Return a number in [-1, 1) that depends on the link and the attempt alone."""
    digest = blake2b(f"{link}/{attempts}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**31 - 1
