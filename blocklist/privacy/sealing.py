"""Contacts and second factors at rest: sealed, so that the database alone says and opens nothing.

::

    nonce (12 bytes), AES-256-GCM(HKDF-SHA256(workspace key, "linkgazette/1/contact"), nonce, text, context)

The context (an appeal's ticket digest, a person's number) is authenticated: a sealed text cannot be moved to
another row.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from blocklist.errors import InputError

_NONCE = 12  # bytes, as NIST SP 800-38D section 8.2 recommends


class Sealer:
    """Seals under one workspace's present key; opens what an earlier one sealed too."""

    __slots__ = ("_ciphers",)

    def __init__(self, key: bytes, *, earlier: Sequence[bytes] = ()) -> None:
        self._ciphers = tuple(map(_cipher, (key, *earlier)))

    def seal(self, text: str, context: bytes) -> bytes:
        """Return ``text`` sealed; the same text twice looks different."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, text.encode(), context)

    def open(self, sealed: bytes, context: bytes) -> str:
        """Return what was sealed; raises InputError for another key, another context or altered bytes."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context).decode()
            except (InvalidTag, ValueError):
                continue
        raise InputError(
            "what was sealed cannot be opened: it was altered, or pseudonym.key is another; restore "
            "both from one backup"
        )


def factor_context(person: int) -> bytes:
    """Return what the second factor of that person is bound to."""
    return f"second factor of {person}".encode()


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"linkgazette/1/contact").derive(key))
