"""Many words looked for at once, in one pass over a text."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

from blocklist.privacy.contacts import one_case


def automaton(words: list[str]) -> AhoCorasick:
    """Make what finds ``words``, some hundreds, which are known to the hits by their index.

    So few fit the processor's cache as a DFA, which is three times as fast as the other kinds.
    """
    return AhoCorasick(words, implementation=Implementation.DFA)


def all_hits(words: AhoCorasick, text: str) -> list[tuple[int, int, int]]:
    """Return index of the word, start and end of each hit, overlapping ones too, by their end."""
    try:
        return words.find_matches_as_indexes(text, overlapping=True)
    except UnicodeEncodeError:  # a lone surrogate, which only text from broken JSON can hold
        text = text.encode(errors="replace").decode()
        return words.find_matches_as_indexes(text, overlapping=True)


def _cases(words: Iterable[str]) -> list[str]:
    """Return ``words`` in one case; an apostrophe in them stands for the typographical one too."""
    plain = [one_case(word) for word in words]
    return [*plain, *(word.replace("'", "\u2019") for word in plain if "'" in word)]


class Guarded:
    """A pattern of many words, tried only where one stands: an automaton tells in a tenth of the time."""

    __slots__ = ("_words", "pattern")

    def __init__(self, words: Iterable[str], pattern: re.Pattern[str]) -> None:
        """``pattern``, which ignores case, matches nothing that holds none of ``words``."""
        self._words = automaton(_cases(words))
        self.pattern = pattern

    def search(self, text: str) -> re.Match[str] | None:
        """Do as the pattern does."""
        return self.pattern.search(text) if all_hits(self._words, one_case(text)) else None


class Begun:
    """A pattern that begins with one of many words, tried only where one stands."""

    __slots__ = ("_words", "pattern")

    def __init__(self, words: Iterable[str], pattern: re.Pattern[str]) -> None:
        """``pattern``, which ignores case, matches nothing that does not begin with one of ``words``."""
        self._words = automaton(_cases(words))
        self.pattern = pattern

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Do as the pattern does."""
        end = 0
        for start in sorted({start for _, start, _ in all_hits(self._words, one_case(text))}):
            if start >= end and (found := self.pattern.match(text, start)):
                yield found
                end = found.end()


class Begins:
    """Where any of many words begins in a text: known after one pass to whoever asks of many places."""

    __slots__ = ("_starts", "_words")

    def __init__(self, words: Iterable[str]) -> None:
        """Look for ``words``, whatever their case."""
        self._words = automaton(_cases(words))
        self._starts = lru_cache(2)(self._look)

    def within(self, text: str, first: int, last: int) -> bool:
        """Whether one of them begins at ``first`` or later, and before ``last``."""
        starts = self._starts(text)
        at = bisect_left(starts, first)
        return at < len(starts) and starts[at] < last

    def _look(self, text: str) -> Sequence[int]:
        return sorted({start for _, start, _ in all_hits(self._words, one_case(text))})
