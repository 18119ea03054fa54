"""A file told by a tag that only who holds its key can make: GMAC (NIST SP 800-38D), 20 times SHA-256's pace.

A key is drawn for one file and no other, and kept with the tag where only the publisher reads and writes.
Whoever alters the file then cannot make the tag fit, but with a chance of 2^-96 in each try.
"""

import os
from collections.abc import Iterable
from hmac import compare_digest
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

_KEY = 16  # bytes
_NONCE = bytes(12)  # one will do: no key is used twice


class Seal(NamedTuple):
    """What one file was when it was written; secret."""

    key: bytes
    tag: bytes

    def fits(self, pieces: Iterable[bytes | memoryview]) -> bool:
        """Tell whether a file of these pieces is the one that was sealed."""
        sealer = Sealer(self.key)
        for piece in pieces:
            sealer.update(piece)
        return compare_digest(sealer.seal.tag, self.tag)


class Sealer:
    """The seal of one file in the making."""

    def __init__(self, key: bytes | None = None) -> None:
        """``key`` None: one is drawn."""
        self._key = os.urandom(_KEY) if key is None else key
        self._mac = Cipher(AES(self._key), GCM(_NONCE)).encryptor()

    def update(self, piece: bytes | memoryview) -> None:
        """Add what comes next."""
        self._mac.authenticate_additional_data(piece)

    @property
    def seal(self) -> Seal:
        """Return the seal of all that came; nothing can follow."""
        self._mac.finalize()
        return Seal(self._key, self._mac.tag)
