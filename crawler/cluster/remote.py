"""The links of a cluster as the crawl sees them: given out, visited, brought back, as if by the store.

The crawl's own thread and the engine's meet here, and nowhere else.
"""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from blocklist.config import ClusterConfig
from blocklist.model import Link
from blocklist.store import Claim, Rest, Visit
from crawler.cluster.claims import Claims
from crawler.cluster.door import connect
from crawler.cluster.engine import Engine, found
from crawler.cluster.errands import Errands, Held
from crawler.cluster.turns import SharedTurns
from crawler.cluster.words import Brought, Circumstances, Order

_PUT_OFF_S = 60.0
"""When an errand comes again that cannot be done now."""
_HELD_FOR_EACH_PLACE = 4
"""Errands in a worker's hands for each page that it fetches at once."""

Answer = TypeVar("Answer")


class RemoteLinks:
    """What ``LinkSource`` promises, by a leader far away."""

    def __init__(self, errands: Errands, claims: Claims, turns: SharedTurns, *, loop: "_Loop") -> None:
        self._errands = errands
        self._claims = claims
        self._turns = turns
        self._loop = loop
        loop.begin(errands.run())

    @classmethod
    def join(
        cls, servers: Sequence[str], access: ClusterConfig, worker: str, order: Order, mark: bytes
    ) -> Self:
        """Join the crawl that ``order`` is of, known by its ``mark``, as ``worker``; raises TroubleError."""
        loop = _Loop()
        engine = loop.do(_engine(servers, access, worker))
        claims = Claims(engine, worker, shards=order.shards, claim_s=order.claim_s, now=_now)
        most = order.config.concurrency * _HELD_FOR_EACH_PLACE
        turns = SharedTurns(
            engine, claims, worker, shards=order.shards, delay_s=order.config.delay_s, now=_now
        )
        errands = Errands(engine, claims, turns, most=most, mark=mark, claim_s=order.claim_s)
        return cls(errands, claims, turns, loop=loop)

    def close(self) -> None:
        """Hand back what was not brought, and leave."""
        self._loop.do(self._errands.close())
        self._loop.close()

    # --- as the crawl asks ---------------------------------------------------------------------------

    def lease(self, worker: str, *, now: datetime, limit: int, everything: bool = False) -> list[Link]:
        """Return errands' links that have come, ``limit`` at most."""
        del worker, now, everything
        given: list[Link] = []
        waiting, begun = self._errands.waiting, self._errands.begun
        while self._claims.valid and waiting and len(given) < limit:
            held = waiting.popleft()
            if held.claim.leaving:
                continue
            link = held.errand.link
            begun[link.id] = held
            given.append(link)
        return given

    def renew(self, worker: str, *, now: datetime) -> int:
        """Return how many links are under way; raises TroubleError when this worker must stop."""
        del worker, now
        if self._errands.trouble is not None:
            raise self._errands.trouble
        return len(self._errands.begun)

    def allowed(self) -> bool:
        """Tell whether a page may be asked for at this moment."""
        return self._claims.valid

    def take_turns(
        self, claims: Sequence[Claim], rests: Sequence[Rest], *, now: datetime
    ) -> list[datetime | None]:
        """Ask whoever holds the hosts' shards, this worker itself among them."""
        return self._loop.do(self._turns.take(claims, rests, now))

    def circumstances(self, link: Link) -> Circumstances:
        """Return what the leader said of ``link``."""
        return self._errands.begun[link.id].errand.circumstances

    def part(self, worker: str, links: Sequence[Link]) -> None:
        """Let the leader know, with the visit, that twins are to be visited each for itself."""
        del worker
        twins = {link.id for link in links}
        for held in list(self._errands.begun.values()):
            held.parted = held.parted or any(twin.id in twins for twin in held.errand.link.twins)

    def let_go(self, worker: str, links: Sequence[Link]) -> None:
        """Hand errands back that cannot be done now."""
        del worker
        for link in links:
            if held := self._errands.begun.get(link.id):
                self._loop.do(self._errands.put_off(held, _PUT_OFF_S))

    def complete_all(self, worker: str, brought: Sequence[Visit], *, now: datetime) -> list[int | None]:
        """Bring ``brought`` to the engine; return when it is on its nodes' disks. Raises TroubleError."""
        del worker, now
        of = [self._errand_of(visit.capture.link) for visit in brought]
        together: dict[int, list[Visit]] = {}
        for held, visit in zip(of, brought, strict=True):
            together.setdefault(held.errand.link.id, []).append(visit)
        begun = self._errands.begun
        words = [(begun[link], self._word(begun[link], visits)) for link, visits in together.items()]
        places = dict(zip(together, self._loop.do(self._errands.send(words)), strict=True))
        return [places[held.errand.link.id] for held in of]

    def _word(self, held: Held, visits: Sequence[Visit]) -> Brought:
        return Brought(
            ticket=held.errand.ticket,
            shard=held.claim.shard,
            token=held.claim.token,
            visits=tuple(visits),
            parted=held.errand.link.twins if held.parted else (),
        )

    def _errand_of(self, link: int) -> Held:
        """Return the errand that ``link`` came with, as itself or as a twin."""
        begun = self._errands.begun
        if link in begun:
            return begun[link]
        return next(
            held for held in list(begun.values()) if any(each.id == link for each in held.errand.link.twins)
        )


class _Loop:
    """An event loop in a thread of its own, which is asked from others."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cluster", daemon=True)
        self._thread.start()

    def begin(self, task: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Start ``task``; do not wait for it."""
        return asyncio.run_coroutine_threadsafe(task, self._loop)

    def do(self, task: Coroutine[Any, Any, Answer]) -> Answer:
        """Wait for what ``task`` returns or raises."""
        return asyncio.run_coroutine_threadsafe(task, self._loop).result()

    def close(self) -> None:
        """Stop the loop; what is still going on in it is over."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _engine(servers: Sequence[str], access: ClusterConfig, worker: str) -> Engine:
    return await found(await connect(servers, access, name=worker))


def _now() -> datetime:
    return datetime.now(UTC)
