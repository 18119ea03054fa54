"""Why a visit brought no page: foreign exceptions and statuses become one of the ``Failure`` kinds. Pure.

The handlers' exceptions nest (Scrapy's ``__cause__``, Twisted's ``reasons``); the innermost one that says
something decides.
"""

import zlib
from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError, TCPTimedOutError
from twisted.internet.error import ConnectionRefusedError as TxConnectionRefusedError
from twisted.internet.error import TimeoutError as TxTimeoutError

from blocklist.model import Failure

_DETAIL_CHARS = 300


class VisitError(Exception):
    """A visit that ends here, with its kind; the message is the detail for a person."""

    def __init__(self, kind: Failure, detail: str = "") -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class HeadersTooLargeError(Exception):
    """The response's headers are larger than allowed."""


KINDS: tuple[tuple[type[BaseException], Failure, str], ...] = (
    (HeadersTooLargeError, Failure.TOO_LARGE, "headers larger than allowed"),
    (CannotResolveHostError, Failure.DNS, "the name does not resolve"),
    (DNSLookupError, Failure.DNS, "the name does not resolve"),
    (DownloadConnectionRefusedError, Failure.REFUSED, "connection refused"),
    (TxConnectionRefusedError, Failure.REFUSED, "connection refused"),
    (DownloadTimeoutError, Failure.TIMEOUT, "took longer than allowed"),
    (TxTimeoutError, Failure.TIMEOUT, "took longer than allowed"),
    (TCPTimedOutError, Failure.TIMEOUT, "took longer than allowed"),
    # Scrapy cancels a download for one reason only: the body is larger than DOWNLOAD_MAXSIZE.
    (DownloadCancelledError, Failure.TOO_LARGE, "body larger than allowed"),
    (SSL.Error, Failure.TLS, "no TLS session"),
    (ResponseDataLossError, Failure.NETWORK, "the answer was cut short"),
    (ConnectionClosed, Failure.NETWORK, "the connection was lost"),
    (ConnectError, Failure.NETWORK, "cannot connect"),
    (zlib.error, Failure.MALFORMED, "the body does not decompress"),
    (EOFError, Failure.MALFORMED, "the body does not decompress"),
    (OSError, Failure.NETWORK, "network trouble"),
)
"""Exception -> kind and words; the first row that matches any exception of the nest decides."""


_SPEAKING_KINDS = (
    HeadersTooLargeError,
    CannotResolveHostError,
    DNSLookupError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    TxConnectionRefusedError,
    TxTimeoutError,
    TCPTimedOutError,
    ResponseDataLossError,
    ConnectionClosed,
)
"""Of these the words of the table say it all; the library's message would only repeat the URL."""


def classify(error: BaseException) -> VisitError:
    """Find the kind of ``error``, whatever nests it; what nobody foresaw is malformed input from the web."""
    nest = tuple(_nest(error))
    for each in nest:
        if isinstance(each, VisitError):
            return each
    for kind_of, kind, words in KINDS:
        for each in nest:
            if isinstance(each, kind_of):
                return VisitError(kind, _detail(words, each))
    inner = next((each for each in reversed(nest) if not isinstance(each, DownloadFailedError)), error)
    return VisitError(Failure.MALFORMED, _detail("not valid HTTP", inner))


def of_status(status: int) -> Failure | None:
    """Return the kind of a status that is neither a page nor a redirect; None: it is one of those."""
    if 200 <= status < 400:  # noqa: PLR2004 - RFC 9110 section 15
        return None
    if 400 <= status < 500:  # noqa: PLR2004 - likewise
        return Failure.HTTP_4XX
    return Failure.HTTP_5XX if 500 <= status < 600 else Failure.MALFORMED  # noqa: PLR2004 - likewise


def _nest(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    yield error
    if depth > 8:  # noqa: PLR2004 - deeper than any library nests; bounds a cycle
        return
    if error.__cause__ is not None:
        yield from _nest(error.__cause__, depth + 1)
    for reason in getattr(error, "reasons", ()) or ():  # twisted.web's ResponseFailed and its kin
        inner = getattr(reason, "value", reason)
        if isinstance(inner, BaseException):
            yield from _nest(inner, depth + 1)


def _detail(words: str, error: BaseException) -> str:
    """``words`` and what the library said, as one short printable line."""
    said = _said(error)
    return f"{words}: {said}"[:_DETAIL_CHARS] if said else words


def _said(error: BaseException) -> str:
    if isinstance(error, SSL.Error):
        return ", ".join(str(part[-1]) for part in error.args[0]) if error.args and error.args[0] else ""
    if isinstance(error, _SPEAKING_KINDS):
        return ""
    text = "".join(c if c.isprintable() else " " for c in str(error))
    return f"{type(error).__name__} {text}".strip()
