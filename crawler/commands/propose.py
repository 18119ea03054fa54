"""What ``policy propose`` asks of the crawl side: words of offers that the judge does not list by itself.

Counting is ``crawler.judge.propose``'s; the semantic extra, if asked for, says how near a word is to what the
policy says of the category. Whether a word becomes a term a person decides.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from blocklist.errors import InputError, RowError
from blocklist.policy import Policy
from blocklist.privacy import Pseudonymiser, mask_contacts
from crawler.commands.judging import numbered_lines
from crawler.judge.decide import judge
from crawler.judge.lexicon import lexicon_of
from crawler.judge.propose import Counted, Proposal
from crawler.judge.rows import outcome, page_of, parse_row
from crawler.judge.signals import find, text_of
from crawler.read import read_text

SURPLUS = 5  # times as many words are looked at as are shown, when nearness chooses among them


def propose_stage(
    corpora: Sequence[Path], policy: Policy, *, folds: str, most: int, semantic: bool
) -> Iterator[dict[str, Any]]:
    """Yield proposals as ``{"category","word","sites","innocent","score"}``, at most ``most`` a category.

    With ``semantic`` they have ``"near"`` too, and the nearest come first. Raises InputError for corpora that
    hold no offer, and when the extra is not installed.
    """
    pseudonymiser, counted = Pseudonymiser(secrets.token_bytes(32)), Counted()
    for row, raw in _rows(corpora, folds):
        if row.positive:
            page = page_of(raw, pseudonymiser)
            if not outcome(row, judge(page, policy)).listed:
                counted.offer(row.category, row.site, mask_contacts(_text(page)))
    if not counted.posters:
        raise InputError("no offer that the judge would not list by itself; there is nothing to propose from")
    counted.settle()
    for row, raw in _rows(corpora, folds):
        if not row.positive:
            counted.innocent(f"{row.title}\n{raw.get('text') or raw.get('html') or ''}")
    by_category: dict[str, list[Proposal]] = {}
    for one in counted.proposals(_knows(policy, pseudonymiser)):
        by_category.setdefault(one.category, []).append(one)
    for category, found in by_category.items():
        yield from _nearest(category, found, policy, most) if semantic else map(asdict, found[:most])


def _nearest(category: str, found: Sequence[Proposal], policy: Policy, most: int) -> Iterator[dict[str, Any]]:
    from crawler.semantic.embedding import open_embedding
    from crawler.semantic.prototypes import nearness

    if category not in policy.categories:
        return
    shown = found[: most * SURPLUS]
    near = nearness([one.word for one in shown], category, policy, open_embedding())
    rows = [asdict(one) | {"near": round(value, 3)} for one, value in zip(shown, near, strict=True)]
    yield from islice(sorted(rows, key=lambda row: -row["near"]), most)


def _rows(corpora: Sequence[Path], folds: str) -> Iterator[Any]:
    for _, _, line in numbered_lines(corpora, folds):
        try:
            yield parse_row(line)
        except RowError:
            continue  # evaluate names them


def _text(page: Any) -> str:
    return "\n".join(block.text for block in page.blocks if not block.hidden)


def _knows(policy: Policy, pseudonymiser: Pseudonymiser) -> Callable[[str], bool]:
    """Tell whether the policy finds a word of its own in a candidate."""
    lexicon = lexicon_of(policy)

    def known(word: str) -> bool:
        page = read_text(word, title="", url=None, pseudonymiser=pseudonymiser)
        return bool(find(text_of(page), lexicon))

    return known
