"""The proxy that Chromium is given: it opens nothing, and counts who knocks.

What is not held over the debugging pipe (WebSockets, service workers, prefetches, WebRTC over TCP, Chromium's
own errands) comes here, and ends here. UDP has no proxy and is switched off (``process``).
"""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

_NO = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_MOST_HEAD = 8_192  # bytes
_PATIENCE_S = 2.0


class Wall:
    """Listens on a loopback port of its own while it is entered."""

    def __init__(self) -> None:
        self.knocks = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._refuse, "127.0.0.1", 0, limit=_MOST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _refuse(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        self.knocks += 1
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_PATIENCE_S):
                await incoming.readuntil(b"\r\n\r\n")
                outgoing.write(_NO)
                await outgoing.drain()
        outgoing.close()
