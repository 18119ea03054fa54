"""Scrapy's queue as a plain line: the frontier chose; nothing is filtered, sorted or pickled."""

from collections import deque
from typing import Any, Self

from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Request


class Line(BaseScheduler):
    """First in, first out, in memory; what is lost with the process is still leased in the store."""

    def __init__(self) -> None:
        self._waiting: deque[Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:  # noqa: ARG003 - Scrapy's interface
        """Scrapy's way in."""
        return cls()

    def has_pending_requests(self) -> bool:
        """Tell whether a request waits."""
        return bool(self._waiting)

    def enqueue_request(self, request: Request) -> bool:
        """Take ``request`` in, always."""
        self._waiting.append(request)
        return True

    def next_request(self) -> Request | None:
        """Take the oldest request; None: nobody waits."""
        return self._waiting.popleft() if self._waiting else None
