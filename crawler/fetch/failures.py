"""Why a visit brought no page: libcurl's errors and statuses become one of the ``Failure`` kinds. Pure."""

import errno
from collections.abc import Mapping

import pycurl

from blocklist.model import Failure

_DETAIL_CHARS = 300


class VisitError(Exception):
    """A visit that ends here, with its kind; the message is the detail for a person."""

    def __init__(self, kind: Failure, detail: str = "") -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


_REFUSED = (Failure.REFUSED, "connection refused")
_TIMEOUT = (Failure.TIMEOUT, "took longer than allowed")
_TLS = (Failure.TLS, "no TLS session")
_LOST = (Failure.NETWORK, "the connection was lost")
_NOT_HTTP = (Failure.MALFORMED, "not valid HTTP")

_ERROR_HTTP2_STREAM = 92  # CURLE_HTTP2_STREAM, which pycurl does not name
_ERROR_TOO_LARGE = 100  # CURLE_TOO_LARGE: libcurl's own bound on headers

CODES: Mapping[int, tuple[Failure, str]] = {
    pycurl.E_COULDNT_RESOLVE_HOST: (Failure.DNS, "the name does not resolve"),
    pycurl.E_COULDNT_CONNECT: (Failure.NETWORK, "cannot connect"),
    pycurl.E_OPERATION_TIMEDOUT: _TIMEOUT,
    pycurl.E_FILESIZE_EXCEEDED: (Failure.TOO_LARGE, "body larger than allowed"),
    _ERROR_TOO_LARGE: (Failure.TOO_LARGE, "headers larger than allowed"),
    pycurl.E_SSL_CONNECT_ERROR: _TLS,
    pycurl.E_SSL_CIPHER: _TLS,
    pycurl.E_SSL_CERTPROBLEM: _TLS,
    pycurl.E_PEER_FAILED_VERIFICATION: _TLS,
    pycurl.E_PARTIAL_FILE: (Failure.NETWORK, "the answer was cut short"),
    pycurl.E_GOT_NOTHING: _LOST,
    pycurl.E_SEND_ERROR: _LOST,
    pycurl.E_RECV_ERROR: _LOST,
    pycurl.E_HTTP2: _LOST,
    _ERROR_HTTP2_STREAM: _LOST,
    pycurl.E_UNSUPPORTED_PROTOCOL: _NOT_HTTP,  # HTTP/0.9: a body without a head
    pycurl.E_FTP_WEIRD_SERVER_REPLY: _NOT_HTTP,  # CURLE_WEIRD_SERVER_REPLY by its old name
    pycurl.E_BAD_CONTENT_ENCODING: _NOT_HTTP,  # transfer codings
}
"""What libcurl ends with (libcurl-errors(3)) -> kind and words; any other code is malformed."""

_ERRNOS = {errno.ECONNREFUSED: _REFUSED, errno.ETIMEDOUT: _TIMEOUT}
"""Why connecting failed, where the system says more than libcurl."""


def of_curl(code: int, message: str, system_error: int) -> VisitError:
    """Return the kind of libcurl's error ``code``; ``system_error`` is the errno of connecting, 0: none."""
    kind, words = CODES.get(code, _NOT_HTTP)
    if code == pycurl.E_COULDNT_CONNECT:
        kind, words = _ERRNOS.get(system_error, (kind, words))
    said = "" if kind in _SPEAKING_KINDS else _printable(message)
    return VisitError(kind, (f"{words}: {said}" if said else words)[:_DETAIL_CHARS])


_SPEAKING_KINDS = {Failure.TIMEOUT, Failure.REFUSED, Failure.DNS, Failure.TOO_LARGE}
"""Of these the words say it all; the library's message would only repeat host and milliseconds."""


def classify(error: BaseException) -> VisitError:
    """Find the kind of ``error``; what nobody foresaw is malformed input from the web."""
    if isinstance(error, VisitError):
        return error
    words = _printable(f"not valid HTTP: {type(error).__name__} {error}")
    return VisitError(Failure.MALFORMED, words[:_DETAIL_CHARS])


def of_status(status: int) -> Failure | None:
    """Return the kind of a status that is neither a page nor a redirect; None: it is one of those."""
    if 200 <= status < 400:  # noqa: PLR2004 - RFC 9110 section 15
        return None
    if 400 <= status < 500:  # noqa: PLR2004 - likewise
        return Failure.HTTP_4XX
    return Failure.HTTP_5XX if 500 <= status < 600 else Failure.MALFORMED  # noqa: PLR2004 - likewise


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()
