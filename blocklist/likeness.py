"""What finds pages like one another: keys in common, sketches of their text held against each other. Pure.

A sketch is a minhash (A. Broder, "On the resemblance and containment of documents", 1997): ``SLOTS`` numbers,
of which two texts share as large a part as they share of their runs of characters. Keys are looked up as they
are: bands of a sketch, contacts (keyed, as ``Contact.hmac``), lines around the text, the set of evidence.
Sketches are drawn where pages are read (``crawler.read.likeness``).
"""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SLOTS = 64
BAND = 4
"""Slots of a band: texts that share half of their runs meet in one of the 16 bands two times in three, those
that share seven tenths 99 times in 100."""
_WIDTH = 4  # bytes of a slot
_KEY = 8  # bytes of a key


class Trait(StrEnum):
    """What pages may have in common, the most telling first."""

    CONTACT = "contact"
    TEXT = "text"
    FRAME = "frame"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is kept of a page to find others like it."""

    lang: str = ""
    """BCP 47 primary tag; empty: not known."""
    text: bytes = b""
    """Sketch; empty: the text was too short for one."""
    keys: frozenset[tuple[Trait, bytes]] = frozenset()


def sketch_of(slots: Iterable[int]) -> bytes:
    """Pack ``SLOTS`` numbers below 2**32."""
    return struct.pack(f"!{SLOTS}I", *slots)


def alike(one: bytes, other: bytes) -> float:
    """Return the share that two texts have in common by their sketches, 0 to 1; 0 where there is none.

    Its standard error is at most 0.0625.
    """
    if not one or not other:
        return 0.0
    left, right = (struct.unpack(f"!{SLOTS}I", each) for each in (one, other))
    same: int = sum(a == b for a, b in zip(left, right, strict=True))
    return same / SLOTS


def bands(sketch: bytes) -> Iterable[bytes]:
    """Give the keys by which texts that are alike are found."""
    size = BAND * _WIDTH
    for at in range(0, len(sketch), size):
        yield key_of(bytes([at // size]) + sketch[at : at + size])


def key_of(said: bytes) -> bytes:
    """Return the key of what pages may have in common."""
    return hashlib.blake2b(said, digest_size=_KEY).digest()
