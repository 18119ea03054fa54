"""What a parser is handed: any text, bounded, and without the few things that make parsing quadratic.

Turbohtml parses by the standard, in linear time but for two things that a page of three megabytes can ask
hours and gigabytes with: attributes of ever new ``<body>`` and ``<html>`` tags, which all become the first
one's (50,000: 2 GB), and formatting elements left open, which every following paragraph opens anew (512 in
20,000 paragraphs: 4 s and 2 GB). Where a page has many of these they are simplified; the rest is left alone.
"""

import re

from turbohtml import Document, parse

from crawler.read.limits import MAX_INPUT, MAX_TAGS

_SOME = 64
"""So many cannot do harm; of formatting tags those count that have attributes, since alike ones without are
kept three at most by the standard."""
_NAMES = "b big code em font i nobr s small strike strong tt u"


def _any_case(name: str) -> str:
    """Write a pattern for ``name``: ``re.IGNORECASE`` takes five times as long over a page."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in name)


_FORMAT = "|".join(map(_any_case, _NAMES.split()))
_FORMATTING = re.compile(rf"<(/?)(?:{_FORMAT})(?=[\s/>])")
_HARMFUL = re.compile(rf"<(?:(?:{_FORMAT})\s[^>]|(?:{_any_case('body')}|{_any_case('html')})[\s/])")
_ONCE = re.compile(r"(<(?:body|html))[\s/][^>]*+", re.IGNORECASE)
_MANY_TAGS = 2_000  # 512 open elements in 1,500 paragraphs: 0.3 s


def parse_markup(text: str) -> Document:
    """Parse any text as a browser without script would; bounded in input and time."""
    text = text[:MAX_INPUT]
    tags = text.count("<")
    if tags > MAX_TAGS:
        text = "<".join(text.split("<", MAX_TAGS)[:MAX_TAGS])
    if tags > _MANY_TAGS and len(_HARMFUL.findall(text)) > _SOME:
        text = _ONCE.sub(r"\1", _FORMATTING.sub(r"<\1span", text))
    # A shadow tree is left where a reader meets it: attached as the standard says, selectors do not reach it.
    return parse(text, positions=False, allow_declarative_shadow_roots=False)
