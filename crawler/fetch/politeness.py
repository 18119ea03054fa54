"""When a request may leave: its host's delay over all processes, and the number of pages fetched at once.

Which process may ask a host is agreed through the store (``turns``); the delay is counted from the end of the
answer before, so that the host too sees the whole of it, however long connecting took.
Who waits for a host holds no place. How long the delay is: the configuration's, or the host's own
Crawl-delay where that is longer; a host that answers 429 or 503 is left alone as long as its ``Retry-After``
asks, or, where it names no time, twice as long each time it says so again.
"""

from asyncio import Lock, Semaphore, wait_for
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.exceptions import IgnoreRequest

from blocklist.model import Host
from crawler.fetch.session import Session
from crawler.fetch.turns import ASK_AGAIN_S, Turns

MAX_RETRY_AFTER_S = 3600.0
"""A host that asks for more is asked again all the same: nobody leaves the watch by a header."""
BACK_OFF_S = 30.0
"""How long a host is left alone that says 429 or 503 and not for how long; doubled each time in a row."""
_MOST_UNREAD_BYTES = 16 * 1024 * 1024
"""Of pages that wait to be read; while there are more, nothing is fetched: memory is for so many."""
_LOOK_AGAIN_S = 0.05
"""When to look again whether a page may be asked for."""
_GRACE_S = 1.0
"""What an answer may take longer than allowed, until that is noticed."""
_PATIENCE_S = 90.0  # longer than any Crawl-delay honoured; who must wait longer goes back to the frontier
_ASK_FOR_PATIENCE = frozenset({429, 503})  # RFC 6585 section 4, RFC 9110 section 15.6.4


class StoppingError(IgnoreRequest):
    """This request's turn does not come in this crawl; its link goes back to the frontier unvisited."""


def asks_for_patience(status: int) -> bool:
    """Tell whether an answer asks to be left alone for a while."""
    return status in _ASK_FOR_PATIENCE


def retry_after(value: str, now: datetime) -> float:
    """Return the bounded seconds that a ``Retry-After`` asks for (RFC 9110 section 10.2.3); 0: none."""
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the second: a year of twenty digits
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


@dataclass(slots=True)
class Line:
    """Who stands in line for one host."""

    lock: Lock = field(default_factory=Lock)
    waiting: int = 0


class Gate:
    """Lets requests out: one by one to a host that is given a delay, and so many at once over all hosts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turns = Turns(session.links, session.now, session.fail)
        self._places = Semaphore(session.config.concurrency)
        self._lines: dict[Host, Line] = {}
        self._told_to_wait: set[Host] = set()
        self._in_a_row: dict[Host, int] = {}

    def answered(self, host: Host, status: int, asked_for: str) -> None:
        """Take note of an answer of ``host``; ``asked_for`` is its Retry-After, empty: it has none."""
        if not asks_for_patience(status):
            self._in_a_row.pop(host, None)
            return
        row = self._in_a_row[host] = self._in_a_row.get(host, 0) + 1
        seconds = retry_after(asked_for, self._session.now())
        self.leave_alone(host, seconds or min(BACK_OFF_S * 2 ** min(row - 1, 20), MAX_RETRY_AFTER_S))

    def leave_alone(self, host: Host, seconds: float) -> None:
        """Let nobody ask ``host`` for so long, in whichever process."""
        self._told_to_wait.add(host)
        self._turns.leave_alone(host, self._session.now() + timedelta(seconds=seconds))

    async def close(self) -> None:
        """Give back what other processes may wait for."""
        await self._turns.close()

    @asynccontextmanager
    async def turn(self, host: Host, host_delay_s: float) -> AsyncIterator[None]:
        """Wait for the turn of ``host``, hold it in the block; raises StoppingError when the crawl stops."""
        session = self._session
        delay_s = max(session.config.delay_s, host_delay_s)
        if not delay_s and host not in self._told_to_wait:
            async with self._place():
                yield
            return
        need = timedelta(seconds=session.config.timeout_s + delay_s + _GRACE_S)
        async with self._alone(host):
            while True:
                await self._wait_for(host, need)
                async with self._place():
                    if not self._turns.lasts(host, need):  # it took long to find a place
                        continue
                    try:
                        yield
                    finally:
                        # From the end of the answer, whoever asks next.
                        self._turns.over(host, session.now() + timedelta(seconds=delay_s))
                    return

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        async with self._places:
            session = self._session
            while not session.stopping and not self._may():
                with suppress(TimeoutError):
                    await wait_for(session.halt.wait(), _LOOK_AGAIN_S)
            if session.stopping:
                raise StoppingError
            yield

    def _may(self) -> bool:
        """Tell whether a page may be asked for just now, whichever host it is of."""
        return self._session.unread <= _MOST_UNREAD_BYTES and self._session.allowed()

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

    async def _wait_for(self, host: Host, need: timedelta) -> None:
        session, ours = self._session, False
        with self._resting():
            while not ours and not session.stopping:
                turn = await self._turns.take(host, need)
                ours, wait_s = turn.ours, (turn.at - session.now()).total_seconds()
                if wait_s > max(_PATIENCE_S, session.config.delay_s):
                    raise StoppingError
                if wait_s > 0:
                    with suppress(TimeoutError):
                        await wait_for(session.halt.wait(), wait_s if ours else min(wait_s, ASK_AGAIN_S))
        if session.stopping:
            if ours:
                self._turns.over(host, session.now())
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
