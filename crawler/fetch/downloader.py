"""Scrapy's downloader without its queues: through the middlewares to the handler, at once.

Who may be asked when is the window's and the gate's to say, over all processes; the stock downloader would
keep a queue, a delay and a concurrency for each host besides (measured: 0.5 ms a request).
"""

from typing import Any

from scrapy.core.downloader.handlers import DownloadHandlers
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred


class Direct:
    """Scrapy's ``DOWNLOADER``."""

    def __init__(self, crawler: Crawler) -> None:
        self.active: set[Request] = set()
        self.handlers = DownloadHandlers(crawler)
        self.middleware = build_from_crawler(DownloaderMiddlewareManager, crawler)

    def fetch(self, request: Request) -> Deferred[Response | Request]:
        """Fetch ``request``; the engine waits for what comes of it."""
        return deferred_from_coro(self.bring(request))

    async def bring(self, request: Request) -> Response | Request:
        """Do the same for whoever waits for it without the engine."""
        self.active.add(request)
        try:
            return await self.middleware.download_async(self.handlers.download_request_async, request)
        finally:
            self.active.remove(request)

    def needs_backout(self) -> bool:
        """Tell the engine to hold back: never, the window does."""
        return False

    def close(self) -> None:
        """Nothing is kept here."""

    def get_slot_key(self, request: Request) -> Any:  # noqa: ARG002 - Scrapy's interface
        """Return the queue of ``request``: there is one for all."""
        return ""
