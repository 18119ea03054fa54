"""One file told by its digests, as they are made: while it is written, or while it is read."""

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from operator import is_not
from pathlib import Path

from blocklist.release.disk import In, create


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
        return self.ending(b"", self._name)

    def ending(self, last: bytes | memoryview, name: str) -> Digest:
        """Return what is found of a file called ``name`` that ends with ``last`` after all that came."""
        sha256, signed = self._sha256.copy(), b""
        sha256.update(last)
        if self._blake2b:
            blake2b = self._blake2b.copy()
            blake2b.update(last)
            signed = blake2b.digest()
        return Digest(name=name, sha256=sha256.hexdigest(), size=self._size + len(last), blake2b=signed)


class Row:
    """The digests of files of many parts, made one after the other: what two begin with is hashed once."""

    def __init__(self, *, signed: bool = False) -> None:
        self._signed = signed
        self._known: Sequence[bytes | memoryview] = ()
        self._digester = Digester("", signed=signed)

    def told(self, name: str, parts: Sequence[bytes | memoryview]) -> Digest:
        """Tell the file of these ``parts``, which are the same objects where they are the same."""
        *firsts, last = parts
        if len(firsts) < len(self._known) or any(map(is_not, self._known, firsts)):
            self._digester, self._known = Digester("", signed=self._signed), ()
        for part in firsts[len(self._known) :]:
            self._digester.update(part)
        self._known = firsts  # not the last: a trailer is of one file alone
        return self._digester.ending(last, name)


class Out:
    """A new file, and its digest."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = create(folder / name)
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


def is_as_said(path: Path, digest: str) -> bool:
    """Tell whether the file at ``path`` is there and has that SHA-256, in hex; raises OSError."""
    try:
        return told_of(path, path.name).sha256 == digest
    except FileNotFoundError:
        return False


def told_of(path: Path, name: str, *, signed: bool = False) -> Digest:
    """Read the file at ``path`` and tell it as ``name``; raises OSError."""
    digest = Digester(name, signed=signed)
    with closing(In(path)) as file:
        for piece in file.pieces():
            digest.update(piece)
    return digest.told
