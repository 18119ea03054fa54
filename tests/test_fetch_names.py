"""Names to addresses: asked once, as they are written, with no more patience than a request has."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest

from blocklist.model import Failure
from crawler.fetch.failures import VisitError
from crawler.fetch.names import Names


def with_names(work: Callable[[Names], Awaitable[Any]], timeout_s: float = 5) -> Any:
    async def run() -> Any:
        with closing(Names(timeout_s=timeout_s)) as names:
            return await work(names)

    return asyncio.run(run())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The names that the system was asked for."""
    names: list[bytes] = []

    def answer(name: bytes, *_: Any, **__: Any) -> list[Any]:
        names.append(name)
        if name == b"slow.example":
            time.sleep(0.5)
        if name == b"nobody.example":
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        four = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 0))
        six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%eth0", 0, 0, 2))
        return [four, six, four]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return names


def test_every_address_comes_once_in_order_and_without_its_zone(asked: list[bytes]) -> None:
    assert with_names(lambda names: names.lookup("shop.example")) == ("8.8.8.8", "fe80::1")


def test_a_name_is_asked_for_as_it_is_written(asked: list[bytes]) -> None:
    with_names(lambda names: names.lookup("xn--fa-hia.example"))  # IDNA 2003 would make fass of it
    assert asked == [b"xn--fa-hia.example"]


@pytest.mark.parametrize("name", ["nobody.example", "fa\u00df.example"])
def test_a_name_that_has_none_has_none(asked: list[bytes], name: str) -> None:
    assert with_names(lambda names: names.lookup(name)) == ()


def test_an_answer_holds_for_page_and_robots(asked: list[bytes]) -> None:
    async def twice(names: Names) -> None:
        await names.lookup("shop.example")
        await names.lookup("shop.example")

    with_names(twice)
    assert len(asked) == 1


def test_nobody_waits_longer_than_a_request_may_take(asked: list[bytes]) -> None:
    with pytest.raises(VisitError) as caught:
        with_names(lambda names: names.lookup("slow.example"), timeout_s=0.05)
    assert caught.value.kind is Failure.DNS
