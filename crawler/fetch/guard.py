"""The address guard: a name is resolved once, every answer is checked, only what was checked is dialled.

Twice, that is: ``Guard.route`` refuses a host before libcurl hears of it, and ``Route.refusal`` is asked for
each socket with the very address about to be dialled. IP literals, redirects, meta refresh and DNS rebinding
all pass both. Which addresses are refused is left to ``addresses``, how a name is resolved to ``names``.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from blocklist.model import Failure, Host
from blocklist.urls import is_ip
from blocklist.urls.addresses import BAD_PORTS, refusal
from crawler.fetch.failures import VisitError

RESOLVE_SETTING = "CRAWL_RESOLVE"
_MAX_LABEL = 63  # RFC 1035 section 2.3.4

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, empty: it has none; raises VisitError when nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where one request may go."""

    addresses: tuple[IPv4Address | IPv6Address, ...]
    """All that may be dialled, in the order to try them."""
    test_web: tuple[str, int] | None = None
    """The one address and port that every name leads to; None: the public internet."""

    def refusal(self, address: str, port: int) -> str:
        """Say why a socket to ``address`` must not be opened; empty: it may be."""
        if self.test_web is not None:
            return "" if (address, port) == self.test_web else "is not the test web"
        if reason := refusal(address):
            return reason
        return "" if ip_address(address) in self.addresses else "is not what the name was resolved to"


class Guard:
    """Decides where a host may be dialled.

    A refused name stays refused for the life of the process, so that an answer that flips (rebinding) gains
    nothing; a later crawl asks again.
    """

    def __init__(self, *, lookup: Lookup, test_web: tuple[str, int] | None = None) -> None:
        self._lookup = lookup
        self._test_web = test_web
        self._refused: dict[str, str] = {}

    async def route(self, host: Host, port: int) -> Route:
        """Return where ``host`` (no brackets) may be dialled.

        Raises VisitError: ``blocked-address`` if the port or any of its addresses is forbidden, ``dns`` if it
        has none.
        """
        if port in BAD_PORTS:
            raise VisitError(Failure.BLOCKED_ADDRESS, f"port {port} belongs to another protocol")
        name = host.lower()
        if is_ip(Host(name)):
            return Route(addresses=self._checked(name, (name,)))
        if self._test_web is not None:
            return Route(addresses=(ip_address(self._test_web[0]),), test_web=self._test_web)
        if reason := self._refused.get(name):
            raise VisitError(Failure.BLOCKED_ADDRESS, reason)
        answers = await self._lookup(name) if _askable(name) else ()
        if not answers:
            raise VisitError(Failure.DNS, "the name does not resolve")
        return Route(addresses=self._checked(name, answers))

    def _checked(self, name: str, addresses: Sequence[str]) -> tuple[IPv4Address | IPv6Address, ...]:
        """Return ``addresses`` if all may be dialled: one forbidden answer refuses the whole name."""
        for address in addresses:
            if why := refusal(address):
                reason = f"{address} {why}"
                if address != name:
                    self._refused[name] = reason
                raise VisitError(Failure.BLOCKED_ADDRESS, reason)
        return tuple(map(ip_address, addresses))


def connect_to(resolve: str | None) -> tuple[str, int] | None:
    """Split ``address:port`` (``[::1]:8099``), whose form is checked already; None when not set."""
    if not resolve:
        return None
    host, _, port = resolve.rpartition(":")
    return host.strip("[]"), int(port)


def _askable(name: str) -> bool:
    """Tell whether DNS can hold the name (RFC 1035 section 2.3.4)."""
    return all(0 < len(label) <= _MAX_LABEL for label in name.removesuffix(".").split("."))
