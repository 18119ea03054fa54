"""Contact data at rest: sealed with a key of its own derivation, so that the database alone says nothing.

::

    nonce (12 bytes), AES-256-GCM(HKDF-SHA256(workspace key, "linkgazette/1/contact"), nonce, text, context)

The context (an appeal's ticket digest) is authenticated: a sealed text cannot be moved to another row.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from blocklist.errors import InputError

_NONCE = 12  # bytes, as NIST SP 800-38D section 8.2 recommends


class Sealer:
    """Seals and opens under one workspace's key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"linkgazette/1/contact").derive(key)
        self._cipher = AESGCM(derived)

    def seal(self, text: str, context: bytes) -> bytes:
        """Return ``text`` sealed; the same text twice looks different."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), context)

    def open(self, sealed: bytes, context: bytes) -> str:
        """Return what was sealed; raises InputError for another key, another context or altered bytes."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context).decode()
        except (InvalidTag, ValueError) as problem:
            raise InputError(
                "a sealed contact cannot be opened: it was altered, or pseudonym.key is another; restore "
                "both from one backup"
            ) from problem
