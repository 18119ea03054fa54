"""Whose turn a host is, over all workers: the one that holds the host's shard says so.

Most hosts that a worker asks are of its own shards. Redirects lead to others: their turns are asked for by
request and reply, in seconds from now, since clocks differ. What must outlive its holder (a host that asked
to be left alone, a turn that another worker was given) is kept in the engine, and read by the next one. A
host of a shard that nobody holds is nobody's turn.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.errors import KeyNotFoundError

from blocklist.errors import InputError
from blocklist.model import Host
from blocklist.store import Claim, Rest
from crawler.cluster.claims import Claim as ShardClaim
from crawler.cluster.claims import Claims
from crawler.cluster.engine import Engine
from crawler.cluster.hosts import HostTurns
from crawler.cluster.sharding import shard_of
from crawler.cluster.words import Turned, TurnsWanted, pack, unpack

_LASTS = timedelta(seconds=2)
"""Rests shorter than this are over before anybody could have taken the shard over."""
_ASK_S = 1.0
_NOBODY = timedelta(seconds=1)
"""When to ask again if nobody answers for a host."""


class SharedTurns:
    """One worker's part in it; all methods run in the engine's loop."""

    def __init__(
        self,
        engine: Engine,
        claims: Claims,
        worker: str,
        *,
        shards: int,
        delay_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._claims = claims
        self._worker = worker
        self._shards = shards
        self._delay = timedelta(seconds=delay_s)
        self._now = now
        self._hosts: defaultdict[int, HostTurns] = defaultdict(HostTurns)
        self._answering: dict[int, Subscription] = {}
        self._owed: list[Rest] = []
        """Rests that nobody took; what was claimed with them runs out by itself."""

    async def take(
        self, claims: Sequence[Claim], rests: Sequence[Rest], now: datetime
    ) -> list[datetime | None]:
        """Let hosts rest and claim others, as ``Links.take_turns`` does."""
        asked: defaultdict[int, tuple[list[Claim], list[Rest]]] = defaultdict(lambda: ([], []))
        rests, self._owed = (*self._owed, *rests), []
        for claim in claims:
            asked[shard_of(claim.host, self._shards)][0].append(claim)
        for rest in rests:
            asked[shard_of(rest.host, self._shards)][1].append(rest)
        said = await asyncio.gather(*(self._of_shard(shard, *each, now) for shard, each in asked.items()))
        answers = {host: answer for each in said for host, answer in each.items()}
        return [answers[claim.host] for claim in claims]

    async def _of_shard(
        self, shard: int, claims: Sequence[Claim], rests: Sequence[Rest], now: datetime
    ) -> dict[Host, datetime | None]:
        wanted = TurnsWanted(
            worker=self._worker,
            claims=[(claim.host, (claim.until - now).total_seconds()) for claim in claims],
            rests=[
                (rest.host, (rest.until - now).total_seconds(), rest.claimed is not None) for rest in rests
            ],
        )
        if self._claims.valid and shard in self._claims.held:
            turned = self._decide(self._claims.held[shard], wanted)
        else:
            try:
                answer = await self._engine.client.request(_subject(shard), pack(wanted), timeout=_ASK_S)
                turned = unpack(answer.data, Turned)
            except (NatsError, OSError, TimeoutError, InputError):
                self._owed += [rest for rest in rests if rest.until > now + _LASTS]
                return {claim.host: now + _NOBODY for claim in claims}
        waits = zip(claims, turned.waits, strict=True)
        return {claim.host: None if wait is None else now + timedelta(seconds=wait) for claim, wait in waits}

    def _decide(self, shard: ShardClaim, wanted: TurnsWanted) -> Turned:
        """Say of each claim None, or in how many seconds to ask again."""
        now, hosts = self._now(), self._hosts[shard.shard]
        for host, seconds, claimed in wanted.rests:
            hosts.rest(host, wanted.worker if claimed else "", until=now + timedelta(seconds=seconds))
        # Whoever held the shard before may have asked until the moment when it became ours.
        first = shard.since + self._delay
        free = [
            hosts.claim(
                host, wanted.worker, until=now + timedelta(seconds=seconds), now=now, not_before=first
            )
            for host, seconds in wanted.claims
        ]
        return Turned(waits=[None if each is None else (each - now).total_seconds() for each in free])

    # --- as a shard's holder -------------------------------------------------------------------------

    async def begin(self, shard: ShardClaim) -> None:
        """Read what the last holder left, then answer for the shard."""
        with suppress(KeyNotFoundError):
            entry = await self._engine.turns.get(str(shard.shard))
            left: dict[Host, datetime] = msgspec.json.decode(entry.value or b"{}", type=dict[Host, datetime])
            for host, until in left.items():
                self._hosts[shard.shard].rest(host, "", until=until)

        async def answer(message: Msg) -> None:
            wanted = unpack(message.data, TurnsWanted)
            if self._claims.valid and self._claims.held.get(shard.shard) is shard:
                turned = self._decide(shard, wanted)
                await self._save(shard.shard)  # before the other goes: the turn must outlive us
                await message.respond(pack(turned))

        self._answering[shard.shard] = await self._engine.client.subscribe(_subject(shard.shard), cb=answer)

    async def end(self, shard: int) -> None:
        """Leave what the next holder must know, and answer no more."""
        if subscription := self._answering.pop(shard, None):
            with suppress(NatsError, OSError, TimeoutError):
                await subscription.unsubscribe()
                await self._save(shard)
        self._hosts.pop(shard, None)

    async def save_all(self) -> None:
        """Leave it for whoever comes after us if we die."""
        await asyncio.gather(*(self._save(shard) for shard in list(self._answering)))

    async def _save(self, shard: int) -> None:
        lasting = dict(self._hosts[shard].lasting(self._worker, self._now() + _LASTS))
        if lasting:
            await self._engine.turns.put(str(shard), msgspec.json.encode(lasting))


def _subject(shard: int) -> str:
    return f"lg.turns.{shard}"
