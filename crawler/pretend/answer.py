"""An HTTP/1.1 answer of the pretend web, honest or hostile, and how it goes over the wire."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

FLUSH_BYTES = 65_536

Send = Callable[[bytes], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back; an iterable body is streamed chunked, and may never end."""

    status: int = 200
    headers: Iterable[tuple[str, str]] = ()
    """Without Content-Length and Transfer-Encoding, which follow from the body."""
    body: bytes | Iterable[bytes] = b""
    hang_up: bool = False
    """True: close the connection without a word."""


def html(body: bytes, *, status: int = 200, content_type: str = "text/html; charset=utf-8") -> Answer:
    """Return an answer that carries a page."""
    return Answer(status=status, headers=(("Content-Type", content_type),), body=body)


def redirect(target: str, status: int = 302) -> Answer:
    """Return a redirect; the target may be anything a hostile site would write."""
    return Answer(status=status, headers=(("Location", target),))


def write_answer(send: Send, answer: Answer, *, head_only: bool) -> None:
    """Send status line, headers and body; an OSError means that the client has left."""
    pending = bytearray(_status_line(answer.status))
    for name, value in answer.headers:
        pending += f"{name}: {value}\r\n".encode("latin-1")
        if len(pending) > FLUSH_BYTES:
            send(bytes(pending))
            pending.clear()
    if isinstance(answer.body, bytes):
        pending += b"Content-Length: %d\r\n\r\n" % len(answer.body)
        send(bytes(pending) if head_only else bytes(pending) + answer.body)
        return
    send(bytes(pending) + b"Transfer-Encoding: chunked\r\n\r\n")
    if head_only:
        return
    for chunk in answer.body:
        send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
    send(b"0\r\n\r\n")


def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    return f"HTTP/1.1 {status} {phrase}\r\n".encode("ascii")
