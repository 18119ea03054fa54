"""Chinese as it is read aloud, without tones: homophones and pinyin fold into one, ``发piao``, ``法票``.

Far more folds together than ought to: Mandarin has 400 syllables. Whoever matches here compares what was
written (``crawler.judge.disguise``). Works on text that ``normalise`` has been through. Readings are those of
``pypinyin``, one for each character, the most usual one.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from crawler.read.joined import BREAK
from crawler.read.offsets import Positions, codes_of, look_up, text_of
from crawler.read.pictures import HAN

WALL = "#"
_SIZE = 0x100  # above all letters that are read; more is a row of the table
_NO_LETTERS = re.compile("[^a-z\n]+")
_HAN = range(0x3400, 0xA000)
_CLAUSES = ",;:!?()[]<>\u3001\u3002\u3008\u3009\u300a\u300b\u300c\u300d\u3010\u3011\u201c\u201d\u2026"


class Syllables(NamedTuple):
    """Each character's reading."""

    number: npt.NDArray[np.uint16]
    """By code point: the letter itself, 0 for what is passed over, or ``_SIZE`` and a row of ``letters``."""
    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A text as it is read aloud, and where each letter of it comes from."""

    text: str
    places: Positions


def spoken(text: str) -> Spoken:
    """Read a normalised text aloud; any string."""
    syllables = _syllables()
    heard = look_up(syllables.number, codes_of(text))
    places = (heard != 0).nonzero()[0].astype(np.int32)
    heard = heard.take(places)
    several = (heard >= _SIZE).nonzero()[0]
    if not len(several):
        return Spoken(text_of(heard.astype(np.uint8)), places)
    counts = np.ones(len(heard), np.int32)
    counts[several] = syllables.lengths.take(heard.take(several) - _SIZE)
    origin = np.repeat(np.arange(len(heard), dtype=np.int32), counts)
    begins = counts.cumsum(dtype=np.int32) - counts
    made = heard.take(origin)
    at = (made >= _SIZE).nonzero()[0]
    made[at] = syllables.letters[made.take(at) - _SIZE, at - begins.take(origin.take(at))]
    return Spoken(text_of(made.astype(np.uint8)), places.take(origin))


def reading_of(character: str) -> str:
    """Return the reading of one Han character; empty: it has none that is known."""
    return _readings().get(character, "")


def is_syllables(letters: str) -> bool:
    """Whether Latin letters can be read as whole syllables of pinyin; none can."""
    known = _spelt()
    ends = {0}
    for end in range(1, len(letters) + 1):
        if any(start in ends and letters[start:end] in known for start in range(max(0, end - 6), end)):
            ends.add(end)
    return len(letters) in ends


@cache
def _spelt() -> frozenset[str]:
    """All syllables; a single consonant is none, though some characters are said to be read so."""
    return frozenset(one for one in _readings().values() if len(one) > 1 or one in "aeo")


@cache
def sounds_of(character: str) -> str:
    """Return what ``spoken`` makes of one character; empty: it is passed over."""
    number = int(_syllables().number[ord(character)])
    if number < _SIZE:
        return chr(number) if number else ""
    return reading_of(character) or "".join(reading_of(one) for one in HAN.get(character, ""))


@cache
def _readings() -> dict[str, str]:
    """Make the table of the usual reading of each character, without tones."""
    known = orjson.loads(_pinyin().read_bytes())
    usual = "\n".join([known.get(str(code), "").partition(",")[0] for code in _HAN])
    plain = _NO_LETTERS.sub("", unicodedata.normalize("NFD", usual).replace("u\u0308", "v"))
    return {chr(code): reading for code, reading in zip(_HAN, plain.split("\n"), strict=True) if reading}


def _pinyin() -> Path:
    """Find the readings that ``pypinyin`` brings; imported, it would load 40 MB of phrases besides."""
    found = find_spec("pypinyin")
    assert found is not None  # it is a dependency
    assert found.origin is not None
    return Path(found.origin).with_name("pinyin_dict.json")


@cache
def _syllables() -> Syllables:
    readings = _readings()
    rows = {syllable: number for number, syllable in enumerate(dict.fromkeys(readings.values()))}
    number = np.zeros(sys.maxunicode + 1, np.uint16)
    for character, syllable in readings.items():
        number[ord(character)] = _SIZE + rows[syllable]
    for picture, word in HAN.items():
        drawn = "".join(readings[character] for character in word)
        number[ord(picture)] = _SIZE + rows.setdefault(drawn, len(rows))
    for code in range(ord("a"), ord("z") + 1):
        number[code] = code
    for character in (*"0123456789", *_CLAUSES, BREAK):
        number[ord(character)] = ord(WALL)
    letters = np.zeros((len(rows), max(map(len, rows))), np.uint8)
    for syllable, row in rows.items():
        letters[row, : len(syllable)] = [ord(letter) for letter in syllable]
    return Syllables(number, letters, np.array([len(syllable) for syllable in rows], np.int32))
