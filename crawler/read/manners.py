"""A text written otherwise throughout, set right: every word leet, stretched, or broken by a sign.

One odd word may be a name or a slip and is left to ``readings``; where a good part of the words is written
in one manner, all of them are, the short ones too that ``readings`` cannot tell from chance. What is set
right is no longer what the page shows: whoever matches here has guessed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from crawler.read.offsets import Normalised, codes_of, rewrite

_SAMPLE = 3_000  # characters that tell the manner of a text
_FEWEST = 3  # words so written
_LEAST = 0.4  # share of what stands between spaces that has letters, and may be so written
_SHAPES = re.sub(b"[a-z]", b"a", re.sub(b"[^a-z ]", b"-", bytes(range(256))))
"""A small letter as ``a``, all else but a space as ``-``."""

_HAN_WORD = 3  # characters of a Chinese word that a sign breaks, more or less
_HAN = "\u4e00-\u9fff"
_HAN_LETTER = re.compile(f"[{_HAN}]")
_BREAKS = ".\\-_*|\u00b7~/+',"
_LEET = "0-9@$!|+"
_DIGITS = {"0": "o", "2": "z", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"} | {
    "@": "a", "$": "s", "+": "t", "|": "l",
}  # fmt: skip
_WITH_I = str.maketrans(_DIGITS | {"1": "i", "!": "i"})
_WITH_L = str.maketrans(_DIGITS | {"1": "l", "!": "l"})


def _count(characters: str) -> Callable[[str], int]:
    """Return what counts ``characters``, all of them Latin-1, in a text: faster than any search."""
    sought = characters.encode("latin-1")

    def count(text: str) -> int:
        written = text.encode("latin-1", "ignore")
        return len(written) - len(written.translate(None, sought))

    return count


def _triples(text: str) -> int:
    """Count the places where a character stands three times in a row."""
    codes = codes_of(text)
    return int(np.count_nonzero((codes[2:] == codes[1:-1]) & (codes[2:] == codes[:-2])))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Manner:
    """How a text may be written throughout."""

    sign: re.Pattern[str]
    """Found once or so in each word that is written so, and hardly ever elsewhere."""
    most: Callable[[str], int]
    """Quickly: a text holds no more signs than that."""
    share: float
    """Of all words, from which it is the manner of the text."""
    words: re.Pattern[str]
    """What is set right."""
    ways: tuple[Callable[[str], str], ...]
    """Each gives one reading."""


_LEETED = _Manner(
    sign=re.compile(rf"[a-z][{_LEET}]+[a-z]|(?<![a-z{_LEET}])[{_LEET}]+[a-z][{_LEET}]"),
    most=_count("0123456789@$!|+"),
    share=0.25,
    words=re.compile(rf"[{_LEET}]*[a-z][a-z{_LEET}]+|[{_LEET}]+[a-z]"),
    ways=(lambda word: word.translate(_WITH_I), lambda word: word.translate(_WITH_L)),
)
_HELD = _Manner(
    sign=re.compile(r"([a-z])\1\1"),
    most=_triples,
    share=0.2,
    words=re.compile(r"([a-z])\1+"),
    ways=(lambda letters: letters[0],),
)
_BROKEN = _Manner(
    # Commas and strokes part the Han words of any list. (A pattern that begins with a set is found faster.)
    sign=re.compile(rf"[{_BREAKS}](?:(?<=[a-z].)(?=[a-z])|(?<=[{_HAN}][.\-_*|\u00b7~+'])(?=[{_HAN}]))"),
    most=_count(_BREAKS),
    share=0.28,
    words=re.compile(rf"(?<=[a-z])[{_BREAKS}](?=[a-z])|(?<=[{_HAN}])[{_BREAKS}](?=[{_HAN}])"),
    ways=(lambda _: "",),
)
_MANNERS = (_LEETED, _HELD, _BROKEN)


def set_right(found: Normalised) -> Iterator[Normalised]:
    """Yield ``found``, a normalised text, in each reading of a manner in which it is written throughout."""
    sample = found.text[:_SAMPLE]
    for manner in _MANNERS:
        if _is_written(sample, manner):
            for way in manner.ways:
                yield rewrite(found, manner.words, way)


def is_disguised(text: str) -> bool:
    """Whether a normalised text is written so that machines misread it, which nobody does who only tells."""
    sample = text[:_SAMPLE]
    return _is_written(sample, _LEETED) or _is_written(sample, _BROKEN)


def is_held(text: str) -> bool:
    """Whether letters are held down throughout, so that how often one is repeated says nothing."""
    return _is_written(text[:_SAMPLE], _HELD)


@lru_cache(8)  # a page is asked for each manner by whoever is misled by it
def _is_written(sample: str, manner: _Manner) -> bool:
    if manner.most(sample) < max(_FEWEST, manner.share * _LEAST * (sample.count(" ") + 1)):
        return False
    signs = len(manner.sign.findall(sample))
    if signs < _FEWEST:
        return False
    shapes = sample.encode("ascii", "replace").translate(_SHAPES)
    if signs < manner.share * shapes.count(b" aa"):  # there are more words than that
        return False
    latin = sum([len(word) > 1 and b"a" in word for word in shapes.split()])
    return signs >= manner.share * (latin + len(_HAN_LETTER.findall(sample)) / _HAN_WORD)
