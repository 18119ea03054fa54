"""The address guard: what is resolved is checked, and only what was checked is dialled."""

import asyncio
from ipaddress import ip_address

import pytest

from blocklist.model import Failure, Host
from blocklist.urls.addresses import BAD_PORTS
from crawler.fetch.failures import VisitError
from crawler.fetch.guard import Guard, Route, connect_to


class Resolver:
    """Stands in for the system's resolver; answers change from one question to the next."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def lookup(self, name: str) -> list[str]:
        self.asked.append(name)
        script = self.answers.get(name, [[]])
        return script.pop(0) if len(script) > 1 else script[0]


def guard(answers: dict[str, list[list[str]]], resolve: str | None = None) -> tuple[Guard, Resolver]:
    resolver = Resolver(answers)
    return Guard(lookup=resolver.lookup, test_web=connect_to(resolve)), resolver


def ask(one: Guard, name: str, port: int = 80) -> list[str]:
    return [str(address) for address in asyncio.run(one.route(Host(name), port)).addresses]


def refused(one: Guard, name: str, port: int = 80) -> VisitError:
    with pytest.raises(VisitError) as caught:
        ask(one, name, port)
    return caught.value


def test_a_public_name_is_dialled_where_it_was_resolved() -> None:
    one, _ = guard({"shop.example": [["8.8.8.8", "2606:4700::1111"]]})
    assert ask(one, "shop.example", 8080) == ["8.8.8.8", "2606:4700::1111"]


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
    one, _ = guard({"shop.example": [answers]})
    error = refused(one, "Shop.Example".lower())
    assert error.kind is Failure.BLOCKED_ADDRESS
    assert "not a public address" in error.detail


def test_a_name_that_flips_gains_nothing() -> None:
    one, resolver = guard({"shop.example": [["127.0.0.1"], ["8.8.8.8"]]})
    assert refused(one, "shop.example").kind is Failure.BLOCKED_ADDRESS
    assert refused(one, "shop.example").kind is Failure.BLOCKED_ADDRESS
    assert resolver.asked == ["shop.example"]


def test_a_name_that_flips_the_other_way_is_caught_when_it_does() -> None:
    one, _ = guard({"shop.example": [["8.8.8.8"], ["127.0.0.1"]]})
    assert ask(one, "shop.example") == ["8.8.8.8"]
    assert refused(one, "shop.example").kind is Failure.BLOCKED_ADDRESS


@pytest.mark.parametrize("literal", ["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("resolve", [None, "127.0.0.1:8099"])
def test_a_literal_is_guarded_even_on_a_test_web(literal: str, resolve: str | None) -> None:
    one, _ = guard({}, resolve)
    assert refused(one, literal, 8099).kind is Failure.BLOCKED_ADDRESS


@pytest.mark.parametrize(
    ("resolve", "dialled"), [("127.0.0.1:8099", ("127.0.0.1", 8099)), ("[::1]:8099", ("::1", 8099))]
)
@pytest.mark.parametrize("port", [80, 443, 8080])
def test_a_test_web_is_dialled_for_every_name_and_port(
    resolve: str, dialled: tuple[str, int], port: int
) -> None:
    one, resolver = guard({"shop.example": [["10.0.0.1"]]}, resolve)
    route = asyncio.run(one.route(Host("shop.example"), port))
    assert route.test_web == dialled
    assert route.refusal(*dialled) == ""
    assert resolver.asked == []


@pytest.mark.parametrize(
    ("address", "port"), [("127.0.0.1", 8098), ("127.0.0.2", 8099), ("8.8.8.8", 80), ("8.8.8.8", 8099)]
)
def test_a_test_web_lifts_the_guard_for_its_own_address_and_port_alone(address: str, port: int) -> None:
    route = Route(addresses=(ip_address("127.0.0.1"),), test_web=("127.0.0.1", 8099))
    assert route.refusal(address, port)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("2606:4700:0:0::1111", True),  # the same address, written otherwise
        ("8.8.4.4", False),  # public, but not what the name was resolved to
        ("127.0.0.1", False),
        ("::1", False),
        ("", False),
        ("/run/some.socket", False),
    ],
)
def test_only_what_was_checked_is_dialled(address: str, allowed: bool) -> None:
    route = Route(addresses=(ip_address("8.8.8.8"), ip_address("2606:4700::1111")))
    assert (route.refusal(address, 80) == "") is allowed


def test_a_route_that_was_allowed_by_mistake_is_refused_at_the_socket_all_the_same() -> None:
    assert Route(addresses=(ip_address("127.0.0.1"),)).refusal("127.0.0.1", 80)


def test_a_name_without_answers_is_not_called_refused() -> None:
    one, _ = guard({"nobody.example": [[]]})
    assert refused(one, "nobody.example").kind is Failure.DNS


@pytest.mark.parametrize("name", ["a..b.example", "..example", "a" * 64 + ".example"])
def test_a_name_that_dns_cannot_hold_is_not_asked_for(name: str) -> None:
    one, resolver = guard({})
    assert refused(one, name).kind is Failure.DNS
    assert resolver.asked == []


@pytest.mark.parametrize("port", sorted(BAD_PORTS))
def test_ports_of_other_protocols_are_refused(port: int) -> None:
    one, resolver = guard({"shop.example": [["8.8.8.8"]]}, "127.0.0.1:8099")
    assert refused(one, "shop.example", port).kind is Failure.BLOCKED_ADDRESS
    assert resolver.asked == []
