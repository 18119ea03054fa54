"""The gate: one by one to a host, so many at once over all."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from blocklist.model import Host
from crawler.fetch.politeness import (
    BACK_OFF_S,
    MAX_RETRY_AFTER_S,
    Gate,
    StoppingError,
    asks_for_patience,
    retry_after,
)

SHOP = Host("shop.example")


class Reservations:
    """Stands in for the store's: the time of each host's next request."""

    def __init__(self) -> None:
        self.next: dict[Host, datetime] = {}
        self.asked = 0

    def reserve_fetch(self, host: Host, *, now: datetime, delay_s: float) -> datetime:
        self.asked += 1
        start = max(now, self.next.get(host, now))
        self.next[host] = start + timedelta(seconds=delay_s)
        return start


def session(*, delay: float, concurrency: int = 10) -> Any:
    return SimpleNamespace(
        config=SimpleNamespace(delay_s=delay, concurrency=concurrency),
        links=Reservations(),
        halt=asyncio.Event(),
        changed=asyncio.Event(),
        resting=0,
        stopping=False,
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
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("delay", [0, 0.001])
def test_no_more_are_let_out_at_once_than_allowed(delay: float) -> None:
    gate = Gate(session(delay=delay, concurrency=3))
    spans = asyncio.run(ask(gate, [Host(f"h{number}.example") for number in range(12)], answer_s=0.01))
    for start, _ in spans:
        assert sum(begun <= start < ended for begun, ended in spans) <= 3


def test_without_a_delay_the_store_is_not_asked() -> None:
    crawl = session(delay=0)
    asyncio.run(ask(Gate(crawl), [SHOP] * 5))
    assert crawl.links.asked == 0


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
    gate, rests = Gate(crawl), []
    for status in (429, 503, 429, 200, 429):
        crawl.links.next.clear()
        gate.answered(SHOP, status, "")
        rests.append((crawl.links.next.get(SHOP, NOW) - NOW).total_seconds())
    assert rests == [BACK_OFF_S, 2 * BACK_OFF_S, 4 * BACK_OFF_S, 0, BACK_OFF_S]
    for _ in range(100):
        crawl.links.next.clear()
        gate.answered(SHOP, 429, "")
    assert (crawl.links.next[SHOP] - NOW).total_seconds() == MAX_RETRY_AFTER_S


@pytest.mark.parametrize("delay", [0, 0.01])
def test_a_host_that_asked_is_left_alone_and_others_are_not(delay: float) -> None:
    gate = Gate(session(delay=delay))
    gate.leave_alone(SHOP, 0.2)
    begun = time.monotonic()
    ((other, _),) = asyncio.run(ask(gate, [Host("other.example")]))
    ((shop, _),) = asyncio.run(ask(gate, [SHOP]))
    assert other - begun < 0.15
    assert shop - begun >= 0.19


def test_who_would_wait_long_goes_back_to_the_frontier_at_once() -> None:
    gate = Gate(session(delay=0))
    gate.leave_alone(SHOP, 600)
    with pytest.raises(StoppingError):
        asyncio.run(ask(gate, [SHOP]))
