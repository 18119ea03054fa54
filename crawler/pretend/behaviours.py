"""The traps: answers that no honest site gives, each under the name that the tables use.

Sizes are far above any sane limit and are made while they are sent: a client that gives up in time costs
nothing on either side.
"""

import gzip
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from crawler.pretend.answer import Answer, redirect
from crawler.pretend.request import Request

Pause = Callable[[float], None]
Behaviour = Callable[[Request, Pause], Answer]

CHUNK = b"<p>and on and on</p>\n" * 3_000  # bytes, about 60 KB
BOMB_BYTES = 200_000_000
FLOOD_HEADERS = 200_000
HTML = ("Content-Type", "text/html; charset=utf-8")


def drip(_request: Request, pause: Pause) -> Answer:
    """Send one byte a second, for ever."""

    def slowly() -> Iterator[bytes]:
        for byte in itertools.cycle(b"<p>please wait </p>"):
            yield bytes([byte])
            pause(1)

    return Answer(headers=(HTML,), body=slowly())


def silence(_request: Request, pause: Pause) -> Answer:
    """Take the request and say nothing for ten minutes."""
    pause(600)
    return Answer(hang_up=True)


def huge(_request: Request, _pause: Pause) -> Answer:
    """Send a body of two gigabytes."""
    return Answer(headers=(HTML,), body=itertools.repeat(CHUNK, 2_000_000_000 // len(CHUNK)))


def endless(_request: Request, _pause: Pause) -> Answer:
    """Send chunks that never end."""
    return Answer(headers=(HTML,), body=itertools.repeat(CHUNK))


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES), compresslevel=1, mtime=0)


def gzip_bomb(_request: Request, _pause: Pause) -> Answer:
    """Send 200 MB of zeros packed into one."""
    return Answer(headers=(HTML, ("Content-Encoding", "gzip")), body=_bomb())


def header_flood(_request: Request, _pause: Pause) -> Answer:
    """Send headers without end before the body."""
    headers = ((f"X-Flood-{number}", "a" * 900) for number in range(FLOOD_HEADERS))
    return Answer(headers=itertools.chain((HTML,), headers), body=b"<p>at last</p>")


def deep(_request: Request, _pause: Pause) -> Answer:
    """Send elements nested a hundred thousand deep."""
    return Answer(headers=(HTML,), body=b"<div>" * 100_000 + b"<p>the bottom</p>")


def hang_up(_request: Request, _pause: Pause) -> Answer:
    """Close the connection without a word."""
    return Answer(hang_up=True)


def onward(request: Request, _pause: Pause) -> Answer:
    """Redirect to the next number, for ever."""
    number = int("".join(filter(str.isdigit, request.path)) or "0")
    return redirect(f"/{number + 1}")


def pdf(_request: Request, _pause: Pause) -> Answer:
    """Send the head of a PDF file, as what it is."""
    return Answer(
        headers=(("Content-Type", "application/pdf"),), body=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
    )


def png_as_html(_request: Request, _pause: Pause) -> Answer:
    """Send the head of a PNG file and call it HTML."""
    return Answer(headers=(HTML,), body=b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64))


def empty(_request: Request, _pause: Pause) -> Answer:
    """Send a page of no bytes."""
    return Answer(headers=(HTML,))


BEHAVIOURS: Mapping[str, Behaviour] = {
    "deep": deep,
    "drip": drip,
    "empty": empty,
    "endless": endless,
    "gzip-bomb": gzip_bomb,
    "hang-up": hang_up,
    "header-flood": header_flood,
    "huge": huge,
    "onward": onward,
    "pdf": pdf,
    "png-as-html": png_as_html,
    "silence": silence,
}
