"""The parsed page: Lexbor on every page, with the guard it needs against towers of nested elements.

Lexbor looks through all open elements when a block element opens: 40,000 of them inside each other take 5 s, 500,000
hours. Elements deeper than browsers keep them are therefore left out before parsing; their text stays.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from crawler.read.limits import MAX_DEPTH, MAX_INPUT

_MANY_TAGS = 4_000  # fewer cannot be slow, however nested (5,000: 0.04 s)
_TAG = re.compile(r"<!--.*?(?:-->|$)|<(/?)([A-Za-z][^\s/>]{0,20})[^>]{0,2000}>?", re.DOTALL)
_NOT_NESTING = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option optgroup tbody "
    "thead tfoot colgroup caption rt rp html head body".split()
)
"""Void elements, and those that close their elder sibling by themselves."""


def parse_markup(text: str) -> LexborHTMLParser:
    """Parse any text as a browser without script would; bounded in input and depth."""
    text = text[:MAX_INPUT]
    if text.count("<") > _MANY_TAGS:
        text = _flattened(text)
    return LexborHTMLParser(text.encode(errors="replace"))


def _flattened(text: str) -> str:
    """Leave out the opening of elements deeper than ``MAX_DEPTH``."""
    kept: list[str] = []
    done = depth = 0
    opened: dict[str, int] = {}
    for tag in _TAG.finditer(text):
        name = (tag[2] or "").lower()
        if not name or name in _NOT_NESTING:
            continue
        if tag[1]:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
        elif depth >= MAX_DEPTH:
            kept.append(text[done : tag.start()])
            done = tag.end()
        else:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
    kept.append(text[done:])
    return "".join(kept)
