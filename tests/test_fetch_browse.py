"""What a page asks for in the browser, and what comes of it in the crawl."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.http import Request

from blocklist.config import CrawlConfig
from blocklist.model import Failure, Hop, Link
from blocklist.urls import MAX_URL_CHARS, host_of, parse_url
from crawler.browser import Asked, Rendered
from crawler.fetch.browse import Browsing, _capture, _Landing
from crawler.fetch.failures import VisitError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Session:
    config = CrawlConfig()


class Web:
    """Stands in for the crawl's downloader; nothing may come here."""

    async def bring(self, request: Request) -> Any:
        raise AssertionError(request.url)


@pytest.mark.parametrize(
    "url",
    [
        "https://somebody:secret@a.example/",
        "https://cdn.example/s.js?from=http://somebody:secret@a.example/",
        "https://a.example/?" + "x" * MAX_URL_CHARS,
        "https://" + "a" * 64 + ".example/",
    ],
)
@pytest.mark.parametrize("landing", [True, False])
def test_an_address_that_nobody_may_follow_is_the_pages_fault_alone(url: str, landing: bool) -> None:
    # UrlError is an error of the house: one script with a long address ended the crawl, and the next one too.
    asked = Asked(url=url, kind="Document" if landing else "Script", headers={}, landing=landing)
    supplying = Browsing(Session(), "chromium")._supply(asked, {}, _Landing(), Web())  # type: ignore[arg-type]
    with pytest.raises(VisitError) as caught:
        asyncio.run(supplying)
    assert caught.value.kind is Failure.BAD_REDIRECT
    assert "secret" not in caught.value.detail


def test_an_address_that_was_refused_is_kept_nowhere() -> None:
    start = parse_url("http://shop.example/")
    rendered = Rendered(
        hops=[
            Hop(url=start, status=200, via="landing"),
            Hop(url="https://somebody:secret@a.example/", status=None, via="landing"),
        ],
        status=200,
        error=VisitError(Failure.BAD_REDIRECT, "URL carries a user name"),
    )
    link = Link(id=1, url=start, host=host_of(start))
    capture = _capture(link, rendered, _Landing(), NOW, 7)
    assert (capture.failure, capture.final_url) == (Failure.BAD_REDIRECT, start)
    assert [hop.url for hop in capture.hops] == [start]
