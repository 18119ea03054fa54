"""Base letters and the marks that follow them, composed (NFC) with positions kept."""

import re
import unicodedata
from functools import cache

from crawler.read.offsets import Normalised, rewrite

_MAX_MARKS = 8  # letters with more marks than any language stacks are decoration; the rest is dropped


def compose(found: Normalised) -> Normalised:
    """NFC; nothing to do for most texts, and known quickly."""
    if unicodedata.is_normalized("NFC", found.text):
        return found
    return rewrite(found, _clusters(), _composed)


def _composed(cluster: str) -> str:
    return unicodedata.normalize("NFC", cluster[: 1 + _MAX_MARKS])


@cache
def _clusters() -> re.Pattern[str]:
    scanned = (*range(0x300, 0xFB00), *range(0xFE20, 0xFE30), *range(0x10000, 0x1F000))
    marks = re.escape("".join(chr(code) for code in scanned if unicodedata.combining(chr(code))))
    # Hangul vowels and finals, and Indic vowel signs of combining class 0 that compose all the same.
    jamo = "\u1160-\u11ff\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6"
    signs = "\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35"
    return re.compile(f".[{marks}{jamo}{signs}]+", re.DOTALL)
