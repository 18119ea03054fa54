# ruff: noqa: SIM905 - words read best as a line
"""Words that a page does not write plainly: found by their sound, believed by what was written instead.

``crawler.read.readings`` folds far too much together; here each find is held against the text. Letters that
stand apart or are replaced by signs, accents and look-alikes are no accident and count like the plain word.
What only sounds like it, or is a picture of it, is a guess. What two ordinary words happen to spell ("the
hero in") is neither.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, groupby, pairwise

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation

from crawler.judge.hits import ENOUGH, Hit, Sought
from crawler.judge.spelling import Literals, ends_word, follow, is_latin
from crawler.read.joined import BREAK
from crawler.read.manners import is_held
from crawler.read.offsets import Positions, text_of
from crawler.read.pictures import WORDS
from crawler.read.readings import WALL, Reading, each_sounded, sounded, with_ones_apart

SHORTEST = 4  # letters; shorter words are in every text once its gaps are gone
_SURE = 6  # letters from which one gap, or a likeness in sound, is believed
_SURELY = 7  # letters from which a likeness to goods in sound is believed by itself
_SPELT = 2  # letters that a word spelt as it sounds may have more, or fewer
_LONG = 9  # letters from which even a space within is believed
_HELD = re.compile(r"(.)\1\1")
_WIDEST = 3  # characters of a gap
_TRIES = 10 * ENOUGH  # places of one word looked at; plainly written ones among them are found without us
_REMEMBERED = 8_192  # answers about plain words: pages use the same ones
_STOPS = (". ", ", ", "; ", ": ", "! ", "? ", ") ", " (")
_PARTING = frozenset(".,;:!?")
_NEVER_WITHIN = frozenset('*_~^`|\u00a6=+\\"')
"""Symbols that have no business inside a word."""
_USUAL = frozenset((" ", "-", "'", "/", " - "))
"""What parts the words of a name now and then."""
_SMALL_WORDS = frozenset(
    "a i s t d ll re ve an as at am and are be but by can do did for from go had has he her his how if "
    "in into is it its me my no not of off on one or our out per pro re so than that the them then they "
    "this to too up us use was we were what when who will with you your all any men ten new old con en "
    "el la le de un es y se si te tu mi".split()
)
"""What joins the word beside it by chance."""


class Disguises:
    """The words of a policy by their sound."""

    def __init__(self, words: Iterable[Sought]) -> None:
        """Fold and compile; words too short to be told from chance are left out."""
        latin = [word for word in words if len(word.literal) >= SHORTEST and BREAK not in word.literal]
        spelt: dict[tuple[str, Literals, tuple[int, ...]], _Spelt] = {}
        for word, (sound, letters, own) in zip(
            latin, each_sounded([word.literal for word in latin]), strict=True
        ):
            if WALL not in letters and len(letters) >= SHORTEST <= len(sound):
                # Of spellings that sound alike, with a hyphen or a space, one will do.
                spelt.setdefault((sound, word.rest, word.groups), _Spelt(word, sound, letters, own))
        self._words = list(spelt.values())
        self._known = frozenset(word.literal for word in latin)
        self._automaton = AhoCorasick(
            [word.sound for word in self._words], implementation=Implementation.ContiguousNFA
        )

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the words in ``text`` (already normalised) that it does not write plainly."""
        reading = sounded(text)
        apart = with_ones_apart(reading)
        held = is_held(text)
        for one in (reading, apart) if apart else (reading,):
            yield from self._find(text, one, held=held)

    def _find(self, text: str, reading: Reading, *, held: bool) -> Iterator[Hit]:
        mentions: dict[int, int] = {}
        tries: dict[int, int] = {}
        for pattern, start, end in self._candidates(text, reading):
            word = self._words[pattern]
            sought = word.sought
            tries[pattern] = tries.get(pattern, 0) + 1
            if tries[pattern] > _TRIES or mentions.get(sought.number, 0) >= ENOUGH:
                continue
            found = word.written(text, reading, start, end, held=held)
            if found is None:
                continue
            begin, stop, guessed = found
            if guessed and text[begin:stop] in self._known:
                continue  # a word of its own, perhaps of another language: "contact" is no "Kontakt"
            last = follow(text, stop, sought.rest)
            if last >= 0:
                mentions[sought.number] = mentions.get(sought.number, 0) + 1
                doubtful = guessed and not held and not (sought.goods and len(word.letters) >= _SURELY)
                yield Hit(begin, last, sought.number, sought.groups, guessed, doubtful)

    def _candidates(self, text: str, reading: Reading) -> Iterator[tuple[int, int, int]]:
        """Leave out, quickly, parts of other words and most words that are written plainly."""
        found = self._automaton.find_matches_as_indexes(reading.text, overlapping=True)
        if not found:
            return
        _, starts, ends = np.fromiter(chain.from_iterable(found), np.int32, 3 * len(found)).reshape(-1, 3).T
        kept = np.flatnonzero(reading.whole(starts, ends))
        begins = reading.places[reading.groups[starts[kept]]]
        for at, begin in zip(kept.tolist(), begins.tolist(), strict=True):
            pattern = found[at][0]
            if not text.startswith(self._words[pattern].sought.literal, begin):
                yield found[at]


class _Spelt:
    """One word, its letters and its sound."""

    __slots__ = ("letters", "own", "sought", "sound")

    def __init__(self, sought: Sought, sound: str, letters: str, own: frozenset[int]) -> None:
        self.sought = sought
        self.sound = sound
        self.letters = letters
        self.own = own
        """Before which letters the word itself has a gap."""

    def written(
        self, text: str, reading: Reading, start: int, end: int, *, held: bool
    ) -> tuple[int, int, bool] | None:
        """Where the text writes this word, and whether that is a guess; None: it is plain, or chance."""
        first, last = reading.first(start), reading.last(end - 1)
        if first >= last:
            return None
        places = reading.places
        begin, stop = int(places[first]), int(places[last - 1]) + 1
        surface = text[begin:stop]
        if surface == self.sought.literal or (begin and is_latin(text[begin - 1])):
            return None
        if not ends_word(text, stop, len(self.letters)) or _is_piece(places, first, last):
            return None
        if stop - begin == last - first and surface.isascii() and surface.isalpha():
            guessed = self._is_one_word(surface, held=held)
        else:
            letters = text_of(reading.letters[first:last])
            guessed = self._is_meant(surface, (places[first:last] - begin).tolist(), letters, held=held)
        return None if guessed is None else (begin, stop, guessed)

    @lru_cache(_REMEMBERED)  # noqa: B019 - words live as long as their policy
    def _is_one_word(self, surface: str, *, held: bool) -> bool | None:
        """Tell as ``_is_meant`` does, of plain letters without a gap: most of what sounds like a word."""
        if surface != self.letters:
            return True if self._sounds(surface, surface, 0, held=held) else None
        return False if self._is_apart(surface, [], [], replaced=False) else None

    def _is_meant(self, surface: str, stands: list[int], letters: str, *, held: bool) -> bool | None:
        """Tell what was written for the word: False, the word; True, a likeness of it; None, something else.

        ``stands`` is where in ``surface`` each of ``letters`` is.
        """
        gaps = [at for at in range(1, len(stands)) if stands[at] > stands[at - 1] + 1]
        if any(character in WORDS for character in surface):
            return True if len(gaps) <= len(self.own) else None
        if not _reads(letters, self.letters):
            return True if self._sounds(surface, letters, len(gaps), held=held) else None
        written = sum(surface[at].isalpha() for at in stands)
        if written < 2 or written * 4 < len(letters):  # noqa: PLR2004 - "8y" may be anything
            return None
        replaced = letters != self.letters or any(
            surface[at] != letter for at, letter in zip(stands, letters, strict=True)
        )
        return False if self._is_apart(surface, stands, gaps, replaced=replaced) else None

    def _is_apart(self, surface: str, stands: list[int], gaps: list[int], *, replaced: bool) -> bool:
        """Whether the gaps are those of the word itself, or tear it apart on purpose."""
        inner = [at for at in gaps if at not in self.own]
        own = [surface[stands[at - 1] + 1 : stands[at]] for at in gaps if at in self.own]
        if len(inner) <= 1 and any(not _PARTING.isdisjoint(gap) for gap in own):
            return False
        if not inner:
            joined = self.sought.joined and len(self.letters) >= _LONG - 1
            return replaced or (joined if not own else not _USUAL.issuperset(own))
        cuts = [surface[stands[at - 1] + 1 : stands[at]] for at in inner]
        edges = [0, *gaps, len(stands)]
        pieces = [surface[stands[a] : stands[b - 1] + 1] for a, b in pairwise(edges)]
        if len(inner) == 1:
            return self._is_cut(cuts[0], pieces)
        single = sum(len(piece) == 1 for piece in pieces)
        if any(stop in cut for cut in cuts for stop in _STOPS) or all(cut == " " for cut in cuts):
            return 2 * single >= len(pieces)
        return max(map(len, cuts)) <= _WIDEST + 2

    def _is_cut(self, cut: str, pieces: list[str]) -> bool:
        """Whether one gap within the word is more than chance."""
        if len(cut) > _WIDEST or any(stop in cut for stop in _STOPS) or not _SMALL_WORDS.isdisjoint(pieces):
            return False
        if cut == " ":
            return len(self.letters) >= _LONG or (len(self.letters) >= _SURE and min(map(len, pieces)) == 1)
        return len(self.letters) >= _SURE or cut in _NEVER_WITHIN or not cut.isascii()

    def _sounds(self, surface: str, letters: str, gaps: int, *, held: bool) -> bool:
        """Whether a word that sounds the same is near enough to be a guess."""
        if held and gaps <= len(self.own) and _single(letters) == _single(self.letters):
            return True
        if len(self.letters) < _SURE or gaps > len(self.own) or not surface.replace(" ", "").isalnum():
            return False
        if sum(character.isalpha() for character in surface) * 2 <= len(letters):
            return False
        if _single(letters) == _single(self.letters):
            return _HELD.search(letters) is not None and len(letters) > len(self.letters) + 1
        if abs(len(letters) - len(self.letters)) > _SPELT:
            return False
        return not self.letters.startswith(letters) and not letters.startswith(self.letters)


def _single(letters: str) -> str:
    return "".join(letter for letter, _ in groupby(letters))


def _is_piece(places: Positions, first: int, last: int) -> bool:
    """Whether the letters begin or end within the word of a picture."""
    return bool(
        (first and places[first - 1] == places[first])
        or (last < len(places) and places[last] == places[last - 1])
    )


def _reads(letters: str, wanted: str) -> bool:
    """Whether the letters are the word's; a 1 may be an i or an l."""
    if letters == wanted:
        return True
    return len(letters) == len(wanted) and all(
        one == two or (one == "1" and two in "il") for one, two in zip(letters, wanted, strict=True)
    )
