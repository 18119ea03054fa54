"""A seller by the name of his site: ``deepreplica``, ``buyxanaxonline``: goods in letters that are joined.

The pages around an offer (delivery, refunds, questions) often name no goods; their site's name does. A name
counts only where all its letters are words of the policy or words that shops call themselves by, so that
``seaweed`` and ``replicate`` name nothing. What follows from a name is left to ``decide``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from blocklist.model import Page

_SHORTEST = 6  # letters of a name made of two words
_LONGEST = 40
_PART = 3  # letters of the shortest word in a name
_WORD = re.compile(r"[a-z0-9][a-z0-9-]*[a-z0-9]")
_MAX_TITLE = 300  # characters
_HOSTS_OWN = frozenset({"www", "shop", "store", "m", "en"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What names are made of."""

    goods: Mapping[str, tuple[int, ...]]
    """Words that name goods, with their groups."""
    shop: frozenset[str]
    """Words that tell a shop's name from a chance of letters."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that says what its bearer sells."""

    shown: str
    """As it stands in the title or the address."""
    groups: tuple[int, ...]
    """Groups of the goods in it, at least one."""


def names_of(page: Page, parts: Parts) -> Iterator[Name]:
    """Yield the names in the page's host and title that say what is sold, each once."""
    for shown in dict.fromkeys(_candidates(page)):
        joined = shown.replace("-", "")
        if _SHORTEST <= len(joined) <= _LONGEST and (groups := _read(joined, parts)):
            yield Name(shown, groups)


def _candidates(page: Page) -> Iterator[str]:
    host = urlsplit(page.url).hostname or "" if page.url else ""
    labels = host.split(".")[:-1]
    yield from (label for label in labels if label not in _HOSTS_OWN)
    yield from _WORD.findall(page.title[:_MAX_TITLE].lower())


def _read(name: str, parts: Parts) -> tuple[int, ...]:
    """Return the groups in ``name`` read wholly as words, or nothing."""
    known: dict[int, tuple[int, tuple[int, ...]] | None] = {len(name): (0, ())}

    def rest(at: int) -> tuple[int, tuple[int, ...]] | None:
        """Words and goods from ``at`` on, the reading with goods first; None: not all of it is words."""
        if at in known:
            return known[at]
        best: tuple[int, tuple[int, ...]] | None = None
        if name[at].isdigit() and (after := rest(at + 1)) is not None:
            best = after
        for end in range(at + 2, len(name) + 1):
            word = name[at:end]
            groups = parts.goods.get(word) or parts.goods.get(word.removesuffix("s")) or ()
            if not groups and word not in parts.shop:
                continue
            after = rest(end)
            if after is not None and (best is None or len(groups) + len(after[1]) > len(best[1])):
                best = after[0] + 1, groups + after[1]
        known[at] = best
        return best

    found = rest(0)
    if found is None or found[0] < 2 or not found[1]:  # noqa: PLR2004 - one word alone is a word, not a name
        return ()
    return tuple(dict.fromkeys(found[1]))


def is_part(word: str) -> bool:
    """Whether a word can be told within joined letters."""
    return len(word) >= _PART and word.isascii() and word.isalnum()
