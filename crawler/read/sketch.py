"""What the walk over a page gathers, before the Page is made of it."""

from dataclasses import dataclass, field

from blocklist.model import Block


@dataclass(slots=True)
class Sketch:
    """Blocks in reading order, and links."""

    blocks: list[Block] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    """The address of each as written, and the index of the block that it begins in."""
