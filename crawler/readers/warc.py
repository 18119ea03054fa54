"""A page and its request as WARC records (ISO 28500, WARC 1.1), each a gzip member of its own. Pure.

The body is kept as it was sent, content coding and all. Only the transfer coding is undone, since it belongs
to one connection and not to the page (RFC 9112 section 6.1; HTTP/2 has none): headers that no longer hold
then are renamed ``X-Archive-Orig-…`` as web archives do. Where the bytes are kept is ``archive``'s.
"""

import gzip
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha1
from urllib.parse import urlsplit
from uuid import uuid4

from isal import isal_zlib

from blocklist.model import Known
from crawler.readers.exchange import Exchange, digest_of

_TRANSFER = frozenset({"transfer-encoding", "content-length"})
_REASONS = {200: "OK", 304: "Not Modified"}
_BLANK = b"\r\n\r\n"
_FIELDS = "application/warc-fields"
_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
_HTTP = "application/http; msgtype={}"
NOT_MODIFIED = 304  # RFC 9110 section 15.4.5
_LEVEL = 1
"""ISA-L's. Measured on pages of 67 KB: 8.3 KB in 0.07 ms; zlib's level 3: 8.7 in 0.32, its 6: 8.0 in 0.68."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The bytes to append to a WARC file, in this order."""

    response: bytes
    """The page itself, or the revisit record that says it was the same as before."""
    request: bytes
    metadata: bytes = b""
    """The hops that led to the page; empty: none did."""
    revisit: bool = False
    """True: ``response`` says that the page was as another record has it."""


def pack(exchange: Exchange, date: str) -> Records:
    """Make the two records of ``exchange``; ``date`` as ``warc_date`` writes it."""
    body = exchange.sent
    fields = [("WARC-Payload-Digest", exchange.payload)]
    return _records("response", exchange, date, fields, _answer(exchange, len(body)), body)


def pack_revisit(exchange: Exchange, date: str, known: Known) -> Records:
    """Make the records of a visit that found the page ``known`` again: a ``revisit`` without the body.

    By the profile *server not modified* for a 304, else by *identical payload digest* (WARC 1.1, section
    6.7), whose promise the caller has checked.
    """
    refers = [
        ("WARC-Refers-To-Target-URI", known.url),
        ("WARC-Refers-To-Date", warc_date(known.fetched_at)),
    ]
    if exchange.status == NOT_MODIFIED:
        profile = [("WARC-Profile", f"{_PROFILES}server-not-modified")]
    else:
        digest = ("WARC-Payload-Digest", known.payload)
        profile = [("WARC-Profile", f"{_PROFILES}identical-payload-digest"), digest]
    return _records("revisit", exchange, date, [*profile, *refers], _answer(exchange, None), b"")


def with_screenshot(records: Records, url: str, date: str, png: bytes) -> Records:
    """Put a picture of the page behind its response, read and erased as one with it (section 6.5)."""
    fields = [("WARC-Target-URI", f"urn:X-screenshot:{url}"), ("WARC-Date", date)]
    return replace(
        records, response=records.response + _record("resource", uuid4().urn, fields, "image/png", png)
    )


def _records(
    kind: str, exchange: Exchange, date: str, fields: list[tuple[str, str]], head: bytes, body: bytes
) -> Records:
    question = _lines([("", f"GET {_target(exchange.url)} HTTP/1.1"), *exchange.request_headers])
    shared = [("WARC-Target-URI", exchange.url), ("WARC-Date", date)]
    number = uuid4().urn
    beside = [*shared, ("WARC-Concurrent-To", f"<{number}>")]
    way = _lines([("linkgazette-hop", hop) for hop in exchange.way]).removesuffix(b"\r\n")
    return Records(
        response=_record(kind, number, [*shared, *fields], _HTTP.format("response"), head, body),
        request=_record("request", uuid4().urn, beside, _HTTP.format("request"), question),
        metadata=_record("metadata", uuid4().urn, beside, _FIELDS, way) if way else b"",
        revisit=kind == "revisit",
    )


def unpack(member: bytes) -> tuple[str, bytes]:
    """Return content coding and body that a response record of ``pack`` holds; ValueError if it is none.

    WARC headers, a blank line, HTTP headers, a blank line, the body (ISO 28500, section 6.3); ``pack`` lets
    no header bring a blank line of its own. Whether it is the right body its capture's digest says.
    """
    try:
        head, _, rest = gzip.decompress(member).partition(_BLANK)
    except (OSError, EOFError, zlib.error) as problem:
        raise ValueError(str(problem)) from problem
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n") if b": " in line)
    block = rest[: int(fields.get(b"content-length", b"0"))]
    if fields.get(b"warc-type") != b"response" or _BLANK not in block:
        raise ValueError("no response record")
    answer, _, body = block.partition(_BLANK)
    named = dict(line.lower().split(b": ", 1) for line in answer.split(b"\r\n") if b": " in line)
    return named.get(b"content-encoding", b"").decode("latin-1"), body


def erased(length: int) -> bytes:
    """Make a gzip member of exactly ``length`` bytes in place of one that must not be kept.

    It holds an empty metadata record; what is left of the length is a comment (RFC 1952, section 2.3.1).
    """
    record = b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    head = b"\x1f\x8b\x08\x10" + bytes(4) + b"\x00\xff"  # deflated, with a comment, of no time and system
    tail = packed + struct.pack("<II", zlib.crc32(record), len(record))
    return head + b" " * (length - len(head) - 1 - len(tail)) + b"\0" + tail


def warcinfo(name: str) -> bytes:
    """Make the record that opens the file ``name``."""
    info = _lines([("software", "Linkgazette"), ("format", "WARC File Format 1.1")])
    fields = [("WARC-Filename", name), ("WARC-Date", warc_date(datetime.now(UTC)))]
    return _record("warcinfo", uuid4().urn, fields, _FIELDS, info.removesuffix(b"\r\n"))


def warc_date(moment: datetime) -> str:
    """Write a time as WARC does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(
    kind: str, number: str, fields: list[tuple[str, str]], content_type: str, head: bytes, body: bytes = b""
) -> bytes:
    """Write one record as a gzip member; its block is ``head`` and ``body``."""
    block = sha1(head, usedforsecurity=False)
    block.update(body)
    lines = [
        ("", "WARC/1.1"),
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{number}>"),
        *fields,
        ("WARC-Block-Digest", digest_of(block.digest())),
        ("Content-Type", content_type),
        ("Content-Length", str(len(head) + len(body))),
    ]
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, zlib.MAX_WBITS | 16)  # 16: as gzip
    parts = (_lines(lines), head, body, _BLANK)
    return b"".join((*map(packer.compress, parts), packer.flush()))


def _lines(fields: Iterable[tuple[str, str]]) -> bytes:
    """Write header lines, each ended, and the blank line after them; one without a name stands as it is."""
    text = "".join(f"{name}: {value}\r\n" if name else f"{value}\r\n" for name, value in fields)
    return f"{text}\r\n".encode("latin-1", errors="replace")


def _answer(exchange: Exchange, length: int | None) -> bytes:
    """Write the answer's head; ``length`` of the body that follows, None: none does."""
    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() in _TRANSFER else name, _printable(value))
        for name, value in exchange.response_headers
        if name and name.isascii() and name.isprintable()  # others are no names (RFC 9110 section 5.1)
    ]
    reason = _REASONS.get(exchange.status, "")
    told = [] if length is None else [("Content-Length", str(length))]
    return _lines([("", f"HTTP/1.1 {exchange.status} {reason}".strip()), *kept, *told])


def _printable(value: str) -> str:
    """Percent-encode what is neither printable ASCII nor a tab: a hostile header must not end its line."""
    return "".join(c if " " <= c <= "~" or c == "\t" else f"%{ord(c):02X}" for c in value)


def _target(url: str) -> str:
    """Return path and query, as a request line has them (RFC 9112 section 3.2.1)."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
