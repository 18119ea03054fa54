"""What ``evaluate --leave-out`` adds: the judge with a score fitted without a source, asked of that source.

The whole judge is asked, with all its gates; only the score's numbers are fitted anew, so words that were
written with a source in mind still help it.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from blocklist.errors import RowError
from blocklist.policy import Policy, Score
from blocklist.privacy import Pseudonymiser
from crawler.commands.judging import Numbered
from crawler.judge.counts import MIN_ROWS, Counts
from crawler.judge.decide import judge
from crawler.judge.fit import Sample, fit
from crawler.judge.rows import Row, outcome, page_of, parse_row

KINDS = ("source", "category")


def left_out(
    lines: Iterable[Numbered],
    samples: Sequence[Sample],
    positives: Mapping[str, Mapping[str, int]],
    policy: Policy,
) -> dict[str, list[dict[str, Any]]]:
    """Return, for each source and category of ``MIN_ROWS`` positives or more, what is found of it.

    ``samples`` teach, ``lines`` (the same rows once more) are asked; ``positives`` counts by kind and name.
    ``recall`` is of *listed or review*. Of a category only its offers are asked.
    """
    named = {(kind, name) for kind in KINDS for name, count in positives[kind].items() if count >= MIN_ROWS}
    policies = {one: _without(samples, *one, policy) for one in sorted(named)}
    counts = {one: Counts() for one in policies}
    pseudonymiser = Pseudonymiser(secrets.token_bytes(32))
    for _, _, line in lines:
        try:
            row, raw = parse_row(line)
        except RowError:
            continue  # reported before
        asked = [one for one in _asked(row) if one in policies]
        page = page_of(raw, pseudonymiser) if asked else None
        for one in asked:
            assert page is not None
            counts[one].add(outcome(row, judge(page, policies[one])))
    return {
        kind: [_figures(name, counts[kind, name]) for of, name in policies if of == kind] for kind in KINDS
    }


def _asked(row: Row) -> list[tuple[str, str]]:
    return [("source", row.source), *([("category", row.category)] if row.positive else [])]


def _without(samples: Sequence[Sample], kind: str, name: str, policy: Policy) -> Policy:
    """Fit without ``name``; the digest stays, since the words do and are compiled once."""
    taught = [sample for sample in samples if getattr(sample, kind) != name]
    if len(Counter(sample.positive for sample in taught)) < 2:  # noqa: PLR2004 - offers and others
        return policy  # nothing is left to learn from: the numbers stay as they are
    return replace(policy, score=Score(values=MappingProxyType(fit(taught, policy.score.values))))


def _figures(name: str, counts: Counts) -> dict[str, Any]:
    figures = counts.figures()
    return {
        "name": name,
        "rows": counts.positives,
        "recall": figures["recall_listed_or_review"]["value"],
        "recall_listed": figures["recall_listed"]["value"],
        "benign": counts.negatives,
        "benign_listed": counts.accused,
    }
