"""The tree as static files: C2SP tlog-tiles (https://c2sp.org/tlog-tiles).

::

    tile/0/000            256 leaf hashes; tile/1/000 the roots of 256 such, and so on
    tile/0/001.p/5        five hashes: the tile is not full yet
    tile/0/x001/234       number 1234
    tile/entries/000      the 256 log entries, each after its length in two bytes, big-endian
"""

from collections.abc import Iterator, Sequence
from struct import Struct

from blocklist.errors import FormatError
from blocklist.history.merkle import leaf_hash, root_of

WIDTH = 256
ENTRIES = "entries"
_LENGTH = Struct(">H")
MAX_ENTRY = 65_535  # bytes, by the length's two


def tile_files(entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of every tile of the log of ``entries``."""
    for number, width in _tiles(len(entries)):
        yield entry_tile(number, entries[number * WIDTH : number * WIDTH + width])
    yield from hash_tiles([leaf_hash(each) for each in entries])


def entry_tile(number: int, entries: Sequence[bytes]) -> tuple[str, bytes]:
    """Return path and bytes of the tile of that number, which holds ``entries``."""
    assert all(len(each) <= MAX_ENTRY for each in entries)
    data = b"".join(_LENGTH.pack(len(each)) + each for each in entries)
    return tile_path(ENTRIES, number, len(entries)), data


def hash_tiles(leaves: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of every tile of the log whose lines have these hashes."""
    level, hashes = 0, leaves
    while hashes:
        for number, width in _tiles(len(hashes)):
            yield tile_path(level, number, width), b"".join(hashes[number * WIDTH : number * WIDTH + width])
        full = len(hashes) // WIDTH
        hashes = [root_of(hashes[at * WIDTH : (at + 1) * WIDTH]) for at in range(full)]
        level += 1


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile that holds ``width`` of its 256."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + ("" if width == WIDTH else f".p/{width}")


def entry_tiles(size: int) -> Iterator[str]:
    """Give the paths of the entries of a log of ``size`` entries, in their order."""
    for number, width in _tiles(size):
        yield tile_path(ENTRIES, number, width)


def parse_entries(data: bytes, name: str) -> Iterator[bytes]:
    """Give the log entries in a tile; raises FormatError."""
    at = 0
    while at < len(data):
        if at + _LENGTH.size > len(data):
            raise FormatError(f"{name}: is cut short")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if at + length > len(data):
            raise FormatError(f"{name}: is cut short")
        yield data[at : at + length]
        at += length


def _tiles(size: int) -> Iterator[tuple[int, int]]:
    """Give number and width of each tile over ``size`` things."""
    full, rest = divmod(size, WIDTH)
    for number in range(full):
        yield number, WIDTH
    if rest:
        yield full, rest
