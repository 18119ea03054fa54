"""One request on the wire, by libcurl: what it may do, how much it may bring, and what came of it.

Everything libcurl could do by itself and must not is off: no redirects, no cookies, no proxy of the
environment, no protocol but HTTP, no address that ``Route`` did not open. The URL it gets is made of checked
parts, the request target goes over verbatim, and bodies come as they were sent; decompressing is
``compression``'s. Driving many of these at once is ``handler``'s.
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import pycurl

from blocklist.model import Failure
from crawler.fetch.compression import ACCEPT_ENCODING
from crawler.fetch.failures import VisitError, of_curl
from crawler.fetch.guard import Route
from crawler.fetch.kinds import wants_body

_READ_BYTES = 131_072  # a page of 69 KB comes in one or two calls of ours instead of five
_PLAIN_NAME = re.compile(r"[a-z0-9._-]+")
"""Names libcurl takes in a URL; at others, which browsers open (``a$b.example``), it refuses."""
_LITERAL_V6 = re.compile(r"\[[0-9a-f:.]+\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}

Header = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One GET request."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """As in the URL, brackets included."""
    port: int
    target: str
    """Path and query, exactly as sent."""
    headers: Sequence[Header]
    """Without Host and Accept-Encoding."""
    max_body: int  # bytes
    timeout_s: float
    robots: bool = False
    """True: asks for robots.txt or a page's script, whose body is read whatever its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, its body as sent but for the transfer coding."""

    status: int
    fields: Sequence[tuple[bytes, bytes]]
    """The header fields in order, names as sent."""
    body: bytes
    peer: str
    certificates: Sequence[bytes]
    """The chain in PEM, the host's own first; empty: no handshake took place for this answer."""


class _Opened:
    """A socket for pycurl, which makes a descriptor of its own from it; this one then closes."""

    def __init__(self, opened: socket.socket) -> None:
        self._opened = opened

    def fileno(self) -> int:
        return self._opened.fileno()

    def __del__(self) -> None:
        self._opened.close()


class Transfer:
    """An easy handle of libcurl with what it has received; used again and again, one request at a time."""

    def __init__(self, *, max_header: int) -> None:
        self.curl = pycurl.Curl()
        self._max_header = max_header  # bytes
        self._set_for_good()
        self._route = Route(addresses=())
        self._asked: Question
        self._begin()

    def aim(self, asked: Question, route: Route) -> None:
        """Make ready for ``asked``, to go where ``route`` allows."""
        self._asked, self._route = asked, route
        self._begin()
        name, curl = _safe_name(asked.host), self.curl
        curl.setopt(pycurl.URL, f"{asked.scheme}://{name}:{asked.port}/")
        curl.setopt(pycurl.REQUEST_TARGET, asked.target)
        lines = [f"{field}: {value}" for field, value in asked.headers]
        if name != asked.host:
            port = "" if asked.port == _DEFAULT_PORTS[asked.scheme] else f":{asked.port}"
            lines.append(f"Host: {asked.host}{port}")
        curl.setopt(pycurl.HTTPHEADER, [*lines, f"Accept-Encoding: {ACCEPT_ENCODING}"])
        curl.setopt(pycurl.TIMEOUT_MS, max(1, round(asked.timeout_s * 1000)))
        if route.test_web is not None:
            curl.setopt(pycurl.CONNECT_TO, [f"::{_bracketed(route.test_web[0])}:{route.test_web[1]}"])
            return
        curl.setopt(pycurl.CONNECT_TO, [])
        if not _LITERAL_V6.fullmatch(name):
            answers = ",".join(_bracketed(str(each)) for each in route.addresses)
            curl.setopt(pycurl.RESOLVE, [f"+{name}:{asked.port}:{answers}"])

    def answer(self) -> Answer:
        """Return what came of a transfer that ended well; raises VisitError for what is no valid answer."""
        if not self._status:
            raise VisitError(Failure.MALFORMED, "not valid HTTP")
        curl = self.curl
        return Answer(
            status=self._status,
            fields=tuple(_field(line) for line in self._lines if b":" in line),
            body=b"".join(self._chunks),
            peer=curl.getinfo(pycurl.PRIMARY_IP),
            certificates=_certificates(curl) if self._asked.scheme == "https" else (),
        )

    def failure(self, code: int, message: str) -> VisitError | None:
        """Say why a transfer failed that ended with ``code``; None: it did not, we have had enough of it."""
        if self._refused:
            return VisitError(Failure.BLOCKED_ADDRESS, self._refused)
        if self._problem is not None:
            return self._problem
        if self._unwanted:
            return None
        return of_curl(code, message, self.curl.getinfo(pycurl.OS_ERRNO))

    def forget(self) -> None:
        """Let go of what was received."""
        self._begin()

    def close(self) -> None:
        """End for good."""
        self.curl.close()

    # --- what libcurl asks and tells --------------------------------------------------------------------

    def _begin(self) -> None:
        self._lines: list[bytes] = []
        self._chunks: list[bytes] = []
        self._header_bytes = 0
        self._body_bytes = 0
        self._status = 0
        self._unwanted = False
        self._refused = ""
        self._problem: VisitError | None = None

    def _open(self, _purpose: int, address: Any) -> Any:
        """Open a socket to an address about to be dialled, or refuse."""
        host, port = address.addr[:2] if isinstance(address.addr, tuple) else ("", 0)
        if reason := self._route.refusal(host, port):
            self._refused = f"{host} {reason}"
            return pycurl.SOCKET_BAD
        return _Opened(socket.socket(address.family, address.socktype, address.protocol))

    def _header(self, line: bytes) -> int | None:
        self._header_bytes += len(line)
        if self._header_bytes > self._max_header:
            self._problem = VisitError(Failure.TOO_LARGE, "headers larger than allowed")
            return -1
        if self._chunks:  # trailers
            return None
        if line.startswith(b"HTTP/"):
            self._lines.clear()  # of an interim answer
            code = line.split(maxsplit=2)[1:2]
            self._status = int(code[0]) if code and code[0].isdigit() else 0
        elif line in {b"\r\n", b"\n"}:
            return self._on_headers_complete()
        else:
            self._lines.append(line)
        return None

    def _on_headers_complete(self) -> int | None:
        if self._status < 200:  # noqa: PLR2004 - interim, RFC 9110 section 15.2
            return None
        fields = {name.lower(): value for name, value in map(_field, self._lines)}
        length = fields.get(b"content-length", b"")
        known = int(length[:18]) if length.isdigit() else None
        kind = fields.get(b"content-type", b"").decode("latin-1")
        self._unwanted = not wants_body(self._status, kind, length=known, robots=self._asked.robots)
        if not self._unwanted and known is not None and known > self._asked.max_body:
            self._problem = VisitError(Failure.TOO_LARGE, "body larger than allowed")
            return -1
        return -1 if self._unwanted and known != 0 else None

    def _body(self, chunk: bytes) -> int | None:
        self._body_bytes += len(chunk)
        if self._body_bytes > self._asked.max_body:
            self._problem = VisitError(Failure.TOO_LARGE, "body larger than allowed")
            return 0
        self._chunks.append(chunk)
        return None

    def _set_for_good(self) -> None:
        set_to = self.curl.setopt
        set_to(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        set_to(pycurl.PROXY, "")  # else the environment's would choose the address instead of the guard
        set_to(pycurl.NOPROXY, "*")
        set_to(pycurl.FOLLOWLOCATION, 0)
        set_to(pycurl.NETRC, 0)
        set_to(pycurl.NOSIGNAL, 1)
        set_to(pycurl.OPENSOCKETFUNCTION, self._open)
        set_to(pycurl.HEADERFUNCTION, self._header)
        set_to(pycurl.WRITEFUNCTION, self._body)
        set_to(pycurl.BUFFERSIZE, _READ_BYTES)
        set_to(pycurl.HTTP_CONTENT_DECODING, 0)
        set_to(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
        # Certificates are noted, not trusted (``tls`` says what is wrong with them): no store is loaded.
        set_to(pycurl.SSL_VERIFYPEER, 0)
        set_to(pycurl.SSL_VERIFYHOST, 0)
        set_to(pycurl.OPT_CERTINFO, 1)
        set_to(pycurl.SSL_SESSIONID_CACHE, 0)  # a resumed session shows no chain
        self.curl.unsetopt(pycurl.CAINFO)
        self.curl.unsetopt(pycurl.CAPATH)


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip(), value.strip()


def _certificates(curl: pycurl.Curl) -> tuple[bytes, ...]:
    chain = curl.getinfo_raw(pycurl.INFO_CERTINFO)
    return tuple(value for fields in chain for name, value in fields if name == b"Cert")


def _safe_name(host: str) -> str:
    """Return ``host``, or a stand-in of its own for one that libcurl cannot parse; Host says the truth."""
    if _PLAIN_NAME.fullmatch(host) or _LITERAL_V6.fullmatch(host):
        return host
    return f"odd-{blake2b(host.encode(), digest_size=16).hexdigest()}.invalid"


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
