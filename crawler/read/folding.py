"""One plain form of each character: NFKC, case, width, traditional to simplified; invisible ones gone.

Characters that become exactly one other are a table for ``str.translate``; those that vanish or grow
(``…``, ligatures, zero-width and bidi controls) are a pattern, rewritten first so that positions stay
known. The tables are made once, on the first text that is not ASCII (about 0.1 s).
"""

import re
import unicodedata
from functools import cache

from crawler.read.confusables import STYLIZED

_SPACES = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85"
_BLANKS = "\u2800\u3164\uffa0\u115f\u1160\u180e\u034f"  # draw nothing though they are not spaces
_VARIATION = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))  # selectors
_HAN = [range(0x3400, 0xA000), range(0x20000, 0x2A6E0)]
_SCANNED = [range(0x80, 0x3400), range(0xA000, 0xAC00), range(0xD7A4, 0xD800), range(0xE000, 0x10000)]
"""Where characters that vanish or grow live: not among Han and Hangul syllables."""

_CONTROLS = re.compile("[\x00-\x1f\x7f]")


def fold_character(character: str) -> str:
    """Return the plain form of one character; empty: it draws nothing."""
    code = ord(character)
    if code in STYLIZED:
        return STYLIZED[code]
    if character in _SPACES:
        return " "
    category = unicodedata.category(character)
    if character in _BLANKS or category == "Cf" or code in _VARIATION:
        return ""
    if category == "Cc":
        return " "
    plain = unicodedata.normalize("NFKC", character)
    if plain[0] == " " and len(plain) > 1:
        return character  # a spacing accent such as U+00B4: its decomposition would put a space into a word
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return folded.replace("i\u0307", "i").replace("\u2044", "/")


def fold(text: str) -> str:
    """``text`` with every character folded that becomes exactly one other; same length.

    The others (``moving``) must be gone already: then ``str.lower`` cannot move anything either.
    """
    lower = _CONTROLS.sub(" ", text.lower())
    return lower if lower.isascii() else _changing().sub(_fold_run, lower)


def _fold_run(match: re.Match[str]) -> str:
    run, plain = match[0], _table()
    return plain[ord(run)] if len(run) == 1 else "".join([plain[ord(character)] for character in run])


@cache
def _changing() -> re.Pattern[str]:
    """Match runs of characters that fold to another: few, and cheaper to find than to fold everything."""
    plain = _table()
    changed = [chr(code) for code in range(0x80, 0x10000) if plain[code] != chr(code)]
    return re.compile(f"[{re.escape(''.join(changed))}\U00010000-\U0010ffff]+")


class _Fold(dict[int, str]):
    """``str.translate`` table that fills itself; leaves characters that do not become exactly one alone."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = fold_character(character)
        self[code] = folded = plain if len(plain) == 1 else character
        return folded


@cache
def _table() -> dict[int, str]:
    """One character to one character."""
    from opencc_purepy import OpenCC  # noqa: PLC0415 - its dictionaries take 60 ms; ASCII pages do without

    han = [chr(code) for block in _HAN for code in block]
    simplified = OpenCC("t2s").convert("\n".join(han)).split("\n")
    fold = _Fold((ord(old), new) for old, new in zip(han, simplified, strict=True) if len(new) == 1)
    for code in (*range(0xF900, 0xFB00), *range(0x2F00, 0x2FE0), *range(0x2F800, 0x2FA20)):
        plain = fold_character(chr(code))
        if len(plain) == 1:
            fold[code] = fold.get(ord(plain), plain)
    return fold


@cache
def moving() -> re.Pattern[str]:
    """Match a character that vanishes or grows."""
    odd = [chr(c) for block in _SCANNED for c in block if len(fold_character(chr(c))) != 1]
    odd.append("\u0130")  # one to one here, but str.lower would make two of it
    # Beyond the BMP one range instead of the characters: re looks those up one by one (20 times slower).
    return re.compile(f"[{re.escape(''.join(odd))}\U00010000-\U0001ffff\U000e0000-\U000e0fff]")


def fold_moving(match: re.Match[str]) -> str:
    """Replace a match of ``moving``."""
    return fold_character(match[0])
