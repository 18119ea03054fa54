"""What is kept of a page's own words names nobody who shared or reported its link.

Raw ids are not kept, so each word is made a pseudonym of every kind and looked for among those of the link.
The page as fetched stays as it is, in the archive.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from blocklist.model import Judgement
from blocklist.privacy import Pseudonymiser
from blocklist.privacy.ids import mask_ids
from blocklist.store.database import Database

_PEOPLE = "SELECT DISTINCT account, in_group, content, reporter FROM shares WHERE link = ?"

Unname = Callable[[int, Judgement, str], tuple[Judgement, str]]
"""Takes a link's id, what is said of its page, and the page's title; returns the last two without people."""


def unname(db: Database, people: Callable[[], Pseudonymiser]) -> Unname:
    """Return what leaves people out; ``people`` is asked only for links that somebody shared by name."""

    def unnamed(link: int, judgement: Judgement, title: str) -> tuple[Judgement, str]:
        held = {one for row in db.rows(_PEOPLE, (link,)) for one in row if one is not None}
        if not held or not (judgement.evidence or title):
            return judgement, title
        make, kinds = people(), {one.partition(":")[0] for one in held}

        @cache
        def known(word: str) -> bool:
            return any(not held.isdisjoint(make.every(kind, word)) for kind in kinds)

        evidence = tuple(replace(one, excerpt=mask_ids(one.excerpt, known)) for one in judgement.evidence)
        return replace(judgement, evidence=evidence), mask_ids(title, known)

    return unnamed
