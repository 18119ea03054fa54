"""Names to addresses, by the system's resolver in threads of our own; what may be dialled is ``guard``'s.

Not libcurl's resolver: the addresses must be known, all of them, before anything is dialled, and a lookup
that hangs must not hold up the end of a crawl.
"""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from blocklist.model import Failure
from crawler.fetch.failures import VisitError

THREADS = 32
"""A dead name server holds a lookup for many seconds; the others need not wait for it."""
_KEPT_S = 60.0
"""How long an answer holds, so that robots.txt and page are asked of the same machine."""
_KEPT_NAMES = 20_000


class Names:
    """The system's resolver with a small memory and no more patience than a request has."""

    def __init__(self, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="names")
        self._kept: OrderedDict[str, tuple[float, Sequence[str]]] = OrderedDict()

    async def lookup(self, name: str) -> Sequence[str]:
        """Return the addresses of ``name`` in the order to try them, zones dropped; empty: it has none.

        Raises VisitError when nobody answers in time.
        """
        until, kept = self._kept.get(name, (0.0, ()))
        if monotonic() < until:
            return kept
        asking = asyncio.get_running_loop().run_in_executor(self._threads, _ask, name)
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await asking
        except TimeoutError as error:
            raise VisitError(Failure.DNS, "nobody answered what the address of the name is") from error
        self._kept[name] = (monotonic() + _KEPT_S, found)
        self._kept.move_to_end(name)
        if len(self._kept) > _KEPT_NAMES:
            self._kept.popitem(last=False)
        return found

    def close(self) -> None:
        """Begin no lookup more; those under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _ask(name: str) -> Sequence[str]:
    # Bytes: a str would be put through Python's IDNA 2003, which makes another host of xn--fa-hia.example.
    try:
        answers = socket.getaddrinfo(
            name.encode("ascii"), None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except (socket.gaierror, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(address[4][0]).partition("%")[0] for address in answers))
