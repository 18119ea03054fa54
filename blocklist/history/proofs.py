"""Proofs from tiles: a few of a log's files show what is in it, and that it grew from what it was (pure).

::

    c2sp.org/tlog-proof@v1
    index 4711
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=      the audit path, from the leaf up
    …

    list.example/history                              the checkpoint
    …

is the proof of one event (https://c2sp.org/tlog-proof): whoever holds its line, the proof and the log's key
needs nothing else.
"""

import base64
from collections.abc import Callable, Sequence

from blocklist.errors import FormatError, VerificationError
from blocklist.history.merkle import (
    HASH_BYTES,
    Roots,
    consistency_path,
    inclusion_path,
    is_consistent,
    node_hash,
    root_of,
)
from blocklist.history.note import Checkpoint
from blocklist.history.tiles import WIDTH, tile_path

Tile = Callable[[str], bytes]
"""Gives a tile of the log by its path; raises what a missing one is to its caller."""
_HEIGHT = 8  # levels of the tree in a tile
_HEAD = "c2sp.org/tlog-proof@v1"


def roots_of(tile: Tile, size: int) -> Roots:
    """Return what gives roots of the log of ``size`` events; FormatError for a tile that is cut short."""
    kept: dict[str, bytes] = {}

    def node(level: int, index: int) -> bytes:
        """Return the root of the full subtree number ``index`` of ``2**level`` leaves."""
        height, inner = divmod(level, _HEIGHT)
        number = index >> (_HEIGHT - inner)
        path = tile_path(height, number, min(WIDTH, (size >> height * _HEIGHT) - number * WIDTH))
        if path not in kept:
            kept[path] = tile(path)
        start = (index << inner) % WIDTH
        chosen = kept[path][start * HASH_BYTES : (start + (1 << inner)) * HASH_BYTES]
        if len(chosen) < HASH_BYTES << inner:
            raise FormatError(f"history/{path}: is cut short")
        return root_of([chosen[at : at + HASH_BYTES] for at in range(0, len(chosen), HASH_BYTES)])

    def root(start: int, end: int) -> bytes:
        tops = []
        while start < end:  # full subtrees from the left, each of fewer leaves
            level = (end - start).bit_length() - 1
            tops.append(node(level, start >> level))
            start += 1 << level
        return _joined(tops)

    return root


def check_grown(before: Checkpoint, after: Checkpoint, tile: Tile, name: str) -> None:
    """Check that the log of ``after``, whose tiles ``tile`` gives, began as ``before``; ``name`` is its own.

    Raises VerificationError when it did not.
    """
    if after.size < before.size:
        raise VerificationError(
            f"{name}: its history has {after.size} events of the {before.size} that it had: it was cut short"
        )
    grown = 0 < before.size < after.size
    proof = consistency_path(roots_of(tile, after.size), before.size, after.size) if grown else []
    same = before.size == 0 or is_consistent(before.size, before.root, after.size, after.root, proof)
    if not same:
        raise VerificationError(f"{name}: its history is not the one that it had: the past was rewritten")


def write_proof(tile: Tile, index: int, checkpoint: bytes, size: int) -> bytes:
    """Return the proof that the event ``index`` is in the log of ``size`` events with that ``checkpoint``."""
    path = inclusion_path(roots_of(tile, size), index, size)
    lines = [_HEAD, f"index {index}", *(base64.b64encode(each).decode() for each in path), "", ""]
    return "\n".join(lines).encode() + checkpoint


def parse_proof(data: bytes, name: str) -> tuple[int, list[bytes], bytes]:
    """Return index, path and checkpoint of a proof; raises FormatError."""
    head, _, checkpoint = data.partition(b"\n\n")
    try:
        first, index, *hashes = head.decode("ascii").split("\n")
        path = [base64.b64decode(each, validate=True) for each in hashes]
        number = int(index.removeprefix("index "))
    except ValueError as problem:
        raise FormatError(f"{name}: is not a proof") from problem
    if first != _HEAD or any(len(each) != HASH_BYTES for each in path) or not checkpoint:
        raise FormatError(f"{name}: is not a proof")
    return number, path, checkpoint


def _joined(tops: Sequence[bytes]) -> bytes:
    found = tops[-1]
    for left in reversed(tops[:-1]):
        found = node_hash(left, found)
    return found
