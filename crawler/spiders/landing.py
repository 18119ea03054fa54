"""The one spider: a link goes in, the landing page or the reason why there is none comes out.

It follows hops (HTTP and refresh) and nothing else on a page. What may be dialled, robots.txt, politeness
and limits are middlewares' and the handler's; what the page says is the pipeline's.

Every visit is one task: requests go through Scrapy's downloader middlewares and handlers, items through its
pipelines, and nothing through the engine's queues between them. The window has chosen already, and the way
through scheduler, scraper and spider middlewares took a third of what a page costs this process.
"""

import logging
from asyncio import Task, create_task, gather, wait
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from scrapy import Spider
from scrapy.exceptions import NotSupported
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.model import Failure, Host, Link, Vantage
from blocklist.urls import host_of
from crawler.fetch.again import conditions, leant_on, validators
from crawler.fetch.answered import Answered, field_text
from crawler.fetch.browse import Browsing
from crawler.fetch.downloader import Direct
from crawler.fetch.failures import VisitError, classify, of_status
from crawler.fetch.handler import PEER, TLS_FACTS
from crawler.fetch.hops import MAX_REFRESH_S, Trail, location_of, refresh_of
from crawler.fetch.kinds import is_binary, is_page
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visit, Visited
from crawler.fetch.window import Window
from crawler.read import find_refresh
from crawler.readers import Exchange, Headers
from crawler.readers.warc import NOT_MODIFIED
from crawler.vantage import request_headers

_LOG = logging.getLogger(__name__)
_MOST_COOKIES = 20  # of one host
_MOST_COOKIE_CHARS = 1_000


class LandingSpider(Spider):
    """Visits what the frontier hands out until nothing is due."""

    name = "landing"

    def __init__(self, *, session: Session, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session = session
        self.window = Window(session)
        self._browsing = Browsing(session, session.browser) if session.browser else None

    async def start(self) -> AsyncIterator[Any]:
        """Visit as room comes free; Scrapy, which is given nothing, keeps the crawl open until this ends."""
        under_way: set[Task[None]] = set()
        try:
            while (link := await self.window.next()) or under_way:
                if link is None:
                    await wait(under_way)  # what they bring may make links due
                    continue
                visiting = create_task(self.visit(link))
                under_way.add(visiting)
                visiting.add_done_callback(under_way.discard)
        except LinkgazetteError as trouble:
            self.session.fail(trouble)
            await gather(*under_way)
        return
        yield  # an asynchronous generator, as Scrapy wants it

    async def visit(self, link: Link) -> None:
        """Bring ``link`` to its verdict; what keeps it from one is the session's trouble or makes it wait."""
        session, now = self.session, self.session.now()
        visit = Visit(
            link=link,
            trail=Trail(link.url, session.config.max_hops),
            fetched_at=now,
            known=leant_on(link, policy=session.policy.digest, now=now),
        )
        try:
            await self.deliver(await self._landed(visit))
        except StoppingError:
            if not session.stopping:  # else all that is held goes back at the end
                self.let_go(link)
        except LinkgazetteError as trouble:  # of disk or database, met while waiting for a turn
            session.fail(trouble)
        except NotSupported as trouble:  # only http and https are asked for: the handler did not come up
            session.fail(TroubleError(f"the crawl cannot fetch at all: {trouble}"))
        except Exception:  # noqa: BLE001 - logged, and the crawl stops
            _LOG.exception("link %d could not be visited", link.id)
            session.fail(TroubleError("the crawl stopped at an unforeseen error; the log above has it"))
        else:
            return
        self.window.done(link)

    async def look(
        self, link: Link, vantage: Vantage, cookies: dict[Host, dict[str, str]] | None = None
    ) -> list[Visited]:
        """Visit ``link`` once more, as ``vantage`` does: by the same guard, robots.txt, turns and limits.

        ``cookies`` are sent and added to; None: none are kept. A browser may bring two views. Raises
        StoppingError when the crawl stops, LinkgazetteError for trouble of its own.
        """
        if vantage is Vantage.BROWSER:
            assert self._browsing is not None, "asked for only where there is one"
            return await self._browsing.visit(link, self._downloader)
        visit = Visit(
            link=link,
            trail=Trail(link.url, self.session.config.max_hops),
            fetched_at=self.session.now(),
            vantage=vantage,
            cookies=cookies,
        )
        return [await self._landed(visit)]

    async def bring(self, request: Request) -> Answered:
        """Have ``request`` answered, by the crawl's middlewares and handlers."""
        response = await self._downloader.bring(request)
        assert isinstance(response, Answered), "our handler answers, and no middleware replaces it"
        return response

    async def deliver(self, visited: Visited) -> None:
        """Hand ``visited`` to the crawl's pipelines."""
        assert self.crawler.engine is not None, "the crawl runs"
        await self.crawler.engine.scraper.itemproc.process_item_async(visited)

    async def _landed(self, visit: Visit) -> Visited:
        """Go from hop to hop until there is a page or the reason why there is none.

        Raises StoppingError when the crawl stops, LinkgazetteError or NotSupported for trouble of its own.
        """
        while True:
            request, status = self._request(visit), None
            try:
                response = await self.bring(request)
                status = response.status
                _keep_cookies(visit, response)
                if not self._follow(response, visit):
                    return self._page(response, visit)
            except (StoppingError, LinkgazetteError, NotSupported):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a page does, it gets its capture
                return self._failed(classify(error), visit, request, status)

    @property
    def _downloader(self) -> Direct:
        """The crawl's own, past the engine's queue: whoever looks again waits for the answer."""
        assert self.crawler.engine is not None, "the crawl runs"
        downloader = self.crawler.engine.downloader
        assert isinstance(downloader, Direct)
        return downloader

    def done(self, link: Link) -> None:
        """Take note that the pipeline is through with ``link``."""
        self.window.done(link)

    def let_go(self, link: Link) -> None:
        """Let ``link`` be visited when its host may be asked again, by whichever crawl."""
        try:
            self.window.let_go(link)
        except LinkgazetteError as trouble:
            self.session.fail(trouble)

    def parted(self) -> None:
        """Take note that twins of a visited link are due, each for itself."""
        self.window.ask_again()

    def put_back(self, link: Link) -> None:
        """Let ``link`` be visited later in this crawl, as if nothing had been."""
        self.window.put_back(link)

    # --- one answer ------------------------------------------------------------------------------------

    @staticmethod
    def _follow(response: Answered, visit: Visit) -> bool:
        """Move the trail on if the answer leads on; raises VisitError for a hop that must not be taken."""
        status, trail = response.status, visit.trail
        if status == NOT_MODIFIED and conditions(visit.known, trail.here):
            return False
        if target := location_of(status, field_text(response.fields, b"location") or None):
            trail.leads_to(target, status, "http")
            return True
        if kind := of_status(status):
            raise VisitError(kind, f"status {status}")
        refresh = refresh_of(field_text(response.fields, b"refresh"))
        if refresh and refresh[0] <= MAX_REFRESH_S and trail.may_lead_to(refresh[1]):
            trail.leads_to(refresh[1], status, "http")
            return True
        content_type = field_text(response.fields, b"content-type")
        if not is_page(content_type):
            raise VisitError(Failure.NOT_HTML, content_type[:100])
        if is_binary(response.body):
            raise VisitError(Failure.NOT_HTML, f"called {content_type[:100] or 'nothing'}, but not text")
        refresh = find_refresh(response.body, content_type)
        if refresh and refresh[0] <= MAX_REFRESH_S and trail.may_lead_to(refresh[1]):
            trail.leads_to(refresh[1], status, "meta")
            return True
        return False

    def _page(self, response: Answered, visit: Visit) -> Visited:
        assert response.request is not None
        body, known, here = response.body, visit.known, visit.trail.here
        content_type = field_text(response.fields, b"content-type")
        digest, size = sha256(body).hexdigest(), len(body)
        etag, last_modified = validators(response.fields)
        if response.status == NOT_MODIFIED:
            assert known is not None, "else the answer is a bad redirect"
            content_type, digest, size = known.content_type, known.sha256, known.size
            etag, last_modified = etag or known.etag, last_modified or known.last_modified
        elif known and (known.url, known.content_type, known.sha256) != (here, content_type, digest):
            known = None
        capture = visit.landed(
            status=response.status,
            content_type=content_type,
            sha256=digest,
            size=size,
            peer=response.request.meta.get(PEER, ""),
            tls=response.request.meta.get(TLS_FACTS),
        )
        sent = ((name, value) for name, values in response.request.headers.items() for value in values)
        exchange = Exchange(
            url=here,
            status=response.status,
            request_headers=(("Host", host_of(here)), *_text(sent)),
            response_headers=_text(response.fields),
            body=body,
            packed=response.packed,
            way=tuple(f"{hop.status} {hop.via} {hop.url}" for hop in capture.hops[:-1]),
        )
        return Visited(
            link=visit.link,
            capture=capture,
            exchange=replace(exchange, reckoned=exchange.payload),  # the reader and the store ask for it
            known=known,
            etag=etag,
            last_modified=last_modified,
        )

    @staticmethod
    def _failed(error: VisitError, visit: Visit, request: Request | None, status: int | None) -> Visited:
        meta = request.meta if request is not None else {}
        capture = visit.failed(error, status=status, peer=meta.get(PEER, ""), tls=meta.get(TLS_FACTS))
        return Visited(link=visit.link, capture=capture)

    def _request(self, visit: Visit) -> Request:
        """Ask for the place where the visit stands, exactly as its URL is written, as its vantage does."""
        cookies = (visit.cookies or {}).get(host_of(visit.trail.here))
        return Request(
            visit.trail.here,
            callback=NO_CALLBACK,
            headers={
                **request_headers(visit.vantage, self.session.config),
                **conditions(visit.known, visit.trail.here),
                **({"Cookie": "; ".join(map("=".join, cookies.items()))} if cookies else {}),
            },
            meta={"verbatim_url": True},
        )


def _keep_cookies(visit: Visit, response: Answered) -> None:
    """Take note of what the answer sets, by name and value, for its own host alone (RFC 6265 section 5.2)."""
    if visit.cookies is None:
        return
    kept = visit.cookies.setdefault(host_of(visit.trail.here), {})
    for name, value in _text(response.fields):
        pair = value.partition(";")[0].strip()
        if (
            name.lower() == "set-cookie"
            and "=" in pair
            and len(pair) <= _MOST_COOKIE_CHARS
            and pair.isprintable()
        ):
            key, _, said = pair.partition("=")
            if key in kept or len(kept) < _MOST_COOKIES:
                kept[key] = said


def _text(fields: Any) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)
