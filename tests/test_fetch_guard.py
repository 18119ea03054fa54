"""The address guard: what is resolved is checked, what is checked is dialled."""

from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.fetch.guard import AddressGuard, connect_to


class Resolver:
    """Stands in for the system's resolver; answers change from one question to the next."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: Any) -> None:  # noqa: N802
        self.asked.append(name)
        receiver.resolutionBegan(SimpleNamespace(name=name))
        script = self.answers.get(name, [[name]])
        for address in script.pop(0) if len(script) > 1 else script[0]:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        assert resolution.name

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append((address.host, address.port))

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


def guard(answers: dict[str, list[list[str]]], resolve: str | None = None) -> AddressGuard:
    reactor = SimpleNamespace(nameResolver=Resolver(answers))
    return AddressGuard(reactor, connect_to(resolve))


def ask(guard: AddressGuard, name: str, port: int = 80) -> list[tuple[str, int]]:
    receiver = Receiver()
    guard.resolveHostName(receiver, name, port)
    assert receiver.complete
    return receiver.addresses


def test_a_public_name_is_dialled_where_it_was_resolved() -> None:
    one = guard({"shop.example": [["8.8.8.8", "2606:4700::1111"]]})
    assert ask(one, "shop.example", 8080) == [("8.8.8.8", 8080), ("2606:4700::1111", 8080)]
    assert one.refused("shop.example") == ""


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["::1"],
        ["8.8.8.8", "10.0.0.1"],
        ["10.0.0.1", "8.8.8.8"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["169.254.169.254"],
    ],
    ids=str,
)
def test_one_inside_answer_refuses_the_whole_name(answers: list[str]) -> None:
    one = guard({"shop.example": [answers]})
    assert ask(one, "shop.example") == []
    assert "not a public address" in one.refused("Shop.Example")


def test_a_name_that_flips_gains_nothing() -> None:
    one = guard({"shop.example": [["127.0.0.1"], ["8.8.8.8"]]})
    assert ask(one, "shop.example") == []
    assert ask(one, "shop.example") == []
    assert one._inner.asked == ["shop.example"]


def test_a_name_that_flips_the_other_way_is_caught_when_it_does() -> None:
    one = guard({"shop.example": [["8.8.8.8"], ["127.0.0.1"]]})
    assert ask(one, "shop.example") == [("8.8.8.8", 80)]
    assert ask(one, "shop.example") == []


@pytest.mark.parametrize("literal", ["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("resolve", [None, "127.0.0.1:8099"])
def test_a_literal_is_guarded_even_on_a_test_web(literal: str, resolve: str | None) -> None:
    one = guard({}, resolve)
    assert ask(one, literal) == []
    assert one.refused(f"[{literal}]")


@pytest.mark.parametrize(
    ("resolve", "dialled"), [("127.0.0.1:8099", ("127.0.0.1", 8099)), ("[::1]:8099", ("::1", 8099))]
)
@pytest.mark.parametrize("port", [80, 443, 8080])
def test_a_test_web_is_dialled_for_every_name_and_port(
    resolve: str, dialled: tuple[str, int], port: int
) -> None:
    one = guard({"shop.example": [["10.0.0.1"]]}, resolve)
    assert ask(one, "shop.example", port) == [dialled]
    assert one._inner.asked == []


def test_a_name_without_answers_is_not_called_refused() -> None:
    one = guard({"nobody.example": [[]]})
    assert ask(one, "nobody.example") == []
    assert one.refused("nobody.example") == ""


@pytest.mark.parametrize("name", ["a..b.example", "..example", "a" * 64 + ".example"])
def test_a_name_that_dns_cannot_hold_is_not_asked_for(name: str) -> None:
    one = guard({})
    assert ask(one, name) == []
    assert one._inner.asked == []


def test_it_takes_the_reactors_place() -> None:
    installed: list[Any] = []
    reactor = SimpleNamespace(nameResolver=Resolver({}), installNameResolver=installed.append)
    crawler = SimpleNamespace(settings={"CRAWL_RESOLVE": ""})
    one = AddressGuard.from_crawler(crawler, reactor)
    one.install_on_reactor()
    assert installed == [one]
