"""Words between quotation marks: a report quotes the offer it tells about, and does not make it.

Straight marks count only where they stand like quotation marks (a gap before, none after), so that inches and
apostrophes quote nothing. What follows from being quoted is left to ``score``.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick

from crawler.read.joined import BREAK
from crawler.read.words import all_hits, automaton

_LONGEST = 400  # characters between two marks; more is a mark that was never closed
_HAN = "\u3001-\u303f\u4e00-\u9fff\uff00-\uffef"  # with its punctuation; Chinese leaves no gaps
_AFTER = rf"(?=[\s.,;:!?)\]\u2013\u2014{_HAN}-]|$)"
_PAIRS = ("\u201c\u201d", "\u300c\u300d", "\u300e\u300f", "\u00ab\u00bb", "\u201e\u201c")
_QUOTED = {
    **{
        first: re.compile(f"[^{first}{last}{BREAK}]{{2,{_LONGEST}}}{last}")
        for first, last in map(tuple, _PAIRS)
    },
    '"': re.compile(f'(?=\\S)[^"{BREAK}]{{2,{_LONGEST}}}(?<=\\S)"{_AFTER}'),
    "'": re.compile(f"(?=\\S)[^'{BREAK}]{{2,{_LONGEST}}}(?<=\\S)'{_AFTER}"),
    "\u2018": re.compile(f"(?=\\S)[^\u2018{BREAK}]{{2,{_LONGEST}}}?(?<=\\S)\u2019{_AFTER}"),
}
"""By its first mark, how a quotation goes on."""
_MARKS = tuple(_QUOTED)
_STRAIGHT = ('"', "'")
_UNPAIRED = (*_STRAIGHT, "\u2018")
_BEFORE = re.compile(rf"[\s(\[:,\u2013\u2014{_HAN}-]")
"""What may stand right before a straight mark."""


class Quotations:
    """Where a text quotes."""

    def __init__(self, text: str, *, straight: bool = True) -> None:
        """Find the quotations of ``text``; not ``straight``: such marks are a disguise and quote nothing."""
        spans = list(_spans(text, straight=straight))
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The quotations in order, marks included."""
        return list(zip(self._starts, self._ends, strict=True))

    def hold(self, start: int, end: int) -> bool:
        """Whether ``start:end`` lies within a quotation."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._ends[at]


def _spans(text: str, *, straight: bool) -> Iterator[tuple[int, int]]:
    end = 0
    for number, at, _ in all_hits(_marks(), text):
        mark = _MARKS[number]
        if at < end or (mark in _STRAIGHT and not straight):
            continue
        before = text[at - 1 : at]
        if mark in _UNPAIRED and before and not _BEFORE.match(before):
            continue
        if found := _QUOTED[mark].match(text, at + 1):
            end = found.end()
            yield at, end


@cache
def _marks() -> AhoCorasick:
    """Return the automaton of all first marks: a set of characters is found in ten times its time."""
    return automaton(list(_MARKS))
