"""The parsed tree as blocks of text in reading order, with what hides them and what belongs to no page in particular.

One walk without recursion, in document order, bounded in nodes, blocks and characters. Text of inline elements runs
together as a reader sees it (``via<b></b>gra``); hidden pieces inside a visible run become blocks of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from blocklist.model import Anchor, Block, BlockKind
from crawler.read.chrome import is_chrome, is_link_list
from crawler.read.hidden import hidden_names, is_hidden
from crawler.read.limits import MAX_ANCHORS, MAX_BLOCK, MAX_BLOCKS, MAX_HREF, MAX_LABEL, MAX_NODES, MAX_TEXT
from crawler.read.tags import KINDS, SKIPPED

_TEXT_NODE = 2  # Lexbor's tag id of text
_BUTTONS = frozenset({"submit", "button", "image", "reset"})


@dataclass(slots=True)
class Sketch:
    """What the walk gathers, before the page is made of it."""

    blocks: list[Block] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    title: str = ""
    images: int = 0
    scripts: int = 0
    frames: int = 0


@dataclass(slots=True)
class _Scope:
    """What holds for everything inside an element."""

    kind: BlockKind = BlockKind.TEXT
    block: bool = True
    hidden: bool = False
    chrome: bool = False
    link: bool = False
    anchor: int = -1


def sketch(tree: LexborHTMLParser, sheet: str = "") -> Sketch:
    """Walk the tree; ``sheet`` is the text of the page's own ``<style>`` elements."""
    return _Walk(hidden_names(sheet) if sheet else frozenset()).walk(tree)


class _Walk:
    def __init__(self, sheet: frozenset[str]) -> None:
        self.found = Sketch()
        self.sheet = sheet
        self.run: list[str] = []  # the visible block under way
        self.unlinked = False  # whether any of it lies outside a link
        self.behind: list[str] = []  # hidden text under way
        self.scope = _Scope()
        self.left = MAX_TEXT
        self.anchor_text: list[str] | None = None
        self.href = ""

    def walk(self, tree: LexborHTMLParser) -> Sketch:
        node = tree.root
        path: list[tuple[LexborNode, _Scope, str]] = []
        for _ in range(MAX_NODES):
            if node is None or len(self.found.blocks) >= MAX_BLOCKS or self.left <= 0:
                break
            child = self._enter(node, path)
            if child is not None:
                node = child
                continue
            following = node.next
            while following is None and path:
                node, scope, tag = path.pop()
                self._leave(tag, scope)
                following = node.next
            node = following
        self._flush()
        return self.found

    def _enter(self, node: LexborNode, path: list[tuple[LexborNode, _Scope, str]]) -> LexborNode | None:
        if node.tag_id == _TEXT_NODE:
            self._text(node.text_content or "")
            return None
        tag = node.tag or ""
        if tag in SKIPPED:
            self.found.scripts += tag == "script"
            self.found.frames += tag == "iframe"
            return None
        if tag == "br":
            self.run.append("\n")
            return None
        outer = self.scope
        attributes = node.attributes
        kind = KINDS.get(tag)
        scope = _Scope(
            outer.kind
            if kind in {None, BlockKind.TEXT} and outer.kind is not BlockKind.TEXT and tag != "table"
            else kind or outer.kind,
            kind is not None,
            outer.hidden,
            outer.chrome,
            outer.link,
        )
        if kind is not None or (outer.hidden is False and attributes):
            scope.hidden = (
                outer.hidden
                or (bool(attributes) and is_hidden(attributes, self.sheet))
                or (tag == "dialog" and "open" not in attributes)
            )
            scope.chrome = outer.chrome or (kind is not None and is_chrome(tag, attributes))
        if kind is not None or scope.hidden != outer.hidden:
            self._flush() if kind is not None else self._flush_hidden()
        self._element(tag, attributes, scope, node)
        child = None if tag == "title" else node.first_child
        if child is None:
            if kind is not None:
                self.scope = scope
                self._flush()
                self.scope = outer
            return None
        path.append((node, outer, tag))
        self.scope = scope
        return child

    def _leave(self, tag: str, outer: _Scope) -> None:
        inner, self_scope = self.scope, outer
        if tag in KINDS:
            self._flush()
        elif inner.hidden and not outer.hidden:
            self._flush_hidden()
        if tag == "a" and self.anchor_text is not None:
            self._end_anchor()
        self.scope = self_scope

    def _element(
        self, tag: str, attributes: Mapping[str, str | None], scope: _Scope, node: LexborNode
    ) -> None:
        if tag == "a":
            if self.anchor_text is not None:
                self._end_anchor()
            href = attributes.get("href")
            if href is not None:
                scope.link = True
                self.href, self.anchor_text = href[:MAX_HREF].strip(), []
                if self.run and self.run[-1] == "":
                    self.run.append(" ")
        elif tag == "img":
            self.found.images += 1
            self._label(BlockKind.ALT, attributes.get("alt") or attributes.get("title"), scope)
            if self.anchor_text is not None:
                self.anchor_text.append(attributes.get("alt") or "")
        elif tag == "input":
            self._input(attributes, scope)
        elif tag == "title" and not self.found.title:
            self.found.title = " ".join(node.text().split())[:MAX_LABEL]
        elif tag == "textarea":
            self._label(BlockKind.CONTROL, attributes.get("placeholder"), scope)
        elif tag in {"frame", "frameset"}:
            self.found.frames += 1
        if attributes and tag != "input":
            self._label(BlockKind.ALT, attributes.get("aria-label"), scope)

    def _input(self, attributes: Mapping[str, str | None], scope: _Scope) -> None:
        kind = (attributes.get("type") or "text").lower()
        if kind == "image":
            self.found.images += 1
        if kind in _BUTTONS:
            self._label(BlockKind.CONTROL, attributes.get("value") or attributes.get("alt"), scope)
        elif kind != "hidden":
            self._label(
                BlockKind.CONTROL, attributes.get("placeholder") or attributes.get("aria-label"), scope
            )

    def _label(self, kind: BlockKind, written: str | None, scope: _Scope) -> None:
        text = " ".join((written or "")[:MAX_LABEL].split())
        if text:
            self.left -= len(text)
            self.found.blocks.append(
                Block(kind=kind, text=text, hidden=scope.hidden, boilerplate=scope.chrome)
            )

    def _text(self, text: str) -> None:
        text = text[: max(self.left, 0)]
        self.left -= len(text)
        scope = self.scope
        if scope.hidden:
            self.behind.append(text)
            return
        self.run.append(text)
        if self.anchor_text is not None:
            self.anchor_text.append(text)
        if not scope.link and not text.isspace():
            self.unlinked = True

    def _end_anchor(self) -> None:
        text = " ".join("".join(self.anchor_text or ()).split())[:MAX_LABEL]
        if len(self.found.anchors) < MAX_ANCHORS:
            self.found.anchors.append(Anchor(text=text, href=self.href))
        self.anchor_text = None
        self.run.append("")  # remembered, so that the next link does not stick to this one

    def _flush_hidden(self) -> None:
        if self.behind:
            self._emit(self.scope.kind, self.behind, hidden=True)
            self.behind = []

    def _flush(self) -> None:
        self._flush_hidden()
        if self.run:
            kind = self.scope.kind
            if not self.unlinked and kind not in {BlockKind.HEADING, BlockKind.CONTROL} and any(self.run):
                kind = BlockKind.LINK
            self._emit(kind, self.run, hidden=False)
            self.run = []
        self.unlinked = False

    def _emit(self, kind: BlockKind, pieces: list[str], *, hidden: bool) -> None:
        text = " ".join("".join(pieces).split())
        for at in range(0, len(text), MAX_BLOCK):
            self.found.blocks.append(
                Block(kind=kind, text=text[at : at + MAX_BLOCK], hidden=hidden, boilerplate=self.scope.chrome)
            )
