"""The page as blocks of text in reading order, the hidden ones and those of the site at large marked.

The parser lists all nodes in document order; each is looked at once, and what it stands in is known by its
parent, so that nothing goes down the tree and up again. Text of inline elements runs together as a reader
sees it (``via<b></b>gra``); hidden pieces inside a visible run become blocks of their own. Bounded in blocks
and characters, whatever the depth.
"""

from turbohtml import Document, Element, Node, Text

from blocklist.model import BlockKind
from crawler.read.chrome import ROLES, names_chrome
from crawler.read.limits import MAX_BLOCKS
from crawler.read.marks import Marks
from crawler.read.scopes import OUTSIDE, Scope
from crawler.read.scribe import Scribe
from crawler.read.sketch import Sketch
from crawler.read.tags import BEGINS, INLINE, REPLACED

_BUTTONS = frozenset({"submit", "button", "image", "reset"})
_ALT, _CONTROL = BlockKind.ALT, BlockKind.CONTROL  # asked of its class a member costs a call

_Frame = tuple[Scope, bool, "_Frame | None"]
"""What holds inside an element that is of note, whether it is a block, and the frame that it stands in."""


def sketch(tree: Document, marks: Marks) -> Sketch:
    """Read ``tree``; ``marks`` says what in it hides or has a label."""
    walk = _Walk(marks)
    walk.through(tree)
    return walk.found


class _Walk:
    """The page as far as it has been read."""

    __slots__ = ("_called", "_marks", "_scribe", "found")

    def __init__(self, marks: Marks) -> None:
        self.found = Sketch()
        self._marks = marks
        self._scribe = Scribe(self.found)
        # What this page calls its elements: pages differ, and the names of many fall out of any cache.
        self._called: dict[str, bool] = {}

    def through(self, tree: Document) -> None:  # noqa: C901, PLR0912, PLR0915 - calls cost
        """Look at each node; this loop is most of the time that reading takes."""
        scribe, marked, blocks = self._scribe, self._marks.either, self.found.blocks
        run, behind = scribe.run, scribe.behind
        within: Node | None = tree
        frame: _Frame = (OUTSIDE, True, None)
        here, scope = frame, OUTSIDE
        frames: dict[Node | None, _Frame] = {tree: frame}
        for node in tree.descendants:
            if type(node) is Text:
                text = node.data
                if (blank := text.isspace()) and not run and not behind:
                    continue  # between two blocks, as a quarter of all nodes is
            if (parent := node.parent) is not within:
                within, frame = parent, frames[parent]
                scope = frame[0]
            if here is not frame:  # what is left since then
                if run or behind:
                    self._leave(here, frame)
                here = frame
            if type(node) is Text:
                if not blank:
                    if scope.hidden:
                        behind.append(text)
                    else:
                        run.append(text)
                        if not scope.link:
                            scribe.unlinked = True
                elif under_way := behind if scope.hidden else run:
                    under_way.append(" ")
            elif type(node) is Element:
                tag = node.tag
                if (begins := BEGINS.get(tag)) is not None:
                    if run or behind:
                        scribe.flush(scope)
                    if scribe.left <= 0 or len(blocks) >= MAX_BLOCKS:
                        return
                    own, is_chrome, has_name = begins
                    if own is not None:
                        scope = scope.of_kind[own]
                    if not scope.chrome and (is_chrome or (has_name and self._is_called_chrome(node))):
                        scope = scope.as_chrome
                    if node in marked:
                        scope = self._marked(node, scope)
                    if tag == "textarea":
                        scribe.label(_CONTROL, node.attr("placeholder"), scope)
                    here = frame = frames[node] = (scope, True, frame)
                    within = node
                elif tag in INLINE or node in marked:
                    inner = self._inline(node, tag, scope)
                    if inner is scope:
                        frames[node] = frame
                    else:
                        here = frame = frames[node] = (inner, False, frame)
                        within, scope = node, inner
                else:
                    frames[node] = frame
        self._leave(here, None)

    def _is_called_chrome(self, node: Element) -> bool:
        called = self._called
        classes, identity = node.attr("class"), node.attr("id")
        for name in (classes, identity):
            if name is not None:
                found = called.get(name)
                if found is None:
                    found = called[name] = names_chrome(name)
                if found:
                    return True
        return node.attr("role") in ROLES

    def _leave(self, inner: _Frame | None, outer: _Frame | None) -> None:
        """End what was begun since ``outer``; None: the page too."""
        scribe = self._scribe
        while inner is not None and inner is not outer:
            scope, is_block, around = inner
            if is_block:
                scribe.flush(scope)
                return  # nothing is under way any more
            if around is not None:
                if scribe.behind and not around[0].hidden:
                    scribe.flush_hidden(scope)
                if scope.link and not around[0].link:
                    scribe.end_link()
            inner = around

    def _inline(self, node: Element, tag: str, scope: Scope) -> Scope:
        """Enter a part of the running text that is of note."""
        scribe = self._scribe
        if node in self._marks.either:
            scope = self._marked(node, scope)
        if tag == "a":
            if (href := node.attr("href")) is not None:
                if scope.link:
                    scribe.end_link()
                scribe.begin_link(href)
                scope = scope.as_link
        elif tag == "img":
            if said := node.attr("alt") or node.attr("title"):
                scribe.label(_ALT, said, scope)
        elif tag == "input":
            scribe.label(_CONTROL, _said_by(node), scope)
        elif tag in REPLACED and scribe.run:
            scribe.run.append(" ")  # a line's end, or a drawing: what is on either side is not one word
        return scope

    def _marked(self, node: Element, scope: Scope) -> Scope:
        """Enter what hides, or has a label."""
        if node in self._marks.hiding:
            scope = scope.as_hidden
        self._scribe.label(_ALT, node.attr("aria-label"), scope)
        return scope


def _said_by(node: Element) -> str | None:
    """Return what an ``<input>`` says."""
    kind = (node.attr("type") or "text").lower()
    if kind in _BUTTONS:
        return node.attr("value") or node.attr("alt")
    return node.attr("placeholder") if kind != "hidden" else None
