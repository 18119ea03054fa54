"""What ``review list --rank semantic`` asks of the crawl side: the queue in another order."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blocklist.model import ReviewItem

if TYPE_CHECKING:
    from blocklist.store import Workspace


def rank_stage(workspace: "Workspace", items: Sequence[ReviewItem]) -> list[ReviewItem]:
    """Return ``items``, the gravest first as before, and those of one grade by how likely they are offers.

    Cases without a category keep their place at the end of their grade. Raises InputError when the extra is
    not installed.
    """
    from crawler.semantic.embedding import open_embedding
    from crawler.semantic.ranking import Case, likeliness

    embed = open_embedding()
    cases: dict[int, Case] = {}
    for number, item in enumerate(items):
        verdict = workspace.verdicts.current(item.link)
        if item.category is not None and verdict is not None:
            cases[number] = Case(
                title=verdict.title,
                category=item.category,
                confidence=item.confidence,
                evidence=verdict.judgement.evidence,
            )
    likely = dict(zip(cases, likeliness(list(cases.values()), workspace.policy, embed), strict=True))
    order = sorted(
        range(len(items)),
        key=lambda number: (-items[number].grade, -likely.get(number, float("-inf")), number),
    )
    return [items[number] for number in order]
