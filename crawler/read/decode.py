"""Honest decoding: bytes to text in the encoding they are in, which is not always the one they claim.

Valid UTF-8 is taken at its word (a GBK or Big5 text of some length practically never is). Anything else is
tried in what header, markup and the bytes themselves suggest, and the reading that looks most like writing
wins; the declared one has the benefit of the doubt. ``charset_normalizer`` is asked, through
BeautifulSoup's ``UnicodeDammit``, only when no reading looks right.
"""

import codecs
import logging

from crawler.read.charsets import CODECS, MULTIBYTE, canonical, from_header, from_markup
from crawler.read.plausible import SAMPLE, implausibility, may_be_mojibake, mend_mojibake

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_GOOD = 0.08  # share of doubtful characters that honest pages stay under (our test pages: at most 0.05)
_DOUBT = 0.1  # how much worse than another reading the declared one may look and still be believed
_GUESSES = ("gb18030", "big5", "windows-1252", "shift_jis", "euc-kr", "windows-1251")
_HEAD = 4_096  # bytes looked at for the zeros of UTF-16
_TELLING = 25  # one byte in so many at least: Chinese has zeros in its spaces and signs only
_SILENCE = logging.NullHandler()
_ESCAPED = ("iso-2022-jp", "hz-gb-2312")  # pure ASCII to the eye


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text and the name of the encoding it was in; any bytes, never raises.

    What cannot be decoded becomes U+FFFD.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _read(body[len(mark) :], name), name
    declared = from_header(content_type) or from_markup(body)
    if name := _without_mark(body):
        return _read(body, name), name
    text = _utf8(body)
    if text is not None:
        if declared in _ESCAPED and text.isascii():
            return _read(body, declared), declared
        return (mend_mojibake(text) if may_be_mojibake(body) else text, "utf-8")
    name = _best(body, declared, from_markup(body))
    return mend_mojibake(_read(body, name)), name


def _utf8(body: bytes) -> str | None:
    """Decode as UTF-8, the last character perhaps cut off; None: it is something else."""
    try:
        return body.decode()
    except UnicodeDecodeError as problem:
        if problem.start >= len(body) - 3 and problem.start:
            return body[: problem.start].decode()
        return None


def _without_mark(body: bytes) -> str:
    """Tell UTF-16 without a byte order mark by where its zeros lie; empty: it is not."""
    head = body[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * _TELLING < len(head) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16le" if odd > even else "utf-16be"


def _best(body: bytes, declared: str, in_markup: str) -> str:
    sample = _telling(body)
    names = [name for name in dict.fromkeys((declared, in_markup, "utf-8", *_GUESSES)) if name]
    scores: dict[str, float] = {}
    for name in names:
        scores[name] = implausibility(_read(sample, name), name)
        if name == declared and name in MULTIBYTE and scores[name] < _GOOD / 2:
            return name
    best = min(names, key=lambda name: (round(scores[name], 3), names.index(name)))
    if declared and scores[declared] <= scores[best] + _DOUBT / 2 and scores[declared] < _GOOD:
        return declared
    if scores[best] > _GOOD + _DOUBT:
        asked = _ask(sample)
        if asked and implausibility(_read(sample, asked), asked) < scores[best]:
            return asked
    return best


def _telling(body: bytes) -> bytes:
    """Return a part of the body that begins where ASCII ends and so tells encodings apart."""
    try:
        body.decode("ascii")
    except UnicodeDecodeError as problem:
        return body[problem.start : problem.start + SAMPLE]
    return body[:SAMPLE]


def _read(body: bytes, name: str) -> str:
    return body.decode(CODECS[name], errors="replace")


def _ask(sample: bytes) -> str:
    from bs4.dammit import UnicodeDammit  # noqa: PLC0415 - few pages need it, and its detector loads slowly

    logging.getLogger("bs4.dammit").addHandler(_SILENCE)  # it tells stderr of characters it could not read
    found = UnicodeDammit(sample[:8192], is_html=True).original_encoding
    return canonical((found or "").replace("_", "-")) or canonical(found or "")
