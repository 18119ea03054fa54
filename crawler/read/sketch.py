"""What the walk over a page gathers, before the Page is made of it."""

from dataclasses import dataclass, field

from blocklist.model import Anchor, Block


@dataclass(slots=True)
class Sketch:
    """Blocks in reading order, and links."""

    blocks: list[Block] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    anchor_blocks: list[int] = field(default_factory=list)
    """For each anchor the index of the block that it begins in."""
