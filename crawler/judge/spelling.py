"""How a word of the policy is written on a page: jokers, hyphens, plurals, and where a word ends.

``…`` stands for a few characters of the same block, ``#`` for a number, ``cash-out`` also for ``cash out``.
"""

import re
from collections.abc import Iterable

from crawler.read.joined import BREAK
from crawler.read.normalise import normalise

GAP = 24  # characters that "…" inside a word may stand for
HAN_GAP = 6  # the same after a Han character, which says more

Literals = tuple[str, ...]
"""A word's literals and jokers in order; the first is a literal."""

_JOKERS = ("…", "#")
_PARTS = re.compile("([…#])")
_NUMBER = re.compile(r" ?[0-9][0-9.,]* ?")
_HAN_AND_BEYOND = "\u2e80"
_PLURAL_FROM = 4  # characters; shorter words take no plural: "gas" is not "ga"
_SHORT = (
    3  # characters; shorter Latin words are found with what stands before them, or they are found everywhere
)
_BEFORE_WORD = ' (/"-'
_BEFORE_UNIT = tuple(f"{digit}{gap}" for digit in "0123456789" for gap in ("", " ", "-"))


def literals_of(words: Iterable[str]) -> dict[str, list[Literals]]:
    """Return for each of ``words`` the ways to write it, normalised."""
    spelt = {word: [_PARTS.split(spelling) for spelling in _spellings(word)] for word in words}
    plain = _normalised(part for spellings in spelt.values() for parts in spellings for part in parts)
    found: dict[str, list[Literals]] = {}
    for word, spellings in spelt.items():
        ways = (tuple(filter(None, map(plain.__getitem__, parts))) for parts in spellings)
        found[word] = [literals for literals in ways if literals and literals[0] not in _JOKERS]
    return found


def _normalised(parts: Iterable[str]) -> dict[str, str]:
    """Normalise many parts as one text, since each by itself would take ten times as long; jokers stay."""
    different = dict.fromkeys(parts)
    alone = [part for part in different if part in _JOKERS or BREAK in part]
    found = {part: part if part in _JOKERS else normalise(part).text.strip() for part in alone}
    together = [part for part in different if part not in found]
    plain = normalise("".join(f" {part} {BREAK}" for part in together)).text.split(BREAK)
    return found | {part: one.strip() for part, one in zip(together, plain[:-1], strict=True)}


def before(literal: str, *, counted: bool) -> tuple[str, ...]:
    """Return what may stand before ``literal`` where that is asked for; else one empty string.

    A quantity (``counted``) asks for a number, a short Latin word for a gap.
    """
    if counted:
        return _BEFORE_UNIT
    if len(literal) <= _SHORT and is_latin(literal[0]):
        return tuple(_BEFORE_WORD)
    return ("",)


def is_latin(character: str) -> bool:
    """Whether the script separates words: letters and digits below the CJK blocks."""
    return character < _HAN_AND_BEYOND and character.isalnum()


def ends_word(text: str, end: int, length: int) -> bool:
    """Whether a Latin word of ``length`` that ends at ``end`` ends there, or after a plural ``s``."""
    if end >= len(text) or not is_latin(text[end]):
        return True
    plural = text[end] == "s" and length >= _PLURAL_FROM
    return plural and (end + 1 == len(text) or not is_latin(text[end + 1]))


def follow(text: str, end: int, rest: Literals) -> int:
    """Where the last of ``rest`` ends, each joker filled within its block; -1: not there."""
    loose = False
    for part in rest:
        if part == "#":
            number = _NUMBER.match(text, end)
            if number is None:
                return -1
            end = number.end()
        elif part == "…":
            loose = True
        else:
            gap = (GAP if text[end - 1] < _HAN_AND_BEYOND else HAN_GAP) if loose else 0
            found = text[end : end + gap + len(part)].partition(BREAK)[0].find(part)
            if found < 0:
                return -1
            end += found + len(part)
            loose = False
    return end


def _spellings(word: str) -> tuple[str, ...]:
    """``cash-out`` also as ``cash out``, and two words also with a hyphen."""
    if "-" in word:
        return word, word.replace("-", " ")
    first, _, second = word.partition(" ")
    return (word, f"{first}-{second}") if first.isalpha() and second.isalpha() and word.isascii() else (word,)
