"""Scrapy's HTTP/1.1 handler, mended: guarded, headers limited, few idle sockets, TLS and peer noted.

Bodies, total time and connection reuse are the stock handler's; what an exception means is left to
``failures``.
"""

from datetime import UTC, datetime
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure as TxFailure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.iweb import IResponse

from blocklist.model import Failure, Host
from crawler.fetch.addresses import BAD_PORTS
from crawler.fetch.failures import HeadersTooLargeError, VisitError
from crawler.fetch.guard import AddressGuard
from crawler.fetch.hops import header_text
from crawler.fetch.kinds import wants_body
from crawler.fetch.politeness import Gate, retry_after
from crawler.fetch.tls import ObservingPolicy, facts_of

HEADER_SETTING = "CRAWL_MAX_HEADER_BYTES"
TLS_FACTS = "tls_facts"
PEER = "peer"
"""Keys of ``request.meta`` filled in when an answer comes."""
DELAY_S = "delay_s"
"""Key of ``request.meta``: the host's own Crawl-delay, in seconds."""
IS_ROBOTS = "is_robots"
"""Key of ``request.meta``: this asks for robots.txt, whose body is read whatever its type."""

_KEEP_ALIVE_S = 2  # measured: 8,545 descriptors at 10,000 hosts with the default, 620-870 with this


class _Connection(_LenientHTTP11ClientProtocol):
    """Counts bytes while the parser is at the status line or the headers; the stock one reads without end.

    A read that completes the headers is not counted, as it may hold body too: the true bound is the limit
    plus one read (64 KiB).
    """

    def __init__(self, quiescent: Any, limit: int) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call] # Twisted's
        self._limit = limit
        self._header_bytes = 0

    def request(self, request: Any) -> "Deferred[IResponse]":
        self._header_bytes = 0
        answer = super().request(request)
        if self._parser is not None:
            self._parser.MAX_LENGTH = self._limit  # of one line
        transport = self.transport

        def note(response: Any) -> Any:
            response.tls_facts = facts_of(transport)
            return response

        answer.addCallback(note)
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's interface
        super().dataReceived(data)  # type: ignore[no-untyped-call] # Twisted's
        parser = self._parser
        if parser is not None and parser.state in {STATUS, HEADER}:
            self._header_bytes += len(data)
            if self._header_bytes > self._limit:
                assert self.transport is not None
                self.transport.abortConnection()
                self._giveUp(TxFailure(HeadersTooLargeError(f"more than {self._limit} bytes")))  # type: ignore[no-untyped-call] # Twisted's


class _Agent(_ScrapyAgent):
    """Once the headers are there: notes TLS facts and peer, and leaves unwanted bodies unread."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta[TLS_FACTS] = txresponse.tls_facts
        request.meta[PEER] = str(getattr(txresponse, "_scrapy_ip_address", ""))
        length = txresponse.length
        types = txresponse.headers.getRawHeaders(b"content-type", [b""])
        unwanted = not wants_body(
            int(txresponse.code),
            types[-1].decode("latin-1"),
            length=length if isinstance(length, int) else None,  # else UNKNOWN_LENGTH, a string
            robots=IS_ROBOTS in request.meta,
        )
        if unwanted and length != 0:
            txresponse._transport.stopProducing()  # noqa: SLF001 - as the stock agent stops a download
            txresponse._transport.loseConnection()  # noqa: SLF001 - likewise
            return {"txresponse": txresponse, "flags": ["body-unread"]}
        return super()._cb_bodyready(txresponse, request)


class GuardedHandler(HTTP11DownloadHandler):
    """The one handler of a crawl; refuses to start unless the reactor resolves through the guard."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs a reactor

        guard = getattr(reactor, "nameResolver", None)
        if not isinstance(guard, AddressGuard):
            raise TypeError("no address guard is installed: TWISTED_DNS_RESOLVER must be AddressGuard")
        self._guard = guard
        self._contextFactory: Any = ObservingPolicy()
        self._pool.cachedConnectionTimeout = _KEEP_ALIVE_S
        self._timeout_s = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        limit = crawler.settings.getint(HEADER_SETTING)

        class Connections(_LenientHTTP11ClientFactory):
            noisy = False

            def buildProtocol(self, addr: Any) -> _Connection:  # noqa: ARG002, N802 - Twisted's interface
                return _Connection(self._quiescentCallback, limit)

        self._pool._factory = Connections  # noqa: SLF001 - the only way in; the stock handler does the same
        self._gate = Gate(crawler.spider.session)  # type: ignore[union-attr] # a LandingSpider's

    async def download_request(self, request: Request) -> Response:
        """Fetch; raises VisitError for what must not be dialled, else Scrapy's exceptions."""
        parts = urlparse_cached(request)
        host = parts.hostname or ""
        if parts.port in BAD_PORTS:
            raise VisitError(Failure.BLOCKED_ADDRESS, f"port {parts.port} belongs to another protocol")
        agent = _Agent(
            contextFactory=self._contextFactory,
            connectTimeout=self._timeout_s,  # the whole download's too, where meta names none
            pool=self._pool,
            maxsize=self._default_maxsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        async with self._gate.turn(Host(host), request.meta.get(DELAY_S, 0.0)):
            try:
                with wrap_twisted_exceptions():
                    response = await maybe_deferred_to_future(agent.download_request(request))
            except CannotResolveHostError as error:
                if reason := self._guard.refused(host):
                    raise VisitError(Failure.BLOCKED_ADDRESS, reason) from error
                raise
            asked = header_text(response.headers, "Retry-After")
            if seconds := retry_after(response.status, asked, datetime.now(UTC)):
                self._gate.leave_alone(Host(host), seconds)
            return response
