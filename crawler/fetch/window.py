"""The small window of links under visit, fed from the frontier: few hosts at once, few links of each.

Hosts that rest (delay, Crawl-delay) do not hold up the others: while they do, more are opened. Links are
taken in small batches, so that a crawl beside this one finds work too. How many pages move at once is
``politeness``'s to limit.
"""

from asyncio import to_thread, wait_for
from collections import Counter, deque
from time import monotonic

from blocklist.model import Host, Link
from crawler.fetch.session import Session

_OPEN_PER_PLACE = 8
"""Visits open at most for each page fetched at once; at 1 s of delay and 120 ms a page all are busy."""
_AWAKE_PER_PLACE = 2
"""Of these, visits that do not rest: one moves, one is about to."""
_HELD_PER_OPEN = 4
"""Links held in memory for each open visit at most; the rest waits in the store, where others can take it."""
_WATCH_EVERY_S = 0.5
"""Between two questions whether something has become due, when nothing was."""


class Window:
    """Chooses the next link to visit; whoever takes one says when it is done."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._batch = session.config.concurrency
        self._most_open = self._batch * _OPEN_PER_PLACE
        self._most_awake = self._batch * _AWAKE_PER_PLACE
        self._per_host = session.config.concurrency_per_host
        self._waiting: dict[Host, deque[Link]] = {}
        self._held = 0
        self._open: Counter[Host] = Counter()
        self._taken = 0
        self._exhausted = False
        self._asked_at = 0.0

    async def next(self) -> Link | None:
        """Wait for room and give the next link; None: all is done, or the crawl stops."""
        while not self._session.stopping:
            if self._session.cut_off:
                await self._session.network()
            if link := self._ready():
                self._taken += 1
                return link
            if await self._lease():
                continue
            if not self._open and not self._waiting and not self._session.watch:
                return None
            await self._change()
        return None

    def done(self, link: Link) -> None:
        """Take note that the visit to ``link`` is over, however it ended."""
        self._open[link.host] -= 1
        if self._open[link.host] <= 0:
            del self._open[link.host]
        self._session.changed.set()

    def ask_again(self) -> None:
        """Take note that there may be links due that were not when last asked."""
        self._exhausted = False
        self._session.changed.set()

    def let_go(self, link: Link) -> None:
        """Give ``link`` back to the store: its visit is over for now, and it may wait there for its host."""
        self._session.links.let_go(self._session.worker, (link, *link.twins))

    def put_back(self, link: Link) -> None:
        """Take ``link`` back, to be given out once more: this visit was none."""
        self._waiting.setdefault(link.host, deque()).appendleft(link)
        self._held += 1
        self._taken -= 1
        self.done(link)

    def _ready(self) -> Link | None:
        if self._full():
            return None
        for host, links in self._waiting.items():
            if self._open[host] < self._per_host:
                link = links.popleft()
                # Back to the end of the line, so that hosts take turns.
                del self._waiting[host]
                if links:
                    self._waiting[host] = links
                self._held -= 1
                self._open[host] += 1
                return link
        return None

    async def _lease(self) -> bool:
        """Ask the frontier for more links; False: it has none for us now, or we hold enough."""
        session = self._session
        if session.watch and monotonic() >= self._asked_at + _WATCH_EVERY_S:
            self._exhausted = False
        room = self._most_open * _HELD_PER_OPEN - self._held
        if session.limit is not None:
            room = min(room, session.limit - self._taken - self._held)
        if self._exhausted or room <= 0 or self._full():
            return False
        self._exhausted, self._asked_at = True, monotonic()  # unless links become due meanwhile
        links = await to_thread(
            session.links.lease,
            session.worker,
            now=session.now(),
            limit=min(room, self._batch),
            everything=session.everything,
        )
        self._exhausted = self._exhausted and not links
        for link in links:
            self._waiting.setdefault(link.host, deque()).append(link)
        self._held += len(links)
        return not self._exhausted

    def _full(self) -> bool:
        visits = self._open.total()
        return visits >= self._most_open or visits - self._session.resting >= self._most_awake

    async def _change(self) -> None:
        self._session.changed.clear()
        try:
            await wait_for(self._session.changed.wait(), timeout=0.5)
        except TimeoutError:
            return
