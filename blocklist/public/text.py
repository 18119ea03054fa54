"""Words from a hostile web, made fit to be read: the invisible becomes visible, and no address leads away.

Markup is not handled here: the templates escape everything (``render``), the feed is built as a tree. This
room sees to what escaping does not: control and bidi characters that reorder a line, invisible letters,
stacked accents, and addresses that a reader's program would turn into a link.
"""

import re
import unicodedata
from functools import lru_cache

from blocklist.urls import defang

_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories that draw nothing of their own, or not the same everywhere."""

_HIDDEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters and marks that draw nothing, so that a category does not tell them."""

_PLAIN = re.compile(r"[\x20-\x7e\u3001-\u3002\u4e00-\u9fff\uff01-\uff5e]*").fullmatch
_MARKS = (
    3  # combining marks on one letter; living scripts need no more, stacks of them cover the lines around
)

_HAN = re.compile("[\u3400-\u9fff]")
_NOT_CHINESE = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
"""Kana and Hangul: Han beside them is Japanese or Korean."""

_SENTENCE_END = (
    r"(?<=[\u3400-\u9fff][\u3002\uff61])(?!中国|中國|公司|网|網|商城|商店|香港|台湾|台灣)[\u3400-\u9fff]"
)
_DOT = re.compile(rf"(?<=\w)[.\u3002\uff0e\uff61](?=[^\W\d_]{{2}})(?!{_SENTENCE_END})")
"""What is left after ``urls.defang``, and the dots that a browser takes for one; 3.5 stays a number.

A Chinese full stop between Chinese words ends a sentence, unless a Chinese top-level name follows.
"""


def readable(text: str) -> str:
    """Return ``text`` on one line, every invisible character spelt out as ``[U+202E]``."""
    if _PLAIN(text) and not ("  " in text or text[:1] == " " or text[-1:] == " "):
        return text
    text = " ".join(text.split())
    shown: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in _INVISIBLE or letter in _HIDDEN_LETTERS:
            shown.append(f"[U+{ord(letter):04X}]")
        elif marks <= _MARKS:
            shown.append(letter)
    return "".join(shown)


_MAY_LEAD = re.compile(r"[.\u3002\uff0e\uff61](?<=\S.)(?=\S)|://")
"""Stands in every address; not in most excerpts, where a dot ends a sentence."""


def harmless(text: str) -> str:
    """Return ``text`` readable, and with every address in it defanged: ``hxxps://shop[.]example``."""
    text = readable(text)
    return _DOT.sub("[.]", defang(text)) if _MAY_LEAD.search(text) else text


_SIMPLE = re.compile(r"[a-z0-9.\-]+(?:/[A-Za-z0-9/?=&%_\-]*)?").fullmatch
"""An address of which the host alone has dots, and nothing else is to be seen to: most are."""


@lru_cache(maxsize=64)  # an excerpt is shown in each language in turn
def language_of(text: str) -> str:
    """Return the tag of the language that the letters of ``text`` tell, ``zh``; empty: they do not tell."""
    return "zh" if _HAN.search(text) and not _NOT_CHINESE.search(text) else ""


def address(expression: str) -> str:
    """Return a list expression as a reader sees it, every dot of its host defanged.

    ``shop.example/a?b=1`` gives ``shop[.]example/a?b=1``.
    """
    if _SIMPLE(expression):
        return expression.replace(".", "[.]")
    host, slash, rest = expression.partition("/")
    return readable(host).replace(".", "[.]") + slash + harmless(rest)


def shortened(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, the middle left out where it is longer."""
    if len(text) <= limit:
        return text
    tail = limit // 4
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"
