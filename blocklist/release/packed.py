"""``.gz`` and ``.zst`` beside each list file: for readers who pull often (RFC 1952, RFC 8878).

The header of the first is written here and not by the library, whose own names the machine: ten fixed bytes,
no time and no file name, so that the same list gives the same file.
"""

import sys
import zlib
from collections.abc import Iterable, Iterator

from isal import isal_zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from blocklist.release.disk import PIECE

GZIP = ".gz"
ZSTD = ".zst"
SUFFIXES = (GZIP, ZSTD)
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_LEVEL = 1  # of ISA-L: a tenth of zlib's time at 6 for files a third larger; .zst is the small one
_ZSTD: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 1,  # on lists smaller than 3, in half the time
    zstd.CompressionParameter.hash_log: 13,  # a table that stays in a core's own cache: a tenth quicker
}
_LAST = b"\x03\x00"  # a last block of nothing
_RAW = -15  # zlib's wbits: deflate without a frame
_FRAMED = 31  # zlib's wbits: in a frame of gzip


class Packer:
    """One file being packed, ``PIECE`` by piece; others would give other bytes."""

    def __init__(self, suffix: str, size: int) -> None:
        """Begin a file of ``suffix`` that will hold ``size`` octets."""
        self._is_gzip = suffix == GZIP
        self._crc = 0
        self._size = size
        if self._is_gzip:
            self._deflate = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _RAW)
            self._begun = _HEADER
        else:
            self._zstd = zstd.ZstdCompressor(options=_ZSTD)
            self._zstd.set_pledged_input_size(size)
            self._begun = b""

    def feed(self, piece: bytes | memoryview) -> bytes:
        """Return what ``piece`` adds."""
        if not self._is_gzip:
            return self._zstd.compress(piece)
        begun, self._begun = self._begun, b""
        self._crc = isal_zlib.crc32(piece, self._crc)
        return begun + self._deflate.compress(piece)

    def end(self) -> bytes:
        """Return the end of the file."""
        if not self._is_gzip:
            return self._zstd.flush()
        sums = self._crc.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little")
        return self._begun + self._deflate.flush() + sums


def packed_piece(suffix: str, data: bytes | memoryview) -> bytes:
    """Return ``data`` packed so that pieces can be joined: deflate up to a byte's end, or a frame of zstd."""
    if suffix == ZSTD:
        return zstd.compress(data, options=_ZSTD)
    packer = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _RAW)
    return packer.compress(data) + packer.flush(isal_zlib.Z_SYNC_FLUSH)


def joined(suffix: str, pieces: Iterable[bytes], plain: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Give the packed file that these ``pieces`` make, of the ``plain`` ones.

    One member of gzip, since many a reader of HTTP stops after the first; frames of zstd, one after the
    other, which RFC 8878 (section 3) makes every decoder read on.
    """
    if suffix == ZSTD:
        yield from pieces
        return
    crc = size = 0
    for each in plain:
        crc = isal_zlib.crc32(each, crc)
        size += len(each)
    yield _HEADER
    yield from pieces
    yield _LAST + crc.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")


def packings(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give each suffix with ``data`` so packed."""
    for suffix in SUFFIXES:
        packer = Packer(suffix, len(data))
        pieces = [packer.feed(data[at : at + PIECE]) for at in range(0, len(data), PIECE)]
        yield suffix, b"".join((*pieces, packer.end()))


def is_packed(name: str) -> bool:
    """Tell whether a file called ``name`` is another one packed."""
    return name.endswith(SUFFIXES)


def plain_name(name: str) -> str:
    """Return the name of the file that ``name`` packs, or ``name`` where it packs none."""
    return name[: name.rindex(".")] if is_packed(name) else name


def unpacks_to(name: str, data: bytes, plain: bytes) -> bool:
    """Tell whether the packed file ``name`` holds ``plain`` and nothing more; a bomb is not let go off."""
    found = _unpacked(name, data, len(plain) + 1)
    return found == plain


def unpacked(name: str, data: bytes, most: int) -> bytes:
    """Return what the packed file ``name`` holds; nothing where it is broken or over ``most`` octets."""
    found = _unpacked(name, data, most + 1) or b""
    return found if len(found) <= most else b""


def _unpacked(name: str, data: bytes, most: int) -> bytes | None:
    try:
        if name.endswith(ZSTD):
            return _frames(data, most)
        opener = zlib.decompressobj(wbits=_FRAMED)
        found = opener.decompress(data, most)
    except (zlib.error, zstd.ZstdError):
        return None
    return found if opener.eof and not opener.unused_data else None


def _frames(data: bytes, most: int) -> bytes | None:
    found = bytearray()
    rest = memoryview(data)
    while rest and len(found) < most:
        opener = zstd.ZstdDecompressor()
        size = zstd.get_frame_size(rest)  # raises where the frame is cut short
        found += opener.decompress(rest[:size], most - len(found))
        if not opener.eof:
            return None
        rest = rest[size:]
    return bytes(found) if data and not rest else None
