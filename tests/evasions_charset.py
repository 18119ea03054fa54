"""Evasions in the encoding: pages whose bytes are not what header and markup say.

As ``tests/evasions_letters.py``: written blind. Each takes a document and gives bytes and a Content-Type
that browsers in use, or the reader's own menu of encodings, show as meant. What an encoding lacks becomes a
numeric reference, as a browser submits it.
"""

import re
from collections.abc import Callable
from random import Random

from opencc_purepy import OpenCC

WireEvasion = Callable[[str, Random], tuple[bytes, str]]

_META = re.compile(r"<meta\b[^>]*charset[^>]*>", re.IGNORECASE)
_TRADITIONAL = OpenCC("s2t")


def _declared(page: str, charset: str) -> str:
    """The document with this declaration in place of its own; empty: none."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    bare = _META.sub("", page)
    changed, found = re.subn(
        r"(<head\b[^>]*>)", lambda head: head[1] + meta, bare, count=1, flags=re.IGNORECASE
    )
    return changed if found else meta + bare


def _type(charset: str) -> str:
    return f"text/html; charset={charset}" if charset else "text/html"


def as_bytes(codec: str, *, header: str = "", markup: str = "", mark: bytes = b"") -> WireEvasion:
    """Encode with ``codec`` and declare what is given."""

    def encoded(page: str, chance: Random) -> tuple[bytes, str]:
        if codec.startswith("big5"):
            page = _TRADITIONAL.convert(page)
        return mark + _declared(page, markup).encode(codec, "xmlcharrefreplace"), _type(header)

    return encoded


def doubly_encoded(page: str, chance: Random) -> tuple[bytes, str]:
    """UTF-8 read as Latin-1 (or Windows-1252) and saved as UTF-8 again."""
    raw = _declared(page, "utf-8").encode()
    try:
        once = raw.decode("cp1252") if chance.random() < 0.5 else raw.decode("latin-1")
    except UnicodeDecodeError:
        once = raw.decode("latin-1")
    return once.encode(), _type("utf-8")


GB18030_AS_UTF8 = as_bytes("gb18030", header="utf-8", markup="utf-8")
GB18030_AS_LATIN = as_bytes("gb18030", header="iso-8859-1", markup="iso-8859-1")
GB18030_SILENT = as_bytes("gb18030")
BIG5_SILENT = as_bytes("big5hkscs")
BIG5_AS_GB = as_bytes("big5hkscs", header="gb2312", markup="gb2312")
UTF8_AS_GB = as_bytes("utf-8", header="gb2312", markup="gbk")
UTF8_SILENT = as_bytes("utf-8")
UTF16_SILENT = as_bytes("utf-16-le")
UTF16_AS_UTF8 = as_bytes("utf-16-le", header="utf-8", markup="utf-8", mark=b"\xff\xfe")
UTF16_BIG_AS_LATIN = as_bytes("utf-16-be", header="iso-8859-1", markup="iso-8859-1", mark=b"\xfe\xff")
HZ = as_bytes("hz", header="hz-gb-2312", markup="hz-gb-2312")
