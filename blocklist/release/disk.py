"""Large files written and read past the page cache (``O_DIRECT``, open(2)), where the file system lets them.

A page that is new in the cache costs as much CPU as the SHA-256 of what it holds: nine seconds for the four
gigabytes of a release of a million entries, and one second past the cache. Small files and the ends of large
ones go the ordinary way, as everything does where the kernel has no such flag or refuses it.
"""

import io
import mmap
import os
from collections import deque
from collections.abc import Callable, Iterator
from errno import EINVAL
from fcntl import F_GETFL, F_SETFL, fcntl
from pathlib import Path
from typing import Any

from blocklist.release.folder import FILE_MODE

PIECE = 1 << 20  # bytes, a multiple of any disk's block
_BLOCK = 4096  # bytes: offset and size of a direct write are multiples of it
Told = Callable[[memoryview], object]
_MOST = 1 << 24  # bytes read at once
_WORTH = 1 << 16  # bytes from which on it pays
_DIRECT = getattr(os, "O_DIRECT", 0)
_SPARE: deque[mmap.mmap] = deque(maxlen=64)  # aligned as the flag wants, and their pages are there already


def create(path: Path | str, told: Told = lambda _: None) -> io.BufferedWriter:
    """Open the new file at ``path``, to be written from its beginning to its end; raises OSError.

    ``told`` hears all that is written, in pieces that it must not keep.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    return io.BufferedWriter(_Out(file, told), _WORTH)


class In:
    """A file to read."""

    def __init__(self, path: Path | str) -> None:
        """Open it; raises OSError."""
        self.path = path
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._file).st_size
        """Bytes, when it was opened."""
        self._buffer = _buffer()
        if self.size >= PIECE:
            _pass_cache(self._file, is_wanted=True)

    def at(self, start: int) -> memoryview:
        """Return what stands from ``start`` on, most of a piece; good until the next call; empty: the end."""
        block = start - start % _BLOCK
        found = self._fill(memoryview(self._buffer), block)
        return memoryview(self._buffer)[start - block : max(found, start - block)]

    def pieces(self) -> Iterator[memoryview]:
        """Give all of the file, each piece good until the next is asked for; raises OSError."""
        start = 0
        while piece := self.at(start):
            yield piece
            start += len(piece)

    def whole(self, room: mmap.mmap | None = None) -> mmap.mmap:
        """Return all of the file in memory; in ``room``, and what follows, where it is large enough.

        Raises OSError.
        """
        if room is None or len(room) < self.size:
            room = mmap.mmap(-1, max(self.size, 1))
        if self._fill(memoryview(room), 0) < self.size:
            raise OSError(f"{self.path}: was cut short while it was read")
        return room

    def _fill(self, room: memoryview, start: int) -> int:
        """Read on from ``start`` to the end of room or file; return how much there was."""
        done = 0
        while done < len(room) and start + done < self.size:
            size = min(_MOST, len(room) - done)
            size -= size % _BLOCK if size > _BLOCK else 0  # what is left of a block is read by itself
            if not (found := _read(self._file, room[done : done + size], start + done)):
                break
            done += found
        return done

    def close(self) -> None:
        """Close it; what it gave is no longer good."""
        os.close(self._file)
        _SPARE.append(self._buffer)


class _Out(io.RawIOBase):
    """A new file that goes to the disk a whole piece at a time."""

    def __init__(self, file: int, told: Told) -> None:
        self._told = told
        self._file = file
        self._buffer = _buffer()
        self._filled = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        rest = memoryview(data)
        size = len(rest)
        while rest:
            end = min(self._filled + len(rest), PIECE)
            part, rest = rest[: end - self._filled], rest[end - self._filled :]
            self._buffer[self._filled : end] = part
            self._filled = end
            if end == PIECE:
                self._put()
        return size

    def close(self) -> None:
        if self.closed:
            return
        try:
            self._put()
        finally:
            super().close()
            os.close(self._file)
            _SPARE.append(self._buffer)

    def _put(self) -> None:
        """Write what is in the buffer, whole blocks of it past the cache."""
        held = memoryview(self._buffer)[: self._filled]
        self._told(held)
        whole = len(held) - len(held) % _BLOCK if len(held) >= _WORTH else 0
        if whole and _pass_cache(self._file, is_wanted=True):
            held = held[_write(self._file, held[:whole]) :]
        if held:
            _pass_cache(self._file, is_wanted=False)
        while held:
            held = held[os.write(self._file, held) :]
        self._filled = 0


def _buffer() -> mmap.mmap:
    try:
        return _SPARE.pop()  # not asked whether there is one: another thread may take it meanwhile
    except IndexError:
        return mmap.mmap(-1, PIECE)


def _pass_cache(file: int, *, is_wanted: bool) -> bool:
    """Set the flag, or take it away; tell whether it is set."""
    flags = fcntl(file, F_GETFL)
    asked = flags | _DIRECT if is_wanted else flags & ~_DIRECT
    try:
        if asked != flags:
            fcntl(file, F_SETFL, asked)
    except OSError:
        return False
    return is_wanted and _DIRECT > 0


def _write(file: int, blocks: memoryview) -> int:
    try:
        return os.write(file, blocks)
    except OSError as problem:
        if problem.errno != EINVAL:
            raise
        return 0  # of larger blocks than ours


def _read(file: int, room: memoryview, start: int) -> int:
    try:
        return os.preadv(file, [room], start)
    except OSError as problem:
        if problem.errno != EINVAL:
            raise
        _pass_cache(file, is_wanted=False)
        return os.preadv(file, [room], start)
