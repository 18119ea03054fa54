"""Text that the style sheet shows otherwise than it is written, put as a reader sees it.

Words written backwards and turned round (``unicode-bidi: bidi-override``, ``<bdo>``), parts of words set
right by ``order``, ``row-reverse`` or ``float``, and text that stands in the sheet (``content``). Only the
page's own sheet and attributes are read, only plain class and id selectors, and only pieces of running
text: the layout of whole blocks is left alone.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick
from turbohtml import Document, Element, Node, Text

from crawler.read.sheets import selectors, telling_rules
from crawler.read.words import automaton

_BACKWARD = re.compile(r"bidi-override", re.IGNORECASE)
_RTL = re.compile(r"direction\s*:\s*rtl", re.IGNORECASE)
_REVERSE = re.compile(r"row-reverse", re.IGNORECASE)
_ORDER = re.compile(r"(?<![\w-])order\s*:\s*(-?\d{1,6})", re.IGNORECASE)
_FLOAT = re.compile(r"(?<![\w-])float\s*:\s*(left|right)", re.IGNORECASE)
_CONTENT = re.compile(
    r"content\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|attr\(\s*([\w-]+)\s*\))", re.IGNORECASE
)
_SELECTOR = re.compile(r"\s*([.#][A-Za-z_][\w-]*)(?:::?(before|after))?\s*\Z", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_MAX_RULES = 2_000
_MAX_SHEET = 200_000  # characters of style sheets read
_MAX_ELEMENTS = 5_000
_LONGEST = 64  # characters of a piece of text, or of its parts together
_ENOUGH_FLOATS = 3  # fewer are a page's layout
_INLINE = frozenset(
    ("a", "b", "bdi", "bdo", "em", "font", "i", "label", "mark", "s", "small", "span", "strong", "u")
)

Rules = dict[str, str]
"""``.class`` or ``#id``, with ``::before`` or ``::after``, to declarations."""


def put_in_order(tree: Document, sheet: str, markup: str) -> None:
    """Rewrite what the page shows in another order; ``markup`` is what ``tree`` was made of."""
    rules = dict(_rules(sheet)) if sheet else {}
    names = {name for name in rules if "::" not in name}
    inline = _inline(tree, markup)
    if not rules and not inline:
        return
    drawn = rules.keys() - names
    queries = [*(["[class]", "[id]"] if rules else []), *inline]
    elements = tree.select(", ".join(queries))[:_MAX_ELEMENTS]
    parents: dict[Element, None] = {}
    for element in elements:
        if drawn:
            _draw(element, rules)
        style = _style(element, rules)
        if _is_backward(element, style):
            _turn(element)
        elif _REVERSE.search(style):
            parents[element] = None
        elif (_ORDER.search(style) or _FLOAT.search(style)) and isinstance(element.parent, Element):
            parents[element.parent] = None
    for parent in parents:
        _sort(parent, rules)


def _inline(tree: Document, markup: str) -> list[str]:
    """Return selectors of elements whose own attributes change the order of text."""
    styles = "\n".join([element.attr("style") or "" for element in tree.select("[style]")])
    found = ["bdo[dir]"] if tree.select("bdo") else []
    if "bidi-override" in styles:
        found.append("[style*=bidi-override]")
    if ("order" in styles or "row-reverse" in styles) and (
        "inline-flex" in markup or "inline-grid" in markup
    ):
        found += ["[style*=row-reverse]", "[style*=order]"]
    if "float" in styles and markup.count("float:") + markup.count("float :") >= _ENOUGH_FLOATS:
        found += [f"{name}[style*=float]" for name in ("i", "b", "span", "em", "u", "font", "strong", "s")]
    return found


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    sheet = sheet[:_MAX_SHEET]
    for begin, said in itertools.islice(telling_rules(sheet, _telling()), _MAX_RULES):
        drawn = _CONTENT.search(said)
        if drawn and not (drawn[3] or _drawn_words(drawn)):
            continue  # a picture of an icon font
        if not (drawn or _BACKWARD.search(said) or _ORDER.search(said) or _REVERSE.search(said)):
            continue
        for part in selectors(sheet, begin):
            selector = _SELECTOR.match(part)
            if selector is not None and bool(drawn) == bool(selector[2]):
                yield (f"{selector[1]}::{selector[2].lower()}" if selector[2] else selector[1]), said


@cache
def _telling() -> AhoCorasick:
    """Return what finds a word of each rule that ``_rules`` yields, and of some others: not of borders."""
    before = (chr(code) for code in range(128) if not (chr(code).isalnum() or chr(code) in "_-}"))
    return automaton(["content", "bidi-override", "row-reverse", *(f"{sign}order" for sign in before)])


def _names(element: Element) -> list[str]:
    named = [f".{name}" for name in (element.attr("class") or "").split()]
    return [*named, f"#{identity}"] if (identity := element.attr("id")) else named


def _style(element: Element, rules: Rules) -> str:
    said = [rules[name] for name in _names(element) if name in rules] if rules else []
    return ";".join((*said, element.attr("style") or ""))


def _is_backward(element: Element, style: str) -> bool:
    if _BACKWARD.search(style):
        return _RTL.search(style) is not None or (element.attr("dir") or "").lower() == "rtl"
    return element.tag == "bdo" and (element.attr("dir") or "").lower() == "rtl"


def _turn(element: Element) -> None:
    text = element.text
    if text and len(text) <= _LONGEST * _LONGEST:
        element.replace_with(Text(text[::-1]))


def _draw(element: Element, rules: Rules) -> None:
    """Write out what the sheet puts before and after an element's text."""
    for name in _names(element):
        for place in ("before", "after"):
            said = rules.get(f"{name}::{place}")
            text = _content(said, element) if said else ""
            if not text:
                continue
            if place == "before":
                element.insert(0, Text(text))
            else:
                element.append(Text(text))


def _content(said: str, element: Element) -> str:
    """Return the words of a ``content`` declaration; empty: none."""
    found = _CONTENT.search(said)
    if found is None:
        return ""
    return (element.attr(found[3]) or "")[:_LONGEST] if found[3] else _drawn_words(found)


def _drawn_words(found: re.Match[str]) -> str:
    text = _unescaped((found[1] or found[2] or "")[: 8 * _LONGEST])[:_LONGEST]
    return text if any(letter.isalpha() for letter in text) else ""


def _unescaped(written: str) -> str:
    """Undo the escapes of CSS strings (CSS Syntax, section 4.3.7)."""

    def character(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else ord(found[2])
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - surrogates

    return _ESCAPE.sub(character, written)


def _sort(parent: Element, rules: Rules) -> None:
    """Put the pieces of running text within an element in the order in which they are seen."""
    pieces = list(parent)
    if not 1 < len(pieces) <= _LONGEST or not all(map(_is_inline, pieces)):
        return
    texts = [piece.text for piece in pieces]
    if sum(map(len, texts)) > _LONGEST:
        return
    styles = [_style(piece, rules) if isinstance(piece, Element) else "" for piece in pieces]
    order = _seen(styles, backward=_REVERSE.search(_style(parent, rules)) is not None)
    if order == list(range(len(pieces))):
        return
    for piece in pieces:
        piece.decompose()
    parent.append(Text("".join([texts[at] for at in order])))


def _is_inline(node: Node) -> bool:
    return isinstance(node, Text) or (isinstance(node, Element) and node.tag in _INLINE)


def _seen(styles: Iterable[str], *, backward: bool) -> list[int]:
    places = []
    for at, style in enumerate(styles):
        asked = _ORDER.search(style)
        floating = _FLOAT.search(style)
        side = 0 if floating is None else -1 if floating[1].lower() == "left" else 1
        places.append((side, int(asked[1]) if asked else 0, -at if side == 1 or backward else at, at))
    return [place[-1] for place in sorted(places)]
