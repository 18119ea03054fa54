"""The one spider: a link goes in, the landing page or the reason why there is none comes out.

It follows hops (HTTP and refresh) and nothing else on a page. What may be dialled, robots.txt, politeness
and limits are middlewares' and the handler's; what the page says is the pipeline's.
"""

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from typing import Any

from scrapy import Spider
from scrapy.exceptions import NotSupported
from scrapy.http import Request

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.model import Failure, Link
from blocklist.urls import host_of
from crawler.fetch.answered import Answered, field_text
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

ACCEPT = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5"
ACCEPT_LANGUAGE = "en,zh;q=0.8,*;q=0.5"


class LandingSpider(Spider):
    """Visits what the frontier hands out until nothing is due."""

    name = "landing"

    def __init__(self, *, session: Session, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session = session
        self.window = Window(session)

    async def start(self) -> AsyncIterator[Request]:
        """Feed links as room comes free; Scrapy keeps the crawl open until this ends."""
        try:
            while link := await self.window.next():
                visit = Visit(
                    link=link,
                    trail=Trail(link.url, self.session.config.max_hops),
                    fetched_at=self.session.now(),
                )
                yield self._request(visit)
        except LinkgazetteError as trouble:
            self.session.fail(trouble)

    def landed(self, response: Answered, visit: Visit) -> Iterator[Request | Visited]:
        """Turn an answer into the next hop, the landing page or a failure."""
        try:
            follow = self._follow(response, visit)
            yield self._request(visit) if follow else self._page(response, visit)
        except Exception as error:  # noqa: BLE001 - whatever a page does, its link gets a verdict
            yield self._failed(classify(error), visit, response.request, response.status)

    def missed(self, failure: Any) -> Iterator[Visited]:
        """Turn the lack of an answer into its reason, or nothing when the crawl stops."""
        visit: Visit = failure.request.cb_kwargs["visit"]
        if failure.check(NotSupported):  # only http and https are asked for: the handler did not come up
            self.session.fail(TroubleError(f"the crawl cannot fetch at all: {failure.value}"))
        if isinstance(failure.value, LinkgazetteError):  # of disk or database, met while waiting for a turn
            self.session.fail(failure.value)
        if self.session.trouble or failure.check(StoppingError):
            self.window.done(visit.link)
            return
        yield self._failed(classify(failure.value), visit, failure.request, None)

    def done(self, link: Link) -> None:
        """Take note that the pipeline is through with ``link``."""
        self.window.done(link)

    # --- one answer ------------------------------------------------------------------------------------

    @staticmethod
    def _follow(response: Answered, visit: Visit) -> bool:
        """Move the trail on if the answer leads on; raises VisitError for a hop that must not be taken."""
        status, trail = response.status, visit.trail
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
        body = response.body
        capture = visit.landed(
            status=response.status,
            content_type=field_text(response.fields, b"content-type"),
            sha256=sha256(body).hexdigest(),
            size=len(body),
            peer=response.request.meta.get(PEER, ""),
            tls=response.request.meta.get(TLS_FACTS),
        )
        sent = ((name, value) for name, values in response.request.headers.items() for value in values)
        exchange = Exchange(
            url=visit.trail.here,
            status=response.status,
            request_headers=(("Host", host_of(visit.trail.here)), *_text(sent)),
            response_headers=_text(response.fields),
            body=body,
        )
        return Visited(link=visit.link, capture=capture, exchange=exchange)

    @staticmethod
    def _failed(error: VisitError, visit: Visit, request: Request | None, status: int | None) -> Visited:
        meta = request.meta if request is not None else {}
        capture = visit.failed(error, status=status, peer=meta.get(PEER, ""), tls=meta.get(TLS_FACTS))
        return Visited(link=visit.link, capture=capture)

    def _request(self, visit: Visit) -> Request:
        """Ask for the place where the visit stands, exactly as its URL is written; no referer, no cookies."""
        return Request(
            visit.trail.here,
            callback=self.landed,  # type: ignore[arg-type] # our handler answers with Answered
            errback=self.missed,
            headers={
                b"User-Agent": self.session.config.user_agent,
                b"Accept": ACCEPT,
                b"Accept-Language": ACCEPT_LANGUAGE,
            },
            cb_kwargs={"visit": visit},
            meta={"verbatim_url": True},
            dont_filter=True,
        )


def _text(fields: Any) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)
