"""One HTTP/1.1 request as the pretend web sees it: read from a connection, kept in the log.

Reads no body: the pretend web answers questions and takes nothing in.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

MAX_LINE_BYTES = 16_384
MAX_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request and when it came."""

    at: float
    """Seconds on the monotonic clock."""
    method: str
    host: str
    """Lower-case, without port; empty: the client named none."""
    path: str
    """Path and query as sent."""
    headers: Mapping[str, str]
    """Names in lower case; of repeated ones the last."""
    tls: bool
    connection: int
    """Number of the connection it came over, from 1."""

    @property
    def agent(self) -> str:
        """The user agent; empty: not sent."""
        return self.headers.get("user-agent", "")

    @property
    def keeps_alive(self) -> bool:
        """True: the client may ask again over this connection."""
        return self.headers.get("connection", "").lower() != "close"


def read_request(stream: BinaryIO, *, tls: bool, connection: int) -> Request | None:
    """Return the next request on a connection, None when the client has left or talks nonsense."""
    lines: list[str] = []
    while len(lines) <= MAX_LINES:
        line = stream.readline(MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            return None
        text = line.strip().decode("latin-1")
        if text:
            lines.append(text)
        elif lines:
            break
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, target, version
        return None
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Request(
        at=time.monotonic(),
        method=words[0],
        host=_without_port(headers.get("host", "")),
        path=words[1],
        headers=headers,
        tls=tls,
        connection=connection,
    )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    bare = name if colon and port.isdigit() else host
    return bare.rstrip(".").lower()
