"""Writes down what the walk meets: pieces of text into blocks, and where links begin."""

from blocklist.model import Block, BlockKind
from crawler.read.limits import MAX_BLOCK, MAX_HREF, MAX_LABEL, MAX_LINKS, MAX_TEXT
from crawler.read.scopes import Scope
from crawler.read.sketch import Sketch

_SPEAKS_FOR_ITSELF = frozenset({BlockKind.HEADING, BlockKind.CONTROL})
_block = tuple.__new__  # as Block(…), which asks its own function first
_LINK = BlockKind.LINK  # asked of its class a member costs a call


class Scribe:
    """Holds the block and the hidden text under way; each piece of either begins with more than space."""

    __slots__ = ("behind", "blocks", "left", "links", "run", "unlinked")

    def __init__(self, found: Sketch) -> None:
        """Write into ``found``."""
        self.blocks, self.links = found.blocks, found.links
        self.run: list[str] = []  # the visible block under way
        self.unlinked = False  # whether any of it lies outside a link
        self.behind: list[str] = []  # hidden text under way
        self.left = MAX_TEXT

    def label(self, kind: BlockKind, written: str | None, scope: Scope) -> None:
        """Write an attribute that is read like text as a block of its own; nothing if it is blank."""
        if written and (text := " ".join(written[:MAX_LABEL].split())):
            self.left -= len(text)
            self.blocks.append(Block(kind, text, scope.hidden, scope.chrome))

    def begin_link(self, href: str) -> None:
        """Begin a link; where the one before it ended just here, a space parts the two."""
        run, links = self.run, self.links
        if run and not run[-1]:
            run.append(" ")
        if len(links) < MAX_LINKS:
            links.append((href[:MAX_HREF].strip(), len(self.blocks)))

    def end_link(self) -> None:
        """End the link under way."""
        if self.run:
            self.run.append("")  # remembered, so that the next link does not stick to this one

    def flush(self, scope: Scope) -> None:
        """End the block under way, and the hidden one."""
        if self.behind:
            self.flush_hidden(scope)
        if run := self.run:
            kind = scope.kind
            if not self.unlinked and kind not in _SPEAKS_FOR_ITSELF:
                kind = _LINK
            self.unlinked = False
            text = " ".join((run[0] if len(run) == 1 else "".join(run)).split())
            run.clear()
            if len(text) > self.left or len(text) > MAX_BLOCK:
                self._write_long(kind, text, False, scope.chrome)
            else:
                self.blocks.append(_block(Block, (kind, text, False, scope.chrome)))
                self.left -= len(text)

    def flush_hidden(self, scope: Scope) -> None:
        """End the hidden block."""
        text = " ".join("".join(self.behind).split())
        self.behind.clear()
        self._write_long(scope.kind, text, True, scope.chrome)

    def _write_long(self, kind: BlockKind, text: str, hidden: bool, chrome: bool) -> None:
        """Write what may be more than one block."""
        size = len(text)
        text = text[: self.left]
        for at in range(0, len(text), MAX_BLOCK):
            self.blocks.append(Block(kind, text[at : at + MAX_BLOCK], hidden, chrome))
        self.left -= size
