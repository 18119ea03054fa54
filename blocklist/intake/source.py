"""A file or stream to lines of text: encodings, binaries and endless lines, in bounded memory.

UTF-8 with or without a byte order mark, UTF-16 with one, GB18030 where nothing but that fits (Excel and chat
exports from Chinese Windows). What the lines mean is left to the readers of the formats.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from blocklist.errors import InputError, TroubleError

MAX_LINE = 1 << 20  # characters; a longer line is reported and skipped
_SAMPLE = 1 << 16  # bytes looked at to tell what a file is
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ARCHIVES = {
    b"\x1f\x8b": "gzip: unpack it, or `zcat FILE | linkgazette intake -`",
    b"\x28\xb5\x2f\xfd": "zstandard: unpack it, or `zstdcat FILE | linkgazette intake -`",
    b"PK\x03\x04": "a ZIP or Excel file: unpack it, or save the table as CSV",
    b"%PDF": "a PDF: save its text",
    b"SQLite format 3": "a database: export its rows as CSV or JSON Lines",
}
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_BINARY_SHARE = 0.02  # of control characters; text has none
_UNDECODABLE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Source:
    """An opened input: ``name`` for errors, the first bytes, the text after them from the beginning."""

    name: str
    head: bytes
    text: io.TextIOWrapper

    def lines(self) -> Iterator[tuple[int, str, str]]:
        """Yield number, text without line end, and a problem (empty: none; the text is then to be left)."""
        number = 0
        while line := self._readline(MAX_LINE):
            number += 1
            if not line.endswith("\n") and len(line) >= MAX_LINE:
                while len(more := self._readline(MAX_LINE)) >= MAX_LINE and not more.endswith("\n"):
                    pass
                yield number, "", f"line of more than {MAX_LINE} characters"
            elif not line.isascii() and _UNDECODABLE.search(line):
                yield number, "", "not UTF-8 text; save the file as UTF-8"
            else:
                yield number, line.rstrip("\n"), ""

    def read(self, size: int) -> bytes:
        """Return about ``size`` bytes of the text as UTF-8: what a streaming parser asks for."""
        try:
            return self.text.read(size).encode(errors="surrogateescape")
        except OSError as problem:
            raise TroubleError(f"{self.name}: reading stopped ({problem.strerror})") from problem

    def _readline(self, limit: int) -> str:
        try:
            return self.text.readline(limit)
        except OSError as problem:
            raise TroubleError(f"{self.name}: reading stopped ({problem.strerror})") from problem


@contextmanager
def open_source(source: Path | BinaryIO, name: str) -> Iterator[Source]:
    """Open ``source`` and tell its encoding; raises InputError for what cannot be used at all.

    A stream that was passed in stays open.
    """
    stream = _opened(source, name) if isinstance(source, Path) else source
    # Not every stream can be looked into without reading (a test's, a socket's).
    peeker = (
        stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    )
    text = None
    try:
        head = _head(peeker, name)
        encoding = _encoding(head, name)
        text = io.TextIOWrapper(
            peeker,
            encoding,
            errors="surrogateescape" if encoding.startswith("utf-8") else "replace",
            newline=None,
        )
        yield Source(name, head.removeprefix(_UTF8_MARK), text)
    finally:
        if text is not None:
            text.detach()
        if isinstance(source, Path):
            peeker.close()
        elif peeker is not stream:
            peeker.detach()


def _opened(path: Path, name: str) -> BinaryIO:
    try:
        return path.open("rb", buffering=_SAMPLE)
    except FileNotFoundError:
        raise InputError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a folder; name the files in it") from None
    except OSError as problem:
        raise InputError(f"{name}: cannot be read ({problem.strerror}); check its permissions") from problem
    except ValueError as problem:  # a NUL in the path
        raise InputError(f"{name!r}: is no file name") from problem


def _head(stream: "io.BufferedReader[io.RawIOBase]", name: str) -> bytes:
    try:
        return stream.peek(_SAMPLE)[:_SAMPLE]
    except OSError as problem:
        raise TroubleError(f"{name}: reading stopped ({problem.strerror})") from problem


def _encoding(head: bytes, name: str) -> str:
    for magic, cure in _ARCHIVES.items():
        if head.startswith(magic):
            raise InputError(f"{name}: not text but {cure}")
    if head.startswith(_UTF16_MARKS):
        return "utf-16"
    if b"\0" in head or len(_CONTROLS.findall(head)) > len(head) * _BINARY_SHARE:
        raise InputError(f"{name}: is a binary file; expected text (.jsonl, .csv, .txt or a chat export)")
    if head.startswith(_UTF8_MARK):
        return "utf-8-sig"
    odd = [
        line
        for line in head.split(b"\n")[: -1 if len(head) > 1 and b"\n" in head else None]
        if not line.isascii()
    ]
    if any(_decodes(line, "utf-8") for line in odd) or not all(_decodes(line, "gb18030") for line in odd):
        return "utf-8"
    return "gb18030" if odd else "utf-8"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
