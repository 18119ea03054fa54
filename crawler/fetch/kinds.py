"""Which answers are pages: HTML, XHTML, plain text; never media, whatever they call themselves. Pure."""

READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"})
"""Media types read as pages; XML because XHTML is often served so."""

_MAGIC = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"%PDF",
    b"PK\x03\x04",
    b"\x1aE\xdf\xa3",
    b"OggS",
    b"ID3",
    b"\x00\x00\x01\x00",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x7fELF",
    b"MZ",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"fLaC",
    b"FLV",
    b"\x00\x00\x00",
)
_TEXT_MAGIC_AMBIGUOUS = (b"BM", b"MZ", b"RIFF", b"ID3", b"FLV")
_LOOK = (
    1024  # bytes: the length of the resource header that browsers sniff (WHATWG MIME sniffing, 1445, rounded)
)
_CONTROLS = bytes(range(1, 9))  # no text holds them
_SHORT = 16_384  # bytes
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_UTF32_BOM = b"\x00\x00\xfe\xff"


def media_type(content_type: str) -> str:
    """Return the type without parameters, lower case; empty: none was given."""
    return content_type.partition(";")[0].strip().lower()


def is_page(content_type: str) -> bool:
    """Tell whether the type is read; also when none is given, as the body will tell."""
    kind = media_type(content_type)
    return not kind or kind in READABLE


def wants_body(status: int, content_type: str, *, length: int | None, robots: bool) -> bool:
    """Whether an answer's body is worth reading; ``length`` in bytes, None: not declared.

    A redirect or an error is told by its status; a short body of one is read all the same, as that keeps the
    connection for the next request.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
        return robots or is_page(content_type)
    return length is not None and length <= _SHORT and is_page(content_type)


def is_binary(body: bytes) -> bool:
    """Tell whether the first bytes are those of an image, a film, an archive or a program."""
    head = body[:_LOOK]
    if head.startswith((*_BOMS, _UTF32_BOM)):
        return False
    if head.startswith(tuple(magic for magic in _MAGIC if magic not in _TEXT_MAGIC_AMBIGUOUS)):
        return True
    if head[4:8] == b"ftyp":
        return True
    if head.startswith(_TEXT_MAGIC_AMBIGUOUS):
        return b"\x00" in head
    # UTF-16 without a mark holds zeros in every other place; a binary file holds them anywhere.
    zeros = head.count(0)
    return zeros > 0 and not _looks_utf16(head)


def _looks_utf16(head: bytes) -> bool:
    """Tell whether zeros lie only in odd or only in even places, as in Latin text of UTF-16."""
    if any(control in head for control in _CONTROLS):
        return False
    even, odd = head[::2].count(0), head[1::2].count(0)
    return (even == 0 or odd == 0) and even + odd > len(head) // 8
