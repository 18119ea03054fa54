"""How a cluster does, as its engine tells it to anybody who asks; nothing is changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from nats.js.errors import NotFoundError

from blocklist.config import ClusterConfig
from crawler.cluster.door import connect
from crawler.cluster.engine import (
    CLAIMS,
    ERRANDS,
    LEADER,
    ORDER_KEY,
    VISITS,
    WORKERS,
    Engine,
    again,
    found,
    keys_of,
)
from crawler.cluster.words import Order, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """An engine at one moment."""

    order: Order
    """What the newest leader wants of its workers."""
    workers: int
    claimed: int
    """Shards that a worker holds."""
    errands: int
    """That no worker has done."""
    visits: int
    """That are not stored."""
    storing: int
    """Of these, with the leader at this moment."""
    replicas: int
    """Servers that keep the errands, as the stream is set up."""
    behind: tuple[str, ...]
    """Of these, by name, those that are away or not up to date."""


def survey(servers: Sequence[str], access: ClusterConfig) -> Survey | None:
    """Ask the engine at ``servers``; None: nobody has led a crawl there.

    Raises TroubleError when none answers, or nothing was ever set up there.
    """
    return asyncio.run(_survey(servers, access))


async def _survey(servers: Sequence[str], access: ClusterConfig) -> Survey | None:
    client = await connect(servers, access, name="doctor")
    try:
        return await again(partial(_told, await found(client)))
    except NotFoundError:  # or its leader is just setting it up
        return None
    finally:
        await client.close()


async def _told(engine: Engine) -> Survey:
    """Ask for everything; raises NotFoundError when nobody has led."""
    entry = await engine.order.get(ORDER_KEY)
    errands = await engine.stream.stream_info(ERRANDS)
    visits = await engine.stream.stream_info(VISITS)
    leader = await engine.stream.consumer_info(VISITS, LEADER)
    peers = {
        peer.name: peer.offline or not peer.current
        for info in (errands, visits)
        for peer in (info.cluster and info.cluster.replicas) or ()
    }
    return Survey(
        order=unseal(entry.value or b"", Order),
        workers=len(await keys_of(engine, WORKERS)),
        claimed=len(await keys_of(engine, CLAIMS)),
        errands=errands.state.messages,
        visits=visits.state.messages,
        storing=leader.num_ack_pending or 0,
        replicas=errands.config.num_replicas or 1,
        behind=tuple(sorted(str(name) for name, late in peers.items() if late)),
    )
