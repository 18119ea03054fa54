"""Content codings (RFC 9110 section 8.4.1) undone within a limit; what is sent is what we ask for. Pure."""

import zlib
from collections.abc import Sequence

from blocklist.model import Failure
from crawler.fetch.failures import VisitError

ACCEPT_ENCODING = "gzip, deflate"
"""Not brotli or zstd: nobody serves them alone, and each is one more decoder before hostile bytes."""
_MAX_CODINGS = 3  # more than one is rare enough, more than a few is an attack (CVE-2023-23916)
_MAX_MEMBERS = 64  # of one gzip stream; each costs a copy of the rest
_GZIP = zlib.MAX_WBITS | 16


def codings_of(content_encoding: str) -> tuple[str, ...]:
    """Return the codings in the order they were applied; ``identity`` and what browsers ignore left out."""
    # Of white space only what HTTP knows (RFC 9110 section 5.6.3): the archive keeps no other as it came.
    names = (name.strip(" \t").lower().removeprefix("x-") for name in content_encoding.split(","))
    return tuple(name for name in names if name in {"gzip", "deflate"})


def decode(body: bytes, codings: Sequence[str], *, limit: int) -> bytes:
    """Undo ``codings``; raises VisitError for more than ``limit`` bytes or a broken stream."""
    if len(codings) > _MAX_CODINGS:
        raise VisitError(Failure.MALFORMED, f"compressed {len(codings)} times")
    for coding in reversed(codings):
        body = _inflate(body, coding, limit)
    return body


def _inflate(packed: bytes, coding: str, limit: int) -> bytes:
    if not packed:
        return b""
    windows = (_GZIP,) if coding == "gzip" else (zlib.MAX_WBITS, -zlib.MAX_WBITS)  # many send raw deflate
    for bits in windows:
        try:
            return _inflate_as(packed, bits, limit)
        except zlib.error as error:
            problem = error
    raise VisitError(Failure.MALFORMED, "the body does not decompress") from problem


def _inflate_as(packed: bytes, bits: int, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit
    while packed and len(parts) < _MAX_MEMBERS:
        unpacker = zlib.decompressobj(bits)
        try:
            parts.append(unpacker.decompress(packed, room + 1))
        except zlib.error:
            if parts:  # what follows a whole gzip member and is none is padding, as browsers see it
                break
            raise
        room -= len(parts[-1])
        if room < 0:
            raise VisitError(Failure.TOO_LARGE, "body larger than allowed when decompressed")
        if not unpacker.eof:
            raise VisitError(Failure.MALFORMED, "the body does not decompress: it is cut short")
        packed = unpacker.unused_data if bits == _GZIP else b""
    return b"".join(parts) if len(parts) > 1 else parts[0]
