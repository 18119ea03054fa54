"""All blocks as one text, so that a pattern runs over a page once, and the way back to a match's block."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from blocklist.model import Block

BOUNDARY = "\ue000"
"""Between blocks: a private-use character, which no pattern matches and no folding touches."""


class Joined(NamedTuple):
    """The text of all blocks, and where each begins."""

    text: str
    starts: Sequence[int]

    def block(self, position: int) -> int:
        """Return the index of the block that holds ``position``."""
        return max(bisect_right(self.starts, position) - 1, 0)


def join(blocks: Sequence[Block]) -> Joined:
    """Join the texts of ``blocks``."""
    texts = [block.text for block in blocks]
    return Joined(BOUNDARY.join(texts), [0, *accumulate([len(text) + 1 for text in texts])][:-1])
