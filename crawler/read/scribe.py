"""Writes down what the walk meets: pieces of text into blocks, links as they open and close."""

from itertools import product
from typing import NamedTuple

from blocklist.model import Anchor, Block, BlockKind
from crawler.read.limits import MAX_ANCHORS, MAX_BLOCK, MAX_HREF, MAX_LABEL, MAX_TEXT
from crawler.read.sketch import Sketch

_SPEAKS_FOR_ITSELF = frozenset({BlockKind.HEADING, BlockKind.CONTROL})
_LINK = BlockKind.LINK  # asked of its class a member costs a call


class Scope(NamedTuple):
    """What holds for everything inside an element."""

    kind: BlockKind = BlockKind.TEXT
    hidden: bool = False
    chrome: bool = False
    link: bool = False


SCOPES = {each: Scope(*each) for each in product(BlockKind, (False, True), (False, True), (False, True))}
"""All there are, by their fields: a table is faster than making them anew."""


class Scribe:
    """Holds the block, the hidden text and the link under way."""

    __slots__ = ("at", "behind", "found", "href", "left", "link", "run", "unlinked")

    def __init__(self, found: Sketch) -> None:
        """Write into ``found``."""
        self.found = found
        self.run: list[str] = []  # the visible block under way
        self.unlinked = False  # whether any of it lies outside a link
        self.behind: list[str] = []  # hidden text under way
        self.link: list[str] | None = None  # the text of the link under way
        self.href = ""
        self.at = 0  # index of the block that it begins in
        self.left = MAX_TEXT

    def add(self, text: str, scope: Scope) -> None:
        """Take in text that is more than space."""
        if len(text) > self.left:
            text = text[: self.left]
        self.left -= len(text)
        if scope.hidden:
            self.behind.append(text)
            return
        self.run.append(text)
        if self.link is not None:
            self.link.append(text)
        if not scope.link:
            self.unlinked = True

    def whole(self, text: str, scope: Scope) -> None:
        """Write a block that is in one piece, as ``add`` and ``flush`` would; none may be under way."""
        words = " ".join(text.split())
        if not words:
            return
        if len(text) > self.left:
            text = text[: self.left]
            words = " ".join(text.split())
        self.left -= len(text)
        kind, hidden, chrome, linked = scope
        if not hidden:
            if self.link is not None:
                self.link.append(text)
            if linked and kind not in _SPEAKS_FOR_ITSELF:
                kind = _LINK
        if words:
            self._emit(kind, words, hidden=hidden, chrome=chrome)

    def whole_link(self, text: str, href: str) -> bool:
        """Write a visible link that is in one piece; False: one is under way, or space is short.

        As ``begin_link``, ``add`` and ``end_link`` would, in a third of the time: most links are like that.
        """
        if self.link is not None or self.behind or len(text) > self.left:
            return False
        run, found, words = self.run, self.found, text.split()
        if run and not run[-1]:
            run.append(" ")
        if words:
            self.left -= len(text)
            run.append(text)
        elif text and run:
            run.append(" ")
        if len(found.anchors) < MAX_ANCHORS:
            found.anchors.append(Anchor(" ".join(words)[:MAX_LABEL], href[:MAX_HREF].strip()))
            found.anchor_blocks.append(len(found.blocks))
        if run:
            run.append("")
        return True

    def space(self, scope: Scope) -> None:
        """Take in text that is only space."""
        under_way = self.behind if scope.hidden else self.run
        if under_way:
            under_way.append(" ")

    def label(self, kind: BlockKind, written: str | None, hidden: bool, chrome: bool) -> None:
        """Write an attribute that is read like text as a block of its own; nothing if it is blank."""
        if not written:
            return
        text = " ".join(written[:MAX_LABEL].split())
        if text:
            self.left -= len(text)
            self.found.blocks.append(Block(kind, text, hidden, chrome))

    def begin_link(self, href: str) -> None:
        """Begin a link; the one before it ends here at the latest."""
        if self.run and not self.run[-1]:
            self.run.append(" ")  # the link before this one ended just here
        self.href, self.link, self.at = href[:MAX_HREF].strip(), [], len(self.found.blocks)

    def end_link(self) -> None:
        """End the link under way."""
        text = " ".join("".join(self.link or ()).split())[:MAX_LABEL]
        if len(self.found.anchors) < MAX_ANCHORS:
            self.found.anchors.append(Anchor(text, self.href))
            self.found.anchor_blocks.append(self.at)
        self.link = None
        if self.run:
            self.run.append("")  # remembered, so that the next link does not stick to this one

    def flush(self, scope: Scope) -> None:
        """End the block under way, and the hidden one."""
        if self.behind:
            self.flush_hidden(scope)
        run = self.run
        if not run:
            return
        text = " ".join((run[0] if len(run) == 1 else "".join(run)).split())
        run.clear()
        if text:
            kind = scope.kind
            if kind not in _SPEAKS_FOR_ITSELF and not self.unlinked:
                kind = _LINK
            self.unlinked = False
            self._emit(kind, text, hidden=False, chrome=scope.chrome)

    def flush_hidden(self, scope: Scope) -> None:
        """End the hidden block."""
        text = " ".join("".join(self.behind).split())
        self.behind.clear()
        if text:
            self._emit(scope.kind, text, hidden=True, chrome=scope.chrome)

    def _emit(self, kind: BlockKind, text: str, *, hidden: bool, chrome: bool) -> None:
        if len(text) <= MAX_BLOCK:
            self.found.blocks.append(Block(kind, text, hidden, chrome))
            return
        for at in range(0, len(text), MAX_BLOCK):
            self.found.blocks.append(Block(kind, text[at : at + MAX_BLOCK], hidden, chrome))
