"""The one digest of a release: SHA-256, in hex."""

import hashlib


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hex."""
    return hashlib.sha256(data).hexdigest()
