"""Whether a failure is ours: the network of this machine gone, or its name server, and not the page's host.

A page must not be called unreachable because our own cable was pulled. So before a failure that could be ours
is recorded, this machine is asked about itself: whether it has a way out at all, and whether its resolver
finds a name that every resolver finds. Nothing is sent to anybody but the resolver. While the answer is no,
nothing is recorded: links go back due, and the crawl waits (``--watch``)
or ends with trouble that a later run cures.
"""

import asyncio
import socket
from collections.abc import Callable
from time import monotonic

from blocklist.model import Failure

OURS_PERHAPS = frozenset({Failure.DNS, Failure.NETWORK, Failure.TIMEOUT})
_NAMES = (b"a.root-servers.net", b"m.root-servers.net")
"""Of those that resolve while anything does (RFC 8109)."""
_WAYS_OUT = (
    (socket.AF_INET, ("198.41.0.4", 53)),
    (socket.AF_INET6, ("2001:503:ba3e::2:30", 53)),
)
"""Of the same server. Connecting a datagram socket asks for a route and sends nothing (connect(2))."""
_HOLDS_S = 5.0
"""How long an answer holds."""
_PATIENCE_S = 10.0

Probe = Callable[[], str]
"""Says what of this machine's network is gone; empty: nothing."""


def gone() -> str:
    """Say what of this machine's network is gone; empty: nothing. May take as long as its resolver does."""
    if not any(_leads_out(family, place) for family, place in _WAYS_OUT):
        return "this machine has no way to the internet"
    if not any(map(_resolves, _NAMES)):
        return "this machine's name server does not answer"
    return ""


def _leads_out(family: socket.AddressFamily, place: tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.connect(place)
    except OSError:
        return False
    return True


def _resolves(name: bytes) -> bool:
    try:
        socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as problem:
        # Whoever says that there is no such name has answered.
        return problem.errno == socket.EAI_NONAME
    return True


class Outage:
    """Remembers for a moment what this machine said of itself, and asks once for all who want to know."""

    def __init__(self, probe: Probe = gone) -> None:
        self._probe = probe
        self._asking: asyncio.Task[str] | None = None
        self._until = 0.0

    async def reason(self) -> str:
        """Say what is gone; empty: nothing, and a failure is the host's."""
        if self._asking is None or (self._asking.done() and monotonic() >= self._until):
            self._asking = asyncio.get_running_loop().create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                said = await asyncio.to_thread(self._probe)
        except TimeoutError:
            said = "this machine's name server does not answer"
        self._until = monotonic() + _HOLDS_S
        return said
