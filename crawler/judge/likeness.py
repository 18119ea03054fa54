"""Draws what finds pages like one another: a sketch of the text, the lines around it, contacts, the evidence.

Campaigns fill one text into many sites: the words stay, the address, the shop's name and a price change. Only
pages that are not clear are drawn: nobody looks for the likes of an innocent page.
"""

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from blocklist.likeness import SLOTS, Trait, Traits, bands, key_of, sketch_of
from blocklist.model import Judgement, Label, Page

_RUN = 5  # characters; Chinese says a phrase with them, English most of a word
_LEAST_RUNS = 60
"""A shorter text, of a line or two, is like too many others."""
_MOST_TEXT = 20_000  # characters
_FRAME_LEAST = 12  # characters; shorter lines of a menu say the same on every site
_MOST_FRAMES = 12
_MOST_CONTACTS = 10
_LEAST_RULES = 4
"""Fewer rules together are found on pages that have nothing to do with one another."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)  # odd, bits well mixed (Knuth's multiplicative hashing)


def traits_of(page: Page, judgement: Judgement) -> Traits | None:
    """Return what is kept of ``page`` to find its likes; None: it is clear."""
    if judgement.label not in {Label.CONTRABAND, Label.UNSURE}:
        return None
    text = draw("\n".join(each.text for each in page.blocks if not each.hidden and not each.boilerplate))
    keys = {(Trait.TEXT, key) for key in bands(text)}
    keys |= {(Trait.FRAME, key) for key in _frames(page)}
    hmacs = sorted({each.hmac for each in page.contacts if each.hmac})[:_MOST_CONTACTS]
    keys |= {(Trait.CONTACT, key_of(each.encode())) for each in hmacs}
    rules = sorted({each.rule for each in judgement.evidence if each.weight > 0})
    if len(rules) >= _LEAST_RULES:
        keys.add((Trait.EVIDENCE, key_of("\n".join(rules).encode())))
    return Traits(lang=page.lang.partition("-")[0][:8].lower(), text=text, keys=frozenset(keys))


def draw(text: str) -> bytes:
    """Return the sketch of ``text``; empty for one that is too short.

    One permutation, binned: each run of characters falls into one slot, which keeps the least; an empty slot
    takes over from the next full one, as far as that lies (A. Shrivastava and P. Li, "Densifying one
    permutation hashing via rotation", 2014). Twenty thousand characters take a millisecond.
    """
    plain = " ".join(text[:_MOST_TEXT].casefold().split())
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < _RUN + _LEAST_RUNS:
        return b""
    runs = np.unique(_mixed(_rolled(codes)))
    slot, rest = runs >> np.uint64(58), runs & np.uint64(0xFFFFFFFF)
    least = np.full(SLOTS, 1 << 32, dtype=np.uint64)
    np.minimum.at(least, slot.astype(np.intp), rest)
    return sketch_of(_filled([int(each) for each in least]))


def _rolled(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    rolled = np.zeros(len(codes) - _RUN + 1, dtype=np.uint64)
    for at in range(_RUN):
        rolled = (rolled ^ codes[at : at + len(rolled)]) * _PRIME
        rolled ^= rolled >> np.uint64(29)
    return rolled


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits (the finaliser of MurmurHash3)."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(33))


def _filled(least: list[int]) -> Iterator[int]:
    for at, value in enumerate(least):
        ahead = 0
        while value >= 1 << 32:
            ahead += 1
            value = least[(at + ahead) % SLOTS]  # noqa: PLW2901 - walks to the next full slot
        yield (value + ahead * 0x9E3779B1) & 0xFFFFFFFF


def _frames(page: Page) -> Iterator[bytes]:
    """Give the keys of the longest lines around the text: menu, footer, what a template brings along."""
    lines = {" ".join(each.text.casefold().split()) for each in page.blocks if each.boilerplate}
    long = sorted((line for line in lines if len(line) >= _FRAME_LEAST), key=lambda line: (-len(line), line))
    for line in long[:_MOST_FRAMES]:
        yield key_of(hashlib.sha256(line.encode(errors="replace")).digest())
