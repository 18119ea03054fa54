"""What ``evaluate --fit`` prints: the fitted ``[score]``, and the fit without each source and category."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from blocklist.errors import InputError
from blocklist.policy import Policy
from crawler.judge.counts import MIN_ROWS
from crawler.judge.fit import LeftOut, Sample, fit, leave_out, measure


def fitted(samples: Sequence[Sample], policy: Policy, *, as_json: bool) -> Iterator[str]:
    """Yield lines of TOML and tables, or one JSON object; ``InputError`` when no row teaches anything."""
    if not any(one.positive for one in samples) or all(one.positive for one in samples):
        raise InputError("no rows to fit on; give rows of both labels that name goods of the policy")
    start = policy.score.values
    numbers = fit(samples, start)
    report: dict[str, Any] = {
        "score": numbers,
        "now": dataclasses.asdict(measure("as it is", samples, policy, start)),
        "fitted": dataclasses.asdict(measure("fitted", samples, policy, numbers)),
        "without_source": _table(leave_out(samples, policy, lambda one: one.source, MIN_ROWS)),
        "without_category": _table(leave_out(samples, policy, lambda one: one.category, MIN_ROWS)),
    }
    if as_json:
        yield orjson.dumps(report, option=orjson.OPT_SORT_KEYS).decode()
        return
    yield "[score]"
    yield from (f"{name} = {numbers[name]:g}  # was {start[name]:g}" for name in start)
    yield ""
    yield f"{'':32} {'n+':>6} {'n-':>6} {'reach review':>13} {'reach listing':>14} {'benign there':>13}"
    yield from (_line(report[name]) for name in ("now", "fitted"))
    for title, key in (("fitted without the source", "without_source"), ("the category", "without_category")):
        yield ""
        yield f"{title}, measured on it ({MIN_ROWS} contraband rows or more)"
        yield from (_line(one) for one in report[key])


def _table(rows: Iterable[LeftOut]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(row) for row in rows]


def _line(one: dict[str, Any]) -> str:
    counts = f"{one['name'][:32]:32} {one['positives']:6} {one['negatives']:6}"
    return f"{counts} {one['seen']:13.3f} {one['listed']:14.3f} {one['accused']:13}"
