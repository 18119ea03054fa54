"""Scrapy's way to the web: many transfers of libcurl at once on the crawl's event loop.

Each request is routed by the guard, waits for its host's turn, goes out over a pooled handle and comes back
as a plain response, its body as a browser would see it. What one transfer may do is ``transfer``'s, when it
may leave ``politeness``'s, what an error means ``failures``'.
"""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import ClassVar, Self
from weakref import WeakKeyDictionary

import pycurl
from scrapy.crawler import Crawler
from scrapy.http import Request

from blocklist.model import Host, TlsFacts
from crawler.fetch.answered import Answered, field_text
from crawler.fetch.compression import codings_of, decode
from crawler.fetch.guard import RESOLVE_SETTING, Guard, connect_to
from crawler.fetch.names import Names
from crawler.fetch.politeness import Gate
from crawler.fetch.tls import facts_of
from crawler.fetch.transfer import Answer, Question, Transfer
from crawler.fetch.watched import WatchedMulti

HEADER_SETTING = "CRAWL_MAX_HEADER_BYTES"
TLS_FACTS = "tls_facts"
PEER = "peer"
"""Keys of ``request.meta`` filled in when an answer comes."""
DELAY_S = "delay_s"
"""Key of ``request.meta``: the host's own Crawl-delay, in seconds."""
IS_ROBOTS = "is_robots"
"""Key of ``request.meta``: this asks for robots.txt, whose body is read whatever its type."""
ANY_TYPE = "any_type"
"""Key of ``request.meta``: a page's script or data, whose body is read whatever its type."""

_KEEP_ALIVE_S = 5  # robots.txt and page share a connection; nobody else comes soon
_IDLE_CONNECTIONS = 64
"""Kept open between requests at most, over all hosts."""
_FACTS_KEPT = 10_000
_DEFAULT_PORTS = {"http": 80, "https": 443}


class CurlHandler:
    """Scrapy's download handler for http and https, one for both."""

    lazy = False
    _of_crawlers: ClassVar["WeakKeyDictionary[Crawler, CurlHandler]"] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._timeout_s = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._max_body = settings.getint("DOWNLOAD_MAXSIZE")
        self._max_header = settings.getint(HEADER_SETTING)
        self._names = Names(timeout_s=self._timeout_s)
        self._guard = Guard(lookup=self._names.lookup, test_web=connect_to(settings.get(RESOLVE_SETTING)))
        self._gate = Gate(crawler.spider.session)  # type: ignore[union-attr] # a LandingSpider's
        self._multi = WatchedMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, _IDLE_CONNECTIONS)
        self._idle: list[Transfer] = []
        self._facts: OrderedDict[tuple[str, int], TlsFacts] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in, once for each scheme: places, turns and connections are counted over both."""
        handler = cls._of_crawlers.get(crawler)
        if not isinstance(handler, cls):
            handler = cls._of_crawlers[crawler] = cls(crawler)
        return handler

    async def download_request(self, request: Request) -> Answered:
        """Fetch; raises VisitError for whatever brings no answer."""
        asked = self._question(request)
        host = Host(asked.host.strip("[]"))
        async with self._gate.turn(host, request.meta.get(DELAY_S, 0.0)):
            answer = await self._fetch(asked, host)
            self._gate.answered(host, answer.status, field_text(answer.fields, b"retry-after"))
        request.meta[PEER] = answer.peer
        request.meta[TLS_FACTS] = self._tls_facts(asked, host, answer)
        codings = codings_of(field_text(answer.fields, b"content-encoding"))
        body = decode(answer.body, codings, limit=asked.max_body) if codings else answer.body
        packed = answer.body if codings else None
        return Answered(request, status=answer.status, fields=answer.fields, body=body, packed=packed)

    async def close(self) -> None:
        """Let go of every connection, handle and turn."""
        await self._gate.close()
        await self._multi.aclose()
        for transfer in self._idle:
            transfer.close()
        self._idle.clear()
        self._names.close()

    def _question(self, request: Request) -> Question:
        scheme, _, rest = request.url.partition("://")
        authority, slash, target = rest.partition("/")
        host, _, port = authority.rpartition(":")
        if not port.isdigit() or not host:  # none is written, or what looks so is part of an IPv6 literal
            host, port = authority, ""
        return Question(
            scheme=scheme,
            host=host,
            port=int(port) if port else _DEFAULT_PORTS[scheme],
            target=slash + target.partition("#")[0],
            headers=[
                (name.decode("latin-1"), (request.headers[name] or b"").decode("latin-1"))
                for name in request.headers
            ],
            max_body=request.meta.get("download_maxsize", self._max_body),
            timeout_s=self._timeout_s,
            robots=IS_ROBOTS in request.meta or ANY_TYPE in request.meta,
        )

    async def _fetch(self, asked: Question, host: Host) -> Answer:
        route = await self._guard.route(host, asked.port)
        transfer = self._idle.pop() if self._idle else Transfer(max_header=self._max_header)
        try:
            transfer.aim(asked, route)
            try:
                await self._multi.perform(transfer.curl)
            except pycurl.error as error:
                if failure := transfer.failure(*error.args):
                    raise failure from error
            return transfer.answer()
        finally:
            transfer.forget()
            self._idle.append(transfer)

    def _tls_facts(self, asked: Question, host: Host, answer: Answer) -> TlsFacts | None:
        """Return what the connection's certificate said; a connection used again says it no second time."""
        if asked.scheme != "https":
            return None
        place = (asked.host, asked.port)
        if answer.certificates or place not in self._facts:
            self._facts[place] = facts_of(answer.certificates, host, datetime.now(UTC))
            if len(self._facts) > _FACTS_KEPT:
                self._facts.popitem(last=False)
        return self._facts[place]
