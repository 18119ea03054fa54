"""Evidence of what was judged: one gzip WARC per crawl run under ``captures/`` (ISO 28500, WARC 1.1).

Each landing page is a request and a response record; the body is kept decompressed, as judged, so the
headers that speak of its transfer are renamed ``X-Archive-Orig-…`` as web archives do. Records are on disk
(fsync) before the verdict that cites them is stored. Images and media never come here: ``kinds`` keeps them
out.
"""

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from blocklist.errors import TroubleError
from blocklist.model import Archived
from crawler.fetch.visit import Exchange, Headers

FOLDER = "captures"
_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_REASONS = {200: "OK"}


class Archive:
    """The WARC file of one run; opened when the first page comes, so a run without pages leaves none."""

    def __init__(self, workspace: Path, run: str) -> None:
        self._path = workspace / FOLDER / f"{run}.warc.gz"
        self._file: BinaryIO | None = None
        self._writer: WARCWriter | None = None

    def keep(self, exchange: Exchange, fetched_at: datetime) -> Archived:
        """Write ``exchange`` to disk; returns where its response record lies. Raises TroubleError (disk)."""
        try:
            return self._keep(exchange, fetched_at)
        except OSError as error:
            message = f"{self._path}: cannot write evidence ({error.strerror}); free the disk and crawl again"
            raise TroubleError(message) from error

    def close(self) -> None:
        """Close the file; nothing is waiting to be written."""
        if self._file is not None:
            self._file.close()
            self._file = self._writer = None

    def _keep(self, exchange: Exchange, fetched_at: datetime) -> Archived:
        file, writer = self._open()
        date = fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        response = writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=StatusAndHeaders(
                f"{exchange.status} {_REASONS.get(exchange.status, '')}".strip(),
                _identity(exchange.response_headers, len(exchange.body)),
                protocol="HTTP/1.1",
            ),
            warc_headers_dict={"WARC-Date": date},
        )
        request = writer.create_warc_record(
            exchange.url,
            "request",
            http_headers=StatusAndHeaders(
                f"GET {_target(exchange.url)} HTTP/1.1", list(exchange.request_headers), is_http_request=True
            ),
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        offset = file.tell()
        writer.write_record(response)
        length = file.tell() - offset
        writer.write_record(request)
        file.flush()
        os.fsync(file.fileno())
        return Archived(file=self._path.name, offset=offset, length=length)

    def _open(self) -> tuple[BinaryIO, WARCWriter]:
        if self._file is None or self._writer is None:
            # Pages hold what people wrote on them: for the operator's eyes only, as the database is.
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = open(self._path, "xb", opener=_private)  # noqa: SIM115 - close() ends it
            self._writer = WARCWriter(self._file, gzip=True, warc_version="1.1")
            info = {"software": "Linkgazette", "format": "WARC File Format 1.1"}
            self._writer.write_record(self._writer.create_warcinfo_record(self._path.name, info))
        return self._file, self._writer


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _identity(headers: Headers, length: int) -> list[tuple[str, str]]:
    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() in _TRANSFER else name, _printable(value))
        for name, value in headers
        if name.isascii() and name.isprintable()  # others are no header names (RFC 9110 section 5.1)
    ]
    return [*kept, ("Content-Length", str(length))]


def _printable(value: str) -> str:
    """Percent-encode what is not printable ASCII: a hostile header must not end its line or break warcio."""
    return "".join(c if " " <= c <= "~" else f"%{ord(c):02X}" for c in value)


def _target(url: str) -> str:
    """Return path and query, as a request line has them (RFC 9112 section 3.2.1)."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
