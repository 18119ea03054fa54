"""Does a decoded text look like writing? Tells GB18030 read as Big5, and UTF-8 read as Latin, from the real.

A wrong multi-byte reading gives rare Han characters, private use and replacement characters; a wrong
single-byte reading gives accented letters beside signs and C1 controls. The measure is a share of the
non-ASCII characters.
"""

import re
from functools import cache

SAMPLE = 32_768  # bytes looked at

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_HAN_WEIGHT = 0.6  # a rare Han character is less telling than one that cannot be
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_DOUBLED = re.compile(rb"\xc3[\x82-\xb4][\xc2\xc5\xc6\xcb\xe2]")
"""As ``_MOJIBAKE`` in UTF-8, by its first bytes: a literal is found ten times as fast as a set."""
_FIRST = b"\xc3"  # which most pages do not hold at all: a byte is found a hundred times as fast
_NO_TEXT = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_BINARY = 0.1  # of the beginning
_BEGINNING = 4_096  # characters
_ENOUGH = 3  # sequences before a page is held to be doubly encoded


def implausibility(text: str, charset: str) -> float:
    """Return how unlike writing ``text`` is: 0, all well, to about 1; text without non-ASCII is 0."""
    letters = _BEYOND_ASCII.findall(text)
    if not letters:
        return 0.0
    doubt = 0.0
    common, impossible = _common_han(), _impossible()
    for letter in letters:
        if impossible.match(letter):
            doubt += 1
        elif ("\u3400" <= letter <= "\u9fff" and letter not in common) or "\uff61" <= letter <= "\uff9f":
            doubt += _HAN_WEIGHT
    if charset.startswith(("windows-", "iso-8859", "koi8", "mac")):
        doubt += _noise(text)
    return min(doubt / len(letters), 1.0)


def may_be_mojibake(body: bytes) -> bool:
    """Tell quickly, hence not for certain, whether ``mend_mojibake`` may change what UTF-8 says."""
    return _FIRST in body and len(_DOUBLED.findall(body)) >= _ENOUGH


def mend_mojibake(text: str) -> str:
    """Undo UTF-8 that was once read as windows-1252 and saved again, where that leaves clean text."""
    if len(_MOJIBAKE.findall(text[: SAMPLE // 2])) < _ENOUGH or "\ufffd" in text:
        return text
    try:
        _as_bytes(text[:_BEGINNING])  # most texts are in other letters besides, from the beginning
        return _as_bytes(text).decode()
    except UnicodeError:
        return text


def is_binary(text: str) -> bool:
    """Tell whether a body was an image, an archive or the like: controls and what cannot be decoded."""
    start = text[:_BEGINNING]
    return len(_NO_TEXT.findall(start)) > _BINARY * len(start)


def _as_bytes(text: str) -> bytes:
    """Encode as windows-1252 with its five holes as the C1 controls, as browsers have it."""
    return text.translate(_FROM_1252).encode("latin-1")


_FROM_1252 = {
    ord(bytes((code,)).decode("cp1252")): code
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


def _noise(text: str) -> float:
    """Count runs that no alphabet writes: accented letters or signs in a row, capitals within words."""
    return float(sum(len(run) for run in _RUNS.findall(text)))


_RUNS = re.compile(
    "[\u0080-\u00bf\u00d7\u00f7](?=[\u00c0-\u00ff])|[\u00c0-\u00ff](?=[\u0080-\u00a0\u00a2-\u00b4\u00b6-\u00ba\u00bc-\u00bf])|[\u00c0-\u00ff]{3,}|"
    "[\u0430-\u045f](?=[\u0400-\u042f\u00b1\u00b5\u00b6\u2116])|[\u0400-\u045f](?=[\u00a4-\u00a8\u00ac\u00ae\u00b0-\u00b7])"
)


@cache
def _impossible() -> re.Pattern[str]:
    return re.compile(
        "[\ufffd\u0080-\u009f\ue000-\uf8ff\U000f0000-\U0010ffff\u3400-\u4dbf\ua000-\uabff\U00010000-\U0001efff]"
    )


@cache
def _common_han() -> frozenset[str]:
    """Collect the characters of GB 2312 level 1 and Big5 level 1: what texts of either kind consist of."""
    gb = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    big5 = (
        bytes((high, low)) for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    )
    return frozenset(
        "".join(p.decode("gb2312", "ignore") for p in gb) + "".join(p.decode("big5", "ignore") for p in big5)
    )
