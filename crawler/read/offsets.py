"""A rewritten text that remembers where each stretch came from, so that an excerpt can quote the original.

A rewriting is a chain of stages. A stage that changes one character into one character moves nothing and
leaves no trace; any other records only the pieces it replaced, so that the cost grows with the tricks and
not with the text.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edits:
    """The pieces that one stage replaced, in order of position."""

    new_start: "array[int]"
    new_length: "array[int]"
    old_start: "array[int]"
    old_length: "array[int]"

    def start(self, position: int) -> int:
        """Where the character at ``position`` of the new text begins in the old one."""
        at = bisect_right(self.new_start, position) - 1
        if at < 0:
            return position
        beyond = position - self.new_start[at] - self.new_length[at]
        return self.old_start[at] if beyond < 0 else self.old_start[at] + self.old_length[at] + beyond

    def end(self, position: int) -> int:
        """Where the character before ``position`` ends in the old text; ``position`` is not 0."""
        last = position - 1
        at = bisect_right(self.new_start, last) - 1
        if at < 0:
            return position
        beyond = last - self.new_start[at] - self.new_length[at]
        return self.old_start[at] + self.old_length[at] + max(0, beyond + 1)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as the judge matches it, and the way back to the text as written."""

    text: str
    original_length: int
    stages: tuple[Edits, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original ``text[start:end]`` came from; positions outside are drawn in."""
        length = len(self.text)
        start = min(max(start, 0), length)
        end = min(max(end, start), length)
        empty = start == end
        for stage in reversed(self.stages):
            first = stage.start(start)
            end = first if empty else max(stage.end(end), first)
            start = first
        return min(start, self.original_length), min(end, self.original_length)

    def then(self, text: str, edits: Edits | None) -> "Normalised":
        """Return this text rewritten once more into ``text``; ``edits`` None: nothing moved."""
        stages = self.stages if edits is None else (*self.stages, edits)
        return Normalised(text, self.original_length, stages)


def rewrite(
    text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> tuple[str, Edits | None]:
    """Replace each match of ``pattern``; None for the edits when no piece changed its length."""
    pieces: list[str] = []
    edits = Edits(array("q"), array("q"), array("q"), array("q"))
    done = made = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        piece = replace(match)
        made += start - done
        pieces += (text[done:start], piece)
        if len(piece) != end - start:
            edits.new_start.append(made)
            edits.new_length.append(len(piece))
            edits.old_start.append(start)
            edits.old_length.append(end - start)
        made += len(piece)
        done = end
    if not pieces:
        return text, None
    pieces.append(text[done:])
    return "".join(pieces), edits if edits.new_start else None


def cut(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, Edits | None]:
    """Leave out ``spans``, which are in order and apart; None for the edits when there are none."""
    if not spans:
        return text, None
    pieces: list[str] = []
    edits = Edits(array("q"), array("q"), array("q"), array("q"))
    done = made = 0
    for start, end in spans:
        pieces.append(text[done:start])
        made += start - done
        edits.new_start.append(made)
        edits.new_length.append(0)
        edits.old_start.append(start)
        edits.old_length.append(end - start)
        done = end
    return "".join((*pieces, text[done:])), edits
