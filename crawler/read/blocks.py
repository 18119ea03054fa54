"""The page as blocks of text in reading order, the hidden ones and those of the site at large marked.

The parser finds what matters in the tree and joins the texts of all that holds nothing of note; Python
visits only what is left: blocks, links, what hides, and whatever these stand in. Text of inline elements
runs together as a reader sees it (``via<b></b>gra``); hidden pieces inside a visible run become blocks of
their own. One walk without recursion, bounded in blocks and characters.
"""

from collections.abc import Iterator

from turbohtml import Document, Element, Node, Text

from blocklist.model import BlockKind
from crawler.read.chrome import CHROME, CHROME_ROLES, names_chrome
from crawler.read.limits import MAX_BLOCKS, MAX_LABEL
from crawler.read.marks import Marks
from crawler.read.scribe import SCOPES, Scope, Scribe
from crawler.read.sketch import Sketch
from crawler.read.tags import INLINE, KINDS, OWN, REPLACED

_BUTTONS = frozenset({"submit", "button", "image", "reset"})
_ALT, _CONTROL = BlockKind.ALT, BlockKind.CONTROL  # asked of its class a member costs a call
_PAGE = SCOPES[BlockKind.TEXT, False, False, False]


def sketch(tree: Document, marks: Marks) -> Sketch:
    """Walk ``tree``; ``marks`` says what in it is of note."""
    walk = _Walk(marks)
    walk.through(tree)
    return walk.found


class _Walk:
    """The page as far as it has been read."""

    __slots__ = ("_marks", "_scribe", "found")

    def __init__(self, marks: Marks) -> None:
        self.found = Sketch()
        self._marks = marks
        self._scribe = Scribe(self.found)

    def through(self, tree: Document) -> None:  # noqa: C901, PLR0912 - calls would cost a third more
        """Visit each node that is worth it; this loop is most of the time that reading takes."""
        scribe, holders, marked = self._scribe, self._marks.holders, self._marks.either
        run, behind, blocks = scribe.run, scribe.behind, self.found.blocks
        above: list[tuple[Iterator[Node], Scope, str]] = []
        nodes, scope, within = iter(tree), _PAGE, ""
        while True:
            for node in nodes:
                if type(node) is Element:
                    tag, holds = node.tag, node in holders
                    if tag in KINDS:
                        if run or behind:
                            scribe.flush(scope)
                        if scribe.left <= 0 or len(blocks) >= MAX_BLOCKS:
                            return
                        inner = self._block(node, tag, scope)
                        if not holds:
                            scribe.whole(node.text, inner)
                            continue
                    elif tag in INLINE or node in marked:
                        if tag == "a" and not (holds or node in marked) and self._plain_link(node, scope):
                            continue
                        inner = self._inline(node, tag, scope)
                    else:
                        inner = scope
                    if holds:
                        above.append((nodes, scope, within))
                        nodes, scope, within = iter(node), inner, tag
                        break
                    text = node.text
                    if text and not text.isspace():
                        scribe.add(text, inner)
                    elif text:
                        scribe.space(inner)
                    if inner is not scope:
                        self._leave(inner, scope)
                elif type(node) is Text:
                    text = node.data
                    if not text.isspace():
                        scribe.add(text, scope)
                    elif run or behind:
                        scribe.space(scope)
            else:
                if not above:
                    break
                nodes, outer, around = above.pop()
                if within in KINDS:
                    if run or behind:
                        scribe.flush(scope)
                elif scope is not outer:
                    self._leave(scope, outer)
                scope, within = outer, around
        scribe.flush(scope)

    def _block(self, node: Element, tag: str, outer: Scope) -> Scope:
        """Enter a block."""
        kind, hidden, chrome, link = outer
        own = OWN.get(tag, kind)
        if not chrome:
            chrome = tag in CHROME or (tag != "body" and _is_called_chrome(node))
        marks = self._marks
        if node in marks.either:
            hidden = hidden or node in marks.hiding
            self._scribe.label(_ALT, node.attr("aria-label"), hidden, chrome)
        if tag == "textarea":
            self._scribe.label(_CONTROL, node.attr("placeholder"), hidden, chrome)
        if own is kind and hidden is outer.hidden and chrome is outer.chrome:
            return outer
        return SCOPES[own, hidden, chrome, link]

    def _plain_link(self, node: Element, scope: Scope) -> bool:
        """Read a link that holds nothing of note; False: it is not as simple as that."""
        href = node.attr("href")
        if href is None or scope.hidden or scope.link:
            return False
        return self._scribe.whole_link(node.text, href)

    def _inline(self, node: Element, tag: str, outer: Scope) -> Scope:
        """Enter a part of the running text that is of note."""
        scribe, marks = self._scribe, self._marks
        kind, hidden, chrome, link = outer
        hidden = hidden or node in marks.hiding
        if node in marks.labelled:
            scribe.label(_ALT, node.attr("aria-label"), hidden, chrome)
        if tag == "a":
            if "href" in node.attrs:
                if scribe.link is not None:
                    scribe.end_link()
                scribe.begin_link(node.attr("href") or "")
                link = True
        elif tag == "img":
            alt = node.attr("alt") or node.attr("title")
            scribe.label(_ALT, alt, hidden, chrome)
            if scribe.link is not None and alt:
                scribe.link.append(alt[:MAX_LABEL])
        elif tag == "input":
            self._input(node, hidden=hidden, chrome=chrome)
        elif tag in REPLACED and scribe.run:
            scribe.run.append(" ")  # a line's end, or a drawing: what is on either side is not one word
        return SCOPES[kind, hidden, chrome, link]

    def _input(self, node: Element, *, hidden: bool, chrome: bool) -> None:
        kind = (node.attr("type") or "text").lower()
        if kind in _BUTTONS:
            said = node.attr("value") or node.attr("alt")
        else:
            said = node.attr("placeholder") if kind != "hidden" else ""
        self._scribe.label(_CONTROL, said, hidden, chrome)

    def _leave(self, inner: Scope, outer: Scope) -> None:
        """Leave a part of the running text that was of note."""
        if self._scribe.behind and not outer.hidden:
            self._scribe.flush_hidden(inner)
        if inner.link and not outer.link:
            self._scribe.end_link()


def _is_called_chrome(node: Element) -> bool:
    said = node.attr
    return (
        ((name := said("class")) is not None and names_chrome(name))
        or ((name := said("id")) is not None and names_chrome(name))
        or said("role") in CHROME_ROLES
    )
