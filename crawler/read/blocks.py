"""The parsed tree as blocks of text in reading order, with what hides them and what belongs to the site at large.

One walk without recursion, in document order, bounded in nodes, blocks and characters. Text of inline elements runs
together as a reader sees it (``via<b></b>gra``); hidden pieces inside a visible run become blocks of their own.
"""

from collections.abc import Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from blocklist.model import Anchor, BlockKind
from crawler.read.chrome import is_chrome
from crawler.read.hidden import hidden_names, is_hidden
from crawler.read.limits import MAX_ANCHORS, MAX_BLOCK, MAX_BLOCKS, MAX_HREF, MAX_LABEL, MAX_NODES, MAX_TEXT
from crawler.read.sketch import Run, Sketch
from crawler.read.tags import KINDS, SKIPPED, SPECIAL

_TEXT_NODE = 2  # Lexbor's tag id of text
_KNOWN_IDS = 512  # Lexbor numbers the elements it knows below this, and others by their address
_BUTTONS = frozenset({"submit", "button", "image", "reset"})
_SPEAKS_FOR_ITSELF = frozenset({BlockKind.HEADING, BlockKind.CONTROL})


class _Element(NamedTuple):
    """What an element's name says."""

    name: str
    skipped: bool
    kind: BlockKind | None
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
    __slots__ = ("anchor", "behind", "found", "href", "left", "run", "scope", "sheet", "unlinked")

    def __init__(self, sheet: frozenset[str]) -> None:
        self.found = Sketch()
        self.sheet = sheet
        self.scope = _Scope()
        self.run: list[str] = []  # the visible block under way
        self.unlinked = False  # whether any of it lies outside a link
        self.behind: list[str] = []  # hidden text under way
        self.anchor: list[str] | None = None  # the text of the link under way
        self.href = ""
        self.left = MAX_TEXT

    def walk(self, node: LexborNode | None) -> Sketch:
        """Visit each node once; this loop is a third of the time that reading takes."""
        path: list[tuple[LexborNode, _Element, _Scope]] = []
        for _ in range(MAX_NODES):
            if node is None:
                break
            child = None
            number = node.tag_id
            if number == _TEXT_NODE:
                self.text(node.text_content or "")
            else:
                element = _KNOWN.get(number) or _learn(node, number)
                if element.skipped:
                    self.found.count(element.name)
                else:
                    outer = self.scope
                    self.enter(node, element)
                    child = node.first_child if element.name != "title" else None
                    if child is not None:
                        path.append((node, element, outer))
                        node = child
                        continue
                    self.leave(element, outer)
            following = node.next
            while following is None and path:
                node, element, outer = path.pop()
                self.leave(element, outer)
                following = node.next
            node = following
            if self.left <= 0 or len(self.found.runs) >= MAX_BLOCKS:
                break
        self.flush()
        return self.found

    def text(self, text: str) -> None:
        if text.isspace():
            if self.run:
                self.run.append(" ")
            return
        text = text[: max(self.left, 0)]
        self.left -= len(text)
        if self.scope.hidden:
            self.behind.append(text)
            return
        self.run.append(text)
        if self.anchor is not None:
            self.anchor.append(text)
        if not self.scope.link:
            self.unlinked = True

    def enter(self, node: LexborNode, element: _Element) -> None:
        name, _, kind, special = element
        if kind is not None:
            self.flush()
        attributes = node.attributes
        if not attributes and kind is None and not special:
            return
        outer = inner = self.scope
        if kind is not None and kind is not outer.kind and (kind is not BlockKind.TEXT or name == "table"):
            inner = _Scope(kind, outer.hidden, outer.chrome, outer.link)
        if attributes:
            if (
                not outer.hidden
                and (
                    self.sheet
                    or "style" in attributes
                    or "hidden" in attributes
                    or "aria-hidden" in attributes
                )
                and is_hidden(attributes, self.sheet)
            ):
                self._flush_hidden()
                inner = inner._replace(hidden=True)
            if "aria-label" in attributes:
                self._label(BlockKind.ALT, attributes["aria-label"], inner)
        if kind is not None and not outer.chrome and is_chrome(name, attributes):
            inner = inner._replace(chrome=True)
        if special:
            inner = self.enter_special(node, name, attributes, inner)
        self.scope = inner

    def leave(self, element: _Element, outer: _Scope) -> None:
        if element.kind is not None:
            self.flush()
        elif self.scope.hidden and not outer.hidden:
            self._flush_hidden()
        if element.name == "a" and self.anchor is not None:
            self._end_anchor()
        self.scope = outer

    def enter_special(
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
            self._label(BlockKind.ALT, alt, scope)
            if self.anchor is not None and alt:
                self.anchor.append(alt[:MAX_LABEL])
        elif name == "input":
            self._input(attributes, scope)
        elif name == "title":
            found.title = found.title or " ".join(node.text().split())[:MAX_LABEL]
        elif name == "textarea":
            self._label(BlockKind.CONTROL, attributes.get("placeholder"), scope)
        elif name == "dialog" and "open" not in attributes:
            return scope._replace(hidden=True)
        elif name in {"frame", "frameset"}:
            found.frames += 1
        return scope

    def _input(self, attributes: Mapping[str, str | None], scope: _Scope) -> None:
        kind = (attributes.get("type") or "text").lower()
        self.found.images += kind == "image"
        if kind in _BUTTONS:
            self._label(BlockKind.CONTROL, attributes.get("value") or attributes.get("alt"), scope)
        elif kind != "hidden":
            self._label(BlockKind.CONTROL, attributes.get("placeholder"), scope)

    def _label(self, kind: BlockKind, written: str | None, scope: _Scope) -> None:
        text = " ".join((written or "")[:MAX_LABEL].split())
        if text:
            self.left -= len(text)
            self.found.runs.append(Run(kind, text, scope.hidden, scope.chrome))

    def _end_anchor(self) -> None:
        text = " ".join("".join(self.anchor or ()).split())[:MAX_LABEL]
        if len(self.found.anchors) < MAX_ANCHORS:
            self.found.anchors.append(Anchor(text=text, href=self.href))
            self.found.anchor_runs.append(len(self.found.runs))
        self.anchor = None
        if self.run:
            self.run.append("")  # remembered, so that the next link does not stick to this one

    def flush(self) -> None:
        """End the block under way, and the hidden one."""
        if self.behind:
            self._flush_hidden()
        if not self.run:
            return
        text = " ".join("".join(self.run).split())
        self.run.clear()
        if text:
            kind, _, chrome, _ = self.scope
            if not self.unlinked and kind not in _SPEAKS_FOR_ITSELF:
                kind = BlockKind.LINK
            self.unlinked = False
            self._emit(kind, text, hidden=False, chrome=chrome)

    def _flush_hidden(self) -> None:
        text = " ".join("".join(self.behind).split())
        self.behind.clear()
        if text:
            self._emit(self.scope.kind, text, hidden=True, chrome=self.scope.chrome)

    def _emit(self, kind: BlockKind, text: str, *, hidden: bool, chrome: bool) -> None:
        for at in range(0, len(text), MAX_BLOCK):
            self.found.runs.append(Run(kind, text[at : at + MAX_BLOCK], hidden, chrome))


def _learn(node: LexborNode, number: int) -> _Element:
    name = node.tag or ""
    skipped = name in SKIPPED or not (name[:1].isalnum())
    element = _Element(name, skipped, KINDS.get(name), name in SPECIAL)
    if number < _KNOWN_IDS:
        _KNOWN[number] = element
    return element
