"""When a request may leave: its host's delay over all processes, and the number of pages fetched at once.

The time of each host's next request is kept in the store, so that all processes share it; it is counted
from the end of the answer before, so that the host too sees the whole delay, however long connecting took.
Who waits for a host holds no place. How long the delay is: the configuration's, or the host's own
Crawl-delay where that is longer.
"""

from asyncio import Lock, Semaphore, wait_for
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scrapy.exceptions import IgnoreRequest

from blocklist.model import Host
from crawler.fetch.session import Session


class StoppingError(IgnoreRequest):
    """The crawl stops before this request's turn came; its link goes back to the frontier unvisited."""


@dataclass(slots=True)
class Line:
    """Who stands in line for one host."""

    lock: Lock = field(default_factory=Lock)
    waiting: int = 0


class Gate:
    """Lets requests out: one by one to a host that is given a delay, and so many at once over all hosts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._links = session.workspace.links
        self._places = Semaphore(session.config.concurrency)
        self._lines: dict[Host, Line] = {}

    @asynccontextmanager
    async def turn(self, host: Host, host_delay_s: float) -> AsyncIterator[None]:
        """Wait for the turn of ``host``, hold it in the block; raises StoppingError when the crawl stops."""
        delay_s = max(self._session.config.delay_s, host_delay_s)
        if not delay_s:
            async with self._place():
                yield
            return
        async with self._alone(host):
            start = self._links.reserve_fetch(host, now=self._session.now(), delay_s=delay_s)
            await self._wait_until(start)
            async with self._place():
                try:
                    yield
                finally:
                    # From the end of the answer, whoever asks next.
                    rested = self._session.now() + timedelta(seconds=delay_s)
                    self._links.reserve_fetch(host, now=rested, delay_s=0)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        async with self._places:
            if self._session.stopping:
                raise StoppingError
            yield

    @asynccontextmanager
    async def _alone(self, host: Host) -> AsyncIterator[None]:
        """Be the only one of this process who waits for ``host`` or talks to it."""
        line = self._lines.setdefault(host, Line())
        line.waiting += 1
        try:
            with self._resting():
                await line.lock.acquire()
            try:
                yield
            finally:
                line.lock.release()
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[host]

    async def _wait_until(self, moment: datetime) -> None:
        session = self._session
        with self._resting():
            wait_s = (moment - session.now()).total_seconds()
            if wait_s > 0 and not session.stopping:
                with suppress(TimeoutError):
                    await wait_for(session.halt.wait(), wait_s)
        if session.stopping:
            raise StoppingError

    @contextmanager
    def _resting(self) -> Iterator[None]:
        """Count a visit that waits for its host; it makes room for another."""
        self._session.resting += 1
        self._session.changed.set()
        try:
            yield
        finally:
            self._session.resting -= 1
