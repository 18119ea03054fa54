"""A worker's errands: fetched from the engine shard by shard, held while they are done, acknowledged after.

It runs in a thread with an event loop of its own, so that claims are renewed in time whatever the crawl does;
``remote`` is what the crawl sees of it.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from blocklist.errors import InputError, LinkgazetteError, TroubleError
from crawler.cluster.claims import ROUNDS, Claim, Claims
from crawler.cluster.engine import (
    ERRANDS,
    MARK_KEY,
    UNACKNOWLEDGED_S,
    VISITS_SUBJECT,
    Engine,
    again,
    consumer_of,
    consumers_of,
    end,
    errand_consumer,
    errands_of,
)
from crawler.cluster.turns import SharedTurns
from crawler.cluster.words import Brought, Claimed, Errand, pack, unpack

_FETCHED_AT_ONCE = 16
_ASK_S = 2.0
"""How long the engine keeps a question for errands open."""
_AWAY_S = 3600.0
_BEGIN_S = 4.0
"""How long the engine is asked to let a worker begin with a shard."""
_FORGOTTEN_S = 5.0
"""A shard from which nothing came for so long is looked at."""


@dataclass(slots=True, kw_only=True, eq=False)
class Held:
    """An errand in this worker's hands."""

    errand: Errand
    claim: Claim
    message: Msg
    parted: bool = False
    """True: its twins are to be visited each for itself."""


class Errands:
    """All errands of one worker; its methods run in the loop of ``run``, both threads read its attributes."""

    def __init__(
        self, engine: Engine, claims: Claims, turns: SharedTurns, *, most: int, mark: bytes, claim_s: float
    ) -> None:
        self._engine = engine
        self._claims = claims
        self._most = most
        self._turns = turns
        self._mark = mark
        self._claim_s = claim_s
        self._pulling: dict[int, asyncio.Task[None]] = {}
        self._put_off: dict[int, tuple[Claim, float]] = {}
        """Under what claim, and until when by the monotonic clock, a link's errand is put off."""
        self._keep_hold_at = 0.0
        self._over = False
        self.waiting: deque[Held] = deque()
        """Fetched, and not begun."""
        self.begun: dict[int, Held] = {}
        """By link."""
        self.trouble: LinkgazetteError | None = None
        """Why this worker must stop; None: it may go on."""

    async def run(self) -> None:
        """Renew, fetch and hand back until closed, or until there is trouble."""
        while self.trouble is None and not self._over:
            began = monotonic()
            await self._round()
            await asyncio.sleep(max(0.05, began + self._claim_s / ROUNDS - monotonic()))
        await end(list(self._pulling.values()))

    async def _round(self) -> None:
        with suppress(NatsError, OSError, TimeoutError):
            await self._claims.round()  # else the claims hold on for a while; the next one may get an answer
        if self._claims.broken:
            self.trouble = TroubleError("this worker's shards are another's: it was away for too long")
            return
        # Not by what the round took: it may have taken some and then got no answer.
        if taken := [claim for shard, claim in self._claims.held.items() if not self._pulls(shard)]:
            # Once for all of them: every name for every shard would be their number squared.
            earlier = asyncio.create_task(again(lambda: consumers_of(self._engine, ERRANDS)))
            for claim in taken:
                self._pulling[claim.shard] = asyncio.create_task(self._pull(claim, earlier))
        for claim in [each for each in self._claims.held.values() if each.leaving]:
            await self._leave(claim)
        if monotonic() >= self._keep_hold_at:
            self._keep_hold_at = monotonic() + UNACKNOWLEDGED_S / 4
            with suppress(NatsError, OSError, TimeoutError):
                await self._keep_hold()
                await self._turns.save_all()
        with suppress(NatsError, OSError, TimeoutError):
            if (await self._engine.order.get(MARK_KEY)).value != self._mark:
                self.trouble = TroubleError("the leader has changed its policy or settings")

    def _pulls(self, shard: int) -> bool:
        return shard in self._pulling and not self._pulling[shard].done()

    async def _pull(self, claim: Claim, consumers: "asyncio.Task[list[str]]") -> None:
        try:
            lined_up = await self._line_up(claim, consumers)
            if lined_up is None:
                return
            look_at, suspect = monotonic() + _FORGOTTEN_S, False
            while not claim.leaving:
                room = self._most - len(self.waiting) - len(self.begun)
                if room <= 0 or not self._claims.valid:
                    await asyncio.sleep(0.05)
                    continue
                if await self._fetch(lined_up, claim, min(room, _FETCHED_AT_ONCE)):
                    look_at, suspect = monotonic() + _FORGOTTEN_S, False
                elif monotonic() >= look_at:
                    # Asked for twice: the first time it may have come after we had asked for errands.
                    before, suspect = suspect, await self._forgotten(claim)
                    claim.leaving = before and suspect
                    look_at = monotonic() + (0.0 if suspect else _FORGOTTEN_S)
        except asyncio.CancelledError:
            raise
        except LinkgazetteError as trouble:
            self.trouble = self.trouble or trouble
        except Exception as problem:  # noqa: BLE001 - a shard that is held and not worked on would be worse
            self.trouble = self.trouble or TroubleError(f"errands stopped coming ({problem!r})")

    async def _line_up(
        self, claim: Claim, consumers: "asyncio.Task[list[str]]"
    ) -> JetStreamContext.PullSubscription | None:
        """Begin with a shard; None: the engine does not let us, and the claim is given up.

        After a server came back NATS 2.9 may never elect a leader for a new consumer; another name helps.
        """
        name, stream = consumer_of(claim.shard, claim.token), self._engine.stream
        try:
            names = await asyncio.shield(consumers)
            earlier = [each for each in names if each.startswith(f"shard-{claim.shard}-")]
            await again(lambda: self._take_over(claim, earlier), patience_s=_BEGIN_S)
            await again(lambda: self._turns.begin(claim), patience_s=_BEGIN_S)
            return await again(lambda: stream.pull_subscribe_bind(name, stream=ERRANDS), patience_s=_BEGIN_S)
        except (TroubleError, NotFoundError):
            await self._turns.end(claim.shard)
            await self._claims.give_up(claim)
            return None

    async def _take_over(self, claim: Claim, earlier: Sequence[str]) -> None:
        """Make this claim the one that counts, in the order that lets nothing be lost and nothing be twice.

        First the earlier holders' consumers go, so that what they acknowledge from now on is void; then the
        leader hears of the claim, so that what they bring from now on is refused; then our own begins, at
        the first errand that nobody acknowledged.
        """
        stream = self._engine.stream
        for name in earlier:
            with suppress(NotFoundError):
                await stream.delete_consumer(ERRANDS, name)
        await stream.publish(VISITS_SUBJECT, pack(Claimed(shard=claim.shard, token=claim.token)))
        await stream.add_consumer(ERRANDS, errand_consumer(claim.shard, claim.token))

    async def _forgotten(self, claim: Claim) -> bool:
        """Tell whether more errands of the shard lie there than are in our hands, or put off by us.

        By our own count, not the consumer's: NATS 2.9 now and then forgets errands when a server comes back,
        or gives nothing out. A new consumer, the next claim's, begins at the first that lies there.
        """
        with suppress(NatsError, OSError, TimeoutError):
            stream, subject = self._engine.stream, errands_of(claim.shard)
            lying = (await stream.stream_info(ERRANDS, subjects_filter=subject)).state.subjects or {}
            held = sum(each.claim is claim for each in (*self.waiting, *list(self.begun.values())))
            now = monotonic()
            self._put_off = {link: each for link, each in self._put_off.items() if each[1] > now}
            return sum(lying.values()) > held + sum(of is claim for of, _ in self._put_off.values())
        return False

    async def _fetch(self, lined_up: JetStreamContext.PullSubscription, claim: Claim, room: int) -> bool:
        """Take in what is there, ``room`` at most; tell whether anything was."""
        try:
            messages = await lined_up.fetch(room, timeout=_ASK_S)
        except TimeoutError:
            return False  # there was none
        except (NatsError, OSError):
            await asyncio.sleep(0.1)
            await self._be_sure_of(claim)
            return False
        for message in messages:
            try:
                errand = unpack(message.data, Errand)
            except InputError as problem:
                self.trouble = problem
                return False
            await self._take_in(Held(errand=errand, claim=claim, message=message))
        return True

    async def _be_sure_of(self, claim: Claim) -> None:
        """Stop if our consumer was taken away, as by one that claimed the shard once and woke too late."""
        with suppress(NatsError, OSError, TimeoutError):
            try:
                await self._engine.stream.consumer_info(ERRANDS, consumer_of(claim.shard, claim.token))
            except NotFoundError:
                if not claim.leaving:
                    self.trouble = self.trouble or TroubleError("a shard was taken over by another worker")

    async def _take_in(self, new: Held) -> None:
        """Hold an errand that came, unless it is held already."""
        held = self.begun.get(new.errand.link.id) or next(
            (each for each in self.waiting if each.errand.link.id == new.errand.link.id), None
        )
        if held is None:
            self.waiting.append(new)
        elif held.errand.ticket == new.errand.ticket:
            held.message = new.message  # given out again: only this one can be acknowledged now
        else:
            await self._nak(new, _ASK_S)  # another leader's: the one that is under way comes first

    async def _keep_hold(self) -> None:
        """Tell the engine of all that is held, so that it is not given out again."""
        for held in (*self.waiting, *list(self.begun.values())):
            await held.message.in_progress()

    async def _leave(self, claim: Claim) -> None:
        """Give a shard up as soon as nothing of it is under way."""
        self.waiting = deque(held for held in self.waiting if held.claim is not claim)
        if any(held.claim is claim for held in self.begun.values()):
            return
        pulling = self._pulling.pop(claim.shard, None)
        if pulling is not None:
            pulling.cancel()
        # Its consumer first: whoever takes the shard finds all that was not acknowledged.
        with suppress(NatsError, OSError, TimeoutError):
            await self._engine.stream.delete_consumer(ERRANDS, consumer_of(claim.shard, claim.token))
        await self._turns.end(claim.shard)
        await self._claims.give_up(claim)

    async def send(self, brought: Iterable[tuple[Held, Brought]]) -> list[int]:
        """Bring what came of errands to the engine and acknowledge them; return their places in its order.

        Raises TroubleError when the engine does not take them: they are still to be done then.
        """
        return list(await asyncio.gather(*(self._send(held, word) for held, word in brought)))

    async def _send(self, held: Held, word: Brought) -> int:
        # With the token: what the fence refuses of one claim must not keep out what the next one brings.
        known_as = f"{word.ticket}/{held.errand.link.id}/{word.token}"
        taken = await again(
            lambda: self._engine.stream.publish(VISITS_SUBJECT, pack(word), headers={"Nats-Msg-Id": known_as})
        )
        await held.message.ack()
        self.begun.pop(held.errand.link.id, None)
        return taken.seq

    async def put_off(self, held: Held, seconds: float) -> None:
        """Hand an errand back, to be given out again after a while."""
        self.begun.pop(held.errand.link.id, None)
        await self._nak(held, min(seconds, _AWAY_S))

    async def _nak(self, held: Held, seconds: float) -> None:
        self._put_off[held.errand.link.id] = held.claim, monotonic() + seconds
        await held.message.nak(delay=seconds)

    async def close(self) -> None:
        """Hand everything back at once and be gone."""
        self._over = True
        await end(list(self._pulling.values()))
        for shard, claim in list(self._claims.held.items()):
            await self._turns.end(shard)
            with suppress(NatsError, OSError, TimeoutError):
                await self._engine.stream.delete_consumer(ERRANDS, consumer_of(shard, claim.token))
        await self._claims.leave()
        await self._engine.close()
