"""All blocks as one text, so that a pattern runs over a page once, and the way back to a match's block."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from blocklist.model import Block

BREAK = "\u00b6"
"""Stands between two blocks; no word of a policy crosses it."""
JOINT = f" {BREAK} "
_APART = len(JOINT)


class Joined(NamedTuple):
    """The text of all blocks, and where each begins."""

    text: str
    starts: Sequence[int]

    def block(self, position: int) -> int:
        """Return the index of the block that holds ``position``."""
        return max(bisect_right(self.starts, position) - 1, 0)


def join(blocks: Sequence[Block]) -> Joined:
    """Join the texts of ``blocks``."""
    texts = [text for _, text, _, _ in blocks]
    starts = accumulate([len(text) + _APART for text in texts], initial=0)
    return Joined(JOINT.join(texts), [*starts][:-1])
