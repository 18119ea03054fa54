"""URL x redirect x DNS: what a hostile web could lead to, and whether anything forbidden would be dialled.

``python -m tests.forbidden 100000`` tries that many cases. Nothing leaves the machine: the resolver is
scripted and every socket that libcurl asks for is noted and refused. What counts as forbidden is said here
once more, in the plainest way, and not by the guard's own list.
"""
# ruff: noqa: E501 - tables

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from scrapy.http import Request

from blocklist.errors import UrlError
from blocklist.model import WebUrl
from blocklist.urls import parse_url
from crawler.browser import Asked
from crawler.fetch.browse import Browsing, _Landing
from crawler.fetch.failures import VisitError
from crawler.fetch.handler import CurlHandler
from crawler.fetch.hops import Trail

_NETWORKS = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "2001:db8::/32",
    "100::/64",
]
_FORBIDDEN = [ip_network(network) for network in _NETWORKS]
_INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.5.4",
    "169.254.169.254",
    "100.64.0.9",
    "0.0.0.0",
    "::1",
]
_INSIDE += ["fe80::1", "fd00:ec2::254", "255.255.255.255", "224.0.0.1", "198.18.0.1", "::"]
_OUTSIDE = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:800::200e"]


def forbidden(address: str) -> bool:
    """Tell whether packets to ``address`` would end up inside, by whatever it embeds."""
    ip = ip_address(address)
    if any(ip in network for network in _FORBIDDEN if network.version == ip.version):
        return True
    return isinstance(ip, IPv6Address) and any(forbidden(str(inner)) for inner in _inner(int(ip)))


def _inner(number: int) -> list[IPv4Address]:
    low, found = number & 0xFFFF_FFFF, []
    if number >> 32 in {0xFFFF, 0x64_FF9B << 64, 0}:  # mapped, NAT64, compatible
        found.append(IPv4Address(low))
    if number >> 112 == 0x2002:
        found.append(IPv4Address(number >> 80 & 0xFFFF_FFFF))
    if number >> 96 == 0x2001_0000:
        found += [IPv4Address(number >> 64 & 0xFFFF_FFFF), IPv4Address(low ^ 0xFFFF_FFFF)]
    if number >> 32 & 0xFDFF_FFFF == 0x5EFE:
        found.append(IPv4Address(low))
    return found


Fetch = Callable[[WebUrl], Awaitable[None]]


class Dice:
    """Makes cases, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def case(self) -> tuple[str, Sequence[str], Sequence[Sequence[str]]]:
        """A shared URL, where each hop leads, and what the resolver says from one question to the next."""
        hops = [self._reference() for _ in range(self._random.randrange(4))]
        return self._url(), hops, [self._answers() for _ in range(3)]

    def _answers(self) -> Sequence[str]:
        pick = self._random
        mixed = pick.choice((_INSIDE, _OUTSIDE, _OUTSIDE, _INSIDE + _OUTSIDE))
        return [self._embedded(pick.choice(mixed)) for _ in range(pick.randrange(4))]

    def _embedded(self, address: str) -> str:
        if ":" in address or self._random.random() < 0.6:
            return address
        four = int(IPv4Address(address))
        outer = (0xFFFF << 32 | four, 0x64_FF9B << 96 | four, 0x2002 << 112 | four << 80,
                 0x2001_0000 << 96 | 0x0808_0808 << 32 | four ^ 0xFFFF_FFFF,
                 0x2A00_1450 << 96 | 0x5EFE << 32 | four)  # fmt: skip
        return str(IPv6Address(self._random.choice(outer)))

    def _reference(self) -> str:
        return self._random.choice((self._url, self._url, lambda: "//" + self._url().partition("//")[2],
                                    lambda: "/further?x", lambda: "?y", lambda: "file:///etc/passwd"))()  # fmt: skip

    def _url(self) -> str:
        pick = self._random
        host = pick.choice((self._name, self._literal, self._literal))()
        port = pick.choice(("", "", "", ":80", ":8080", ":22", ":6379", ":65535", ":0"))
        return (
            f"{pick.choice(('http', 'https', 'HTTP'))}://{host}{port}{pick.choice(('/', '', '/a?b', '/@x'))}"
        )

    def _name(self) -> str:
        names = ("shop.example", "localhost", "a$b.example", "*.example", "xn--fa-hia.example", "SHOP.example.",
                 "127.0.0.1.example", "metadata.google.internal", "-a_b.example", "a..b.example")  # fmt: skip
        return self._random.choice(names)

    def _literal(self) -> str:
        pick = self._random
        address = self._embedded(pick.choice(_INSIDE + _OUTSIDE))
        if ":" in address:
            return pick.choice((f"[{address}]", f"[{IPv6Address(address).exploded}]"))
        a, b, c, d = IPv4Address(address).packed
        number = int(IPv4Address(address))
        forms = (address, str(number), hex(number), f"0{number:o}", f"{a}.{(b << 16) + (c << 8) + d}", f"{a}.{b}.{(c << 8) + d}",
                 f"0x{a:x}.{b}.0{c:o}.{d}", address + ".", address.replace(".", "%2e"),
                 "".join(chr(0xFF10 + int(x)) if x.isdigit() else "\u3002" for x in address))  # fmt: skip
        return pick.choice(forms)


@dataclass
class Outcome:
    """What became of all cases."""

    dialled: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    @property
    def leaks(self) -> list[str]:
        return [address for address in self.dialled if forbidden(address)]


def tried(cases: int, seed: int = 1, way: str = "crawl") -> Outcome:
    """Try so many cases by the crawl's own handler and hops, or by what answers a browser's requests."""
    outcome = Outcome()

    def no_socket(family: int, _type: int, _protocol: int) -> Any:
        raise AssertionError(f"a socket of family {family} was made unseen")

    with patch("crawler.fetch.transfer.socket", SimpleNamespace(socket=no_socket)):
        asyncio.run(_all(cases, Dice(seed), outcome, way))
    return outcome


async def _all(cases: int, dice: Dice, outcome: Outcome, way: str) -> None:
    from crawler.fetch import guard  # noqa: PLC0415 - patched here alone

    decide = guard.Route.refusal

    def noting(route: guard.Route, address: str, port: int) -> str:
        if not (reason := decide(route, address, port)):
            outcome.dialled[address] += 1
        return reason or "would have been dialled"

    with patch.object(guard.Route, "refusal", noting):
        handler = _handler()
        fetch = _WAYS[way](handler)
        for _ in range(cases):
            await _visit(handler, fetch, dice, outcome)
        await handler.close()


async def _visit(handler: CurlHandler, fetch: Fetch, dice: Dice, outcome: Outcome) -> None:
    shared, hops, script = dice.case()
    answers = iter(script)

    async def lookup(_: str) -> Sequence[str]:
        return next(answers, ())

    handler._guard._lookup = lookup
    handler._guard._refused.clear()
    try:
        trail = Trail(parse_url(shared), 8)
        for hop in (*hops, ""):
            try:
                await fetch(trail.here)
            except VisitError as error:
                outcome.ends[f"{error.kind}: {error.detail.partition(' ')[2][:40]}"] += 1
            if hop:
                trail.leads_to(hop, 302, "http")
    except (UrlError, VisitError) as error:
        outcome.ends[type(error).__name__] += 1


def _by_the_crawl(handler: CurlHandler) -> Fetch:
    async def fetch(url: WebUrl) -> None:
        await handler.download_request(Request(url, meta={"verbatim_url": True}))

    return fetch


def _by_a_browser(handler: CurlHandler) -> Fetch:
    """Answer as if a page in Chromium asked; it has no other way out (``tests.browser_traps`` tries)."""
    config = SimpleNamespace(max_hops=8)
    browsing = Browsing(SimpleNamespace(config=config), "")  # type: ignore[arg-type] # asked for no more
    downloader: Any = SimpleNamespace(bring=handler.download_request)

    async def fetch(url: WebUrl) -> None:
        for kind in ("Document", "Fetch"):
            asked = Asked(url=url, kind=kind, headers={}, landing=kind == "Document")
            await browsing._supply(asked, {"User-Agent": "Trap"}, _Landing(), downloader)

    return fetch


_WAYS: Mapping[str, Callable[[CurlHandler], Fetch]] = {"crawl": _by_the_crawl, "browser": _by_a_browser}


def _handler() -> CurlHandler:
    numbers = {"DOWNLOAD_TIMEOUT": 5.0, "DOWNLOAD_MAXSIZE": 1000, "CRAWL_MAX_HEADER_BYTES": 1000}
    session = SimpleNamespace(config=SimpleNamespace(delay_s=0, concurrency=1), stopping=False,
                              links=None, now=None, fail=None, unread=0,
                              allowed=lambda: True)  # fmt: skip
    settings = SimpleNamespace(get=lambda _: "", getint=numbers.get, getfloat=numbers.get)
    crawler: Any = SimpleNamespace(settings=settings, spider=SimpleNamespace(session=session))
    return CurlHandler(crawler)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("cases", type=int, nargs="?", default=100_000)
    options = arguments.parse_args()
    for way in _WAYS:
        started = time.monotonic()
        outcome = tried(options.cases, way=way)
        print(f"{options.cases} cases by the {way} in {time.monotonic() - started:.0f} s")
        print(f"{outcome.dialled.total()} sockets asked for and allowed, to {len(outcome.dialled)} addresses")
        print(f"{len(outcome.leaks)} of them forbidden")
        for end, count in outcome.ends.most_common(12):
            print(f"{count:9} {end}")


if __name__ == "__main__":
    main()
