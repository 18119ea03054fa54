"""When a request may leave: its host's delay over all processes, and the number of pages fetched at once.

The time of each host's next request is kept in the store, so that all processes share it; it is counted
from the end of the answer before, so that the host too sees the whole delay, however long connecting took.
Who waits for a host holds no place. How long the delay is: the configuration's, or the host's own
Crawl-delay where that is longer.
"""

from asyncio import Semaphore, sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from scrapy.exceptions import IgnoreRequest

from blocklist.model import Host
from crawler.fetch.session import Session

_LOOK_S = 0.5
"""How often a waiting request looks whether the crawl is stopping."""


class StoppingError(IgnoreRequest):
    """The crawl stops before this request's turn came; its link goes back to the frontier unvisited."""


class Gate:
    """Lets requests out one by one per host, and so many at once over all hosts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._links = session.workspace.links
        self._places = Semaphore(session.config.concurrency)

    @asynccontextmanager
    async def turn(self, host: Host, host_delay_s: float) -> AsyncIterator[None]:
        """Wait for the turn of ``host``, hold it in the block; raises StoppingError when the crawl stops."""
        delay_s = max(self._session.config.delay_s, host_delay_s)
        while True:
            await self._wait_until(self._free_from(host))
            async with self._places:
                # While it waited for a place, another request to the same host may have gone ahead.
                if self._free_from(host) > self._session.now():
                    continue
                if delay_s:
                    start = self._links.reserve_fetch(host, now=self._session.now(), delay_s=delay_s)
                    await self._wait_until(start)  # past already, unless another process was faster just now
                try:
                    yield
                finally:
                    self._rest(host, delay_s)
                return

    def _free_from(self, host: Host) -> datetime:
        """Ask when ``host`` may be asked next; a delay of nothing reserves nothing."""
        return self._links.reserve_fetch(host, now=self._session.now(), delay_s=0)

    def _rest(self, host: Host, delay_s: float) -> None:
        """Put the next request to ``host`` off until ``delay_s`` from now."""
        if delay_s:
            rested = self._session.now() + timedelta(seconds=delay_s)
            self._links.reserve_fetch(host, now=rested, delay_s=0)

    async def _wait_until(self, moment: datetime) -> None:
        session = self._session
        session.resting += 1
        try:
            while (wait_s := (moment - session.now()).total_seconds()) > 0 and not session.stopping:
                session.changed.set()
                await sleep(min(wait_s, _LOOK_S))
        finally:
            session.resting -= 1
        if session.stopping:
            raise StoppingError
