"""The pretend web answers as its tables say, over HTTP and TLS, and outlives rude clients."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler.pretend import PretendWeb
from crawler.pretend.answer import Answer
from crawler.pretend.sites import SITES, page_bytes

pytestmark = pytest.mark.edge


@pytest.fixture(scope="module")
def web() -> Iterator[PretendWeb]:
    with PretendWeb(saved={"saved.example": b"<p>kept</p>"}) as running:
        yield running


def get(web, host, path="/", *, method="GET"):
    client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)
    try:
        client.request(method, path, headers={"Host": host, "User-Agent": "tester/1"})
        answer = client.getresponse()
        return answer, answer.read()
    finally:
        client.close()


def get_tls(web, name, context):
    with (
        socket.create_connection(("127.0.0.1", web.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        secure.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        with secure.makefile("rb") as stream:
            return stream.read()


def test_a_host_is_chosen_by_name_and_a_path_by_path(web):
    site = next(site for site in SITES if site.kind == "offer")
    answer, body = get(web, site.host, site.path)
    assert (answer.status, body) == (200, page_bytes(site))
    assert get(web, "nowhere.example")[0].status == 404
    assert get(web, site.host, "/no/such/page")[0].status == 404


def test_a_saved_page_answers_every_path_of_its_host_but_robots(web):
    assert get(web, "saved.example", "/any?where=1")[1] == b"<p>kept</p>"
    assert get(web, "saved.example", "/robots.txt")[0].status == 404


def test_a_saved_answer_is_sent_as_it_is():
    answer = Answer(status=203, headers=(("Content-Type", "text/plain; charset=big5"),), body=b"\xa4\xa4")
    with PretendWeb(sites=(), saved={"a.example": answer}) as web:
        got, body = get(web, "a.example")
    assert (got.status, got.getheader("Content-Type"), body) == (203, "text/plain; charset=big5", b"\xa4\xa4")


def test_head_sends_no_body(web):
    answer, body = get(web, "saved.example", method="HEAD")
    assert (answer.getheader("Content-Length"), body) == ("11", b"")


def test_the_log_tells_who_asked_for_what_and_when(web):
    get(web, "logged.example", "/a?b=c")
    (request,) = web.requests("logged.example")
    assert (request.method, request.path, request.agent, request.tls) == ("GET", "/a?b=c", "tester/1", False)
    assert 0 <= time.monotonic() - request.at < 5


def test_connects_are_counted_and_connections_kept(web):
    before = web.connects
    client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)
    for path in ("/1", "/2", "/3"):
        client.request("GET", path, headers={"Host": "kept.example"})
        client.getresponse().read()
    client.close()
    assert web.connects == before + 1
    assert len({request.connection for request in web.requests("kept.example")}) == 1


def test_tls_and_plain_http_share_the_port(web):
    trusting = ssl.create_default_context(cadata=web.authority_pem.decode())
    assert get_tls(web, "saved.example", trusting).endswith(b"<p>kept</p>")
    assert web.requests("saved.example")[-1].tls


def test_nobody_trusts_the_pretend_authority_by_default(web):
    with pytest.raises(ssl.SSLCertVerificationError):
        get_tls(web, "saved.example", ssl.create_default_context())


@pytest.mark.parametrize(
    "rude",
    [b"", b"\x16", b"\x16\x03\x01garbage", b"GET", b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\n", b"\x00" * 99],
)
def test_rude_clients_do_no_harm(web, rude):
    with socket.create_connection(("127.0.0.1", web.port), timeout=5) as client:
        client.sendall(rude)
    assert get(web, "saved.example")[0].status == 200


def test_a_stop_ends_open_connections_and_threads_at_once():
    before = set(threading.enumerate())
    with PretendWeb() as web:
        clients = [socket.create_connection(("127.0.0.1", web.port)) for _ in range(5)]
        clients[0].sendall(b"\x16\x03\x01")
        clients[1].sendall(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
        time.sleep(0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 10  # less than any of them would have waited
    for client in clients:
        client.close()
    assert set(threading.enumerate()) <= before


def test_shares_are_the_same_each_time_and_end_just_before_now(web):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    rows = web.shares(now)
    assert rows == web.shares(now)
    assert all("url" in row or "text" in row for row in rows)
    times = [datetime.fromisoformat(row["shared_at"]) for row in rows]
    assert times == sorted(times)
    assert times[-1] < now
