"""Recall averaged over sites, so that one large site does not speak for a language.

How sure the average is, is asked of the sites too: they are drawn again and again, with replacement
(B. Efron's bootstrap), by a generator with a fixed seed, so that the same rows say the same.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.judge.counts import MIN_ROWS, Counts

DRAWS = 1000
_SEED = 20_261_101
_TAIL = 0.025  # on either side of 95%


def site_figures(sites: Mapping[str, Counts]) -> dict[str, Any]:
    """Return mean recall over sites with 95% bounds, whether it is measured, and every site's counts."""
    pages = sum(counts.positives for counts in sites.values())
    listed = [counts.listed / counts.positives for counts in sites.values()]
    seen = [(counts.listed + counts.reviewed) / counts.positives for counts in sites.values()]
    return {
        "sites": len(sites),
        "pages": pages,
        "measured": pages >= MIN_ROWS,
        "recall_listed": _mean(listed),
        "recall_listed_bounds": bounds(listed),
        "recall_listed_or_review": _mean(seen),
        "recall_listed_or_review_bounds": bounds(seen),
        "each": {
            site: {"pages": counts.positives, "listed": counts.listed, "review": counts.reviewed}
            for site, counts in sorted(sites.items())
        },
    }


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95% bounds of the mean of ``values``; (0, 1) for fewer than two."""
    if len(values) < 2:  # noqa: PLR2004 - one site says nothing about others
        return 0.0, 1.0
    draw = random.Random(_SEED)  # noqa: S311 - statistics, no secret
    means = sorted(_mean(draw.choices(values, k=len(values))) for _ in range(DRAWS))
    return means[round(DRAWS * _TAIL)], means[-1 - round(DRAWS * _TAIL)]


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 5) if values else 0.0
