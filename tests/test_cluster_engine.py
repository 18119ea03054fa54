"""The engine by itself: one server, no crawl."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nats_nodes import SERVER, nodes

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

from blocklist.config import ClusterConfig
from crawler.cluster.door import connect
from crawler.cluster.engine import LEADER, VISITS, VISITS_SUBJECT, set_up

pytestmark = [
    pytest.mark.consumer,
    pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)"),
]


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
