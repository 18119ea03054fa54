"""Evasions by sound: the same reading in other letters or characters, and the other Chinese script.

As ``tests/evasions_letters.py``: written blind. A text gives no hint which words matter; a spammer changes
one character of a word, so about one character in four changes here.
"""

import re
from functools import cache
from random import Random

from opencc_purepy import OpenCC
from pypinyin import Style, lazy_pinyin

from tests.evasions_letters import HAN, LATIN, each_word


@cache
def _converter(config: str) -> OpenCC:
    return OpenCC(config)


def traditional(text: str, chance: Random) -> str:
    """The same text in traditional characters: of the mainland's norm, Taiwan's or Hong Kong's."""
    return _converter(chance.choice(("s2t", "s2tw", "s2hk"))).convert(text)


def _pieces(run: str) -> list[str]:
    return re.findall("..?", run)


def pinyin_words(text: str, chance: Random) -> str:
    """One pair of characters in four as its reading without tones: fapiao."""

    def written(run: str) -> str:
        return "".join(
            "".join(lazy_pinyin(piece)) if len(piece) == 2 and chance.random() < 0.25 else piece
            for piece in _pieces(run)
        )

    return each_word(text, written, HAN)


def pinyin_mixed(text: str, chance: Random) -> str:
    """One character in four as its reading: 发piao."""

    def written(run: str) -> str:
        readings = lazy_pinyin(run, errors=list)
        return "".join(
            sound if chance.random() < 0.25 else character
            for character, sound in zip(run, readings, strict=True)
        )

    return each_word(text, written, HAN)


def pinyin_initials(text: str, chance: Random) -> str:
    """One pair of characters in eight as initials: FP."""

    def written(run: str) -> str:
        return "".join(
            "".join(lazy_pinyin(piece, style=Style.FIRST_LETTER)).upper()
            if len(piece) == 2 and chance.random() < 0.125
            else piece
            for piece in _pieces(run)
        )

    return each_word(text, written, HAN)


@cache
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 common characters of GB 2312, level one, by reading."""
    common = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    ]
    found: dict[str, list[str]] = {}
    for character in common:
        if character:
            found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return found


def homophones(text: str, chance: Random) -> str:
    """One character in four as another common one of the same reading."""

    def written(run: str) -> str:
        out = []
        for character, sound in zip(run, lazy_pinyin(run, errors=list), strict=True):
            others = [other for other in _by_sound().get(sound, ()) if other != character]
            out.append(chance.choice(others) if others and chance.random() < 0.25 else character)
        return "".join(out)

    return each_word(text, written, HAN)


_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("tion", "shun"), ("ee", "ea"), ("c", "k"),
    ("z", "s"), ("i", "y"), ("y", "i"), ("ea", "ee"), ("s", "z"), ("f", "ph"), ("oo", "u"), ("er", "ur"),
)  # fmt: skip


def misspelt(text: str, chance: Random) -> str:
    """Every second Latin word as it sounds, by one rule each: koffee, fotos."""

    def heard(word: str) -> str:
        if chance.random() < 0.5:
            return word
        fitting = [(a, b) for a, b in _SOUNDS if a in word]
        return word.replace(*chance.choice(fitting), 1) if fitting else word

    return each_word(text, heard, LATIN)
