"""Chinese words written by their sound: held against the text, character by character.

``crawler.read.sounds`` gives 400 syllables for all of Chinese, so a likeness in sound proves nothing by
itself. Long words that keep most of their characters, or mix characters with pinyin, are guessed; two
characters are too few unless one of them stands there and the other as pinyin.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation

from crawler.judge.hits import ENOUGH, Hit, Sought
from crawler.judge.spelling import follow
from crawler.read.sounds import WALL, Spoken, is_syllables, reading_of, sounds_of, spoken

_LATIN = re.compile("[a-z]")
_HAN = re.compile("[\u3400-\u9fff]")
_RUN = 40  # letters of pinyin looked at on either side
_LONG = 3  # characters from which a homophone is believed
_SPOKEN = 6  # letters from which two syllables, both in Latin letters, may be a word
_CUTS = frozenset(".'-+/")
"""Signs that also part words and sentences: one of them within a word may be chance."""
_MENDED = "*_~^`\u00b7|\\"
"""Symbols that have no business between Han characters."""


class Homophones:
    """The Chinese words of a policy by their sound."""

    def __init__(self, words: Iterable[Sought]) -> None:
        """Read aloud and compile; words without Han characters, or with one alone, are left out."""
        self._words = [
            word for word in (_Read(one) for one in words if _HAN.search(one.literal)) if word.is_fit()
        ]
        self._sizes = np.array([len(word.characters) for word in self._words], np.int32)
        self._automaton = AhoCorasick(
            [word.sound for word in self._words], implementation=Implementation.ContiguousNFA
        )

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the words in ``text`` (already normalised) that it does not write plainly."""
        heard = spoken(text)
        mentions: dict[int, int] = {}
        for pattern, start, end in self._candidates(text, heard):
            word = self._words[pattern]
            sought = word.sought
            if mentions.get(sought.number, 0) >= ENOUGH:
                continue
            found = word.written(text, heard, start, end)
            if found is None:
                continue
            begin, stop, guessed = found
            last = follow(text, stop, sought.rest)
            if last >= 0:
                mentions[sought.number] = mentions.get(sought.number, 0) + 1
                doubtful = guessed and word.is_doubtful(text[begin:stop])
                yield Hit(begin, last, sought.number, sought.groups, guessed, doubtful)

    def _candidates(self, text: str, heard: Spoken) -> Iterator[tuple[int, int, int]]:
        """Leave out, quickly, what begins or ends within a syllable, and words that are written plainly."""
        found = self._automaton.find_matches_as_indexes(heard.text, overlapping=True)
        if not found:
            return
        patterns, starts, ends = np.array(found, np.int32).T
        places = heard.places
        # Two characters without a gap are the word itself, or any two that sound like it.
        pairs = (self._sizes[patterns] == 2) & (places[ends - 1] - places[starts] == 1)  # noqa: PLR2004
        within = (starts > 0) & (places[starts - 1] == places[starts])
        within |= (ends < len(places)) & (places[ends - 1] == places[np.minimum(ends, len(places) - 1)])
        kept = np.flatnonzero(~(within | pairs))
        for at, begin in zip(kept.tolist(), places[starts[kept]].tolist(), strict=True):
            pattern = found[at][0]
            if not text.startswith(self._words[pattern].sought.literal, begin):
                yield found[at]


class _Read:
    """One word, its characters and their sounds."""

    __slots__ = ("begins", "characters", "sought", "sound")

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self.characters = [character for character in sought.literal if sounds_of(character)]
        sounds = [sounds_of(character) for character in self.characters]
        self.sound = "".join(sounds)
        self.begins = [0, *accumulate(map(len, sounds))][:-1]

    def is_fit(self) -> bool:
        """Whether the word can be told from chance by its sound."""
        return len(self.characters) > 1 and WALL not in self.sound and any(map(reading_of, self.characters))

    def written(self, text: str, heard: Spoken, start: int, end: int) -> tuple[int, int, bool] | None:
        """Where the text writes this word, and whether that is a guess; None: it is plain, or chance."""
        places = heard.places
        begin, stop = int(places[start]), int(places[end - 1]) + 1
        surface = text[begin:stop]
        if surface == self.sought.literal:
            return None
        if (start and int(places[start - 1]) == begin) or (
            end < len(places) and int(places[end]) == stop - 1
        ):
            return None  # within a syllable
        before, after = text[begin - 1 : begin], text[stop : stop + 1]
        if (_is_within(before, surface[0]) or _is_within(surface[-1], after)) and not (
            len(self.characters) >= _LONG and _is_read_aloud(text, begin, stop)
        ):
            return None
        there = [text[int(places[start + at])] for at in self.begins]
        same = sum(one == two for one, two in zip(there, self.characters, strict=True))
        gaps = _gaps(places[start:end].tolist(), text)
        if gaps and not self._is_apart(gaps, reading_of(before), reading_of(after)):
            cut = same == len(self.characters) and len(gaps) == 1 and gaps[0] in _CUTS
            return (begin, stop, True) if cut else None
        if same == len(self.characters):
            return (begin, stop, False) if gaps else None
        return (begin, stop, True) if self._sounds(there, same) else None

    def is_doubtful(self, surface: str) -> bool:
        """Whether a guess may be chance: of few characters, and not torn from Latin letters among them."""
        if _LATIN.search(surface):
            return _HAN.search(surface) is None and len(self.characters) < _LONG
        same = sum(one == two for one, two in zip(surface, self.characters, strict=False))
        return not (len(self.characters) > _LONG and same >= len(self.characters) - 1)

    def _is_apart(self, gaps: list[str], before: str, after: str) -> bool:
        """Whether gaps tear one word apart rather than part two: every one alike, or never between words."""
        if all(gap in _MENDED or not (gap.isascii() or gap.isspace()) for gap in gaps):
            return True
        within = len(gaps) >= len(self.characters) - 1 and len(set(gaps)) == 1
        return (within and not before and not after) or (len(self.characters) > _LONG and " " not in gaps)

    def _sounds(self, there: list[str], same: int) -> bool:
        """Whether what is there instead of the word's own characters is near enough to be a guess."""
        total = len(self.characters)
        latin = sum(_is_letter(one) and one != two for one, two in zip(there, self.characters, strict=True))
        other = total - same - latin
        if total >= _LONG:
            return same * 2 >= total or (other == 0 and latin >= _LONG) or same + latin == total
        return other == 0 and (latin == 1 or len(self.sound) >= _SPOKEN)


def _gaps(places: list[int], text: str) -> list[str]:
    """Return what stands between the characters of a find."""
    return [text[one + 1 : two] for one, two in pairwise(places) if two > one + 1]


def _is_read_aloud(text: str, begin: int, stop: int) -> bool:
    """Whether the Latin letters around a find are syllables up to it and after it: a sentence in pinyin."""
    left, right = begin, stop
    while left and _is_letter(text[left - 1]) and begin - left < _RUN:
        left -= 1
    while right < len(text) and _is_letter(text[right]) and right - stop < _RUN:
        right += 1
    return is_syllables(text[left:begin]) and is_syllables(text[stop:right])


def _is_within(one: str, two: str) -> bool:
    """Whether a Latin word goes on from one character to the next."""
    return _is_letter(one) and _is_letter(two)


def _is_letter(character: str) -> bool:
    return "a" <= character <= "z"
