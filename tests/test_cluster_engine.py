"""The engine by itself: one server, no crawl."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import orjson
import pytest

from tests.nats_nodes import SERVER, nodes

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

from nats.js.errors import KeyNotFoundError, NotFoundError

from blocklist.config import ClusterConfig
from blocklist.model import Link, Share, Surface
from blocklist.store import Workspace, open_workspace
from blocklist.store.leases import TICKET
from blocklist.store.links import Links
from blocklist.urls import parse_url
from crawler.cluster.claims import Claims
from crawler.cluster.door import connect
from crawler.cluster.engine import (
    CLAIMS,
    ERRANDS,
    LEADER,
    ORDER_KEY,
    VISITS,
    VISITS_SUBJECT,
    again,
    consumer_of,
    consumers_of,
    errand_consumer,
    errands_of,
    keys_of,
    set_up,
)
from crawler.cluster.leader import Leader
from crawler.cluster.strays import Strays
from crawler.cluster.succession import take_over
from crawler.cluster.words import PROGRAM, Errand, Order, pack

pytestmark = [
    pytest.mark.edge,
    pytest.mark.consumer,
    pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)"),
]


@pytest.mark.parametrize(
    ("said", "there", "asked"),
    [(NotFoundError(code=404), True, 3), (NotFoundError(code=404), False, 1), (KeyNotFoundError(), True, 1)],
)
def test_a_server_that_does_not_know_yet_what_was_made_is_asked_again(
    said: Exception, there: bool, asked: int
) -> None:
    # A leader died of it as it began, once in a hundred times on a busy machine.
    asks = []

    async def ask() -> str:
        asks.append(said)
        if len(asks) < 3:
            raise said
        return "here"

    if asked == 3:
        assert asyncio.run(again(ask, there=there)) == "here"
    else:
        with pytest.raises(NotFoundError) as raised:
            asyncio.run(again(ask, there=there))
        assert raised.value is said
    assert len(asks) == asked


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[list[str]]:
    with nodes(tmp_path, 1, apart=False) as servers:
        yield servers.urls


def test_what_a_dead_leader_held_is_the_next_ones_at_once(urls: list[str]) -> None:
    # It came 20 seconds later, when it was given up for unacknowledged: the crawl stood still meanwhile.
    async def die_and_be_followed() -> list[bytes]:
        first = await set_up(await connect(urls, ClusterConfig(), name="first"), replicas=1, claim_s=5.0)
        await first.stream.publish(VISITS_SUBJECT, b"a visit")
        brought = await first.stream.pull_subscribe_bind(LEADER, stream=VISITS)
        assert [each.data for each in await brought.fetch(1, timeout=2)] == [b"a visit"]
        await first.close()
        second = await set_up(await connect(urls, ClusterConfig(), name="second"), replicas=1, claim_s=5.0)
        brought = await second.stream.pull_subscribe_bind(LEADER, stream=VISITS)
        try:
            return [each.data for each in await brought.fetch(1, timeout=2)]
        finally:
            await second.close()

    assert asyncio.run(die_and_be_followed()) == [b"a visit"]


@pytest.mark.parametrize(
    ("earlier", "stays"),
    [
        ({"program": PROGRAM, "shards": 4}, True),
        ({"program": PROGRAM, "shards": 8}, False),
        ({"program": "Linkgazette of another version", "shards": 4}, False),
    ],
)
def test_errands_that_nobody_would_find_or_could_read_are_called_back(
    urls: list[str], tmp_path: Path, earlier: dict[str, object], stays: bool
) -> None:
    async def follow(links: Links) -> tuple[dict[str, int], int]:
        engine = await set_up(await connect(urls, ClusterConfig(), name="next"), replicas=1, claim_s=5.0)
        await engine.order.put(ORDER_KEY, orjson.dumps(earlier))
        await engine.stream.publish(errands_of(1), b"an errand")
        away = await take_over(links, engine, 4)
        left = (await engine.stream.stream_info(ERRANDS)).state.messages
        await engine.close()
        return away, left

    with open_workspace(tmp_path / "ws", create=True) as workspace:
        share = Share(url=parse_url("http://plain-1.example/1"), surface=Surface.GROUP)
        workspace.shares.add([share], now=datetime.now(UTC))
        assert workspace.links.lease(f"{TICKET}1", now=datetime.now(UTC), limit=1)
        away, left = asyncio.run(follow(workspace.links))
        assert workspace.links.due(datetime.now(UTC)) == (0 if stays else 1)
    assert (away, left) == (({f"{TICKET}1": 1}, 1) if stays else ({}, 0))


def test_links_of_a_leader_that_died_before_it_sent_a_word_of_them_are_due_again(
    urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # They stayed away for as long as there were errands of others, and so for ever where links keep coming.
    def die(_: Links, link: Link) -> NoReturn:
        raise RuntimeError(f"killed before link {link.id} was sent")

    async def lead_and_be_followed(workspace: Workspace) -> dict[str, int]:
        engine = await set_up(await connect(urls, ClusterConfig(), name="both"), replicas=1, claim_s=5.0)
        order = Order(program=PROGRAM, policy="", files={}, key="", shelf="", shards=4, claim_s=5.0,
                      config=workspace.config.crawl)  # fmt: skip
        leader = Leader(workspace=workspace, engine=engine, order=order)
        with pytest.raises(RuntimeError, match="killed"):
            await leader._lease(10)
        assert workspace.links.due(datetime.now(UTC)) == 0
        away = await take_over(workspace.links, engine, 4)
        await engine.close()
        return away

    monkeypatch.setattr(Links, "circumstances", die)
    with open_workspace(tmp_path / "ws", create=True) as workspace:
        share = Share(url=parse_url("http://plain-1.example/1"), surface=Surface.GROUP)
        workspace.shares.add([share], now=datetime.now(UTC))
        assert asyncio.run(lead_and_be_followed(workspace)) == {}
        assert workspace.links.due(datetime.now(UTC)) == 1


def test_a_link_whose_errand_the_engine_lost_is_told_while_others_lie_there(
    urls: list[str], tmp_path: Path
) -> None:
    async def look(links: Links) -> list[dict[str, list[Link]]]:
        engine = await set_up(await connect(urls, ClusterConfig(), name="leader"), replicas=1, claim_s=5.0)
        ticket = f"{TICKET}1"
        there, _ = links.lease(ticket, now=datetime.now(UTC), limit=2)
        errand = Errand(ticket=ticket, link=there, circumstances=links.circumstances(there))
        await engine.stream.publish(errands_of(3), pack(errand))
        strays = Strays()
        looks = [await strays.look(engine, links, frozenset({ticket})) for _ in range(3)]
        links.let_go(ticket, looks[-1][ticket])
        looks.append(await strays.look(engine, links, frozenset({ticket})))
        await engine.close()
        return looks

    with open_workspace(tmp_path / "ws", create=True) as workspace:
        shares = [Share(url=parse_url(f"http://h{n}.example/"), surface=Surface.GROUP) for n in (1, 2)]
        workspace.shares.add(shares, now=datetime.now(UTC))
        *early, told, after = asyncio.run(look(workspace.links))
        assert workspace.links.due(datetime.now(UTC)) == 1
    assert early == [{}, {}]  # it may be on its way
    assert [[link.url for link in links] for links in told.values()] == [["http://h2.example/"]]
    assert after == {}


def test_a_worker_that_was_paused_past_its_claims_may_do_nothing_when_it_wakes(
    urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("crawler.cluster.claims.monotonic", lambda: clock[0])

    async def pause() -> None:
        engine = await set_up(await connect(urls, ClusterConfig(), name="both"), replicas=1, claim_s=1.0)
        paused, other = (
            Claims(engine, name, shards=1, claim_s=1.0, now=lambda: datetime.now(UTC)) for name in "ab"
        )
        (mine,) = await paused.round()
        assert paused.valid
        clock[0] += 1.0  # it is paused; its clock goes on
        assert not paused.valid  # before it has asked anybody
        while not (taken := await other.round()):
            pass  # the engine drops the claim by itself
        await paused.round()
        assert paused.broken  # for good: it begins anew, under another claim
        assert not paused.valid
        assert taken[0].token > mine.token  # by which the leader refuses what it sends now
        await engine.close()

    asyncio.run(pause())


@pytest.mark.parametrize("taken_over", [False, True])
def test_a_claim_that_ran_out_goes_on_unless_somebody_took_it_over(urls: list[str], taken_over: bool) -> None:
    # An election of the engine's servers lasts longer than claims do: then every worker began anew at once.
    async def run_out() -> tuple[bool, int, int]:
        engine = await set_up(await connect(urls, ClusterConfig(), name="a"), replicas=1, claim_s=1.0)
        claims = Claims(engine, "a", shards=1, claim_s=1.0, now=lambda: datetime.now(UTC))
        (claim,) = await claims.round()
        token = claim.token
        await engine.stream.add_consumer(ERRANDS, errand_consumer(claim.shard, token))
        assert await consumers_of(engine, ERRANDS) == [consumer_of(claim.shard, token)]
        while await keys_of(engine, CLAIMS):
            pass  # nobody renews
        if taken_over:  # and the one that did is gone again
            await engine.stream.delete_consumer(ERRANDS, consumer_of(claim.shard, token))
        await claims.round()
        await engine.close()
        return claims.valid, token, claim.token

    valid, before, after = asyncio.run(run_out())
    assert valid is not taken_over
    assert after == before
