"""A file made from that of the release before: what stays is copied in runs, between them what is new (pure).

A *source* says for each thing of the new file, in its order, which thing of the old one it is; ``FRESH`` for
one that was not there. What stays keeps its order.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from blocklist.release.disk import In
from blocklist.release.seals import Seal

Numbers = npt.NDArray[np.int64]
N = TypeVar("N", bound=np.generic)
FRESH = -1


def ends(sizes: npt.ArrayLike) -> Numbers:
    """Return where things of these sizes begin, one after the other, and where the last one ends."""
    sizes = np.asarray(sizes)
    found = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=found[1:])
    return found


class OldFile:
    """A file of the release before, read piece by piece: mapped, it would count as memory."""

    def __init__(self, path: Path) -> None:
        """Open it; raises OSError."""
        self._path = path
        self._file = In(path)
        self._window = memoryview(b"")
        self._begin = 0

    def is_sealed(self, seal: Seal) -> bool:
        """Tell whether it is the file of that seal."""
        self._window = memoryview(b"")  # which the pieces are read over
        return seal.fits(self._file.pieces())

    def read(self, start: int, stop: int) -> Iterator[memoryview]:
        """Give what stands between two places, each piece good until the next is asked for.

        Quickest where places rise from call to call.
        """
        while start < stop:
            within = start - self._begin
            if not 0 <= within < len(self._window):
                self._window = self._file.at(start)
                self._begin, within = start, 0
                if not self._window:
                    raise OSError(f"{self._path}: was cut short while it was read")
            piece = self._window[within : stop - self._begin]
            yield piece
            start += len(piece)

    def close(self) -> None:
        """Close it."""
        self._file.close()


class Splice:
    """How the things of a new list come from those of the old one; worked out once for all their files."""

    def __init__(self, source: Numbers) -> None:
        self._count = len(source)
        self._is_kept = source >= 0
        self._kept = source[self._is_kept]
        marked = np.where(self._is_kept, source, FRESH - 1)  # no run leads from fresh to the first
        breaks = np.flatnonzero(np.diff(marked) != 1) + 1
        self._firsts = marked[np.concatenate(([0], breaks))] if self._count else marked
        self._lasts = marked[np.concatenate((breaks - 1, [self._count - 1]))] if self._count else marked

    def file(self, old: OldFile, begins: Numbers, fresh: Iterable[bytes]) -> Iterator[bytes | memoryview]:
        """Give the new file piece by piece; ``begins`` tell where its things are in ``old``, and its end."""
        starts, stops = begins[np.maximum(self._firsts, 0)].tolist(), begins[self._lasts + 1].tolist()
        come = iter(fresh)
        for first, start, stop in zip(self._firsts.tolist(), starts, stops, strict=True):
            if first < 0:
                yield next(come)
            else:
                yield from old.read(start, stop)

    def column(self, old: npt.NDArray[N], fresh: npt.ArrayLike) -> npt.NDArray[N]:
        """Return what is known of each thing, from the ``old`` column and what is ``fresh``."""
        column = np.empty(self._count, old.dtype)
        column[self._is_kept] = old[self._kept]
        column[~self._is_kept] = np.asarray(fresh, old.dtype)
        return column
