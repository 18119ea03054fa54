"""One plain form of each character: NFKC, case, width, simplified Chinese, variants; invisible ones gone.

One table over all of Unicode, looked up for a whole text at once: the code point of the plain form, a mark
that the character vanishes, or the number of a form of several characters (``…``, ligatures). Beside it a
table of what else must be undone where a character occurs. Made on the first text that is not ASCII.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.read.confusables import FOREIGN, STYLIZED
from crawler.read.offsets import Codes, Positions, look_up
from crawler.read.variants import ARABIC
from crawler.read.variants import HAN as HAN_VARIANTS

MARKS, MIXABLE, TURNING, HAN = 1, 2, 4, 8
"""Bits of ``Fold.flags``: combining characters, letters with look-alikes, direction overrides, Han."""

_SPACES = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85"
_BLANKS = "\u2800\u3164\uffa0\u115f\u1160\u180e\u034f\u17b4\u17b5"  # draw nothing though they are not spaces
_VARIATION = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))  # selectors
_ENCLOSING = range(0x20DD, 0x20E5)  # the box of a keycap, the ring of a prohibition
_HAN = (range(0x3400, 0xA000), range(0x20000, 0x2A6E0))
_COMPATIBLE = (*range(0xF900, 0xFB00), *range(0x2F00, 0x2FE0), *range(0x2F800, 0x2FA20))
_SCANNED = (
    range(0x3400),
    range(0xA000, 0xAC00),
    range(0xD7A4, 0xD800),
    range(0xF900, 0x20000),
    range(0x2F800, 0x2FA20),
    range(0xE0000, 0xE1000),
)
"""Where characters that change live: not among Han and Hangul syllables, private use and surrogates."""
_ODD = frozenset({*_SPACES, *_BLANKS, *ARABIC, *map(chr, _VARIATION), *map(chr, _ENCLOSING), "\u2044"})
"""Characters that fold otherwise than Unicode says."""
_APART = "\ue000"
"""Keeps characters that are folded together from composing: private use, and not among those looked at."""
_JAMO = (range(0x1160, 0x1200), (0x9BE, 0x9D7, 0xB3E, 0xB56, 0xB57, 0xBBE, 0xBD7, 0xCC2, 0xCD5, 0xCD6))
_SIGNS = (0xD3E, 0xD57, 0xDCF, 0xDDF, 0x102E, 0x1B35)
_SIZE = 0x110000
_GONE = _SIZE
"""Stands for a character that vanishes; greater numbers for the forms of several characters."""


class Fold(NamedTuple):
    """The tables."""

    plain: npt.NDArray[np.uint32]
    flags: npt.NDArray[np.uint8]
    forms: npt.NDArray[np.uint32]
    """A row for each form of several characters; the first, empty one is that of what vanishes."""
    lengths: npt.NDArray[np.int64]
    """Of each row."""


def fold_character(character: str) -> str:
    """Return the plain form of one character; empty: it draws nothing."""
    code = ord(character)
    if code in STYLIZED:
        return STYLIZED[code]
    if character in _SPACES:
        return " "
    category = unicodedata.category(character)
    if character in _BLANKS or category == "Cf" or code in _VARIATION or code in _ENCLOSING:
        return ""
    if category == "Cc":
        return " "
    plain = unicodedata.normalize("NFKC", character)
    if plain[0] == " " and len(plain) > 1:
        return character  # a spacing accent such as U+00B4: its decomposition would put a space into a word
    folded = unicodedata.normalize("NFKC", plain.casefold())
    folded = folded.replace("i\u0307", "i").replace("\u2044", "/")
    return folded if folded.isascii() else "".join(ARABIC.get(one, one) for one in folded)


def fold(codes: Codes, tables: Fold) -> tuple[Codes, Positions | None]:
    """Return the plain text, and for each of its characters the one it came from; None: none moved."""
    plain = look_up(tables.plain, codes)
    if not len(plain) or plain.max() < _SIZE:
        return plain, None
    odd = (plain >= _SIZE).nonzero()[0]
    rows = plain[odd] - _SIZE
    lengths = tables.lengths[rows]
    more = lengths - 1
    begins = odd + more.cumsum() - more  # in the new text
    inner = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    places = np.repeat(begins, lengths) + inner
    # How far each new character's old one stands from that of the one before.
    steps = np.ones(len(plain) + int(more.sum()) + 1, np.int32)
    steps[0] = 0
    steps[places[inner > 0]] = 0
    np.add.at(steps, begins[lengths == 0], 1)
    origin: Positions = steps.cumsum(dtype=np.int32)[:-1]
    made = plain.take(origin)
    made[places] = tables.forms[np.repeat(rows, lengths), inner]
    return made, origin


@cache
def tables() -> Fold:
    """Make the tables."""
    plain = np.arange(_SIZE, dtype=np.uint32)
    forms: dict[str, int] = {"": 0}
    simplified = {code: new for code, new in _simplified() if any(code in block for block in _HAN)}
    plain[list(simplified)] = list(simplified.values())
    plain[list(map(ord, HAN_VARIANTS))] = list(map(ord, HAN_VARIANTS.values()))
    for character in _changing():
        new = fold_character(character)
        plain[ord(character)] = ord(new) if len(new) == 1 else _GONE + forms.setdefault(new, len(forms))
    for code in _COMPATIBLE:
        if plain[code] < _SIZE:
            plain[code] = plain[plain[code]]
    rows = np.zeros((len(forms), max(map(len, forms))), np.uint32)
    for form, row in forms.items():
        rows[row, : len(form)] = [ord(character) for character in form]
    return Fold(plain, _flags(plain), rows, np.array([len(form) for form in forms], np.int64))


def _simplified() -> Iterator[tuple[int, int]]:
    """Yield traditional characters and their simplified forms.

    As OpenCC lists them; imported, it would read its phrases too and take ten times as long.
    """
    found = find_spec("opencc_purepy")
    assert found is not None  # it is a dependency
    assert found.origin is not None
    listed = Path(found.origin).with_name("dicts") / "TSCharacters.txt"
    for line in listed.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == 1 == len(usual := simplified.partition(" ")[0]):
            yield ord(traditional), ord(usual)


def _changing() -> Iterator[str]:
    """Yield, in order, the characters that ``fold_character`` may change: few, and it is slow."""
    odd = _ODD.union(map(chr, STYLIZED))
    for block in _SCANNED:
        written = [chr(code) for code in block]
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _APART.join(written)).casefold())
        for character, one in zip(written, folded.split(_APART), strict=True):
            if one != character or character in odd or unicodedata.category(character) in {"Cc", "Cf"}:
                yield character


def _flags(plain: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    flags = np.zeros(_SIZE, np.uint8)
    scanned = (*range(0x300, 0xFB00), *range(0xFE20, 0xFE30), *range(0x10000, 0x1F000))
    flags[[code for code in scanned if unicodedata.combining(chr(code))]] |= MARKS
    for codes in (*_JAMO, _SIGNS):
        flags[list(codes)] |= MARKS
    for first, last in FOREIGN:  # and what folds to such a letter
        flags[(plain >= first) & (plain <= last)] |= MIXABLE
    flags[[0x202D, 0x202E]] |= TURNING
    for block in _HAN:
        flags[block.start : block.stop] |= HAN
    return flags
