"""The parsed tree as blocks of text in reading order, the hidden ones and those of the site at large marked.

One walk without recursion, in document order, bounded in nodes, blocks and characters. Text of inline
elements runs together as a reader sees it (``via<b></b>gra``); hidden pieces inside a visible run become
blocks of their own.
"""

from collections.abc import Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from blocklist.model import Anchor, BlockKind
from crawler.read.chrome import is_chrome
from crawler.read.hidden import hidden_names, is_hidden
from crawler.read.limits import MAX_ANCHORS, MAX_BLOCK, MAX_BLOCKS, MAX_HREF, MAX_LABEL, MAX_NODES, MAX_TEXT
from crawler.read.sketch import Run, Sketch
from crawler.read.tags import ANEW, KINDS, SKIPPED, SPECIAL

_TEXT_NODE = 2  # Lexbor's tag id of text
_KNOWN_IDS = 512  # Lexbor numbers the elements it knows below this, and others by their address
_HIDING = frozenset({"style", "hidden", "aria-hidden"})
_BUTTONS = frozenset({"submit", "button", "image", "reset"})
_SPEAKS_FOR_ITSELF = frozenset({BlockKind.HEADING, BlockKind.CONTROL})


class _Element(NamedTuple):
    """What an element's name says."""

    name: str
    skipped: bool
    kind: BlockKind | None
    """None: it is part of the running text."""
    own: BlockKind | None
    """The kind that text within it takes on; None: the one it had outside."""
    special: bool


class _Scope(NamedTuple):
    """What holds for everything inside an element."""

    kind: BlockKind = BlockKind.TEXT
    hidden: bool = False
    chrome: bool = False
    link: bool = False


_KNOWN: dict[int, _Element] = {}


def sketch(tree: LexborHTMLParser, sheet: str = "") -> Sketch:
    """Walk the tree; ``sheet`` is the text of the page's own ``<style>`` elements."""
    return _Walk(hidden_names(sheet) if sheet else frozenset()).walk(tree.root)


class _Walk:
    __slots__ = ("anchor", "behind", "found", "href", "left", "run", "sheet", "unlinked")

    def __init__(self, sheet: frozenset[str]) -> None:
        self.found = Sketch()
        self.sheet = sheet
        self.run: list[str] = []  # the visible block under way
        self.unlinked = False  # whether any of it lies outside a link
        self.behind: list[str] = []  # hidden text under way
        self.anchor: list[str] | None = None  # the text of the link under way
        self.href = ""
        self.left = MAX_TEXT

    def walk(self, node: LexborNode | None) -> Sketch:  # noqa: C901, PLR0912 - calls would cost a third more
        """Visit each node once; this loop is a third of the time that reading takes, hence long and flat."""
        path: list[tuple[LexborNode, _Element, _Scope]] = []
        scope, run, behind = _Scope(), self.run, self.behind
        for _ in range(MAX_NODES):
            if node is None or self.left <= 0 or len(self.found.runs) >= MAX_BLOCKS:
                break
            following: LexborNode | None = None
            number = node.tag_id
            if number == _TEXT_NODE:
                text = node.text_content
                if text and not text.isspace():
                    self._text(text, scope)
                elif run:
                    run.append(" ")
                following = node.next
            else:
                element = _KNOWN.get(number) or _learn(node, number)
                name, skipped, kind, own, special = element
                if skipped:
                    self.found.count(name)
                    following = node.next
                else:
                    path.append((node, element, scope))
                    if kind is not None and (run or behind):
                        self._flush(scope)
                    attributes = node.attributes
                    if attributes or special or own is not None:
                        scope = self._enter(node, element, attributes, scope)
                    following = node.first_child if name != "title" else None
            while following is None and path:
                node, element, outer = path.pop()
                if element.kind is not None:
                    if run or behind:
                        self._flush(scope)
                elif behind and not outer.hidden:
                    self._flush_hidden(scope)
                if element.name == "a" and self.anchor is not None:
                    self._end_anchor()
                scope = outer
                following = node.next
            node = following
        self._flush(scope)
        return self.found

    def _text(self, text: str, scope: _Scope) -> None:
        if len(text) > self.left:
            text = text[: self.left]
        self.left -= len(text)
        if scope.hidden:
            self.behind.append(text)
            return
        self.run.append(text)
        if self.anchor is not None:
            self.anchor.append(text)
        if not scope.link:
            self.unlinked = True

    def _enter(
        self, node: LexborNode, element: _Element, attributes: Mapping[str, str | None], scope: _Scope
    ) -> _Scope:
        name, _, kind, own, special = element
        inner, hidden, chrome, link = scope
        if attributes:
            if (
                not hidden
                and (self.sheet or not _HIDING.isdisjoint(attributes))
                and is_hidden(attributes, self.sheet)
            ):
                hidden = True
            if "aria-label" in attributes:
                self._label(BlockKind.ALT, attributes["aria-label"], hidden, chrome)
        if kind is not None and not chrome:
            chrome = is_chrome(name, attributes)
        if own is not None:
            inner = own
        if special:
            return self._special(node, name, attributes, _Scope(inner, hidden, chrome, link))
        if inner is scope.kind and hidden is scope.hidden and chrome is scope.chrome:
            return scope
        return _Scope(inner, hidden, chrome, link)

    def _special(  # noqa: C901, PLR0912 - one line for each element
        self, node: LexborNode, name: str, attributes: Mapping[str, str | None], scope: _Scope
    ) -> _Scope:
        found = self.found
        if name == "a":
            if self.anchor is not None:
                self._end_anchor()
            href = attributes.get("href")
            if href is not None:
                if self.run and not self.run[-1]:
                    self.run.append(" ")  # the link before this one ended just here
                self.href, self.anchor = href[:MAX_HREF].strip(), []
                return _Scope(scope.kind, scope.hidden, scope.chrome, True)
        elif name == "br":
            if self.run:
                self.run.append("\n")
        elif name == "img":
            found.images += 1
            alt = attributes.get("alt") or attributes.get("title")
            self._label(BlockKind.ALT, alt, scope.hidden, scope.chrome)
            if self.anchor is not None and alt:
                self.anchor.append(alt[:MAX_LABEL])
        elif name == "input":
            self._input(attributes, scope)
        elif name == "title":
            found.title = found.title or " ".join(node.text().split())[:MAX_LABEL]
        elif name == "textarea":
            self._label(BlockKind.CONTROL, attributes.get("placeholder"), scope.hidden, scope.chrome)
        elif name == "dialog" and "open" not in attributes:
            return scope._replace(hidden=True)
        elif name in {"frame", "frameset"}:
            found.frames += 1
        return scope

    def _input(self, attributes: Mapping[str, str | None], scope: _Scope) -> None:
        kind = (attributes.get("type") or "text").lower()
        self.found.images += kind == "image"
        if kind in _BUTTONS:
            self._label(
                BlockKind.CONTROL,
                attributes.get("value") or attributes.get("alt"),
                scope.hidden,
                scope.chrome,
            )
        elif kind != "hidden":
            self._label(BlockKind.CONTROL, attributes.get("placeholder"), scope.hidden, scope.chrome)

    def _label(self, kind: BlockKind, written: str | None, hidden: bool, chrome: bool) -> None:
        text = " ".join((written or "")[:MAX_LABEL].split())
        if text:
            self.left -= len(text)
            self.found.runs.append(Run(kind, text, hidden, chrome))

    def _end_anchor(self) -> None:
        text = " ".join("".join(self.anchor or ()).split())[:MAX_LABEL]
        if len(self.found.anchors) < MAX_ANCHORS:
            self.found.anchors.append(Anchor(text=text, href=self.href))
            self.found.anchor_runs.append(len(self.found.runs))
        self.anchor = None
        if self.run:
            self.run.append("")  # remembered, so that the next link does not stick to this one

    def _flush(self, scope: _Scope) -> None:
        """End the block under way, and the hidden one."""
        if self.behind:
            self._flush_hidden(scope)
        text = " ".join("".join(self.run).split())
        self.run.clear()
        if text:
            kind = scope.kind
            if not self.unlinked and kind not in _SPEAKS_FOR_ITSELF:
                kind = BlockKind.LINK
            self.unlinked = False
            self._emit(kind, text, hidden=False, chrome=scope.chrome)

    def _flush_hidden(self, scope: _Scope) -> None:
        text = " ".join("".join(self.behind).split())
        self.behind.clear()
        if text:
            self._emit(scope.kind, text, hidden=True, chrome=scope.chrome)

    def _emit(self, kind: BlockKind, text: str, *, hidden: bool, chrome: bool) -> None:
        if len(text) <= MAX_BLOCK:
            self.found.runs.append(Run(kind, text, hidden, chrome))
            return
        for at in range(0, len(text), MAX_BLOCK):
            self.found.runs.append(Run(kind, text[at : at + MAX_BLOCK], hidden, chrome))


def _learn(node: LexborNode, number: int) -> _Element:
    name = node.tag or ""
    skipped = name in SKIPPED or not (name[:1].isalnum())
    kind = KINDS.get(name)
    own = kind if kind is not BlockKind.TEXT or name in ANEW else None
    element = _Element(name, skipped, kind, own, name in SPECIAL)
    if number < _KNOWN_IDS:
        _KNOWN[number] = element
    return element
