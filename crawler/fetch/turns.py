"""Which hosts this process may ask just now, agreed with the others through the store.

A host is claimed for a while, so that the requests of one stay cost two rows and not two each: robots.txt and
page, or link after link. The store is asked from a thread, for many hosts in one transaction: whoever waits
for it holds up nobody else.
"""

import asyncio
from asyncio import Future, Task
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from blocklist.errors import LinkgazetteError
from blocklist.model import Host
from blocklist.store import Claim, Rest
from crawler.fetch.source import LinkSource

STAY = timedelta(seconds=20)
"""How much longer a host is claimed than one request may take."""
_LINGER_S = 0.1
"""How long a host that was asked is kept for whoever wants to ask it next."""
STEP_BACK = timedelta(seconds=1)
"""How long a host is left to others after a stay; they look every ``ASK_AGAIN_S``."""
ASK_AGAIN_S = 0.5


@dataclass(slots=True)
class _Ours:
    """A host that this process claimed."""

    since: datetime
    until: datetime
    free_from: datetime
    """When it may be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What came of asking for a host's turn."""

    at: datetime
    """When it is ours, or when to ask again at the earliest."""
    ours: bool


class Turns:
    """The claims of one process."""

    def __init__(
        self, links: LinkSource, now: Callable[[], datetime], failed: Callable[[LinkgazetteError], None]
    ) -> None:
        """``failed`` is told of trouble with the store that nobody waits for."""
        self._links = links
        self._now = now
        self._failed = failed
        self._ours: dict[Host, _Ours] = {}
        self._rests: dict[Host, tuple[datetime, float]] = {}
        """Until when a host rests, and since when (monotonic seconds) that waits to be written."""
        self._claims: list[tuple[Claim, Future[datetime | None]]] = []
        self._writing: Task[None] | None = None
        self._hurry = asyncio.Event()
        self._closing = False

    async def take(self, host: Host, need: timedelta) -> Turn:
        """Ask for a turn of ``host`` in which a request may take ``need``, its rest afterwards included.

        Raises TroubleError when the store cannot be asked.
        """
        now, ours = self._now(), self._ours.get(host)
        if ours is not None:
            start = max(now, ours.free_from)
            if ours.since <= now and start + need <= ours.until:  # else the clock was set back, or time is up
                self._rests.pop(host, None)
                return Turn(at=start, ours=True)
            self._rest(host, ours.free_from)
            return Turn(at=max(ours.free_from, now + STEP_BACK), ours=False)
        claim = Claim(host=host, until=now + need + STAY)
        answer: Future[datetime | None] = asyncio.get_running_loop().create_future()
        self._claims.append((claim, answer))
        self._write_soon()
        self._hurry.set()
        free_from = await answer
        if free_from is not None:
            return Turn(at=free_from, ours=False)
        self._ours[host] = _Ours(since=now, until=claim.until, free_from=now)
        return Turn(at=now, ours=True)

    def lasts(self, host: Host, need: timedelta) -> bool:
        """Tell whether a turn that was taken still is long enough for a request that begins now."""
        ours = self._ours.get(host)
        return ours is not None and self._now() + need <= ours.until

    def over(self, host: Host, rests_until: datetime) -> None:
        """Take note that a turn of ``host`` is over."""
        self.leave_alone(host, rests_until)
        if ours := self._ours.get(host):
            self._rest(host, ours.free_from)

    def leave_alone(self, host: Host, until: datetime) -> None:
        """Let nobody ask ``host`` before; in the midst of a turn of it: once that is over."""
        if ours := self._ours.get(host):
            ours.free_from = max(ours.free_from, until)
        else:
            self._rest(host, until)

    async def close(self) -> None:
        """Give back what was claimed."""
        self._closing = True
        self._hurry.set()
        if self._writing is not None:
            await self._writing

    def _rest(self, host: Host, until: datetime) -> None:
        before, since = self._rests.get(host, (until, monotonic()))
        self._rests[host] = (max(before, until), since)
        self._write_soon()

    def _write_soon(self) -> None:
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._claims or self._rests:
            if not self._claims and not self._closing:
                self._hurry.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), _LINGER_S)
            asked, self._claims = self._claims, []
            claims = [claim for claim, _ in asked]
            rests = self._to_write({claim.host for claim in claims})
            if not claims and not rests:
                continue
            try:
                answers = await asyncio.to_thread(self._links.take_turns, claims, rests, now=self._now())
            except LinkgazetteError as trouble:
                self._failed(trouble)
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(trouble)
            else:
                for (_, answer), free_from in zip(asked, answers, strict=True):
                    if not answer.done():
                        answer.set_result(free_from)
        self._writing = None

    def _to_write(self, asked: Collection[Host]) -> list[Rest]:
        """Take the rests that are written now, those of ``asked`` hosts among them; none of them is ours."""
        written = monotonic() - (0 if self._closing else _LINGER_S)
        hosts = [host for host, (_, since) in self._rests.items() if since <= written or host in asked]
        found = []
        for host in hosts:
            until, _ = self._rests.pop(host)
            ours = self._ours.pop(host, None)
            found.append(Rest(host=host, until=until, claimed=ours.until if ours else None))
        return found
