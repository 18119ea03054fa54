"""Foreign exceptions and statuses become one of our kinds."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import (
    ConnectionDone,
    ConnectionLost,
    DNSLookupError,
    NoRouteError,
    TCPTimedOutError,
)
from twisted.internet.error import ConnectionRefusedError as TxRefused
from twisted.python.failure import Failure as TxFailure
from twisted.web._newclient import ParseError, ResponseFailed, ResponseNeverReceived

from blocklist.model import Failure
from crawler.fetch.failures import HeadersTooLargeError, VisitError, classify, of_status


def nested(*reasons: Exception, kind: type[Exception] = ResponseFailed) -> Exception:
    """As Scrapy raises what Twisted collected."""
    error = DownloadFailedError("failed")
    error.__cause__ = kind([TxFailure(reason) for reason in reasons])
    return error


TABLE = [
    (CannotResolveHostError("shop.example"), Failure.DNS),
    (DNSLookupError("shop.example"), Failure.DNS),
    (DownloadConnectionRefusedError("no"), Failure.REFUSED),
    (TxRefused("no"), Failure.REFUSED),
    (DownloadTimeoutError("slow"), Failure.TIMEOUT),
    (TCPTimedOutError(), Failure.TIMEOUT),
    (DownloadCancelledError("Received 2000000 bytes"), Failure.TOO_LARGE),
    (nested(HeadersTooLargeError("more than 65536 bytes")), Failure.TOO_LARGE),
    (nested(SSL.Error([("SSL routines", "", "wrong version number")])), Failure.TLS),
    (nested(SSL.Error([]), kind=ResponseNeverReceived), Failure.TLS),
    (nested(ConnectionLost(), SSL.Error([("", "", "unexpected eof")])), Failure.TLS),
    (nested(ConnectionLost()), Failure.NETWORK),
    (nested(ConnectionDone(), kind=ResponseNeverReceived), Failure.NETWORK),
    (ResponseDataLossError(), Failure.NETWORK),
    (NoRouteError(), Failure.NETWORK),
    (OSError(101, "Network is unreachable"), Failure.NETWORK),
    (zlib.error("invalid block"), Failure.MALFORMED),
    (nested(ParseError("wrong number of parts", b"junk")), Failure.MALFORMED),
    (nested(KeyError(b"rot13")), Failure.MALFORMED),
    (RuntimeError("nobody foresaw this"), Failure.MALFORMED),
    (VisitError(Failure.ROBOTS, "no"), Failure.ROBOTS),
    (nested(VisitError(Failure.BLOCKED_ADDRESS, "inside")), Failure.BLOCKED_ADDRESS),
]


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=[str(place) for place in range(len(TABLE))])
def test_every_exception_has_its_kind(error: Exception, kind: Failure) -> None:
    found = classify(error)
    assert found.kind is kind
    assert found.detail.isprintable()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None),
        (204, None),
        (301, None),
        (400, Failure.HTTP_4XX),
        (404, Failure.HTTP_4XX),
        (429, Failure.HTTP_4XX),
        (500, Failure.HTTP_5XX),
        (503, Failure.HTTP_5XX),
        (600, Failure.MALFORMED),
        (0, Failure.MALFORMED),
        (199, Failure.MALFORMED),
    ],
)
def test_every_status_has_its_kind(status: int, kind: Failure | None) -> None:
    assert of_status(status) is kind


def test_a_cycle_of_causes_ends() -> None:
    one, two = DownloadFailedError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    assert classify(one).kind is Failure.MALFORMED


@given(st.text())
def test_a_detail_is_one_short_printable_line(text: str) -> None:
    detail = classify(RuntimeError(text)).detail
    assert detail.isprintable()
    assert len(detail) <= 300


def test_the_innermost_words_reach_the_reader() -> None:
    assert "wrong version number" in classify(TABLE[8][0]).detail
