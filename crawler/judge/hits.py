"""A word of the policy found in a text, and what is remembered of a word while it is looked for."""

from collections.abc import Sequence
from typing import NamedTuple

from crawler.judge.spelling import Literals

ENOUGH = 200  # mentions of one word; more of it on one page adds cost, not knowledge


class Hit(NamedTuple):
    """A word found: ``text[start:end]``, the groups it belongs to, and its number among the words.

    A named tuple, since a page has hundreds: a frozen dataclass takes four times as long to make.
    """

    start: int
    end: int
    word: int
    groups: tuple[int, ...]
    guessed: bool = False
    """True: not what is written, only what it sounds like or a picture of it."""
    doubtful: bool = False
    """True: a guess that another must support: ordinary words sound like that too."""


def believed(hits: Sequence[Hit], text: str) -> list[Hit]:
    """Return ``hits`` without the doubtful ones where the page disguises nothing else: one may be chance."""
    ends = 0
    written = set()
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= ends:
            written.add(text[hit.start : hit.end])
            ends = hit.end
    return [hit for hit in hits if len(written) > 1 or not hit.doubtful]


class Sought(NamedTuple):
    """A word to be found, normalised: ``literal``, and what must follow (see ``spelling``)."""

    number: int
    literal: str
    rest: Literals
    groups: tuple[int, ...]
    joined: bool = True
    """True: also meant where its words run together, which nobody does to hide an excuse."""
    goods: bool = False
    """True: it names goods, which is what sellers misspell."""
