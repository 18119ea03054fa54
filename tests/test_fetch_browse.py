"""What a page asks for in the browser, and what comes of it in the crawl."""

import asyncio
from typing import Any

import pytest
from scrapy.http import Request

from blocklist.config import CrawlConfig
from blocklist.model import Failure
from blocklist.urls import MAX_URL_CHARS
from crawler.browser import Asked
from crawler.fetch.browse import Browsing, _Landing
from crawler.fetch.failures import VisitError


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
