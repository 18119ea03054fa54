"""One file told by its digests, as they are made: while it is written, or while it is read."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from blocklist.release.folder import FILE_MODE

_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One file as it lies there."""

    name: str
    sha256: str
    """Hex."""
    size: int
    """Bytes."""
    blake2b: bytes = b""
    """What a signature is of; empty: nobody signs, or the file is a packed one."""


class Digester:
    """A file's digests in the making."""

    def __init__(self, name: str, *, signed: bool = False) -> None:
        self._name = name
        self._size = 0
        self._sha256 = hashlib.sha256()
        self._blake2b = hashlib.blake2b() if signed else None

    def update(self, piece: bytes | memoryview) -> None:
        """Add what comes next."""
        self._size += len(piece)
        self._sha256.update(piece)
        if self._blake2b:
            self._blake2b.update(piece)

    @property
    def told(self) -> Digest:
        """Return what was found so far."""
        signed = self._blake2b.digest() if self._blake2b else b""
        return Digest(name=self._name, sha256=self._sha256.hexdigest(), size=self._size, blake2b=signed)


class Out:
    """A new file, and its digest."""

    def __init__(self, folder: Path, name: str) -> None:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
        self._file = os.fdopen(descriptor, "wb")
        self._digest = Digester(name)

    def write(self, data: bytes) -> None:
        """Add what comes next."""
        self._file.write(data)
        self._digest.update(data)

    def close(self) -> None:
        """Put all of it on the disk's way."""
        self._file.close()

    @property
    def told(self) -> Digest:
        """Return what was written."""
        return self._digest.told


def told_of(path: Path, name: str, *, signed: bool = False) -> Digest:
    """Read the file at ``path`` and tell it as ``name``; raises OSError."""
    digest = Digester(name, signed=signed)
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.told
