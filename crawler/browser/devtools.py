"""Chromium's debugging protocol over its pipe: JSON messages, each ended by a zero byte.

https://chromedevtools.github.io/devtools-protocol/ . Two descriptors and no port: nobody else can join in.
What is asked is ``visit``'s to say.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Self

import orjson

_MOST_MESSAGE = 64 * 1024 * 1024  # bytes

Event = dict[str, Any]
Listener = Callable[[str, Event, str], None]
"""Takes method, parameters and session."""


class DevToolsError(Exception):
    """What was asked cannot be done: the page is gone, or never was."""


class DevTools:
    """The connection to one Chromium."""

    def __init__(
        self, reader: asyncio.StreamReader, incoming: asyncio.ReadTransport, writer: asyncio.WriteTransport
    ) -> None:
        self._reader = reader
        self._incoming = incoming
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Event]] = {}
        self.listener: Listener = lambda _method, _event, _session: None
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, reads: int, writes: int) -> Self:
        """Take over the two descriptors."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_MOST_MESSAGE)
        incoming, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reads, "rb", 0)
        )
        writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writes, "wb", 0))
        return cls(reader, incoming, writer)

    async def ask(self, method: str, session: str = "", **parameters: Any) -> Event:
        """Ask and wait for the answer; raises DevToolsError, or ConnectionError when Chromium is gone."""
        if self._listening.done():
            raise ConnectionResetError("Chromium is gone")
        number = next(self._numbers)
        message: Event = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(orjson.dumps(message) + b"\0")
        try:
            told = await answer
        finally:
            self._waiting.pop(number, None)
        if "error" in told:
            raise DevToolsError(f"{method}: {told['error'].get('message', '')}")
        result: Event = told.get("result", {})
        return result

    def close(self) -> None:
        """Hang up; whoever waits for an answer is told."""
        self._listening.cancel()
        self._incoming.close()
        self._writer.close()
        self._give_up()

    async def _listen(self) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
                while True:
                    message = orjson.loads((await self._reader.readuntil(b"\0"))[:-1])
                    if "id" in message:
                        waiting = self._waiting.get(message["id"])
                        if waiting is not None and not waiting.done():
                            waiting.set_result(message)
                    else:
                        self.listener(
                            message["method"], message.get("params", {}), message.get("sessionId", "")
                        )
        finally:
            self._give_up()

    def _give_up(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("Chromium is gone"))
