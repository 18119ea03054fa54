"""A cluster's rules, without servers: who holds which hosts, what comes too late, what messages say."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("msgspec", reason="the extra linkgazette[cluster] is not installed")

from nats.js.errors import ServiceUnavailableError

from blocklist.config import ClusterConfig, CrawlConfig
from blocklist.errors import InputError
from blocklist.model import (
    Capture,
    Failure,
    Host,
    Known,
    Label,
    Link,
    Share,
    Surface,
    Vantage,
    Watch,
    WebUrl,
)
from blocklist.policy import DEFAULT_POLICY
from blocklist.privacy import Pseudonymiser
from blocklist.store import Visit, open_workspace
from blocklist.urls import parse_url
from crawler.cluster import errands, worker
from crawler.cluster.claims import Claim as ShardClaim
from crawler.cluster.fence import Fence
from crawler.cluster.leader import Leader
from crawler.cluster.sharding import fair_share, preferred, shard_of
from crawler.cluster.words import (
    Brought,
    Claimed,
    Errand,
    Order,
    key_mark,
    pack,
    seal,
    unpack,
    unpack_word,
    unseal,
)
from tests.list_makers import judgement

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def link(number: int, *, twins: tuple[Link, ...] = ()) -> Link:
    url = WebUrl(f"http://shop-{number}.example/{number}")
    return Link(id=number, url=url, host=Host(f"shop-{number}.example"), twins=twins)


def brought(*, token: int, shard: int = 3) -> Brought:
    capture = Capture(link=7, fetched_at=NOW, failure=Failure.TIMEOUT)
    visit = Visit(capture=capture, judgement=None, due_at=NOW + timedelta(days=1))
    return Brought(ticket="cluster-1", shard=shard, token=token, visits=(visit,))


@given(st.text(min_size=1), st.integers(1, 1024))
def test_a_host_has_one_shard(host: str, shards: int) -> None:
    assert 0 <= shard_of(Host(host), shards) < shards
    assert shard_of(Host(host), shards) == shard_of(Host(host), shards)


def test_the_shard_of_a_host_is_the_same_in_every_release() -> None:
    # Workers of two machines must agree; a changed hash would be seen here first.
    assert [shard_of(Host(f"shop-{n}.example"), 64) for n in range(6)] == [31, 52, 19, 58, 55, 58]


def test_hosts_are_spread_over_the_shards() -> None:
    found = Counter(shard_of(Host(f"shop-{n}.example"), 16) for n in range(16_000))
    assert len(found) == 16
    assert min(found.values()) > 850
    assert max(found.values()) < 1150


@given(st.sets(st.text(min_size=1), min_size=1, max_size=40), st.integers(1, 256))
def test_fair_shares_leave_no_shard_over(workers: set[str], shards: int) -> None:
    share = fair_share(workers, shards)
    assert share * len(workers) >= shards
    assert (share - 1) * len(workers) < shards


def test_workers_prefer_different_shards() -> None:
    first, second = preferred("a", 64), preferred("b", 64)
    assert sorted(first) == sorted(second) == list(range(64))
    assert len(set(first[:16]) & set(second[:16])) < 12


def test_the_first_word_of_a_claim_ends_what_earlier_ones_may_bring() -> None:
    fence = Fence()
    assert fence.admits(brought(token=5))
    fence.raise_to(Claimed(shard=3, token=9))
    assert not fence.admits(brought(token=5))
    assert fence.admits(brought(token=9))
    assert fence.admits(brought(token=5, shard=4))


def test_a_claims_first_word_that_comes_twice_lowers_nothing() -> None:
    fence = Fence({3: 9})
    fence.raise_to(Claimed(shard=3, token=5))
    assert not fence.admits(brought(token=8))


def test_errands_and_visits_arrive_as_they_were_sent() -> None:
    known = Known(
        url=WebUrl("http://shop-1.example/1"), content_type="text/html", sha256="ab", size=9, policy="p",
        payload="q", fetched_at=NOW, etag='"x"', last_modified="",
    )  # fmt: skip
    watch = Watch(label=Label.UNSURE, visited_at=NOW, interval_s=3600.0, heat=0.5, says="s", known=known)
    whole = link(1, twins=(link(2),))
    errand = Errand(
        ticket="cluster-1",
        link=Link(id=1, url=whole.url, host=whole.host, watch=watch, twins=whole.twins),
        circumstances=(True, NOW, Vantage.DECLARED, None, ""),
    )
    assert unpack(pack(errand), Errand) == errand
    for word in (brought(token=5), Claimed(shard=3, token=9)):
        assert unpack_word(pack(word)) == word


@given(st.binary(max_size=200))
def test_any_other_message_is_an_error_that_says_what_to_do(message: bytes) -> None:
    with pytest.raises(InputError, match="run the same version everywhere"):
        unpack(message, Order)


def test_the_key_is_told_by_a_mark_that_is_not_the_key() -> None:
    mark = key_mark(Pseudonymiser(b"k" * 32))
    assert mark == key_mark(Pseudonymiser(b"k" * 32))
    assert mark != key_mark(Pseudonymiser(b"l" * 32))
    assert b"k" * 8 not in bytes.fromhex(mark)


def test_an_order_carries_the_settings_of_the_crawl() -> None:
    order = Order(
        program="Linkgazette 1", policy="d", files={"policy.toml": "x"}, key="k", shelf="s", shards=16,
        claim_s=5.0, config=CrawlConfig(delay_s=0.25, vantages=("in-app",)),
    )  # fmt: skip
    assert (
        unseal(seal(order), Order) == unseal(pack(order), Order) == order
    )  # as earlier versions sent it, too


def test_a_worker_that_reads_another_policy_out_of_the_same_files_is_refused() -> None:
    files = {file.name: file.read_text() for file in Path(DEFAULT_POLICY).glob("*.toml")}
    order = Order(
        program="Linkgazette 1", policy="another", files=files, key="k", shelf="s", shards=16, claim_s=5.0,
        config=CrawlConfig(),
    )  # fmt: skip
    with pytest.raises(InputError, match="make another policy here"):
        worker._policy(order)


@pytest.mark.edge
def test_what_another_policy_judged_is_not_stored_and_its_link_is_due_again(tmp_path: Path) -> None:
    order = Order(
        program="Linkgazette 1", policy="ours", files={}, key="k", shelf="s", shards=16, claim_s=5.0,
        config=CrawlConfig(),
    )  # fmt: skip
    with open_workspace(tmp_path, create=True) as workspace:
        urls = [parse_url(f"http://shop-{number}.example/") for number in range(2)]
        workspace.shares.add([Share(url=url, surface=Surface.GROUP) for url in urls], now=NOW)
        anything: Any = None
        leader = Leader(workspace=workspace, engine=anything, order=order)
        for leased, policy in zip(
            workspace.links.lease("t", now=NOW, limit=2), ("ours", "theirs"), strict=True
        ):
            capture = Capture(link=leased.id, fetched_at=NOW, failure=None, final_url=leased.url)
            visit = Visit(capture=capture, judgement=judgement(Label.CLEAR, policy=policy), due_at=None)
            leader._keep([Brought(ticket="t", shard=3, token=5, visits=(visit,))])
        assert list(workspace.database.rows("SELECT link, policy FROM verdicts")) == [(1, "ours")]
        assert workspace.links.due(datetime.now(UTC)) == 1
    assert (leader.report.visited, leader._refused) == (1, 1)


class Hesitant:
    """A bucket whose servers are just electing a leader of theirs."""

    def __init__(self, value: bytes) -> None:
        self.value = value
        self.asked = 0

    async def get(self, _: str) -> "Hesitant":
        self.asked += 1
        if self.asked == 1:
            raise ServiceUnavailableError(code=503, description="JetStream system temporarily unavailable")
        return self


def test_a_worker_that_joins_while_the_servers_elect_a_leader_asks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It ended with a traceback.
    order = Order(
        program="Linkgazette 1", policy="d", files={}, key="k", shelf="s", shards=16, claim_s=5.0,
        config=CrawlConfig(),
    )  # fmt: skip
    bucket = Hesitant(seal(order))

    async def engine(*_: object, **__: object) -> SimpleNamespace:
        return SimpleNamespace(order=bucket, close=closed)

    async def closed() -> None:
        pass

    monkeypatch.setattr(worker, "connect", engine)
    monkeypatch.setattr(worker, "found", engine)
    assert asyncio.run(worker._ask(["nats://nats.test"], ClusterConfig()))[0] == order
    assert bucket.asked == 2


def test_the_order_of_our_own_policy_is_far_from_a_messages_limit() -> None:
    # 1 MB by default. It was 0.7 MB, and every worker fetched it every few seconds.
    files = {file.name: file.read_text() for file in Path(DEFAULT_POLICY).glob("*.toml")}
    order = Order(
        program="Linkgazette 1", policy="d", files=files, key="k", shelf="s", shards=16, claim_s=5.0,
        config=CrawlConfig(),
    )  # fmt: skip
    assert len(seal(order)) < 400_000


@given(st.binary(max_size=200))
def test_any_other_order_is_an_error(message: bytes) -> None:
    with pytest.raises(InputError):
        unseal(message, Order)


@pytest.mark.parametrize(
    ("lying", "waiting", "begun", "put_off", "forgotten"),
    [
        ({"lg.errands.3": 3}, 1, 1, 0, True),
        ({"lg.errands.3": 3}, 1, 1, 1, False),
        ({"lg.errands.3": 2}, 1, 1, 0, False),
        (None, 0, 0, 0, False),
    ],
)
def test_errands_that_the_engine_gives_to_nobody_are_noticed(
    lying: dict[str, int] | None, waiting: int, begun: int, put_off: int, forgotten: bool
) -> None:
    # One lay in the stream after a server had come back; its consumer was past it, and the crawl never ended.
    # Up to 117 lay there that it called neither pending nor away; one that calls them away would hide them.
    async def stream_info(_: str, *, subjects_filter: str) -> SimpleNamespace:
        assert subjects_filter == "lg.errands.3"
        return SimpleNamespace(state=SimpleNamespace(subjects=lying))

    async def nak(**_: object) -> None:
        pass

    async def look() -> bool:
        engine: Any = SimpleNamespace(stream=SimpleNamespace(stream_info=stream_info))
        anything: Any = None
        held = errands.Errands(engine, anything, anything, most=1, mark=b"", claim_s=1.0)
        claim = ShardClaim(shard=3, token=7, revision=7, since=NOW)
        message: Any = SimpleNamespace(nak=nak)
        links = (
            errands.Held(
                errand=Errand(ticket="t", link=link(number), circumstances=anything),
                claim=claim,
                message=message,
            )
            for number in range(9)
        )
        held.waiting.extend(next(links) for _ in range(waiting))
        held.begun.update({one.errand.link.id: one for one in (next(links) for _ in range(begun))})
        for _ in range(put_off):
            await held.put_off(next(links), 60)
        return await held._forgotten(claim)

    assert asyncio.run(look()) is forgotten


def test_a_claim_is_worked_on_though_the_round_that_took_it_got_no_answer_for_another() -> None:
    # Its shard stood still for as long as the worker lived.
    claim, begun = ShardClaim(shard=3, token=7, revision=7, since=NOW), list[ShardClaim]()

    class Halting(errands.Errands):
        async def _pull(self, claim: ShardClaim, _: object) -> None:  # type: ignore[override]
            begun.append(claim)

    async def no_answer() -> None:
        raise TimeoutError

    async def rounds() -> None:
        async def request(*_: object, **__: object) -> SimpleNamespace:
            return SimpleNamespace(data=b'{"consumers": [], "total": 0}')

        async def get(_: str) -> SimpleNamespace:
            return SimpleNamespace(value=b"")

        async def nothing() -> None:
            pass

        engine: Any = SimpleNamespace(client=SimpleNamespace(request=request), order=SimpleNamespace(get=get))
        claims: Any = SimpleNamespace(round=no_answer, broken=False, held={3: claim})
        turns: Any = SimpleNamespace(save_all=nothing)
        await (held := Halting(engine, claims, turns, most=1, mark=b"", claim_s=1.0))._round()
        await asyncio.gather(*held._pulling.values())

    asyncio.run(rounds())
    assert begun == [claim]


def test_a_shard_that_the_engine_does_not_let_us_begin_with_is_claimed_anew() -> None:
    # Two shards stood still for 45 s after a server had come back: their consumers never had a leader.
    given_up = list[ShardClaim]()

    async def never(*_: object, **__: object) -> None:
        raise ServiceUnavailableError(code=503, description="JetStream system temporarily unavailable")

    async def done(*_: object) -> None:
        pass

    async def give_up(claim: ShardClaim) -> None:
        given_up.append(claim)

    async def no_names() -> list[str]:
        return []

    async def line_up() -> object:
        engine: Any = SimpleNamespace(stream=SimpleNamespace(publish=done, add_consumer=never))
        claims: Any = SimpleNamespace(give_up=give_up)
        turns: Any = SimpleNamespace(end=done)
        held = errands.Errands(engine, claims, turns, most=1, mark=b"", claim_s=1.0)
        return await held._line_up(claim, asyncio.create_task(no_names()))

    claim = ShardClaim(shard=3, token=7, revision=7, since=NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errands, "_BEGIN_S", 0.2)
        assert asyncio.run(line_up()) is None
    assert given_up == [claim]
