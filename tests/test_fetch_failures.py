"""libcurl's errors and statuses become one of our kinds."""

import errno

import pycurl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Failure
from crawler.fetch.failures import CODES, VisitError, classify, of_curl, of_status

TABLE = [
    (pycurl.E_COULDNT_RESOLVE_HOST, 0, Failure.DNS),
    (pycurl.E_COULDNT_CONNECT, errno.ECONNREFUSED, Failure.REFUSED),
    (pycurl.E_COULDNT_CONNECT, errno.ETIMEDOUT, Failure.TIMEOUT),
    (pycurl.E_COULDNT_CONNECT, errno.ENETUNREACH, Failure.NETWORK),
    (pycurl.E_COULDNT_CONNECT, 0, Failure.NETWORK),
    (pycurl.E_OPERATION_TIMEDOUT, 0, Failure.TIMEOUT),
    (pycurl.E_SSL_CONNECT_ERROR, 0, Failure.TLS),
    (pycurl.E_RECV_ERROR, errno.ECONNRESET, Failure.NETWORK),
    (pycurl.E_RECV_ERROR, errno.ECONNREFUSED, Failure.NETWORK),
    (pycurl.E_GOT_NOTHING, 0, Failure.NETWORK),
    (pycurl.E_PARTIAL_FILE, 0, Failure.NETWORK),
    (pycurl.E_HTTP2, 0, Failure.NETWORK),
    (pycurl.E_UNSUPPORTED_PROTOCOL, 0, Failure.MALFORMED),
    (pycurl.E_FTP_WEIRD_SERVER_REPLY, 0, Failure.MALFORMED),
    (pycurl.E_FILESIZE_EXCEEDED, 0, Failure.TOO_LARGE),
    (100, 0, Failure.TOO_LARGE),
    (pycurl.E_URL_MALFORMAT, 0, Failure.MALFORMED),
    (4711, 0, Failure.MALFORMED),
]


@pytest.mark.parametrize(("code", "system_error", "kind"), TABLE)
def test_every_error_has_its_kind(code: int, system_error: int, kind: Failure) -> None:
    found = of_curl(code, "Failed somehow", system_error)
    assert found.kind is kind
    assert found.detail


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


def test_what_is_classified_already_stays_as_it_is() -> None:
    error = VisitError(Failure.ROBOTS, "no")
    assert classify(error) is error


@given(st.sampled_from(sorted(CODES)), st.text())
def test_a_detail_is_one_short_printable_line(code: int, text: str) -> None:
    for detail in (of_curl(code, text, 0).detail, classify(RuntimeError(text)).detail):
        assert detail.isprintable()
        assert len(detail) <= 300


def test_the_librarys_words_reach_the_reader() -> None:
    found = of_curl(pycurl.E_SSL_CONNECT_ERROR, "TLS connect error: wrong version number", 0)
    assert "wrong version number" in found.detail
