"""``.gz`` beside each list file: for readers who pull often (RFC 1952).

The header is written here and not by the library, whose own names the machine: ten fixed bytes, no time and
no file name, so that the same list gives the same file.
"""

import zlib

SUFFIX = ".gz"
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LEVEL = 6  # 9 takes four times as long for one part in a hundred
_RAW = -15  # zlib's wbits: deflate without a frame
_GZIP = 31  # zlib's wbits: in a frame of gzip


def pack(data: bytes) -> bytes:
    """Return ``data`` as a gzip file."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    end = zlib.crc32(data).to_bytes(4, "little") + (len(data) % 2**32).to_bytes(4, "little")
    return _HEADER + deflate.compress(data) + deflate.flush() + end


def unpacks_to(data: bytes, plain: bytes) -> bool:
    """Tell whether ``data`` is a gzip file of ``plain`` and of nothing more; a bomb is not let go off."""
    inflate = zlib.decompressobj(wbits=_GZIP)
    try:
        found = inflate.decompress(data, len(plain) + 1)
    except zlib.error:
        return False
    return found == plain and inflate.eof and not inflate.unused_data
