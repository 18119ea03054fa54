"""The policy's words on one page: where they stand, in what kind of block, and whether they were disguised.

Blocks are joined into one text and matched in one pass; every position is one of the text as written, so
that an excerpt quotes the page. What the words add up to is left to ``score``.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from blocklist.model import Block, BlockKind, Page
from crawler.judge.lexicon import Hit, Lexicon
from crawler.judge.quoted import Quotations
from crawler.read.joined import join
from crawler.read.manners import is_disguised, set_right
from crawler.read.normalise import Normalised, normalise

MAX_CHARS = 200_000  # of text per page; more adds cost, not knowledge
_SURROGATE = re.compile("[\ud800-\udfff]")
_BOILERPLATE = 0.5  # a menu names goods too, but names them on every page
_HIDDEN = 0.5  # words that a reader does not see
_ALT = 0.8
_IS_ALT = BlockKind.ALT  # asked of its class a member costs a call
_LONGEST = 64  # characters of a contact
_BEFORE = re.compile(r"[0-9+(][0-9 ().+-]*$|[A-Za-z0-9@._+-]+$")
_AFTER = re.compile(r"[0-9 ().+-]*[0-9]|[A-Za-z0-9@._+-]+")
"""What goes on to the left, or to the right, of a cut: the digits of a phone number, a handle, an address."""


class Found(NamedTuple):
    """A word of the policy on the page; positions are those of ``Text.text``. As ``Hit``, a named tuple."""

    start: int
    end: int
    block: int
    word: int
    groups: tuple[int, ...]
    factor: float
    """How much of its weight counts, for where it stands."""
    disguised: bool
    """True: legible only after a trick was undone."""
    guessed: bool = False
    """True: not written at all, only sounded out or drawn; never enough to list a page."""


@dataclass(frozen=True)
class Text:
    """The blocks of a page as one text."""

    text: str
    starts: tuple[int, ...]
    blocks: tuple[Block, ...]
    visible: int
    """Characters that are neither hidden nor boilerplate."""
    unseen: int = 0
    """Characters that are hidden."""

    @cached_property
    def reading(self) -> Normalised:
        """The text as it is matched."""
        return normalise(self.text)

    @cached_property
    def disguised(self) -> bool:
        """Whether it is written throughout so that machines misread it; asked of what names goods."""
        return is_disguised(self.reading.text)

    @cached_property
    def quotations(self) -> Quotations:
        """Where it quotes; found when somebody asks, since most pages name nothing that it matters for."""
        return Quotations(self.text, straight=not self.disguised)

    def block_at(self, position: int) -> int:
        """Index of the block that holds ``position``."""
        return max(0, bisect_right(self.starts, position) - 1)

    def excerpt(self, start: int, end: int, around: int = 48) -> str:
        """Quote the words around ``start:end`` within their block, shortened with ``…``.

        Never cut within a number or a handle: half a contact is not recognised when contacts are masked.
        """
        block = self.block_at(start)
        first = self.starts[block]
        last = first + len(self.blocks[block].text)
        left, right = max(first, start - around), min(max(last, end), end + around)
        if before := _BEFORE.search(self.text[max(first, left - _LONGEST) : left]):
            left -= len(before[0])
        if after := _AFTER.match(self.text[right : min(max(last, end), right + _LONGEST)]):
            right += len(after[0])
        words = " ".join(self.text[left:right].split())
        return ("…" if left > first else "") + words + ("…" if right < last else "")


def text_of(page: Page) -> Text:
    """Join the page's blocks in reading order, at most ``MAX_CHARS``."""
    blocks = list(page.blocks)
    if page.title and BlockKind.TITLE not in [kind for kind, _, _, _ in blocks]:
        # At the end: prices and contacts name blocks by index.
        blocks.append(Block(kind=BlockKind.TITLE, text=page.title))
    whole, starts = join(blocks)
    starts = starts[: bisect_left(starts, MAX_CHARS)]
    kept = tuple(blocks[: len(starts)])
    seen = sum([len(text) for _, text, hidden, boilerplate in kept if not (hidden or boilerplate)])
    unseen = sum([len(text) for _, text, hidden, _ in kept if hidden])
    return Text(_encodable(whole[:MAX_CHARS]), tuple(starts), kept, seen, unseen)


def _encodable(text: str) -> str:
    """Replace lone surrogates: they are no text, and the automaton refuses them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def find(text: Text, lexicon: Lexicon) -> list[Found]:
    """All words of the lexicon in ``text``, in order; read plainly, and read through disguise."""
    reading = text.reading
    found: list[Found] = []
    seen: set[tuple[int, int, tuple[int, ...]]] = set()

    def add(hits: Sequence[Hit], read: Normalised, *, disguised: bool = True, guessed: bool = False) -> None:
        places = read.spans([hit[:2] for hit in hits])
        for (start, end), (_, _, word, groups, guess, _) in zip(places, hits, strict=True):
            # Several spellings of a word may sound the same; plain ones are told apart already.
            if disguised and (start, end, groups) in seen:
                continue
            seen.add((start, end, groups))
            block = text.block_at(start)
            factor = _factor(text.blocks[block])
            found.append(Found(start, end, block, word, groups, factor, disguised, guess or guessed))

    add(lexicon.find(reading.text), reading, disguised=False)
    add(lexicon.find_disguised(reading.text), reading)
    for undone in set_right(reading):
        add(lexicon.find(undone.text), undone, guessed=True)
    found.sort(key=_place)
    return found


_place = attrgetter("start", "end", "word")


def _factor(block: Block) -> float:
    factor = _HIDDEN if block.hidden else 1.0
    if block.boilerplate:
        factor *= _BOILERPLATE
    if block.kind is _IS_ALT:
        factor *= _ALT
    return factor
