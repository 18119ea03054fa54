"""The address guard: an address is checked where it is resolved, and the checked one is dialled.

Twisted asks the reactor's name resolver for each connection, IP literals included, so redirects, meta
refresh and DNS rebinding all pass here. Only the HTTP/1.1 handler dials that way: ``handler`` refuses to
start without this guard, and no other handler is configured. Which addresses are refused is left to
``addresses``.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Self

from twisted.internet import _idna, _resolver, _sslverify, endpoints
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped] # it ships none

from blocklist.model import Host
from blocklist.urls import is_ip
from crawler.fetch.addresses import refusal

RESOLVE_SETTING = "CRAWL_RESOLVE"
_MAX_LABEL = 63  # RFC 1035 section 2.3.4


@implementer(IHostResolution)
class _Resolution:
    """A resolution that is over at once and cannot be cancelled."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


@implementer(IResolutionReceiver)
class _Screen:
    """Holds back a resolver's answers until all are known: one forbidden answer refuses the whole name."""

    def __init__(self, guard: "AddressGuard", name: str, receiver: Any) -> None:
        self._guard = guard
        self._name = name
        self._receiver = receiver
        self._addresses: list[Any] = []

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's interface
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's interface
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's interface
        for address in self._addresses:
            if reason := refusal(address.host):
                self._guard.refuse(self._name, f"{address.host} {reason}")
                break
        else:
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class AddressGuard:
    """The reactor's resolver for a crawl; Scrapy installs it (``TWISTED_DNS_RESOLVER``).

    A refused name stays refused for the life of the process, so that an answer that flips (rebinding) gains
    nothing; a later crawl asks again.
    """

    def __init__(self, reactor: Any, connect_to: tuple[str, int] | None) -> None:
        self._reactor = reactor
        self._connect_to = connect_to
        self._inner: Any = reactor.nameResolver
        self._refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        """Scrapy's way in; ``CRAWL_RESOLVE`` is ``address:port`` or empty."""
        return cls(reactor, connect_to(crawler.settings.get(RESOLVE_SETTING)))

    def install_on_reactor(self) -> None:
        """Make every connection of this process ask here."""
        self._reactor.installNameResolver(self)
        _take_names_as_written()

    def refuse(self, name: str, reason: str) -> None:
        """Refuse ``name`` from now on."""
        self._refused[name] = reason

    def refused(self, name: str) -> str:
        """Why ``name`` was refused; empty: it was not."""
        return self._refused.get(name.strip("[]").lower(), "")

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's interface
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve as the reactor does; hand the addresses on only if every one of them may be dialled."""
        name = hostName.lower()
        if self._connect_to and not is_ip(Host(name)):
            return self._answer(resolutionReceiver, hostName, (_address(*self._connect_to),))
        if name in self._refused or not _askable(name):
            return self._answer(resolutionReceiver, hostName, ())
        screen = _Screen(self, name, resolutionReceiver)
        return self._inner.resolveHostName(screen, hostName, portNumber, addressTypes, transportSemantics)

    @staticmethod
    def _answer(receiver: Any, name: str, addresses: Sequence[Any]) -> _Resolution:
        resolution = _Resolution(name)
        receiver.resolutionBegan(resolution)
        for address in addresses:
            receiver.addressResolved(address)
        receiver.resolutionComplete()
        return resolution


def _askable(name: str) -> bool:
    """Tell whether DNS can hold the name: at others Python's resolver throws, and Twisted waits in vain."""
    return is_ip(Host(name)) or all(0 < len(label) <= _MAX_LABEL for label in name.rstrip(".").split("."))


def _take_names_as_written() -> None:
    """Make Twisted dial the ASCII name of the URL, not what two IDNA versions make of it.

    It turns ``xn--fa-hia.example`` into ``faß.example`` (IDNA 2008) and the system's resolver that into
    ``fass.example`` (IDNA 2003): another host. It also refuses ``a$b.example``, which a browser opens.
    """
    for module in (_idna, _resolver, _sslverify, endpoints):
        for name, as_written in (("_idnaBytes", _to_ascii), ("_idnaText", _of_ascii)):
            if hasattr(module, name):
                setattr(module, name, as_written)


def _to_ascii(text: str) -> bytes:
    return text.encode("ascii")


def _of_ascii(octets: bytes) -> str:
    return octets.decode("ascii")


def connect_to(resolve: str | None) -> tuple[str, int] | None:
    """Split ``address:port`` (``[::1]:8099``), whose form is checked already; None when not set."""
    if not resolve:
        return None
    host, _, port = resolve.rpartition(":")
    return host.strip("[]"), int(port)


def _address(host: str, port: int) -> IPv4Address | IPv6Address:
    kind = IPv4Address if ip_address(host).version == 4 else IPv6Address  # noqa: PLR2004 - the protocol's number
    return kind("TCP", host, port)
