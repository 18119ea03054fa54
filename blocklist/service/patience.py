"""How long a caller may take to say something, and to read: nobody who stands there keeps others out.

uvicorn waits for ever for a request's head, for its body, and for an answer to be read, and counts every open
connection against its limit. Here a head has ``PATIENCE_S``, a body as long plus a second for each
``LEAST_RATE`` bytes of it, and as long may pass until who stopped reading has read on.
"""

import asyncio
from typing import Any

from starlette.types import Message, Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE_S = 20.0
LEAST_RATE = 16_384  # bytes a second


class ImpatientProtocol(H11Protocol):
    """Hangs up on who does not finish a request's head in time."""

    patience = PATIENCE_S
    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Go on waiting until the head is there; the body is waited for elsewhere."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()
        elif self._waiting is None and self.timeout_keep_alive_task is None:
            self._wait()

    def pause_writing(self) -> None:
        """Begin to wait for what was sent to be read; asyncio buffers 64 KiB of it."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.patience, self.transport.abort)

    def resume_writing(self) -> None:
        """Wait no more: most of it was read."""
        self._read()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        self._read()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.patience, self.transport.close)

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def impatient(patience: float) -> type[ImpatientProtocol]:
    """Return the protocol with that patience, in seconds."""
    made: dict[str, Any] = {"patience": patience}
    return type("ImpatientProtocol", (ImpatientProtocol,), made)


class PatientReceive:
    """Gives a request's body as the server does, and calls the caller gone who takes too long over it."""

    def __init__(self, receive: Receive, patience: float) -> None:
        self._receive = receive
        self._ends = asyncio.get_running_loop().time() + patience
        self._whole = False
        self.gave_up = False

    async def __call__(self) -> Message:
        """Return the next message; once the body is whole there is nothing to be impatient about."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._ends):
                message = await self._receive()
        except TimeoutError:
            self.gave_up = self._whole = True
            return {"type": "http.disconnect"}
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._ends += len(message.get("body", b"")) / LEAST_RATE
        return message
