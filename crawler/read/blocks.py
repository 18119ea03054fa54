"""The parsed tree as blocks of text in reading order, the hidden ones and those of the site at large marked.

One walk without recursion, in document order, bounded in nodes, blocks and characters. Text of inline
elements runs together as a reader sees it (``via<b></b>gra``); hidden pieces inside a visible run become
blocks of their own.
"""

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from blocklist.model import BlockKind
from crawler.read.chrome import is_chrome
from crawler.read.hidden import hidden_names, is_hidden
from crawler.read.limits import MAX_BLOCKS, MAX_LABEL, MAX_NODES
from crawler.read.scribe import Scope, Scribe
from crawler.read.sketch import Sketch
from crawler.read.tags import Element, element_of

_TEXT_NODE = 2  # Lexbor's tag id of text
_KNOWN_IDS = 512  # Lexbor numbers the elements it knows below this, and others by their address
_HIDING = frozenset({"style", "hidden", "aria-hidden"})
_BUTTONS = frozenset({"submit", "button", "image", "reset"})

_KNOWN: dict[int, Element] = {}


def sketch(tree: LexborHTMLParser, sheet: str = "") -> Sketch:
    """Walk the tree; ``sheet`` is the text of the page's own ``<style>`` elements."""
    return _walk(tree.root, hidden_names(sheet) if sheet else frozenset())


def _walk(node: LexborNode | None, sheet: frozenset[str]) -> Sketch:  # noqa: C901, PLR0912 - calls would cost a third more
    """Visit each node once; this loop is a third of the time that reading takes, hence long and flat."""
    path: list[tuple[LexborNode, Element, Scope]] = []
    scribe = Scribe()
    scope, run, behind = Scope(), scribe.run, scribe.behind
    for _ in range(MAX_NODES):
        if node is None or scribe.left <= 0 or len(scribe.found.runs) >= MAX_BLOCKS:
            break
        following: LexborNode | None = None
        number = node.tag_id
        if number == _TEXT_NODE:
            text = node.text_content
            if text and not text.isspace():
                scribe.add(text, scope)
            elif run:
                run.append(" ")
            following = node.next
        else:
            element = _KNOWN.get(number) or _learn(node, number)
            name, skipped, kind, own, special = element
            if skipped:
                scribe.found.count(name)
                following = node.next
            else:
                path.append((node, element, scope))
                if kind is not None and (run or behind):
                    scribe.flush(scope)
                attributes = node.attributes
                if attributes or special or own is not None:
                    scope = _enter(scribe, node, element, attributes, sheet, scope)
                following = node.first_child if name != "title" else None
        while following is None and path:
            node, element, outer = path.pop()
            if element.kind is not None:
                if run or behind:
                    scribe.flush(scope)
            elif behind and not outer.hidden:
                scribe.flush_hidden(scope)
            if element.name == "a" and scribe.link is not None:
                scribe.end_link()
            scope = outer
            following = node.next
        node = following
    scribe.flush(scope)
    return scribe.found


def _enter(
    scribe: Scribe,
    node: LexborNode,
    element: Element,
    attributes: Mapping[str, str | None],
    sheet: frozenset[str],
    scope: Scope,
) -> Scope:
    name, _, kind, own, special = element
    inner, hidden, chrome, link = scope
    if attributes:
        if not hidden and (sheet or not _HIDING.isdisjoint(attributes)) and is_hidden(attributes, sheet):
            hidden = True
        if "aria-label" in attributes:
            scribe.label(BlockKind.ALT, attributes["aria-label"], hidden, chrome)
    if kind is not None and not chrome:
        chrome = is_chrome(name, attributes)
    if own is not None:
        inner = own
    if special:
        return _special(scribe, node, name, attributes, Scope(inner, hidden, chrome, link))
    if inner is scope.kind and hidden is scope.hidden and chrome is scope.chrome:
        return scope
    return Scope(inner, hidden, chrome, link)


def _special(  # noqa: C901 - one line for each element
    scribe: Scribe, node: LexborNode, name: str, attributes: Mapping[str, str | None], scope: Scope
) -> Scope:
    found = scribe.found
    if name == "a":
        if scribe.link is not None:
            scribe.end_link()
        href = attributes.get("href")
        if href is not None:
            scribe.begin_link(href)
            return Scope(scope.kind, scope.hidden, scope.chrome, True)
    elif name == "br":
        if scribe.run:
            scribe.run.append("\n")
    elif name == "img":
        found.images += 1
        alt = attributes.get("alt") or attributes.get("title")
        scribe.label(BlockKind.ALT, alt, scope.hidden, scope.chrome)
        if scribe.link is not None and alt:
            scribe.link.append(alt[:MAX_LABEL])
    elif name == "input":
        _input(scribe, attributes, scope)
    elif name == "title":
        found.title = found.title or " ".join(node.text().split())[:MAX_LABEL]
    elif name == "textarea":
        scribe.label(BlockKind.CONTROL, attributes.get("placeholder"), scope.hidden, scope.chrome)
    elif name == "dialog" and "open" not in attributes:
        return scope._replace(hidden=True)
    elif name in {"frame", "frameset"}:
        found.frames += 1
    return scope


def _input(scribe: Scribe, attributes: Mapping[str, str | None], scope: Scope) -> None:
    kind = (attributes.get("type") or "text").lower()
    scribe.found.images += kind == "image"
    if kind in _BUTTONS:
        scribe.label(
            BlockKind.CONTROL,
            attributes.get("value") or attributes.get("alt"),
            scope.hidden,
            scope.chrome,
        )
    elif kind != "hidden":
        scribe.label(BlockKind.CONTROL, attributes.get("placeholder"), scope.hidden, scope.chrome)


def _learn(node: LexborNode, number: int) -> Element:
    element = element_of(node.tag or "")
    if number < _KNOWN_IDS:
        _KNOWN[number] = element
    return element
