"""What a new leader takes over from the one before it, which may have been killed at any moment.

Tickets are in the store, with the links that are held under them; errands and what was brought of them are in
the engine, and so are the newest claims that were heard of.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial

import msgspec
from nats.js.errors import KeyNotFoundError

from blocklist.errors import InputError
from blocklist.store.leases import TICKET
from blocklist.store.links import Links
from crawler.cluster.engine import (
    ERRANDS,
    FENCE_KEYS,
    ORDER,
    ORDER_KEY,
    SENDING_KEY,
    Engine,
    again,
    keys_of,
)
from crawler.cluster.words import PROGRAM, unseal

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class _Earlier(msgspec.Struct, kw_only=True):
    """What has to be known of an order, of whatever version."""

    program: str
    shards: int


async def take_over(links: Links, engine: Engine, shards: int) -> dict[str, int]:
    """Hold on to the tickets of an earlier leader, whose errands are still done; return their links' number.

    Of one ticket at most not all errands are in the engine: the one that it died over. That one goes back.
    All do, and their errands are called back, where hosts were divided otherwise than into ``shards``, since
    nobody would look for them where they are, and where the leader was of another version, whose errands our
    workers may not be able to read.
    """
    away: dict[str, int] = {}
    earlier = await _order_before(engine)
    called_back = earlier is not None and (earlier.shards, earlier.program) != (shards, PROGRAM)
    if called_back:
        await again(lambda: engine.stream.purge_stream(ERRANDS), there=True)
    half_sent = await _half_sent(engine)
    for ticket in await asyncio.to_thread(links.leases, _LONG_AGO):
        if not ticket.startswith(TICKET):
            continue
        if called_back or ticket == half_sent:
            await asyncio.to_thread(links.give_back, ticket)
        else:
            away[ticket] = await asyncio.to_thread(partial(links.renew, ticket, now=datetime.now(UTC)))
    return away


async def known_claims(engine: Engine) -> dict[int, int]:
    """Return the newest claim on each shard that an earlier leader heard of."""
    known: dict[int, int] = {}
    for key in await again(lambda: keys_of(engine, ORDER), there=True):
        if key.startswith(FENCE_KEYS):
            entry = await again(partial(engine.order.get, key))
            known[int(key.removeprefix(FENCE_KEYS))] = int(entry.value or b"0")
    return known


async def _order_before(engine: Engine) -> _Earlier | None:
    """Return the earlier leader's order; None: there was none, or nobody can read it."""
    try:
        return unseal((await again(lambda: engine.order.get(ORDER_KEY))).value or b"", _Earlier)
    except (KeyNotFoundError, InputError):
        return None


async def _half_sent(engine: Engine) -> str:
    """Return the ticket under which the last leader was to hand links out next; empty: none was announced."""
    try:
        return ((await again(lambda: engine.order.get(SENDING_KEY))).value or b"").decode()
    except KeyNotFoundError:
        return ""
