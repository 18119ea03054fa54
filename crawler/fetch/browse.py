"""A visit with a browser, whose every request goes the crawl's own way: guard, robots.txt, turns, limits.

The page is what the browser shows when its scripts have run; that markup is judged and archived. What the
browser itself may do is ``crawler.browser``'s.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

from scrapy.http import Request

from blocklist.errors import LinkgazetteError, UrlError
from blocklist.model import Capture, Failure, Link, TlsFacts, Vantage, WebUrl
from blocklist.urls import host_of, parse_url
from crawler.browser import Asked, Rendered, Supplied, render
from crawler.fetch.answered import Answered, field_text
from crawler.fetch.downloader import Direct
from crawler.fetch.failures import VisitError, classify, of_status
from crawler.fetch.handler import ANY_TYPE, PEER, TLS_FACTS
from crawler.fetch.kinds import is_binary, is_page
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.readers import Exchange
from crawler.vantage import request_headers

_CONTENT_TYPE = "text/html; charset=utf-8"


@dataclass(slots=True)
class _Landing:
    """What the last answer for the page itself told."""

    hops: int = 0
    peer: str = ""
    tls: TlsFacts | None = None
    stopped: Exception | None = None
    """Why the crawl itself could not go on; None: it could."""


class Browsing:
    """Visits with a browser, few at once: each takes a core and some hundred megabytes."""

    def __init__(self, session: Session, program: str) -> None:
        self._session = session
        self._program = program
        self._places = asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))

    async def visit(self, link: Link, downloader: Direct) -> list[Visited]:
        """Visit ``link``; a second capture is what a click on "continue" showed.

        Raises StoppingError when the crawl stops, LinkgazetteError for trouble of its own.
        """
        headers = request_headers(Vantage.BROWSER, self._session.config)
        landing = _Landing()

        async def supply(asked: Asked) -> Supplied:
            try:
                return await self._supply(asked, headers, landing, downloader)
            except (StoppingError, LinkgazetteError) as stopped:
                landing.stopped = stopped
                raise

        async with self._places:
            fetched_at, started = self._session.now(), monotonic()
            rendered = await render(
                link.url,
                supply,
                program=self._program,
                headers=headers,
                screenshot=self._session.config.screenshots,
            )
        if landing.stopped is not None:
            raise landing.stopped
        capture = _capture(link, rendered, landing, fetched_at, round((monotonic() - started) * 1000))
        if capture.failure is not None:
            return [Visited(link=link, capture=capture)]
        return [_visited(link, capture, rendered, number, headers) for number in range(len(rendered.views))]

    async def _supply(
        self, asked: Asked, headers: Mapping[str, str], landing: _Landing, downloader: Direct
    ) -> Supplied:
        """Fetch what the page asks for; raises VisitError for what it may not have."""
        if asked.landing:
            landing.hops += 1
            if landing.hops > self._session.config.max_hops + 1:
                raise VisitError(Failure.TOO_MANY_HOPS, f"more than {landing.hops - 2} hops")
        try:
            url = parse_url(asked.url)
        except UrlError as error:  # the page's own fault, and no trouble of the crawl's
            raise VisitError(Failure.BAD_REDIRECT, str(error)) from error
        request = Request(
            url,
            headers={
                **headers,
                "Referer": "",
                **{name.title(): value for name, value in asked.headers.items()},
            },
            meta={"verbatim_url": True, **({} if asked.kind == "Document" else {ANY_TYPE: True})},
            dont_filter=True,
        )
        if not request.headers["Referer"]:
            del request.headers["Referer"]
        response = await downloader.bring(request)
        assert isinstance(response, Answered), "our handler answers, and no middleware replaces it"
        if asked.landing:
            landing.peer, landing.tls = request.meta.get(PEER, ""), request.meta.get(TLS_FACTS)
        kind = field_text(response.fields, b"content-type")
        if of_status(response.status) is None and (
            is_binary(response.body) or (asked.kind == "Document" and not is_page(kind))
        ):
            raise VisitError(Failure.NOT_HTML, kind[:100])
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.fields]
        return Supplied(status=response.status, fields=fields, body=response.body)


def _capture(
    link: Link, rendered: Rendered, landing: _Landing, fetched_at: datetime, elapsed_ms: int
) -> Capture:
    failure = _failure(rendered)
    # What was refused as an address is kept nowhere: it may carry a name and a password.
    hops = tuple(hop for hop in rendered.hops if _is_address(hop.url))
    final = hops[-1].url if hops and rendered.status is not None else None
    return Capture(
        link=link.id,
        vantage=Vantage.BROWSER,
        fetched_at=fetched_at,
        elapsed_ms=elapsed_ms,
        hops=hops,
        final_url=None if final is None else WebUrl(final),
        status=rendered.status,
        content_type="" if failure else _CONTENT_TYPE,
        failure=None if failure is None else failure.kind,
        failure_detail="" if failure is None else failure.detail,
        peer=landing.peer,
        tls=landing.tls,
    )


def _is_address(url: str) -> bool:
    try:
        parse_url(url)
    except UrlError:
        return False
    return True


def _failure(rendered: Rendered) -> VisitError | None:
    """Say why there is no page; None: there is one."""
    if rendered.error is not None:
        return classify(rendered.error)
    if rendered.status is not None and (kind := of_status(rendered.status)):
        return VisitError(kind, f"status {rendered.status}")
    if rendered.views:
        return None
    return VisitError(*(rendered.problem or (Failure.MALFORMED, "the browser showed no page")))


def _visited(
    link: Link, capture: Capture, rendered: Rendered, number: int, headers: Mapping[str, str]
) -> Visited:
    """Make a capture of one view, dated after the one before."""
    view = rendered.views[number]
    body, final = view.html.encode(errors="replace"), parse_url(view.hops[-1].url)
    capture = replace(
        capture,
        hops=view.hops,
        final_url=final,
        fetched_at=capture.fetched_at + timedelta(milliseconds=number),
        body_sha256=sha256(body).hexdigest(),
        body_bytes=len(body),
    )
    told = [
        (name, value)
        for name, value in rendered.fields
        if name.lower() not in {"content-encoding", "content-type"}
    ]
    exchange = Exchange(
        url=final,
        status=rendered.status or 0,
        request_headers=(("Host", host_of(final)), *headers.items()),
        response_headers=(*told, ("Content-Type", _CONTENT_TYPE), ("X-Linkgazette", "as shown by a browser")),
        body=body,
    )
    picture = b"" if number else rendered.screenshot
    return Visited(link=link, capture=capture, exchange=exchange, screenshot=picture)
