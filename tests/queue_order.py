"""How well the review queue is ordered: by confidence, and with the semantic extra. Run it on labelled rows.

.venv/bin/python tests/queue_order.py CORPUS.jsonl[.zst]

Prints, for the rows that the judge would send to a moderator, the chance that an offer stands before an
innocent row (area under the ROC curve), by language and half. Needs `pip install 'linkgazette[semantic]'`.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from crawler.commands.judging import Judging, judged, numbered_lines
from crawler.judge.rows import Outcome
from crawler.semantic.embedding import open_embedding
from crawler.semantic.ranking import Case, likeliness


def auc(scores: Sequence[float], truths: Sequence[bool]) -> float | None:
    """The chance that a true one stands before a false one; ties count half."""
    good = [score for score, truth in zip(scores, truths, strict=True) if truth]
    bad = [score for score, truth in zip(scores, truths, strict=True) if not truth]
    if not good or not bad:
        return None
    return sum((one > other) + (one == other) / 2 for one in good for other in bad) / (len(good) * len(bad))


def main(corpus: Path) -> None:
    how = Judging(workspace=Path(), policy_path=None)
    done = (one.outcome for one in judged(numbered_lines([corpus], "all"), how, 1))
    queue: list[Outcome] = [one for one in done if one is not None and one.review]
    cases = [
        Case(title=one.row.title, category=one.category, confidence=one.confidence, evidence=one.evidence)
        for one in queue
    ]
    semantic = likeliness(cases, how.policy(), open_embedding())
    print(f"{len(queue)} rows for review, {sum(one.row.positive for one in queue)} of them offers")
    slices: dict[str, Callable[[Outcome], bool]] = {
        "all": lambda _: True,
        "en": lambda one: one.row.lang == "en",
        "zh": lambda one: one.row.lang == "zh",
        "even": lambda one: one.row.even,
        "odd": lambda one: not one.row.even,
    }
    for name, chosen in slices.items():
        at = [number for number, one in enumerate(queue) if chosen(one)]
        truths = [queue[number].row.positive for number in at]
        by = [auc([cases[n].confidence for n in at], truths), auc([semantic[n] for n in at], truths)]
        said = ["not measured" if one is None else f"{one:.3f}" for one in by]
        print(f"{name:5} {len(at):5} rows  by confidence {said[0]}  semantic {said[1]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
