"""Words as they sound and look, whatever was done to their letters: the reading that finds disguised ones.

Gaps within words, accents, look-alikes of other scripts, digits and signs for letters, letters held down and
letters that sound alike all fold into one spelling: ``V.1-a g r a`` and ``vyagraaa`` into ``viagra``.
Innocent words fold together too, so whoever matches here looks at what was written before believing it
(``crawler.judge.disguise``). Works on text that ``normalise`` has been through.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.read.confusables import LOOKALIKES
from crawler.read.joined import BREAK
from crawler.read.offsets import Codes, Positions, codes_of, look_up, text_of
from crawler.read.pictures import WORDS

WALL = "#"
"""Read in place of a break, and of Han characters: nothing is read across it. ASCII, for speed."""
_APART = f"     {BREAK}     "  # so far that no sign looks like one of the next word's
_SIZE = 0x110000
_SIGN, _OTHER = 0x80, 0xFF
"""In the narrow table: the bit of a sign that is read as a letter, and what only the wide one knows."""
_ONE = ord("1")
"""What may be an i or an l, apart until repeated letters are one: ``pi11s``."""
_AROUND = 200  # letters on either side of two ones that hold any word they stand in, some held down
_DIGITS = dict(zip("0123456789", "o1zeasgtbg", strict=True))
_SIGNS = {
    "@": "a",
    "$": "s",
    "!": "1",
    "|": "l",
    "+": "t",
    "\u20ac": "e",
    "\u00a3": "l",
    "\u00a2": "c",
    "\u00a5": "y",
}
_STROKES = dict(
    zip(
        "\u00f8\u0111\u0142\u0127\u0167\u0180\u0268\u00df\u00e6\u0153"
        "\u00fe\u00f0\u0192\u0131\u024d\u0247\u0249\u024f\u01b6\u0289",
        "odlhtbisaopdfirejyzu",
        strict=True,
    )
)
"""Letters with a bar through them, and others that Unicode does not decompose."""
_SOUNDS = dict(zip("cqxzyl1w", "kkksiiiu", strict=True))
_MARKS = (
    range(0x300, 0x370),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
)
_FIRST_SIGN = 0x900
"""From here on marks are the vowels of Indic and other scripts."""
_WALLED = (
    range(0x2E80, 0x3000),
    range(0x3005, 0x3008),
    range(0x3021, 0x302A),
    range(0x3400, 0xA000),
    range(0x20000, 0x32000),
)

Letters = npt.NDArray[np.unsignedinteger[Any]]
"""Code points; of one byte each where none is beyond ASCII, which takes a third of the time."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as it sounds, and the letters that each sound was written with."""

    text: str
    groups: Positions
    """For each character the first of ``letters`` it stands for; one more at the end."""
    letters: Letters
    """The letters of the text without gaps, digits and signs read as letters."""
    places: Positions
    """Where each letter stands in the normalised text."""

    def whole(self, starts: Positions, ends: Positions) -> npt.NDArray[np.bool_]:
        """Whether each stretch of ``text`` could be a whole word: quickly, hence not for certain."""
        groups, places, letters = self.groups, self.places, self.letters
        first, last = groups[starts], groups[ends]
        before, after = first - 1, np.minimum(last, len(places) - 1)
        left = (first > 0) & (places[before] + 1 == places[first])
        left &= (letters[before] != ord(WALL)) & (groups[starts + 1] - first == 1)
        right = (last < len(places)) & (places[after] == places[last - 1] + 1)
        right &= (letters[after] >= ord("a")) & (letters[after] <= ord("z")) & (letters[after] != ord("s"))
        right &= last - groups[ends - 1] == 1
        whole: npt.NDArray[np.bool_] = ~(left | right)
        return whole

    def first(self, at: int) -> int:
        """Return the letter that the word which begins at ``at`` begins with.

        Letters held down count all, the end of the word before does not.
        """
        start, letter = int(self.groups[at]), int(self.groups[at + 1]) - 1
        if start == letter:
            return start
        places, letters = self.places, self.letters
        heard = ord(self.text[at])
        while letter > start and _sound()[letters[letter]] != heard:  # what is not heard begins no word
            letter -= 1
        while letter > start and places[letter] <= places[letter - 1] + 1:
            letter -= 1
        return letter

    def last(self, at: int) -> int:
        """Return the letter after the word whose last character is at ``at``."""
        letter, end = int(self.groups[at]) + 1, int(self.groups[at + 1])
        if letter == end:
            return end
        places = self.places
        while letter < end and places[letter] <= places[letter - 1] + 1:
            letter += 1
        return letter


def letters_of(text: str) -> tuple[Letters, Positions]:
    """Return the letters of a normalised text, gaps left out, and where each stands."""
    codes = codes_of(text)
    letters = look_up(_narrow(), codes)
    most = int(letters.max(initial=0))
    if most == _OTHER:
        return _wide_letters(codes)
    if most >= _SIGN:
        signs = (letters >= _SIGN).nonzero()[0]
        letters &= _SIGN - 1
        letters[_not_letters(codes, letters, signs)] = 0
    places = (letters != 0).nonzero()[0].astype(np.int32)
    return letters.take(places), places


def _wide_letters(codes: Codes) -> tuple[Letters, Positions]:
    """Do as ``letters_of`` does, where other letters than Latin ones and Han are read, or pictures."""
    base = look_up(_base(), codes)
    signs = look_up(_is_sign(), codes).nonzero()[0]
    if len(signs):
        base[_not_letters(codes, base, signs)] = 0
    places = np.flatnonzero(base).astype(np.int32)
    letters = base.take(places)
    if len(letters) and letters.max() >= _SIZE:
        return _spelt_out(letters, places)
    return letters, places


def sounded(text: str) -> Reading:
    """Read a normalised text; any string."""
    letters, places = letters_of(text)
    return _heard(letters, places, _differs(letters))


def with_ones_apart(reading: Reading) -> Reading | None:
    """Read ``11`` as "li" or "il" where ``reading`` heard one letter: ``rep11ca``; None: nowhere.

    Only what stands around them is read again, the rest is as it was.
    """
    letters, size = reading.letters, len(reading.letters)
    ones = letters == _ONE
    pairs = (ones[1:] & ones[:-1]).nonzero()[0].tolist()
    if not pairs:
        return None
    windows = [(max(pairs[0] - _AROUND, 0), 0)]
    for one, two in pairwise((*pairs, size + 2 * _AROUND)):
        if two - one > 2 * _AROUND:  # apart from those before it
            windows[-1] = windows[-1][0], min(one + _AROUND, size - 1)
            windows.append((two - _AROUND, 0))
    del windows[-1]
    kept = np.concatenate([np.arange(first, last) for first, last in windows])
    letters = letters.take(kept)
    letters[np.cumsum([last - first for first, last in windows])[:-1] - 1] = ord(WALL)
    begins = _differs(letters) | (letters == _ONE)
    return _heard(letters, reading.places.take(kept), begins)


def _heard(letters: Letters, places: Positions, begins: npt.NDArray[np.bool_]) -> Reading:
    """Read ``letters`` aloud; ``begins`` tells which of them are more than the one before held down."""
    if not len(letters):
        return Reading("", np.zeros(1, np.int32), letters, places)
    sounds: Letters = look_up(_sound() if letters.itemsize > 1 else _narrow_sound(), letters)
    after = np.zeros_like(sounds)  # one held down sounds as the last of its run does
    after[1:] = sounds[:-1]
    breath = (sounds == ord("h")) & (after == ord("p"))
    mute = breath | ((sounds == ord("s")) & (after == ord("k")))
    mute |= (sounds == ord("a")) & (after == ord("e"))
    mute |= (sounds == after) & (sounds != ord("i"))
    heard = (begins & ~mute).nonzero()[0]
    if breath.any():
        breathed = heard[heard.searchsorted(breath.nonzero()[0]) - 1]
        sounds[breathed] = ord("f")
        if (again := after[breathed] == ord("f")).any():
            heard = np.setdiff1d(heard, breathed[again], assume_unique=True)
    sounds = sounds.take(heard)
    groups = np.empty(len(heard) + 1, np.int32)
    groups[:-1] = heard
    groups[-1] = len(letters)
    return Reading(text_of(sounds), groups, letters, places)


def each_sounded(words: Sequence[str]) -> list[tuple[str, str, frozenset[int]]]:
    """Read many words at once: the sound of each, its letters, and before which of them it has a gap."""
    reading = sounded(_APART.join(words))
    begins = np.cumsum([0, *(len(word) + len(_APART) for word in words)])
    letters, sounds = text_of(reading.letters), reading.text
    first = np.searchsorted(reading.places, begins).tolist()
    heard = np.searchsorted(reading.places[reading.groups[:-1]], begins).tolist()
    apart = np.flatnonzero(np.diff(reading.places) > 1) + 1
    edges = np.searchsorted(apart, first).tolist()
    gaps: list[int] = apart.tolist()
    found = []
    for at in range(len(words)):
        last = at + 1 == len(words)
        begin, stop, end = first[at], first[at + 1] - (not last), heard[at + 1] - (not last)
        found.append(
            (
                sounds[heard[at] : end],
                letters[begin:stop],
                frozenset([gap - begin for gap in gaps[edges[at] : edges[at + 1]] if begin < gap < stop]),
            )
        )
    return found


def _differs(codes: Letters) -> npt.NDArray[np.bool_]:
    """Whether each character is another than the one before."""
    found = np.ones(len(codes), bool)
    found[1:] = codes[1:] != codes[:-1]
    return found


def _not_letters(codes: Codes, base: Letters, signs: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Tell the signs that stand for no letter: apart from words, or the same between all letters of one."""
    around = np.zeros(len(codes) + 10, base.dtype)
    around[5:-5] = base
    written = np.zeros(len(codes) + 10, np.uint32)
    written[5:-5] = codes
    at = signs + 5
    no_left, no_right, sign = around[at - 1] == 0, around[at + 1] == 0, written[at]
    alone = (no_left & no_right) | (look_up(_is_narrow(), sign) & (no_left | no_right))
    same = {step: written[at + step] == sign for step in (-4, -2, 2, 4)}
    gaps = (same[-4] & same[-2]) | (same[-2] & same[2]) | (same[2] & same[4])
    if gaps.any():
        gaps &= (written[at - 1] != sign) & (written[at + 1] != sign)
        alone |= gaps
    apart: npt.NDArray[np.intp] = signs[alone]
    return apart


def _spelt_out(letters: Codes, places: Positions) -> tuple[Codes, Positions]:
    """Put the word of a picture in its place."""
    rows, lengths = _pictured()
    pictured = letters >= _SIZE
    counts = np.ones(len(letters), np.int64)
    counts[pictured] = lengths[letters[pictured] - _SIZE]
    origin = np.repeat(np.arange(len(letters)), counts)
    begins = np.cumsum(counts) - counts
    made = letters[origin]
    several = np.flatnonzero(made >= _SIZE)
    made[several] = rows[made[several] - _SIZE, several - begins[origin[several]]]
    return made, places[origin]


@cache
def _base() -> npt.NDArray[np.uint32]:
    """Make the table of the letter that each character is read as; 0: none."""
    base = np.zeros(_SIZE, np.uint32)
    for code in (*range(0x80, 0x3400), *range(0xA000, 0x20000)):
        if _is_letter(code):
            base[code] = code
    base[0xAC00:0xD7A4] = np.arange(0xAC00, 0xD7A4)
    for block, letter in (*((block, 0) for block in _MARKS), *((block, ord(WALL)) for block in _WALLED)):
        base[block.start : block.stop] = letter
    for code in (*range(0xE0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFD", chr(code))[0]
        if plain.isascii():
            base[code] = ord(plain)
    base[ord("a") : ord("z") + 1] = np.arange(ord("a"), ord("z") + 1)
    base[ord(BREAK)] = ord(WALL)
    for table in (_STROKES, LOOKALIKES, _DIGITS, _SIGNS):
        for written, read in table.items():
            if written == written.lower():  # normalised text holds no capitals
                base[ord(written)] = ord(read)
    for number, picture in enumerate(WORDS):
        base[ord(picture)] = _SIZE + number
    return base


@cache
def _narrow() -> npt.NDArray[np.uint8]:
    """Make the same table in bytes: signs have ``_SIGN`` set, ``_OTHER`` stands for what is not ASCII."""
    base = _base()
    narrow = np.where(base < _SIGN, base, _OTHER).astype(np.uint8)
    narrow[_is_sign()] |= _SIGN
    return narrow


def _is_letter(code: int) -> bool:
    kind = unicodedata.category(chr(code))[0]
    return kind in "LN" or (kind == "M" and code >= _FIRST_SIGN)


@cache
def _sound() -> npt.NDArray[np.uint32]:
    sound = np.arange(_SIZE, dtype=np.uint32)
    for letter, heard in _SOUNDS.items():
        sound[ord(letter)] = ord(heard)
    return sound


@cache
def _narrow_sound() -> npt.NDArray[np.uint8]:
    return _sound()[: _OTHER + 1].astype(np.uint8)


@cache
def _is_sign() -> npt.NDArray[np.bool_]:
    found = np.zeros(_SIZE, bool)
    found[[ord(sign) for sign in _SIGNS]] = True
    return found


@cache
def _is_narrow() -> npt.NDArray[np.bool_]:
    """Signs that also part words: letters only with others on both sides."""
    found = np.zeros(_SIZE, bool)
    found[[ord("|"), ord("+")]] = True
    return found


@cache
def _pictured() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    words = list(WORDS.values())
    rows = np.zeros((len(words), max(map(len, words))), np.uint32)
    for number, word in enumerate(words):
        rows[number, : len(word)] = [ord(letter) for letter in word]
    return rows, np.array([len(word) for word in words], np.int64)
