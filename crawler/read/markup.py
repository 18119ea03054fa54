# ruff: noqa: SIM905 - names of elements read best as a line
"""The parsed page: Lexbor on every page, with the guards it needs against pages built to be slow.

Lexbor is quadratic in three things, and a page of three megabytes can ask for hours: block elements inside
each other (40,000: 5 s), attributes of one tag (40,000: 7 s), and open formatting elements, which every
following paragraph opens anew (512 in 5,000 paragraphs: 4 s and a gigabyte). Pages large enough to do harm
are simplified first, as browsers partly do: what is left out is tags, never text.
"""

import re

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from crawler.read.limits import MAX_DEPTH, MAX_INPUT, MAX_TAGS

_MANY_TAGS = 4_000  # fewer cannot be slow by depth (5,000: 0.04 s)
_SOME_TAGS = 1_500  # fewer cannot be slow by formatting (512 elements in 1,000 paragraphs: 0.5 s)
_SOME_FORMATTING = 64  # with attributes; alike ones without are kept three at most by the standard
_MANY_BREAKS = 15_000  # spaces and quotes: fewer attributes than that are little trouble (0.5 s)
_FORMATTING = frozenset("b big code em font i nobr s small strike strong tt u".split())
_FORMATTED = re.compile(rf"<(?:{'|'.join(_FORMATTING)})\s[^>]", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)")
_TO_TAG_END = re.compile(r"[^>]*+>?")
_ATTRIBUTES = re.compile(
    r"<([A-Za-z][^\s/>]*+)"
    r"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?)?){1000,}+"
)
"""A tag with a thousand attributes, told as the standard tells tokens apart."""

_NOT_NESTING = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd tbody thead "
    "tfoot colgroup caption rt rp a title script style option optgroup".split()
)
"""Void elements, and those that close their elder sibling by themselves."""
_ONCE = frozenset({"html", "head", "body"})


def parse_markup(text: str) -> LexborHTMLParser:
    """Parse any text as a browser without script would; bounded in input, depth and time."""
    text = text[:MAX_INPUT]
    if len(text) > _MANY_BREAKS and text.count(" ") + text.count("\n") + text.count('"') > _MANY_BREAKS:
        text = _ATTRIBUTES.sub(r"<\1", text)
    tags = text.count("<")
    if tags > _MANY_TAGS or (tags > _SOME_TAGS and len(_FORMATTED.findall(text)) > _SOME_FORMATTING):
        text = _simplified(text)
    # Without events a select of 20,000 options takes 0.01 s instead of 3.
    return LexborHTMLParser(text.encode(errors="replace"), options=LexborDocumentOptions.WO_EVENTS)


def _simplified(text: str) -> str:
    """Leave out elements deeper than ``MAX_DEPTH`` and beyond ``MAX_TAGS``; formatting becomes spans."""
    kept: list[str] = []
    done = depth = total = 0
    opened: dict[str, int] = {}
    for tag in _TAG.finditer(text):
        start, end = tag.span()
        closing, name = tag[1], tag[2].lower()
        plain = "span" if name in _FORMATTING else name
        if start < done or plain in _NOT_NESTING:
            continue
        if not closing and (depth >= MAX_DEPTH or total >= MAX_TAGS or (plain in _ONCE and plain in opened)):
            kept += (text[done:start], "" if plain == "span" else "<br>")
            done = _TO_TAG_END.match(text, end).end()  # type: ignore[union-attr] # matches anything
            continue
        if plain != name:
            kept += (text[done:start], "<", closing, plain)
            done = end
        if not closing:
            total += 1
            depth += 1
            opened[plain] = opened.get(plain, 0) + 1
        elif opened.get(plain) and plain not in _ONCE:
            opened[plain] -= 1
            depth -= 1
    kept.append(text[done:])
    return "".join(kept)
