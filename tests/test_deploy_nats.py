"""The two users of deploy/nats.conf, asked of a real server: a worker can do its work, and give no orders."""

import asyncio
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.consumers import free_port, program

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

from nats.errors import Error as NatsError

from blocklist.config import ClusterConfig
from crawler.cluster.claims import Claims
from crawler.cluster.door import connect
from crawler.cluster.engine import ERRANDS, VISITS_SUBJECT, errand_consumer, found, set_up

pytestmark = pytest.mark.edge

CONF = Path(__file__).resolve().parents[1] / "deploy" / "nats.conf"
REFUSED = (
    "lg.errands.3",
    "$KV.lg_order.order",
    "$JS.API.STREAM.DELETE.LG_VISITS",
    "$JS.API.STREAM.PURGE.LG_ERRANDS",
    "$JS.API.STREAM.MSG.DELETE.KV_lg_order",
    "$JS.API.CONSUMER.DELETE.LG_VISITS.leader",
    "$JS.API.CONSUMER.MSG.NEXT.LG_VISITS.leader",
    "$JS.API.CONSUMER.DURABLE.CREATE.LG_VISITS.other",
    "$JS.API.CONSUMER.CREATE.LG_VISITS",
)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server with the file's accounts, on loopback, alone and without TLS."""
    port = free_port()
    accounts = CONF.read_text().split("accounts {")[1]
    accounts = re.sub(r'(user: (\w+), password: )"[^"]+"', r'\1"\2"', accounts)
    conf = tmp_path / "conf"
    conf.write_text(f"listen: 127.0.0.1:{port}\njetstream {{ store_dir: {tmp_path} }}\naccounts {{{accounts}")
    with subprocess.Popen([program("nats-server"), "-c", str(conf)], stderr=subprocess.DEVNULL) as server:
        while server.poll() is None:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
        server.terminate()


def test_a_worker_works_and_gives_no_orders(port: int, tmp_path: Path) -> None:
    asyncio.run(_as_leader_and_worker(port, tmp_path))


def secret(folder: Path, user: str) -> str:
    file = folder / user
    file.touch(mode=0o600)
    file.write_text(f"{user}:{user}")
    return str(file)


async def _as_leader_and_worker(port: int, folder: Path) -> None:
    leader, worker = [
        await connect([f"nats://127.0.0.1:{port}"], ClusterConfig(creds=secret(folder, user)), name=user)
        for user in ("leader", "worker")
    ]
    try:
        led = await set_up(leader, replicas=1, claim_s=10.0)
        await led.order.put("order", b"{}")
        engine = await found(worker)
        assert (await engine.order.get("order")).value == b"{}"
        claims = Claims(engine, "one", shards=2, claim_s=10.0, now=lambda: datetime.now(UTC))
        (claim, other) = await claims.round()
        await engine.stream.add_consumer(ERRANDS, errand_consumer(claim.shard, claim.token))
        await engine.stream.publish(VISITS_SUBJECT, b"{}")
        await claims.give_up(other)
        assert len(claims.held) == 1
        await asyncio.gather(*(_refused(worker, subject) for subject in REFUSED))
        assert (await led.stream.stream_info(ERRANDS)).state.messages == 0
        assert (await led.order.get("order")).value == b"{}"
    finally:
        await worker.close()
        await leader.close()


async def _refused(worker, subject: str) -> None:
    with pytest.raises((NatsError, TimeoutError)):
        await worker.request(subject, b"{}", timeout=0.5)
