"""Requests are read and answers written as RFC 9112 has them, whatever a client sends."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pretend.answer import Answer, html, redirect, write_answer
from crawler.pretend.request import MAX_LINE_BYTES, read_request


def read(text):
    return read_request(io.BytesIO(text), tls=False, connection=1)


def written(answer, *, head_only=False):
    sent = bytearray()
    write_answer(sent.extend, answer, head_only=head_only)
    return bytes(sent)


def test_a_request_is_read_whole():
    request = read(b"GET /a?b HTTP/1.1\r\nHost: Shop.Example:80\r\nUser-Agent: x\r\nX-A:1\r\n\r\n")
    assert (request.method, request.path, request.host) == ("GET", "/a?b", "shop.example")
    assert request.headers == {"host": "Shop.Example:80", "user-agent": "x", "x-a": "1"}
    assert (request.agent, request.keeps_alive, request.tls) == ("x", True, False)


def test_two_requests_on_one_connection_are_two():
    stream = io.BytesIO(b"GET /1 HTTP/1.1\r\n\r\n\r\nGET /2 HTTP/1.1\r\nConnection: Close\r\n\r\n")
    first = read_request(stream, tls=False, connection=1)
    second = read_request(stream, tls=False, connection=1)
    assert (first.path, second.path, second.keeps_alive) == ("/1", "/2", False)
    assert read_request(stream, tls=False, connection=1) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\r\n",
        b"GET\r\n\r\n",
        b"GET / FTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a",
        b"GET /" + b"a" * MAX_LINE_BYTES + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_is_no_request(nonsense):
    assert read(nonsense) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(data):
    read(data)
    read(b"GET / HTTP/1.1\r\n" + data + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("a.example", "a.example"),
        ("A.EXAMPLE.", "a.example"),
        ("a.example:8099", "a.example"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:80", "[::1]"),
    ],
)
def test_a_host_is_a_name_without_port(header, host):
    assert read(f"GET / HTTP/1.1\r\nHost: {header}\r\n\r\n".encode()).host == host


def test_a_page_has_its_length():
    assert written(html(b"<p>x")) == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 4\r\n\r\n<p>x"
    )


def test_a_stream_goes_in_chunks():
    answer = Answer(status=404, body=iter([b"ab", b"c" * 17]))
    assert written(answer) == (
        b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n11\r\n"
        + b"c" * 17
        + b"\r\n0\r\n\r\n"
    )


def test_head_gets_no_body_and_an_odd_status_a_phrase():
    assert written(html(b"abc", status=799), head_only=True).startswith(b"HTTP/1.1 799 Unknown\r\n")
    assert written(html(b"abc"), head_only=True).endswith(b"Content-Length: 3\r\n\r\n")
    assert b"a" not in written(Answer(body=iter([b"a" * 9])), head_only=True).partition(b"\r\n\r\n")[2]


def test_a_redirect_says_where():
    assert b"302 Found\r\nLocation: file:///etc/hostname\r\n" in written(redirect("file:///etc/hostname"))
