"""The download handler against a server that says exactly what it is told; loopback only."""

import asyncio
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme
from scrapy.http import Request, Response

from blocklist.model import Failure
from crawler.fetch import guard, names
from crawler.fetch.failures import VisitError
from crawler.fetch.handler import IS_ROBOTS, PEER, TLS_FACTS, CurlHandler
from tests.raw_web import PAGE, RawWeb, Script, Wire, page, raw_web, saying

pytestmark = pytest.mark.edge

Fetch = Callable[..., Awaitable[Response]]


class FakeCrawler:
    """As much of Scrapy's as the handler looks at."""

    def __init__(
        self, resolve: str, *, timeout: float = 5, header: int = 65_536, body: int = 100_000
    ) -> None:
        numbers = {"DOWNLOAD_TIMEOUT": timeout, "DOWNLOAD_MAXSIZE": body, "CRAWL_MAX_HEADER_BYTES": header}
        self.settings = SimpleNamespace(
            get={"CRAWL_RESOLVE": resolve}.get, getint=numbers.__getitem__, getfloat=numbers.__getitem__
        )
        config = SimpleNamespace(delay_s=0, concurrency=50)
        session = SimpleNamespace(
            config=config, links=None, unread=0, stopping=False, now=None, fail=None, allowed=lambda: True
        )
        self.spider = SimpleNamespace(session=session)


def with_handler(work: Callable[[CurlHandler], Awaitable[Any]], resolve: str, **limits: float) -> Any:
    async def run() -> Any:
        handler = CurlHandler(FakeCrawler(resolve, **limits))  # type: ignore[arg-type]
        try:
            return await work(handler)
        finally:
            await handler.close()

    return asyncio.run(run())


def fetch(script: Script, url: str = "http://shop.example/", **limits: float) -> Response:
    with raw_web(script) as web:
        return with_handler(lambda handler: handler.download_request(Request(url)), web.address, **limits)


def refused(script: Script, url: str = "http://shop.example/", **limits: float) -> VisitError:
    with pytest.raises(VisitError) as caught:
        fetch(script, url, **limits)
    return caught.value


# --- answers ------------------------------------------------------------------------------------------


def test_a_page_comes_as_it_was_sent() -> None:
    response = fetch(saying(page()))
    assert (response.status, response.body) == (200, PAGE)
    assert response.headers["Content-Type"] == b"text/html"
    assert response.request is not None
    assert response.request.meta[PEER] == "127.0.0.1"
    assert response.request.meta[TLS_FACTS] is None


def test_a_packed_page_comes_unpacked_and_its_headers_stay() -> None:
    packed = gzip.compress(PAGE)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    )
    response = fetch(saying(head % len(packed) + packed))
    assert response.body == PAGE
    assert response.headers["Content-Encoding"] == b"gzip"


def test_interim_answers_are_no_answers() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nLocation: http://127.0.0.1/\r\n\r\n"
    response = fetch(saying(hints * 3 + page()))
    assert response.status == 200
    assert "Location" not in response.headers


def test_trailers_are_not_headers() -> None:
    body = b"5\r\n<p>hi\r\n0\r\nLocation: http://127.0.0.1/\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    response = fetch(saying(head + body))
    assert response.body == b"<p>hi"
    assert "Location" not in response.headers


def test_repeated_headers_are_all_kept() -> None:
    response = fetch(saying(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 0\r\n\r\n"))
    assert response.headers.getlist("X-A") == [b"1", b"2"]


@pytest.mark.parametrize(
    "head", [b"302 Found\r\nLocation: /x", b"404 Gone", b"200 OK\r\nContent-Type: video/mp4"]
)
def test_a_body_that_nobody_wants_is_not_waited_for(head: bytes) -> None:
    def script(wire: Wire) -> None:
        wire.request()
        wire.send(b"HTTP/1.1 " + head + b"\r\nContent-Length: 2000000000\r\n\r\n")
        wire.pause()

    assert fetch(script).body == b""


def test_robots_are_read_whatever_they_call_themselves() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nhi"
    with raw_web(saying(answer)) as web:
        request = Request("http://shop.example/robots.txt", meta={IS_ROBOTS: True})
        assert with_handler(lambda handler: handler.download_request(request), web.address).body == b"hi"


# --- requests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "line", "host"),
    [
        ("http://shop.example/", b"/", b"shop.example"),
        ("http://shop.example:8080/a?b", b"/a?b", b"shop.example:8080"),
        ("http://shop.example/a/../b//c?x=%20y|z#part", b"/a/../b//c?x=%20y|z", b"shop.example"),
        ("http://shop.example/a;b,c$d'e(f)*[g]", b"/a;b,c$d'e(f)*[g]", b"shop.example"),
        ("http://shop.example./", b"/", b"shop.example."),
        ("http://a$b.example/", b"/", b"a$b.example"),
        ("http://*.example:8080/", b"/", b"*.example:8080"),
    ],
)
def test_it_asks_exactly_what_the_url_says(url: str, line: bytes, host: bytes) -> None:
    with raw_web(saying(page())) as web:
        request = Request(url, headers={"User-Agent": "Linkgazette"}, meta={"verbatim_url": True})
        with_handler(lambda handler: handler.download_request(request), web.address)
        head, *fields = web.asked[0].strip().split(b"\r\n")
    assert head == b"GET " + line + b" HTTP/1.1"
    names = {field.partition(b": ")[0]: field.partition(b": ")[2] for field in fields}
    assert names[b"Host"] == host
    assert names[b"User-Agent"] == b"Linkgazette"
    assert set(names) == {b"Host", b"User-Agent", b"Accept", b"Accept-Encoding"}


def test_two_hosts_that_curl_cannot_spell_never_share_a_connection() -> None:
    async def both(handler: CurlHandler) -> None:
        for host in ("a$b.example", "a;b.example"):
            await handler.download_request(Request(f"http://{host}/", meta={"verbatim_url": True}))

    with raw_web(saying(page(), page())) as web:
        with_handler(both, web.address)
        assert len(web.wires) == 2


def test_a_connection_is_used_again_for_the_same_host_alone() -> None:
    async def three(handler: CurlHandler) -> None:
        for host in ("a.example", "a.example", "b.example"):
            await handler.download_request(Request(f"http://{host}/"))

    with raw_web(saying(page(), page(), page())) as web:
        with_handler(three, web.address)
        assert [len(wire.asked) for wire in web.wires] == [2, 1]


# --- limits and failures ------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def flood(data: bytes, head: bytes = HEAD) -> Script:
    def script(wire: Wire) -> None:
        wire.request()
        wire.send(head)
        wire.endless(data)

    return script


def reset(wire: Wire) -> None:
    wire.request()
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(wire: Wire) -> None:
    wire.request()
    wire.pause()


def drip(wire: Wire) -> None:
    wire.request()
    wire.send(HEAD + b"\r\n")
    while True:
        wire.send(b"x")
        wire.pause(0.05)


TROUBLES: dict[str, tuple[Script, Failure]] = {
    "headers without end": (flood(b"X-Flood: " + b"a" * 900 + b"\r\n"), Failure.TOO_LARGE),
    "a header without end": (flood(b"a" * 1000, HEAD + b"X-Flood: "), Failure.TOO_LARGE),
    "interim answers without end": (
        flood(b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", b""),
        Failure.TOO_LARGE,
    ),
    "a body without end": (flood(b"x" * 1000, HEAD + b"\r\n"), Failure.TOO_LARGE),
    "a body declared too long": (saying(HEAD + b"Content-Length: 99999999999\r\n\r\nx"), Failure.TOO_LARGE),
    "a body cut short": (saying(HEAD + b"Content-Length: 900\r\n\r\nx"), Failure.NETWORK),
    "chunks cut short": (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"), Failure.NETWORK),
    "chunks that are none": (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), Failure.NETWORK),
    "no word": (saying(b""), Failure.NETWORK),
    "a reset": (reset, Failure.NETWORK),
    "silence": (silent, Failure.TIMEOUT),
    "a drip": (drip, Failure.TIMEOUT),
    "a body without a head": (saying(b"<p>hello</p>\r\n\r\n"), Failure.MALFORMED),
    "no status": (saying(b"HTTP/1.1 abc\r\n\r\n"), Failure.MALFORMED),
    "two lengths": (
        saying(HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"),
        Failure.MALFORMED,
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_trouble_has_its_kind(trouble: str) -> None:
    script, kind = TROUBLES[trouble]
    assert refused(script, timeout=1).kind is kind


def test_nobody_listening_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(VisitError) as caught:
        with_handler(lambda handler: handler.download_request(Request("http://shop.example/")), address)
    assert caught.value.kind is Failure.REFUSED


# --- the guard at the socket --------------------------------------------------------------------------


def by_name(web: RawWeb, monkeypatch: pytest.MonkeyPatch, answers: list[str], host: str) -> Response:
    """Fetch ``host`` on the server's own port, its name resolved to ``answers``."""

    async def work(handler: CurlHandler) -> Response:
        async def lookup(_: str) -> list[str]:
            return answers

        monkeypatch.setattr(handler._guard, "_lookup", lookup)
        return await handler.download_request(
            Request(f"http://{host}:{web.port}/", meta={"verbatim_url": True})
        )

    return with_handler(work, "")


@pytest.mark.parametrize(
    "host", ["shop.example", "shop.example.", "a_b.example", "a$b.example", "-x-.example"]
)
def test_a_name_leads_where_it_was_resolved_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(guard, "refusal", lambda address: "" if address == "127.0.0.1" else "is inside")
    with raw_web(saying(page())) as web:
        assert by_name(web, monkeypatch, ["127.0.0.1"], host).body == PAGE
        assert len(web.wires) == 1


def test_the_socket_is_refused_whatever_the_route_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        guard.Guard, "_checked", lambda _self, _name, found: tuple(map(guard.ip_address, found))
    )
    with raw_web(saying(page())) as web:
        for answers, host in ((["127.0.0.1"], "shop.example"), ([], "127.0.0.1"), ([], "[::ffff:7f00:1]")):
            with pytest.raises(VisitError) as caught:
                by_name(web, monkeypatch, answers, host)
            assert caught.value.kind is Failure.BLOCKED_ADDRESS
        assert web.wires == []


# --- TLS ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def entrance() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("shop.example").configure_cert(context)
    return context


def test_a_connection_used_again_has_the_facts_of_its_handshake(entrance: ssl.SSLContext) -> None:
    async def twice(handler: CurlHandler) -> list[Any]:
        found = []
        for path in ("robots.txt", ""):
            response = await handler.download_request(Request(f"https://shop.example/{path}"))
            assert response.request is not None
            found.append(response.request.meta[TLS_FACTS])
        return found

    with raw_web(saying(page(), page()), tls=entrance) as web:
        first, second = with_handler(twice, web.address)
        assert len(web.wires) == 1
    assert first == second
    assert first.problem == "untrusted"


# --- beginning and end --------------------------------------------------------------------------------


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors")
def test_few_connections_are_kept_and_none_after_the_end() -> None:
    async def many(handler: CurlHandler) -> int:
        before = open_files()
        for number in range(150):
            await handler.download_request(Request(f"http://h{number}.example/"))
        return open_files() - before

    begun = open_files()
    with raw_web(saying(page(), page())) as web:
        assert with_handler(many, web.address) <= 2 * 64 + 10  # both ends of the kept ones are here
    assert open_files() <= begun + 70  # the server's ends


def test_a_visit_that_is_cancelled_leaves_its_handle_fit_for_the_next() -> None:
    async def work(handler: CurlHandler) -> bytes:
        waiting = asyncio.ensure_future(handler.download_request(Request("http://silent.example/")))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return (await handler.download_request(Request("http://shop.example/"))).body

    def script(wire: Wire) -> None:
        if b"silent" in wire.request():
            wire.pause()
        wire.send(page())

    with raw_web(script) as web:
        assert with_handler(work, web.address) == PAGE


def test_a_look_up_that_nobody_answers_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(names, "_ask", lambda _: answered.wait(30) and ())
    with pytest.raises(VisitError) as caught:
        with_handler(
            lambda handler: handler.download_request(Request("http://shop.example/")), "", timeout=0.2
        )
    assert not answered.is_set()
    answered.set()
    assert caught.value.kind is Failure.DNS
