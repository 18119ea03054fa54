"""A worker's claims on shards: taken when free, renewed in time, given up when others come.

A claim is a key that the engine drops by itself ``claim_s`` after it was put last, and that only its holder
can put again, by compare-and-set. Its token is the revision under which it was taken, which only grows.

Whoever holds claims trusts their own clock alone, and only as long as the engine surely keeps the keys: from
the moment *before* a successful renewal was asked for. So a worker that was paused, or that hears nothing,
stops asking for pages before anybody else may begin.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from nats.errors import Error as NatsError
from nats.js.errors import APIError, KeyNotFoundError, KeyWrongLastSequenceError, NotFoundError

from crawler.cluster.engine import CLAIMS, ERRANDS, WORKERS, Engine, consumer_of, drop, keys_of
from crawler.cluster.sharding import fair_share, preferred

_MARGIN = 0.8
"""Of a claim's life, how much its holder uses: clocks differ, and a request may be under way."""
ROUNDS = 4
"""Renewals in a claim's life."""


@dataclass(slots=True, kw_only=True)
class Claim:
    """A shard that this worker holds."""

    shard: int
    token: int
    revision: int
    """Under which it was put last."""
    since: datetime
    leaving: bool = False
    """True: nothing new of it is begun, since somebody else is to have it."""


class Claims:
    """All claims of one worker; ``round`` is to be called ``ROUNDS`` times in ``claim_s``."""

    def __init__(
        self, engine: Engine, worker: str, *, shards: int, claim_s: float, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._worker = worker
        self._shards = shards
        self._claim_s = claim_s
        self._now = now
        self._order = preferred(worker, shards)
        self._valid_until = 0.0
        self._present = 0
        self.held: dict[int, Claim] = {}
        self.broken = False
        """True: a claim was lost that this worker did not give up; it must stop and begin anew."""

    @property
    def valid(self) -> bool:
        """Tell whether this worker may act upon its claims at this moment."""
        return not self.broken and monotonic() < self._valid_until

    async def round(self) -> list[Claim]:
        """Renew what is held, take what is free and due to this worker; return what was taken.

        Raises an error of the engine's when it does not answer; the claims hold on as long as they did.
        """
        begun = monotonic()
        await asyncio.gather(*map(self._renew, self.held.values()))
        if self.broken:
            return []
        self._valid_until = begun + self._claim_s * _MARGIN
        self._present = await self._engine.workers.put(self._worker, b"")
        return await self._share(await keys_of(self._engine, WORKERS))

    async def _renew(self, claim: Claim) -> None:
        key, value = str(claim.shard), self._worker.encode()
        try:
            claim.revision = await self._engine.claims.update(key, value, last=claim.revision)
        except KeyWrongLastSequenceError:
            # Either it is another's now, or the answer to our own last renewal was lost on the way.
            try:
                entry = await self._engine.claims.get(key)
            except KeyNotFoundError:
                await self._put_again(claim)
                return
            self.broken = self.broken or entry.value != value
            claim.revision = entry.revision or claim.revision

    async def _put_again(self, claim: Claim) -> None:
        """Hold a claim on that ran out, as all do while the engine's servers elect a leader of theirs.

        Unless somebody took it over meanwhile: whoever does takes our consumer away before anything else.
        """
        try:
            claim.revision = await self._engine.claims.create(str(claim.shard), self._worker.encode())
            await self._engine.stream.consumer_info(ERRANDS, consumer_of(claim.shard, claim.token))
        except (KeyWrongLastSequenceError, NotFoundError):
            self.broken = True

    async def _share(self, workers: list[str]) -> list[Claim]:
        """Take free shards up to this worker's share, and mark those beyond it as leaving."""
        share = fair_share(workers, self._shards)
        staying = [claim for claim in self.held.values() if not claim.leaving]
        if len(staying) > share:
            # Those that it would have tried last: another worker would rather have them.
            for shard in [each for each in reversed(self._order) if each in self.held][
                : len(staying) - share
            ]:
                self.held[shard].leaving = True
            return []
        if len(staying) == share:
            return []
        taken = set(await keys_of(self._engine, CLAIMS))
        free = [shard for shard in self._order if str(shard) not in taken][: share - len(staying)]
        return [claim for claim in await asyncio.gather(*map(self._take, free)) if claim is not None]

    async def _take(self, shard: int) -> Claim | None:
        try:
            revision = await self._engine.claims.create(str(shard), self._worker.encode())
        except (KeyWrongLastSequenceError, KeyNotFoundError):
            return None  # somebody was faster, or it went in this moment; there is another round
        claim = Claim(shard=shard, token=revision, revision=revision, since=self._now())
        self.held[shard] = claim
        return claim

    async def give_up(self, claim: Claim) -> None:
        """Let others have a shard at once; nothing of it may be under way any more."""
        self.held.pop(claim.shard, None)
        try:
            await drop(self._engine, CLAIMS, claim.revision)
        except (NatsError, APIError, OSError, TimeoutError):
            return  # then it goes by itself

    async def leave(self) -> None:
        """Give up everything and be gone."""
        for claim in list(self.held.values()):
            await self.give_up(claim)
        try:
            await drop(self._engine, WORKERS, self._present)
        except (NatsError, APIError, OSError, TimeoutError):
            return
