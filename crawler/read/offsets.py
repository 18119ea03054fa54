"""A rewritten text that remembers where each character came from, so that an excerpt can quote the original.

Texts are rewritten as arrays of code points. A step that changes one character into one moves nothing and
leaves no trace; any other gives, for each new character, the old ones it stands for.
"""

import re
from codecs import utf_32_le_decode, utf_32_le_encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
"""A text as code points."""
Positions = npt.NDArray[np.int32]
"""Indexes into a text, one for each character of another."""
_Value = TypeVar("_Value", bound=np.generic)


def look_up(table: npt.NDArray[_Value], codes: Codes) -> npt.NDArray[_Value]:
    """Return the entry of each code point; ``table`` has one for all of Unicode.

    As ``table[codes]``, in a third of the time: no index is looked at twice.
    """
    return table.take(codes, mode="wrap")


def codes_of(text: str) -> Codes:
    """Return the code points of any text, lone surrogates included; not to be written to."""
    # By the codec itself: asked for by its name, it takes as long to be found as 2,000 characters do.
    return np.frombuffer(utf_32_le_encode(text, "surrogatepass")[0], np.uint32)


def text_of(codes: npt.NDArray[np.generic]) -> str:
    """Return the text of code points."""
    if codes.itemsize == 1:
        return codes.tobytes().decode("latin-1")
    return utf_32_le_decode(codes.astype("<u4", copy=False).tobytes(), "surrogatepass", True)[0]


@dataclass(frozen=True, slots=True, eq=False)
class Normalised:
    """A text as the judge matches it, and the way back to the text as written."""

    text: str
    original_length: int
    starts: Positions | None = None
    """Where each character begins in the original; None: every one stands where it stood."""
    ends: Positions | None = None
    """Where each ends in the original; None: one after its start."""
    turned: bool = False
    """True: some characters stand in another order than in the original."""

    @property
    def moved(self) -> bool:
        """Whether positions differ from those of the original."""
        return self.starts is not None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original ``text[start:end]`` came from; positions outside are drawn in."""
        length = len(self.text)
        start = min(max(start, 0), length)
        end = min(max(end, start), length)
        starts, ends = self.starts, self.ends
        if starts is None:
            return start, end
        if start == length:
            return self.original_length, self.original_length
        if start == end:
            return int(starts[start]), int(starts[start])
        if self.turned:
            last = starts[start:end] + 1 if ends is None else ends[start:end]
            return int(starts[start:end].min()), int(last.max())
        return int(starts[start]), int(starts[end - 1]) + 1 if ends is None else int(ends[end - 1])

    def spans(self, stretches: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
        """Return ``span`` of each; none of them is empty or outside."""
        starts, ends = self.starts, self.ends
        if starts is None or not stretches:
            return stretches
        if self.turned:
            return [self.span(start, end) for start, end in stretches]
        first, last = np.array(stretches, np.int32).T
        last = last - 1
        stops = starts[last] + 1 if ends is None else ends[last]
        return list(zip(starts[first].tolist(), stops.tolist(), strict=True))

    def then(
        self,
        text: str,
        first: Positions | None = None,
        last: Positions | None = None,
        *,
        turned: bool = False,
    ) -> "Normalised":
        """Return this text rewritten once more into ``text``.

        ``first`` and ``last`` name the first and the last character of this text that each new one stands
        for; ``first`` None: nothing moved; ``last`` None: the same as ``first``.
        """
        if first is None:
            return Normalised(text, self.original_length, self.starts, self.ends, self.turned)
        last = first if last is None else last
        starts = first if self.starts is None else self.starts[first]
        if self.ends is not None:
            ends = self.ends[last]
        elif last is first:
            ends = None
        else:
            ends = (last if self.starts is None else self.starts[last]) + np.int32(1)
        return Normalised(text, self.original_length, starts, ends, self.turned or turned)


def rewrite(found: Normalised, pattern: re.Pattern[str], replace: Callable[[str], str]) -> Normalised:
    """Replace each match of ``pattern``; every new character stands for all of what was matched."""
    return rewrite_spans(found, [match.span() for match in pattern.finditer(found.text)], replace)


def rewrite_spans(
    found: Normalised, spans: Sequence[tuple[int, int]], replace: Callable[[str], str]
) -> Normalised:
    """Replace what stands at ``spans``, in order and apart; otherwise as ``rewrite``."""
    if not spans:
        return found
    text = found.text
    pieces = [replace(text[start:end]) for start, end in spans]
    # What is between the matches, and the matches, in turn.
    starts, ends = np.array(spans, np.int32).T
    begins = np.zeros(2 * len(spans) + 1, np.int32)
    stops = np.full(len(begins), len(text), np.int32)
    begins[1::2], begins[2::2] = starts, ends
    stops[0:-1:2], stops[1::2] = starts, ends
    lengths = stops - begins
    lengths[1::2] = [len(piece) for piece in pieces]
    offsets = np.arange(lengths.sum(), dtype=np.int32) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    matched = np.repeat(np.arange(len(begins)) % 2 == 1, lengths)
    first = np.repeat(begins, lengths)
    last = np.where(matched, np.repeat(stops, lengths) - 1, first + offsets).astype(np.int32)
    first = np.where(matched, first, first + offsets).astype(np.int32)
    between = [
        text[start:stop] for start, stop in zip(begins[::2].tolist(), stops[::2].tolist(), strict=True)
    ]
    woven = [part for pair in zip(between, pieces, strict=False) for part in pair]
    return found.then("".join((*woven, between[-1])), first, last)
