"""A text written otherwise throughout, set right: every word leet, stretched, or broken by a sign.

One odd word may be a name or a slip and is left to ``readings``; where a good part of the words is written
in one manner, all of them are, the short ones too that ``readings`` cannot tell from chance. What is set
right is no longer what the page shows: whoever matches here has guessed.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from crawler.read.offsets import Normalised, rewrite

_SAMPLE = 3_000  # characters that tell the manner of a text
_FEWEST = 3  # words so written

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


class _Manner(NamedTuple):
    """How a text may be written throughout."""

    sign: re.Pattern[str]
    """Found once or so in each word that is written so, and hardly ever elsewhere."""
    share: float
    """Of all words, from which it is the manner of the text."""
    words: re.Pattern[str]
    """What is set right."""
    ways: tuple[Callable[[str], str], ...]
    """Each gives one reading."""


_LEETED = _Manner(
    sign=re.compile(rf"[a-z][{_LEET}]+[a-z]|(?<![a-z{_LEET}])[{_LEET}]+[a-z][{_LEET}]"),
    share=0.25,
    words=re.compile(rf"[{_LEET}]*[a-z][a-z{_LEET}]+|[{_LEET}]+[a-z]"),
    ways=(lambda word: word.translate(_WITH_I), lambda word: word.translate(_WITH_L)),
)
_HELD = _Manner(
    sign=re.compile(r"([a-z])\1\1"),
    share=0.2,
    words=re.compile(r"([a-z])\1+"),
    ways=(lambda letters: letters[0],),
)
_BROKEN = _Manner(
    # Commas and strokes part the Han words of any list.
    sign=re.compile(rf"(?<=[a-z])[{_BREAKS}](?=[a-z])|(?<=[{_HAN}])[.\-_*|\u00b7~+'](?=[{_HAN}])"),
    share=0.35,
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


def is_held(text: str) -> bool:
    """Whether letters are held down throughout, so that how often one is repeated says nothing."""
    return _is_written(text[:_SAMPLE], _HELD)


def _is_written(sample: str, manner: _Manner) -> bool:
    signs = sum(1 for _ in manner.sign.finditer(sample))
    if signs < _FEWEST:
        return False
    words = sample.count(" ") + 1 + len(_HAN_LETTER.findall(sample)) / _HAN_WORD
    return signs >= manner.share * words
