"""Per-host delay over all processes: each request, robots.txt included, reserves its time in the store.

How long the delay is: the configuration's, or the host's own Crawl-delay where that is longer.
"""

from asyncio import sleep
from typing import Any, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.utils.httpobj import urlparse_cached

from blocklist.model import Host
from crawler.fetch.robots import DELAY_S

_LOOK_S = 0.5
"""How often a waiting request looks whether the crawl is stopping."""


class StoppingError(IgnoreRequest):
    """The crawl stops before this request's turn came; its link goes back to the frontier unvisited."""


class KeepDelay:
    """Downloader middleware: a request leaves when its host's turn has come."""

    def __init__(self, crawler: Any) -> None:
        self._session = crawler.spider.session

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until its host may be asked again; raises StoppingError when the crawl stops first."""
        session = self._session
        host = Host(urlparse_cached(request).hostname or "")
        delay_s = max(session.config.delay_s, request.meta.get(DELAY_S, 0.0))
        turn = session.workspace.links.reserve_fetch(host, now=session.now(), delay_s=delay_s)
        while (wait_s := (turn - session.now()).total_seconds()) > 0:
            if session.stopping:
                raise StoppingError
            await sleep(min(wait_s, _LOOK_S))
        if session.stopping:
            raise StoppingError
