"""Leads a crawl by many workers: hands due links out, stores what is brought; the only one at the store.

The leader holds the links it hands out by leases in the store, each batch under a *ticket* of its own, and
renews them while the errands are away. It may be killed at any moment: what the next one finds is
``succession``'s.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from time import monotonic

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from blocklist.errors import InputError
from blocklist.model import Label, Link
from blocklist.store import Visit, Workspace
from blocklist.store.leases import TICKET
from crawler.cluster.engine import (
    ERRANDS,
    FENCE_KEYS,
    LEADER,
    MARK_KEY,
    ORDER_KEY,
    SENDING_KEY,
    VISITS,
    WORKERS,
    Engine,
    again,
    end,
    errands_of,
    keys_of,
)
from crawler.cluster.fence import Fence
from crawler.cluster.sharding import shard_of
from crawler.cluster.strays import Strays
from crawler.cluster.succession import known_claims, take_over
from crawler.cluster.words import Brought, Claimed, Errand, Order, mark_of_order, pack, seal, unpack_word
from crawler.fetch.report import CrawlReport

_LOG = logging.getLogger(__name__)
_LOST = "%d links had got lost on the way and are due again"

_BATCH = 200
_AWAY_FOR_EACH_WORKER = 1000
"""Links handed out at most, and not back, for each worker that is there; so many for none.

Those of a worker that dies are stuck until its claims are over; the others' must last as long.
"""
_ASK_S = 0.2
_WATCH_EVERY_S = 0.5
_LOOK_EVERY_S = 5.0
_SEEK_EVERY_S = 300.0
"""Between two looks for links without an errand: longer than any visit and its way to the store."""
_RENEWALS_PER_LEASE = 3


@dataclass(slots=True, kw_only=True)
class Leader:
    """One crawl by many workers."""

    workspace: Workspace
    engine: Engine
    order: Order
    watch: bool = False
    """True: stay up when nothing is due."""
    limit: int | None = None
    """Links to hand out at most; None: all that are due."""
    ends_at: float | None = None
    """Of the monotonic clock: hand nothing out from then on; None: as long as there is work."""
    everything: bool = False
    progress: Callable[[CrawlReport], None] = lambda _: None
    report: CrawlReport = field(default_factory=CrawlReport)
    halt: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: hand nothing out, store what is there, and end."""
    _away: dict[str, int] = field(default_factory=dict)
    """Links away under each ticket."""
    _next: str = ""
    """The ticket to hand links out under next; empty: none was announced yet."""
    _sent: set[str] = field(default_factory=set)
    """Of these, tickets whose errands are all in the engine."""
    _handed: int = 0
    _late: int = 0
    """Visits that the fence refused."""
    _refused: int = 0
    """Visits that another policy judged."""
    _workers: int = 0
    _storing: bool = False
    _fence: Fence = field(default_factory=Fence)

    async def run(self) -> CrawlReport:
        """Lead until nothing is due and everything is back (or, to ``watch``, until stopped)."""
        began = monotonic()
        self._away = await take_over(self.workspace.links, self.engine, self.order.shards)
        self._sent = set(self._away)
        sealed = seal(self.order)
        await again(lambda: self.engine.order.put(ORDER_KEY, sealed))
        await again(lambda: self.engine.order.put(MARK_KEY, mark_of_order(sealed)))
        self._fence = Fence(await known_claims(self.engine))
        keeping = [
            asyncio.create_task(self._keep_leases()),
            asyncio.create_task(self._look_around()),
            asyncio.create_task(self._store()),
        ]
        handing = asyncio.create_task(self._hand_out())
        try:
            await asyncio.wait([handing, *keeping], return_when=asyncio.FIRST_COMPLETED)
            for task in (handing, *keeping):
                if task.done():
                    task.result()
        finally:
            await end([handing, *keeping])
        self.report.seconds = monotonic() - began
        return self.report

    # --- out -----------------------------------------------------------------------------------------

    async def _hand_out(self) -> None:
        """Hand out what is due, as much as there are workers for; return when that is over."""
        while True:
            stopping = self.halt.is_set() or (self.ends_at is not None and monotonic() >= self.ends_at)
            spent = self.limit is not None and self._handed >= self.limit
            room = _AWAY_FOR_EACH_WORKER * max(1, self._workers) - sum(self._away.values())
            if self.limit is not None:
                room = min(room, self.limit - self._handed)
            links = [] if stopping or spent or room <= 0 else await self._lease(min(room, _BATCH))
            if links:
                continue
            if stopping or ((spent or room > 0) and not self._away and not self.watch):
                return
            await asyncio.sleep(_ASK_S if room <= 0 else _WATCH_EVERY_S)

    async def _lease(self, most: int) -> Sequence[Link]:
        """Hand so many out under the next ticket, which the engine knew before the store did.

        Whoever finds links under it then knows that not all their errands may have been sent.
        """
        if not self._next:
            await self._announce_next()
        ticket, room = self._next, self.workspace.links
        ask = partial(room.lease, ticket, now=_now(), limit=most, everything=self.everything)
        links = await asyncio.to_thread(ask)
        if not links:
            return links
        self._away[ticket] = sum(1 + len(link.twins) for link in links)
        self._handed += len(links)
        told = await asyncio.to_thread(lambda: [room.circumstances(link) for link in links])
        errands = [
            Errand(ticket=ticket, link=link, circumstances=each)
            for link, each in zip(links, told, strict=True)
        ]
        await asyncio.gather(*map(self._publish, errands))
        await self._announce_next()
        self._sent.add(ticket)
        return links

    async def _announce_next(self) -> None:
        ticket = f"{TICKET}{token_hex(8)}"
        await again(lambda: self.engine.order.put(SENDING_KEY, ticket.encode()))
        self._next = ticket

    async def _publish(self, errand: Errand) -> None:
        subject = errands_of(shard_of(errand.link.host, self.order.shards))
        headers = {"Nats-Msg-Id": f"{errand.ticket}/{errand.link.id}"}
        stream = self.engine.stream
        await again(lambda: stream.publish(subject, pack(errand), stream=ERRANDS, headers=headers))

    # --- back ----------------------------------------------------------------------------------------

    async def _store(self) -> None:
        """Store what workers bring, in the engine's order, and acknowledge it after."""
        stream = self.engine.stream
        brought = await again(lambda: stream.pull_subscribe_bind(LEADER, stream=VISITS), there=True)
        while True:
            try:
                messages = await brought.fetch(_BATCH, timeout=_ASK_S)
            except (NatsError, OSError, TimeoutError):
                await asyncio.sleep(0.01)
                continue
            self._storing = True
            await self._take_in(messages)
            self._storing = False

    async def _take_in(self, messages: Sequence[Msg]) -> None:
        words: list[Brought] = []
        for message in messages:
            try:
                word = unpack_word(message.data)
            except InputError as problem:
                _LOG.warning("%s", problem)
                continue
            if isinstance(word, Claimed):
                self._fence.raise_to(word)
                await again(partial(self.engine.order.put, f"{FENCE_KEYS}{word.shard}", b"%d" % word.token))
            elif not self._fence.admits(word):
                self.report.lost += len(word.visits)
                self._late += len(word.visits)
            else:
                words.append(word)
        await asyncio.to_thread(self._keep, words)
        for message in messages:
            await message.ack()
        self.progress(self.report)

    def _keep(self, words: Sequence[Brought]) -> None:
        links, now = self.workspace.links, _now()
        good = [word for word in words if self._judged_alike(word)]
        visits = [(word.ticket, visit) for word in good for visit in word.visits]
        for (ticket, visit), kept in zip(visits, links.complete_many(visits, now=now), strict=True):
            if kept is None:
                self.report.lost += 1
                continue
            self._back(ticket, 1)
            self.report.count(
                self._label(visit, kept), visit.capture.failure, renewed=visit.judgement is None
            )
        for word in words:
            if word.parted:
                links.part(word.ticket, word.parted)
                self._back(word.ticket, len(word.parted))
            if word not in good:
                self._refused += len(word.visits)
                links.let_go(word.ticket, [links.get(each.capture.link) for each in word.visits])
                self._back(word.ticket, len(word.visits))

    def _label(self, visit: Visit, verdict: int) -> Label:
        if visit.judgement is not None:
            return visit.judgement.label
        return self.workspace.verdicts.get(verdict).judgement.label  # it was confirmed

    def _judged_alike(self, word: Brought) -> bool:
        """Tell whether the leader's own policy judged; a worker of another was refused, or is about to be."""
        policies = {visit.judgement.policy for visit in word.visits if visit.judgement is not None}
        return policies <= {self.order.policy}

    def _back(self, ticket: str, links: int) -> None:
        left = self._away.get(ticket, 0) - links
        if left > 0:
            self._away[ticket] = left
        else:
            self._away.pop(ticket, None)

    # --- meanwhile -----------------------------------------------------------------------------------

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self.workspace.config.crawl.lease_s / _RENEWALS_PER_LEASE)
            for ticket in list(self._away):
                await asyncio.to_thread(partial(self.workspace.links.renew, ticket, now=_now()))

    async def _look_around(self) -> None:
        """Count the workers; make due again what got lost on the way."""
        strays, seek_at = Strays(), monotonic() + _SEEK_EVERY_S
        while True:
            with suppress(NatsError, OSError, TimeoutError):
                self._workers = len(await keys_of(self.engine, WORKERS))
                await self._reconcile()
                if monotonic() >= seek_at:
                    seek_at = monotonic() + _SEEK_EVERY_S
                    await self._seek(strays)
                await self._tell()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _tell(self) -> None:
        """Say how the cluster does, whether or not anything comes back."""
        waiting = [(await self.engine.stream.stream_info(name)).state.messages for name in (ERRANDS, VISITS)]
        self.report.fleet = {
            "workers": self._workers,
            "handed_out": self._handed,
            "away": sum(self._away.values()),
            "errands_waiting": waiting[0],
            "visits_waiting": waiting[1],
            "late": self._late,
            "refused": self._refused,
            "seen_timestamp_seconds": _now().timestamp(),
        }
        self.progress(self.report)

    async def _reconcile(self) -> None:
        """Give back the tickets of which the engine knows no errand and no visit any more.

        An errand is acknowledged after its visit is in the engine, and a visit after it is stored: so when
        there was no errand, and then no visit, whatever had been handed out before is either stored or lost.
        """
        sent, over = set(self._sent), set[str]()
        if not (await self.engine.stream.stream_info(ERRANDS)).state.messages:
            storing = self._storing
            visits = await self.engine.stream.stream_info(VISITS)
            if not visits.state.messages and not storing:
                over = sent
        for ticket in over & set(self._away):
            lost = await asyncio.to_thread(self.workspace.links.give_back, ticket)
            _LOG.warning(_LOST, lost)
            self._away.pop(ticket, None)
        self._sent &= set(self._away)

    async def _seek(self, strays: Strays) -> None:
        """Do the same for single links, while the engine is never empty."""
        links = self.workspace.links
        for ticket, lost in (await strays.look(self.engine, links, frozenset(self._sent))).items():
            await asyncio.to_thread(links.let_go, ticket, lost)
            _LOG.warning(_LOST, len(lost))
            self._back(ticket, len(lost))


def _now() -> datetime:
    return datetime.now(UTC)
