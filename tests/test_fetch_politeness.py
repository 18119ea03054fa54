"""The gate: one by one to a host, so many at once over all."""

import asyncio
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from blocklist.errors import TroubleError
from blocklist.model import Host
from blocklist.store import Claim, Rest
from crawler.fetch import politeness, turns
from crawler.fetch.politeness import (
    BACK_OFF_S,
    MAX_RETRY_AFTER_S,
    Gate,
    StoppingError,
    asks_for_patience,
    retry_after,
)

SHOP = Host("shop.example")


class Store:
    """Stands in for the links' room: until when each host is somebody's, or rests."""

    def __init__(self) -> None:
        self.next: dict[Host, datetime] = {}
        self.asked: list[tuple[int, int]] = []
        """Claims and rests of each transaction."""

    def take_turns(
        self, claims: Sequence[Claim], rests: Sequence[Rest], *, now: datetime
    ) -> list[datetime | None]:
        self.asked.append((len(claims), len(rests)))
        for rest in rests:
            before = self.next.get(rest.host)
            if before is None or before == rest.claimed or before < rest.until:
                self.next[rest.host] = rest.until
        return [self._claimed(each, now) for each in claims]

    def _claimed(self, claim: Claim, now: datetime) -> datetime | None:
        before = self.next.get(claim.host)
        if before is not None and before > now:
            return before
        self.next[claim.host] = claim.until
        return None


def session(*, delay: float, concurrency: int = 10, store: Any = None) -> Any:
    return SimpleNamespace(
        config=SimpleNamespace(delay_s=delay, concurrency=concurrency, timeout_s=5),
        links=store or Store(),
        fail=lambda _: None,
        halt=asyncio.Event(),
        changed=asyncio.Event(),
        resting=0,
        unread=0,
        stopping=False,
        allowed=lambda: True,
        now=lambda: datetime.now(UTC),
    )


async def ask(
    gate: Gate, hosts: list[Host], *, host_delay: float = 0, answer_s: float = 0.0
) -> list[tuple[float, float]]:
    """Start and end of each request, all asked for at once."""

    async def one(host: Host) -> tuple[float, float]:
        async with gate.turn(host, host_delay):
            start = time.monotonic()
            await asyncio.sleep(answer_s)
            return start, time.monotonic()

    return sorted(await asyncio.gather(*(one(host) for host in hosts)))


def test_the_delay_counts_from_the_end_of_the_answer_before() -> None:
    gate = Gate(session(delay=0.05))
    spans = asyncio.run(ask(gate, [SHOP] * 4, answer_s=0.03))
    assert all(later[0] - earlier[1] >= 0.045 for earlier, later in pairwise(spans))


def test_a_host_may_ask_for_more_patience_than_we_have() -> None:
    gate = Gate(session(delay=0.01))
    first, second = asyncio.run(ask(gate, [SHOP] * 2, host_delay=0.1))
    assert second[0] - first[1] >= 0.095


def test_hosts_do_not_wait_for_each_other() -> None:
    gate = Gate(session(delay=5))
    started = time.monotonic()
    asyncio.run(ask(gate, [Host(f"h{number}.example") for number in range(10)]))
    assert time.monotonic() - started < 5  # a single delay


@pytest.mark.parametrize("delay", [0, 0.001])
def test_no_more_are_let_out_at_once_than_allowed(delay: float) -> None:
    gate = Gate(session(delay=delay, concurrency=3))
    spans = asyncio.run(ask(gate, [Host(f"h{number}.example") for number in range(12)], answer_s=0.01))
    for start, _ in spans:
        assert sum(begun <= start < ended for begun, ended in spans) <= 3


def test_without_a_delay_the_store_is_not_asked() -> None:
    crawl = session(delay=0)
    asyncio.run(ask(Gate(crawl), [SHOP] * 5))
    assert crawl.links.asked == []


def test_a_stop_frees_whoever_waits_at_once_and_leaves_nothing_behind() -> None:
    crawl = session(delay=60)
    gate = Gate(crawl)

    async def stopped() -> list[Any]:
        waiting = [asyncio.ensure_future(ask(gate, [SHOP])) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert crawl.resting == 3
        crawl.stopping = True
        crawl.halt.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    started = time.monotonic()
    results = asyncio.run(stopped())
    assert time.monotonic() - started < 5
    assert [type(result) for result in results] == [list, StoppingError, StoppingError, StoppingError]
    assert crawl.resting == 0
    assert gate._lines == {}


def test_a_failed_request_still_rests_its_host() -> None:
    crawl = session(delay=0.1)
    gate = Gate(crawl)

    async def failing() -> None:
        async with gate.turn(SHOP, 0):
            raise OSError

    async def both() -> float:
        with pytest.raises(OSError):  # noqa: PT011 - it is ours
            await failing()
        ended = time.monotonic()
        (span,) = await ask(gate, [SHOP])
        return span[0] - ended

    assert asyncio.run(both()) >= 0.095


# --- Retry-After --------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("7", 7),
        ("Sun, 01 Mar 2026 12:01:00 GMT", 60),
        ("Sun, 01 Mar 2026 12:01:00 -0000", 60),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1.5", 0),
        ("\u0663", 0),
        ("9" * 5000, MAX_RETRY_AFTER_S),
        ("Fri, 01 Jan 9999 00:00:00 GMT", MAX_RETRY_AFTER_S),
    ],
)
def test_a_host_may_ask_to_be_left_alone_within_bounds(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds


def test_only_429_and_503_ask_for_patience() -> None:
    assert [status for status in range(100, 600) if asks_for_patience(status)] == [429, 503]


def test_who_names_no_time_is_left_alone_twice_as_long_each_time_until_it_answers() -> None:
    crawl = session(delay=0)
    crawl.now = lambda: NOW

    async def rest_after(*statuses: int) -> float:
        crawl.links.next.clear()
        gate = Gate(crawl)
        for status in statuses:
            gate.answered(SHOP, status, "")
        await gate.close()
        until: datetime = crawl.links.next.get(SHOP, NOW)
        return (until - NOW).total_seconds()

    for statuses, times in {
        (429,): 1,
        (429, 503): 2,
        (429, 503, 429): 4,
        (429, 503, 429, 200, 429): 4,
    }.items():
        assert asyncio.run(rest_after(*statuses)) == times * BACK_OFF_S
    assert asyncio.run(rest_after(200)) == 0
    assert asyncio.run(rest_after(*[429] * 100)) == MAX_RETRY_AFTER_S


@pytest.mark.parametrize("delay", [0, 0.01])
def test_a_host_that_asked_is_left_alone_and_others_are_not(delay: float) -> None:
    async def both() -> tuple[float, float]:
        gate, begun = Gate(session(delay=delay)), time.monotonic()
        gate.leave_alone(SHOP, 0.2)
        ((other, _),) = await ask(gate, [Host("other.example")])
        ((shop, _),) = await ask(gate, [SHOP])
        return other - begun, shop - begun

    other, shop = asyncio.run(both())
    assert other < 0.15
    assert shop >= 0.19


def test_who_would_wait_long_goes_back_to_the_frontier_at_once() -> None:
    async def waiting() -> None:
        gate = Gate(session(delay=0))
        gate.leave_alone(SHOP, 600)
        await ask(gate, [SHOP])

    with pytest.raises(StoppingError):
        asyncio.run(waiting())


# --- between processes --------------------------------------------------------------------------------


def test_two_processes_never_ask_a_host_at_once_nor_before_it_rested() -> None:
    store = Store()

    async def both() -> list[tuple[float, float]]:
        gates = [Gate(session(delay=0.05, store=store)) for _ in range(2)]
        spans = await asyncio.gather(*(ask(gate, [SHOP] * 2, answer_s=0.02) for gate in gates))
        return sorted(span for each in spans for span in each)

    spans = asyncio.run(both())
    assert len(spans) == 4
    assert all(later[0] - earlier[1] >= 0.045 for earlier, later in pairwise(spans))


def test_a_stay_at_a_host_is_two_rows_however_many_requests_it_is() -> None:
    # Two reservations for each request kept two processes busy with each other's transactions.
    crawl = session(delay=0.01)

    async def stay() -> None:
        gate = Gate(crawl)
        await ask(gate, [Host(f"h{each}.example") for each in range(20)] * 5)
        await gate.close()

    asyncio.run(stay())
    claims, rests = (sum(column) for column in zip(*crawl.links.asked, strict=True))
    assert (claims, rests) == (20, 20)
    assert len(crawl.links.asked) < 20
    assert all(until <= datetime.now(UTC) + timedelta(seconds=1) for until in crawl.links.next.values())


def test_who_waits_for_the_store_holds_up_nobody_else() -> None:
    store, held = Store(), threading.Event()
    take_turns = store.take_turns

    def locked(*asked: Any, **now: Any) -> Any:
        assert held.wait(10)
        return take_turns(*asked, **now)

    store.take_turns = locked  # type: ignore[method-assign] # a database that another process writes to

    async def others_go_on() -> None:
        asking = asyncio.ensure_future(ask(Gate(session(delay=1, store=store)), [SHOP]))
        for _ in range(3):
            await asyncio.sleep(0.01)
        assert not asking.done()
        held.set()
        assert len(await asking) == 1

    asyncio.run(others_go_on())


def test_a_long_stay_ends_so_that_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "STAY", timedelta(seconds=0.02))
    monkeypatch.setattr(turns, "STEP_BACK", timedelta(seconds=0.3))
    monkeypatch.setattr(politeness, "ASK_AGAIN_S", 0.05)
    store, asked = Store(), []

    async def one(name: str, gate: Gate) -> None:
        async with gate.turn(SHOP, 0):
            asked.append(name)

    async def both() -> None:
        first, second = (Gate(session(delay=0.01, store=store)) for _ in range(2))
        await asyncio.gather(*(one("first", first) for _ in range(9)), one("second", second))

    asyncio.run(both())
    assert sorted(asked) == ["first"] * 9 + ["second"]
    assert asked[-1] == "first"


def test_trouble_with_the_store_reaches_who_waits_and_stops_the_crawl() -> None:
    trouble = TroubleError("the disk is full")
    told: list[Exception] = []

    class Full(Store):
        def take_turns(self, *_: Any, **__: Any) -> list[datetime | None]:
            raise trouble

    crawl = session(delay=1, store=Full())
    crawl.fail = told.append
    with pytest.raises(TroubleError):
        asyncio.run(ask(Gate(crawl), [SHOP]))
    assert told == [trouble]


def test_a_page_that_may_not_be_asked_for_just_now_waits_instead_of_coming_back_later() -> None:
    # A cluster's worker may not while its claims are in doubt; all it held went back for a minute.
    answers = [True, False, False]

    async def waiting() -> list[tuple[float, float]]:
        crawl = session(delay=0)
        crawl.allowed = lambda: answers.pop() if answers else True
        return await ask(Gate(crawl), [SHOP])

    assert len(asyncio.run(waiting())) == 1
    assert not answers


def test_whoever_may_not_ask_is_gone_when_the_crawl_stops() -> None:
    async def stopped() -> None:
        crawl = session(delay=0)

        def allowed() -> bool:
            crawl.stopping = True
            return False

        crawl.allowed = allowed
        await ask(Gate(crawl), [SHOP])

    with pytest.raises(StoppingError):
        asyncio.run(stopped())


def test_nothing_is_fetched_while_too_much_waits_to_be_read() -> None:
    async def asked() -> list[str]:
        one, said = session(delay=0.0), []
        one.unread = politeness._MOST_UNREAD_BYTES + 1
        gate = Gate(one)

        async def fetch() -> None:
            async with gate.turn(SHOP, 0.0):
                said.append("fetched")

        fetching = asyncio.create_task(fetch())
        await asyncio.sleep(3 * politeness._LOOK_AGAIN_S)
        said.append("read")
        one.unread = 0
        await fetching
        return said

    assert asyncio.run(asked()) == ["read", "fetched"]


@pytest.mark.parametrize(
    "value",
    ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +99999999999999"],
)
def test_a_moment_that_no_calendar_has_is_none(value: str) -> None:
    # It was an OverflowError: the host was not left alone, and its page called malformed.
    assert retry_after(value, NOW) == 0
