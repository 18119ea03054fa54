"""A Merkle tree over log entries: RFC 6962, section 2.1, and the checks of RFC 9162, section 2.1.3 and 2.1.4.

Pure. Leaves are given as their hashes (``leaf_hash``); a tree of n leaves commits to every one of them and to
every tree of fewer leaves that it grew from.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence

HASH_BYTES = 32
Roots = Callable[[int, int], bytes]
"""Gives the root over the leaves from the one number up to, not including, the other."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of the tree of no leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a log entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes.

    Level by level: an odd one out is carried up, which is what splitting at the largest power of two gives.
    """
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def roots_at(hashes: Sequence[bytes], sizes: Collection[int]) -> dict[int, bytes]:
    """Return the root of the tree of the first so many leaves for each of ``sizes`` that there are."""
    found = {0: EMPTY} if 0 in sizes else {}
    peaks: list[
        tuple[int, bytes]
    ] = []  # full subtrees from the left, each of fewer leaves than the one before
    for size, leaf in enumerate(hashes, start=1):
        width, top = 1, leaf
        while peaks and peaks[-1][0] == width:
            top = node_hash(peaks.pop()[1], top)
            width *= 2
        peaks.append((width, top))
        if size in sizes:
            root = peaks[-1][1]
            for _, left in reversed(peaks[:-1]):
                root = node_hash(left, root)
            found[size] = root
    return found


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of the leaf ``index``; raises IndexError when there is none."""
    return inclusion_path(_roots(hashes), index, len(hashes))


def consistency_proof(hashes: Sequence[bytes], size: int) -> list[bytes]:
    """Return what shows that the tree of the first ``size`` leaves is a beginning of this one."""
    return consistency_path(_roots(hashes), size, len(hashes))


def inclusion_path(root: Roots, index: int, size: int) -> list[bytes]:
    """Return the audit path of the leaf ``index`` in the tree of ``size``, from the roots of its subtrees."""
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start = middle
    return path[::-1]


def consistency_path(root: Roots, size: int, later: int) -> list[bytes]:
    """Return what shows that the tree of ``size`` leaves is a beginning of that of ``later``."""
    if not 0 < size <= later:
        raise IndexError(size)
    start, end, path, whole = 0, later, [], True
    while size != end:
        middle = start + _split(end - start)
        if size <= middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start, whole = middle, False
    return [*([] if whole else [root(start, end)]), *reversed(path)]


def _roots(hashes: Sequence[bytes]) -> Roots:
    return lambda start, end: root_of(hashes[start:end])


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows that the leaf hash ``leaf`` is number ``index`` of the tree ``root``."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(size: int, root: bytes, later: int, later_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the tree of ``size`` leaves is a beginning of that of ``later``."""
    if size == later:
        return not proof and root == later_root
    if not 0 < size < later or not proof:
        return False
    path = [root, *proof] if size & (size - 1) == 0 else list(proof)
    here, last = size - 1, later - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and (old, new) == (root, later_root)
