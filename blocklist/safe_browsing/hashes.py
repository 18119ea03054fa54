"""A list as a Safe Browsing client holds it: sorted prefixes of four bytes, of sorted hashes (pure).

Clients ask for the whole hashes behind a prefix that an address met. A version names a list by its release
and its own digest, so that an update is never applied to another list than it was made for.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from blocklist.safe_browsing.rice import Numbers

PREFIX_BYTES = 4
WAIT_S = 1800
"""Until a client asks for an update again, in seconds."""
CACHE_S = 300
"""How long a client may believe an answer about a prefix, in seconds."""


@dataclass(frozen=True, kw_only=True)
class HashList:
    """The hashes of one release."""

    serial: int
    hashes: tuple[bytes, ...]
    """SHA-256 of each expression, rising, distinct."""

    @classmethod
    def of(cls, expressions: Iterable[str], serial: int) -> "HashList":
        """Make the list of ``expressions``."""
        found = {hashlib.sha256(each.encode()).digest() for each in expressions}
        return cls(serial=serial, hashes=tuple(sorted(found)))

    @cached_property
    def prefixes(self) -> Numbers:
        """The distinct prefixes, as big-endian numbers, rising."""
        raw = b"".join(each[:PREFIX_BYTES] for each in self.hashes)
        return np.unique(np.frombuffer(raw, dtype=">u4").astype(np.int64))

    @cached_property
    def checksum(self) -> bytes:
        """SHA-256 of the prefixes in their order."""
        return checksum(self.prefixes)

    @property
    def version(self) -> bytes:
        """What a client gives back to ask for what changed."""
        return f"{self.serial}.{self.checksum.hex()[:16]}".encode()

    def behind(self, prefix: bytes) -> Sequence[bytes]:
        """Return the hashes that begin with ``prefix``."""
        start = end = bisect_left(self.hashes, prefix)
        while end < len(self.hashes) and self.hashes[end].startswith(prefix):
            end += 1
        return self.hashes[start:end]


def serial_in(version: bytes) -> int | None:
    """Return the release that a client's ``version`` names; None: it names none."""
    serial, dot, digest = version.partition(b".")
    return int(serial) if dot and len(digest) == 16 and serial.isdigit() and len(serial) < 11 else None  # noqa: PLR2004 - as ``version`` writes it


def checksum(prefixes: Numbers) -> bytes:
    """Return SHA-256 of ``prefixes``, big-endian, in their order."""
    return hashlib.sha256(prefixes.astype(">u4").tobytes()).digest()


def changes(before: Numbers, after: Numbers) -> tuple[Numbers, Numbers]:
    """Return the places in ``before`` of what left, and what came."""
    removed = np.flatnonzero(~np.isin(before, after, assume_unique=True))
    return removed, np.setdiff1d(after, before, assume_unique=True)
