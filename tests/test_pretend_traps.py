"""Hops, robots, traps, charsets and certificates of the pretend web behave as their tables say."""

import gzip
import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography import x509

from blocklist.model import Label
from crawler.pretend import PretendWeb
from crawler.pretend.sites import ROBOTS, SITES

pytestmark = pytest.mark.edge

ENOUGH_BYTES = 3_000_000


@pytest.fixture(scope="module")
def web() -> Iterator[PretendWeb]:
    with PretendWeb() as running:
        yield running


@contextmanager
def asked(web, address, *, context=None):
    """A socket on which the address was just asked for."""
    host, _, path = address.partition("/")
    with socket.create_connection(("127.0.0.1", web.port), timeout=5) as client:
        secure = context.wrap_socket(client, server_hostname=host) if context else client
        with secure:
            secure.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            yield secure


def answer(web, address, *, context=None, enough=ENOUGH_BYTES):
    """Status, headers in lower case, body as sent, at most ``enough`` bytes of it."""
    with asked(web, address, context=context) as client:
        got = bytearray()
        while len(got) < enough and (chunk := client.recv(65_536)):
            got += chunk
    head, _, body = bytes(got).partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers, body


def anybody():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.mark.parametrize("site", [site for site in SITES if site.to], ids=lambda site: site.address)
def test_a_hop_redirects_where_its_row_says(web, site):
    status, headers, _ = answer(web, site.request)
    assert (status, headers["location"]) == (site.status, site.to.replace("{port}", str(web.port)))


@pytest.mark.parametrize("site", [site for site in SITES if site.file], ids=lambda site: site.address)
def test_a_page_comes_with_its_status_and_type(web, site):
    status, headers, body = answer(web, site.request)
    assert (status, headers["content-type"]) == (site.status, site.content_type)
    assert len(body) == int(headers["content-length"])


def test_robots_say_what_the_table_says(web):
    for host, text in ROBOTS.items():
        status, _, body = answer(web, f"{host}/robots.txt")
        assert (status == 503) if text == "503" else (body.decode() == text)
    assert answer(web, "tusk-and-scale.example/robots.txt")[0] == 404


def test_endless_redirects_never_come_to_an_end(web):
    path = "/"
    for number in range(1, 30):
        _, headers, _ = answer(web, f"ever-onward.example{path}")
        path = headers["location"]
        assert path == f"/{number}"


@pytest.mark.parametrize("host", ["huge-body.example", "endless-body.example"])
def test_bodies_without_end_stream_as_long_as_somebody_reads(web, host):
    assert len(answer(web, f"{host}/")[2]) > ENOUGH_BYTES * 0.9


def test_the_bomb_is_small_on_the_wire_and_large_within(web):
    _, headers, body = answer(web, "gzip-bomb.example/")
    assert headers["content-encoding"] == "gzip"
    assert len(body) < 1_000_000
    assert len(gzip.decompress(body)) == 200_000_000


def test_the_flood_sends_headers_and_nothing_else_for_megabytes(web):
    with asked(web, "header-flood.example/") as client:
        got = bytearray()
        while len(got) < ENOUGH_BYTES:
            got += client.recv(65_536)
    assert b"\r\n\r\n" not in got


def test_the_drip_sends_a_byte_and_waits(web):
    with asked(web, "slow-drip.example/") as client:
        head = client.recv(65_536)
        begun = time.monotonic()
        got = b"".join(itertools.islice(iter(lambda: client.recv(65_536), b""), 2))
    assert b"chunked" in head
    assert len(got) < 50
    assert time.monotonic() - begun > 0.5


def test_silence_is_silent(web):
    with asked(web, "says-nothing.example/") as client:
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_hanging_up_says_nothing_at_all(web):
    with asked(web, "hangs-up.example/") as client:
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    ("host", "content_type", "start"),
    [
        ("a-document.example", "application/pdf", b"%PDF-"),
        ("a-picture.example", "text/html; charset=utf-8", b"\x89PNG"),
        ("nothing-there.example", "text/html; charset=utf-8", b""),
        ("deep-well.example", "text/html; charset=utf-8", b"<div><div>"),
    ],
)
def test_what_is_no_page(web, host, content_type, start):
    status, headers, body = answer(web, f"{host}/")
    assert (status, headers["content-type"], body[: len(start)]) == (200, content_type, start)


@pytest.mark.parametrize(
    ("host", "header", "meta", "honest"),
    [
        ("lao-gujia.example", "text/html", b'charset="gb2312"', "gb18030"),
        ("taipei-night.example", "text/html", b'charset="big5"', "big5"),
        ("lying-meta.example", "text/html", b'charset="iso-8859-1"', "utf-8"),
        ("lying-header.example", "text/html; charset=utf-8", b'charset="utf-8"', "gbk"),
        ("umlaut-garden.example", "text/html", b'charset="windows-1252"', "cp1252"),
    ],
)
def test_charsets_are_declared_wrongly_on_purpose(web, host, header, meta, honest):
    _, headers, body = answer(web, f"{host}/")
    assert headers["content-type"] == header
    assert meta in body
    body.decode(honest)
    if "gb" in honest:
        with pytest.raises(UnicodeDecodeError):
            body.decode("gb2312" if honest == "gb18030" else "utf-8")


@pytest.mark.parametrize(
    ("host", "complaint"),
    [
        ("good-certificate.example", ""),
        ("expired-certificate.example", "expired"),
        ("own-certificate.example", "self-signed"),
        ("wrong-name.example", "Hostname mismatch"),
    ],
)
def test_certificates_are_as_good_as_the_table_says(web, host, complaint):
    trusting = ssl.create_default_context(cadata=web.authority_pem.decode())
    if not complaint:
        assert answer(web, f"{host}/", context=trusting)[0] == 200
        return
    with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
        answer(web, f"{host}/", context=trusting)
    assert answer(web, f"{host}/", context=anybody())[0] == 200


def test_a_self_signed_certificate_is_its_own_issuer(web):
    with asked(web, "own-certificate.example/", context=anybody()) as client:
        certificate = x509.load_der_x509_certificate(client.getpeercert(binary_form=True))
    assert certificate.issuer == certificate.subject


def test_unreachable_rows_name_hosts_that_really_answer_nothing_good(web):
    pages = [site for site in SITES if site.file and site.truth == Label.UNREACHABLE and site.status != 200]
    assert {answer(web, site.request)[0] // 100 for site in pages} == {4, 5}
