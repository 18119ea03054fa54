"""Reading through disguise: ``v i a g r a``, ``c.o.c.a``, ``v1agra``, ``发*票``: one likely reading.

Works on text that ``normalise`` has been through. What it makes of innocent text may be nonsense, so the
judge uses it beside the plain text and never in its place.
"""

import re
import unicodedata
from itertools import pairwise

from crawler.read.confusables import as_latin
from crawler.read.offsets import Normalised, cut, rewrite

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = "a-z\u00df-\u00f6\u00f8-\u024f\u0400-\u052f"
_SIGN = f"{_LETTER}0-9@$!"
_GAP = r'[ "#%-/:-?\[-`{-\u00bf\u2000-\u206f\u2100-\u2bff\u3000-\u303f]'
"""Punctuation, spaces and symbols, without the signs."""

_HAN_GAP = r"[ \"#%-+./<=>@\[-`{-\u00bf\u2000-\u206f\u2100-\u2bff\u3000\u3003-\u3007\u3012-\u303f-]"
"""As above without what parts Chinese clauses and the members of a list."""

# Each pattern begins with the character between, which is rare, and looks back: one that begins with
# a look-behind is tried at every position and costs ten times as much.
_SPACED = re.compile(
    f"(?P<gap>{_GAP}(?<=[{_SIGN}].)(?<![{_SIGN}][{_SIGN}].){_GAP}{{0,2}})"
    f"[{_SIGN}](?:(?P=gap)[{_SIGN}]){{2,}}(?![{_SIGN}])",
    re.DOTALL,
)
"""What follows the first of four or more single letters with the same gap between them all."""

_BROKEN = re.compile(f'[*_~^`|¦=+\\\\"](?<=[{_LETTER}].)[*_~^`|¦=+\\\\"]?(?=[{_LETTER}])')
"""A symbol that splits a word and has no business inside one."""

_HAN_SPACED = re.compile(
    f"(?P<gap>{_HAN_GAP}(?<=[{_HAN}].)(?<![{_HAN}][{_HAN}].){_HAN_GAP}{{0,2}})"
    f"[{_HAN}](?:(?P=gap)[{_HAN}])*(?![{_HAN}])",
    re.DOTALL,
)
"""What follows the first of two or more single characters, same gap: innocent in a table's ``姓 名``."""

_HAN_SYMBOL = "[*_~^`'\"#@$%.\\\\{}]"
_HAN_BROKEN = re.compile(f"{_HAN_SYMBOL}(?<=[{_HAN}].){_HAN_SYMBOL}?(?=[{_HAN}])")
"""ASCII symbols between Han characters, that part neither clauses nor the entries of a menu."""

_MIXED = re.compile(f"[0-9@$!](?:(?<=[{_LETTER}].)|[0-9@$!]{{0,30}}+(?=[{_LETTER}]))[{_SIGN}]{{0,40}}+")
"""From the first digit or symbol of a token that also has letters, to the token's end."""
_LONGEST = 32
_LEET = {
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
}
_QUANTITY = re.compile(f"[$@!]?[0-9]+[{_LETTER}]{{1,3}}|[{_LETTER}]+[0-9!]+|[$@!]+[0-9]+.*")
"""``100mg``, ``iphone15``, ``buy!``, ``$5each``: digits that mean digits."""


def read_through(found: Normalised) -> Normalised:
    """Return the most suspicious reading of a normalised text."""
    if not found.text.isascii():
        found = _without_gaps(found.then(as_latin(found.text), None), _HAN_SPACED)
        found = found.then(*rewrite(found.text, _HAN_BROKEN, _nothing))
    found = _without_gaps(found, _SPACED)
    found = found.then(*rewrite(found.text, _BROKEN, _nothing))
    found = found.then(_leet(found.text), None)
    return found if found.text.isascii() else found.then(_bare(found.text), None)


def _without_gaps(found: Normalised, pattern: re.Pattern[str]) -> Normalised:
    cuts: list[tuple[int, int]] = []
    for match in pattern.finditer(found.text):
        gap, end = match["gap"], match.end()
        at = match.start()
        while at >= 0:
            cuts.append((at, at + len(gap)))
            at = found.text.find(gap, at + len(gap), end)
    return found.then(*cut(found.text, cuts))


def _nothing(_: re.Match[str]) -> str:
    return ""


def _leet(text: str) -> str:
    """Digits and symbols in tokens that also have letters, read as letters; same length."""
    pieces: list[str] = []
    done = 0
    for match in _MIXED.finditer(text):
        start = match.start()
        while start > done and match.end() - start <= _LONGEST and text[start - 1].isalpha():
            start -= 1
        pieces += (text[done:start], _as_letters(text[start : match.end()]))
        done = match.end()
    return "".join((*pieces, text[done:])) if pieces else text


def _as_letters(token: str) -> str:
    letters = sum(character.isalpha() for character in token)
    if letters < 2 or len(token) > _LONGEST or _QUANTITY.fullmatch(token):  # noqa: PLR2004 - "x1" is no word
        return token
    read = [_LEET.get(character, character) for character in token]
    for at, (before, character) in enumerate(pairwise(" " + token)):
        following = token[at + 1 : at + 2]
        if character == "1" and (before in "aeiou1" or following == "1"):
            read[at] = "l"
        elif character == "!" and not following:
            read[at] = "!"
    return "".join(read)


def _bare(text: str) -> str:
    """Latin letters without their accents; same length."""
    return _ACCENTED.sub(lambda m: unicodedata.normalize("NFD", m[0])[0], text)


_ACCENTED = re.compile("[\u00e0-\u017f\u01cd-\u01dc\u1ea0-\u1ef9]")
