"""Spans of time that counts are sorted into: how old an entry was when it left, how long a verdict took."""

from bisect import bisect_right
from collections.abc import Iterable

from blocklist.public.words import N_

HOUR, DAY = 3600, 86_400  # seconds

AGES = (
    (0, "<1d", N_("under a day")),
    (DAY, "1-6d", N_("1–6 days")),  # noqa: RUF001 - a span takes the dash of spans
    (7 * DAY, "7-29d", N_("7–29 days")),  # noqa: RUF001
    (30 * DAY, "30-89d", N_("30–89 days")),  # noqa: RUF001
    (90 * DAY, "90-364d", N_("90–364 days")),  # noqa: RUF001
    (365 * DAY, "365d+", N_("a year or more")),
)
DELAYS = (
    (0, "<1h", N_("under an hour")),
    (HOUR, "1-5h", N_("1–5 hours")),  # noqa: RUF001
    (6 * HOUR, "6-23h", N_("6–23 hours")),  # noqa: RUF001
    (DAY, "1-6d", N_("1–6 days")),  # noqa: RUF001
    (7 * DAY, "7d+", N_("a week or more")),
)
"""Each from so many seconds on: key, and name."""

Spans = tuple[tuple[int, str, str], ...]


def sorted_into(spans: Spans, seconds: Iterable[float]) -> tuple[int, ...]:
    """Count how many fall into each span."""
    starts = [start for start, _, _ in spans]
    counts = [0] * len(spans)
    for each in seconds:
        counts[max(0, bisect_right(starts, each) - 1)] += 1
    return tuple(counts)
