"""Words between quotation marks: a report quotes the offer it tells about, and does not make it.

Straight marks count only where they stand like quotation marks (a gap before, none after), so that inches and
apostrophes quote nothing. What follows from being quoted is left to ``score``.
"""

import re
from bisect import bisect_right

from crawler.judge.spelling import BREAK

_LONGEST = 400  # characters between two marks; more is a mark that was never closed
_PAIRS = (
    ("\u201c", "\u201d"),
    ("\u300c", "\u300d"),
    ("\u300e", "\u300f"),
    ("\u00ab", "\u00bb"),
    ("\u201e", "\u201c"),
)
_HAN = "\u3001-\u303f\u4e00-\u9fff\uff00-\uffef"  # with its punctuation; Chinese leaves no gaps
_BEFORE = rf"(?<![^\s(\[:,\u2013\u2014{_HAN}-])"
_AFTER = rf"(?=[\s.,;:!?)\]\u2013\u2014{_HAN}-]|$)"
_QUOTED = re.compile(
    "|".join(
        (
            *(f"{first}[^{first}{last}{BREAK}]{{2,{_LONGEST}}}{last}" for first, last in _PAIRS),
            f'{_BEFORE}"(?=\\S)[^"{BREAK}]{{2,{_LONGEST}}}(?<=\\S)"{_AFTER}',
            f"{_BEFORE}\u2018(?=\\S)[^\u2018{BREAK}]{{2,{_LONGEST}}}?(?<=\\S)\u2019{_AFTER}",
            f"{_BEFORE}'(?=\\S)[^'{BREAK}]{{2,{_LONGEST}}}(?<=\\S)'{_AFTER}",
        )
    )
)
_MARKS = re.compile("[\"'\u201c\u201e\u2018\u300c\u300e\u00ab]")


class Quotations:
    """Where a text quotes."""

    def __init__(self, text: str) -> None:
        """Find the quotations of ``text``."""
        spans = [match.span() for match in _QUOTED.finditer(text)] if _MARKS.search(text) else []
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
