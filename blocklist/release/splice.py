"""A file made from that of the release before: what stays is copied in runs, between them what is new (pure).

A *source* says for each thing of the new file, in its order, which thing of the old one it is; ``FRESH`` for
one that was not there. What stays keeps its order.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
N = TypeVar("N", bound=np.generic)
FRESH = -1


def ends(sizes: npt.ArrayLike) -> Numbers:
    """Return where things of these sizes begin, one after the other, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.asarray(sizes, np.int64))))


def spliced(
    old: memoryview, begins: Numbers, source: Numbers, fresh: Sequence[bytes]
) -> Iterator[bytes | memoryview]:
    """Give the new file piece by piece; ``begins`` are the places in ``old`` of its things, and its end."""
    marked = np.where(source < 0, FRESH - 1, source)  # no run leads from fresh to the first
    breaks = np.flatnonzero(np.diff(marked) != 1) + 1
    firsts = marked[np.concatenate(([0], breaks))] if len(marked) else marked
    lasts = marked[np.concatenate((breaks - 1, [len(marked) - 1]))] if len(marked) else marked
    starts, stops = begins[np.maximum(firsts, 0)].tolist(), begins[lasts + 1].tolist()
    come = iter(fresh)
    for first, start, stop in zip(firsts.tolist(), starts, stops, strict=True):
        yield next(come) if first < 0 else old[start:stop]


def carried(old: npt.NDArray[N], source: Numbers, fresh: npt.ArrayLike) -> npt.NDArray[N]:
    """Return the new column of what is known of each thing, from the ``old`` one and what is ``fresh``."""
    is_fresh = source < 0
    column = np.zeros(len(source), old.dtype)
    column[~is_fresh] = old[source[~is_fresh]]
    column[is_fresh] = np.asarray(fresh, old.dtype)
    return column
