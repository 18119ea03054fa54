"""The engine between leader and workers: NATS JetStream's streams and buckets, and what they are called.

::

    stream  LG_ERRANDS   lg.errands.<shard>   work queue: an errand stays until a worker acknowledges it
    stream  LG_VISITS    lg.visits            work queue: a visit stays until the leader has stored it
    bucket  lg_order     order                what all agree on
                         mark                 by what the order is told from others
                         fence.<shard>        the newest claim on the shard that the leader heard of
                         sending              the ticket under which the leader hands links out next
    bucket  lg_claims    <shard>              who holds the shard; goes by itself when it is not renewed
    bucket  lg_workers   <worker>             who is there; likewise
    bucket  lg_turns     <shard>              hosts that must be left alone whoever holds the shard

Streams are replicated over ``replicas`` nodes and written to disk. Sources: NATS docs, "Streams" and
"Key/Value Store"; ADR-8.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, KeyValueConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, BadRequestError, KeyDeletedError, KeyNotFoundError, NotFoundError
from nats.js.kv import KeyValue

from blocklist.errors import TroubleError

ERRANDS, VISITS = "LG_ERRANDS", "LG_VISITS"
ORDER, CLAIMS, WORKERS, TURNS = "lg_order", "lg_claims", "lg_workers", "lg_turns"
ORDER_KEY, MARK_KEY, SENDING_KEY, FENCE_KEYS = "order", "mark", "sending", "fence."
LEADER = "leader"
"""The consumer that takes visits to the store."""
UNACKNOWLEDGED_S = 20.0
"""What was given out and not heard of for so long is given out again: it may never have arrived."""
_DAY_S = 86_400.0
_DEDUPLICATED_S = 120.0
_PATIENCE_S = 30.0
"""How long an engine without a leader of its own is asked again."""
_FAULT = 500
"""From here on it is the server's fault, and not the question's; as in HTTP."""

Found = TypeVar("Found")


def errands_of(shard: int | str) -> str:
    """Return the subject of a shard's errands."""
    return f"lg.errands.{shard}"


VISITS_SUBJECT = "lg.visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A connection with everything found on it."""

    client: Client
    stream: JetStreamContext
    order: KeyValue
    claims: KeyValue
    workers: KeyValue
    turns: KeyValue

    async def close(self) -> None:
        """Say what is still to be said and hang up."""
        await self.client.close()


async def found(client: Client, *, there: bool = False) -> Engine:
    """Return the engine as the leader set it up; raises TroubleError when none did.

    ``there``: it was set up just now, as ``again`` has it.
    """
    stream = client.jetstream(timeout=3)

    async def bucket(name: str) -> KeyValue:
        return await again(lambda: stream.key_value(name), there=there)

    try:
        return Engine(
            client=client,
            stream=stream,
            order=await bucket(ORDER),
            claims=await bucket(CLAIMS),
            workers=await bucket(WORKERS),
            turns=await bucket(TURNS),
        )
    except NotFoundError as problem:
        raise TroubleError(
            "nobody leads a crawl there yet; run `linkgazette crawl --cluster` beside the store first"
        ) from problem


async def set_up(client: Client, *, replicas: int, claim_s: float) -> Engine:
    """Make what is missing, on ``replicas`` nodes; claims go ``claim_s`` after they were renewed last."""
    stream = client.jetstream(timeout=3)
    for name, subject in ((ERRANDS, errands_of("*")), (VISITS, VISITS_SUBJECT)):
        await again(
            partial(
                _make,
                stream,
                StreamConfig(
                    name=name,
                    subjects=[subject],
                    retention=RetentionPolicy.WORK_QUEUE,
                    storage=StorageType.FILE,
                    num_replicas=replicas,
                    duplicate_window=_DEDUPLICATED_S,
                ),
            )
        )
    buckets = {ORDER: None, CLAIMS: claim_s, WORKERS: claim_s, TURNS: _DAY_S}
    for bucket, ttl in buckets.items():
        await again(partial(_make_bucket, stream, bucket, ttl, replicas))
    # Anew: what an earlier leader had in its hands is given out at once, and its acknowledgements are void.
    with suppress(NotFoundError):
        await again(lambda: stream.delete_consumer(VISITS, LEADER))
    await again(
        lambda: stream.add_consumer(
            VISITS,
            ConsumerConfig(
                durable_name=LEADER,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=UNACKNOWLEDGED_S,
                max_ack_pending=10_000,
            ),
        ),
        there=True,
    )
    return await found(client, there=True)


async def again(
    ask: Callable[[], Awaitable[Found]], *, patience_s: float = _PATIENCE_S, there: bool = False
) -> Found:
    """Ask until the engine answers: while its nodes elect a leader it does not.

    ``there``: the streams, buckets and consumers that are asked for were made, so that a server which does
    not find them has not heard of them yet. Raises TroubleError, and NotFoundError for a key that is not
    there; for a stream, bucket or consumer too, unless it is surely there.
    """
    loop = asyncio.get_running_loop()
    end, wait_s = loop.time() + patience_s, 0.1
    while True:
        try:
            return await ask()
        except (KeyNotFoundError, KeyDeletedError):
            raise
        except (NatsError, OSError, TimeoutError) as problem:
            missing = isinstance(problem, NotFoundError)
            if missing and not there:
                raise
            refused = isinstance(problem, APIError) and not missing and (problem.code or 0) < _FAULT
            if refused or loop.time() >= end:
                raise TroubleError(f"NATS does not do what is asked ({problem or 'time out'})") from problem
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, 1.0)


async def end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancel ``tasks`` until they are over: the client takes a cancellation in mid-request for a time-out."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.5)


async def keys_of(engine: Engine, bucket: str) -> list[str]:
    """Return the keys that are in ``bucket`` now.

    By what the stream says of itself: the client's own ``keys`` waits for ever for a key that goes meanwhile.
    """
    prefix = f"$KV.{bucket}."
    info = await engine.stream.stream_info(f"KV_{bucket}", subjects_filter=f"{prefix}>")
    return [subject.removeprefix(prefix) for subject in info.state.subjects or {}]


async def consumers_of(engine: Engine, stream: str) -> list[str]:
    """Return the names of the consumers of ``stream``: the client itself asks for all about each."""
    names: list[str] = []
    while True:
        ask = json.dumps({"offset": len(names)}).encode()
        said = json.loads(
            (await engine.client.request(f"$JS.API.CONSUMER.NAMES.{stream}", ask, timeout=3)).data
        )
        if "error" in said:
            raise APIError(**said["error"])
        page: list[str] = said.get("consumers") or []
        names += page
        if not page or len(names) >= said["total"]:
            return names


async def drop(engine: Engine, bucket: str, revision: int) -> None:
    """Take a key out of ``bucket``, if it is as it was put then; no mark of it stays."""
    await engine.stream.delete_msg(f"KV_{bucket}", revision)


async def _make(stream: JetStreamContext, config: StreamConfig) -> None:
    try:
        await stream.add_stream(config)
    except BadRequestError:  # it is there, with other settings
        await stream.update_stream(config)


async def _make_bucket(stream: JetStreamContext, bucket: str, ttl_s: float | None, replicas: int) -> None:
    try:
        await stream.create_key_value(
            KeyValueConfig(bucket=bucket, ttl=ttl_s, replicas=replicas, storage=StorageType.FILE)
        )
    except BadRequestError:
        config = (await stream.stream_info(f"KV_{bucket}")).config
        config.max_age, config.num_replicas = ttl_s or 0, replicas
        config.duplicate_window = min(ttl_s or _DEDUPLICATED_S, _DEDUPLICATED_S)
        await stream.update_stream(config)


def consumer_of(shard: int, token: int) -> str:
    """Return the name of the consumer of a shard's errands under one claim."""
    return f"shard-{shard}-{token}"


def errand_consumer(shard: int, token: int) -> ConsumerConfig:
    """Return how a claim's holder consumes the errands of its shard."""
    return ConsumerConfig(
        durable_name=consumer_of(shard, token),
        filter_subject=errands_of(shard),
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=UNACKNOWLEDGED_S,
        max_ack_pending=10_000,
    )
