"""Whether what bears a page's prices is the goods at all: a shop that names them may sell something else.

A shop of whetstones writes of switchblades, an insurer of ivory: the words are there, the prices too, and no
priced thing is the goods. Services (a bet, a loan) bear no prices of their own and are not asked.
"""

from bisect import bisect_left
from collections.abc import Sequence

from blocklist.model import BlockKind, Page
from blocklist.policy import TermKind
from crawler.judge.groups import OWN_NAME, Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.places import price_places
from crawler.judge.signals import Found, Text

_LEAST = 2  # priced things that make a list of them
_NAMED = 1 / 3  # share of them, below which the list is of something else
_REACH = 100  # characters between the name of a thing and its price


def prices_else(page: Page, text: Text, own: Sequence[Found], lexicon: Lexicon, category: str) -> bool:
    """Whether a list of priced things names hardly any goods of ``category``, and no title or heading does.

    ``own``: the words that the page says itself.
    """
    at = sorted({place for place in price_places(page, text) if place >= 0})
    if len({text.block_at(place) for place in at}) < _LEAST:
        return False
    # A price follows its thing or goes before it, as one list does throughout.
    after, before = set[int](), set[int]()
    for one in own:
        if not _names(one, lexicon, category):
            continue
        following = bisect_left(at, one.start)
        ahead = following < len(at) and at[following] - one.start <= _REACH
        behind = following > 0 and one.start - at[following - 1] <= _REACH
        kind = text.blocks[one.block].kind
        if kind is BlockKind.TITLE or (kind is BlockKind.HEADING and not (ahead or behind)):
            return False
        if ahead:
            after.add(following)
        if behind:
            before.add(following - 1)
    return max(len(after), len(before)) < _NAMED * len(at)


def _names(one: Found, lexicon: Lexicon, category: str) -> bool:
    return any(
        group.category == category
        and group.part is Part.TERM
        and group.kind is not TermKind.QUANTITY
        and group.weight >= OWN_NAME
        for group in map(lexicon.groups.__getitem__, one.groups)
    )
