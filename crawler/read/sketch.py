"""What the walk over a page gathers, before the Page is made of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from blocklist.model import Anchor, BlockKind


class Run(NamedTuple):
    """A block to be."""

    kind: BlockKind
    text: str
    hidden: bool = False
    chrome: bool = False
    """True: it belongs to the site rather than to this page."""


@dataclass(slots=True)
class Sketch:
    """Runs of text, links and what cannot be read."""

    runs: list[Run] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    anchor_runs: list[int] = field(default_factory=list)
    """For each anchor the index of the run that holds it."""
    title: str = ""
    images: int = 0
    scripts: int = 0
    frames: int = 0

    def count(self, element: str) -> None:
        """Take note of an element that holds nothing to read."""
        if element == "script":
            self.scripts += 1
        elif element == "iframe":
            self.frames += 1
