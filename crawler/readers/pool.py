"""Hands pages to the readers, one to each at a time; a reader that fails at its page is replaced."""

import os
from asyncio import BaseTransport, Future, Protocol, Queue, Transport, get_running_loop, timeout
from collections.abc import Callable
from contextlib import suppress
from itertools import accumulate, pairwise
from socket import SHUT_RDWR, socket
from typing import Any

from blocklist.errors import TroubleError
from crawler.readers.nursery import GREETING, Nursery
from crawler.readers.reading import Reading, Task
from crawler.readers.warc import pack
from crawler.readers.wire import header_of, lengths_of, reading_of_parts, task_to_parts

PAGE_WALL_S = 60.0  # for one page, on a machine however busy; the processor's limit comes first
_MOST_ANSWER_BYTES = 256 * 1024 * 1024  # a reader that says more has lost its mind


class _Line(Protocol):
    """The connection to one reader; no stream, which would wake whoever waits four times an answer."""

    def __init__(self, connection: socket) -> None:
        self.connection = connection
        self._transport: Transport
        self._heard = bytearray()
        self._wanted: Callable[[bytearray], Any] = _greeting
        self._answer: Future[Any] = get_running_loop().create_future()
        """Of what is ``_wanted`` now; the greeting comes unasked."""

    async def greeted(self) -> None:
        """Wait until the reader is ready."""
        await self._answer

    async def ask(self, task: Task) -> Reading:
        """Have ``task`` read; one at a time. Raises as ``_reading`` does, and ConnectionError."""
        if self._transport.is_closing():
            raise ConnectionError
        self._wanted, self._answer = _reading, get_running_loop().create_future()
        parts = task_to_parts(task)
        self._transport.write(b"".join((header_of(parts), *parts)))
        found: Reading = await self._answer
        return found

    def hang_up(self) -> None:
        """Let the reader end, at once and without the event loop, which may have ended already."""
        with suppress(OSError):
            self.connection.shutdown(SHUT_RDWR)
        with suppress(RuntimeError):
            self._transport.close()

    def connection_made(self, transport: BaseTransport) -> None:
        assert isinstance(transport, Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._answer.done():  # nobody asked for it, or has given up
            self.hang_up()
            return
        self._heard += data
        try:
            found = self._wanted(self._heard)
        except (ValueError, KeyError, TypeError) as error:
            self._answer.set_exception(error)
        else:
            if found is not None:
                self._heard.clear()
                self._answer.set_result(found)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(error or ConnectionError())


def _greeting(heard: bytearray) -> bytes | None:
    """Read the greeting; None: there is more to come."""
    return bytes(heard) if len(heard) >= len(GREETING) else None


def _reading(heard: bytearray) -> Reading | None:
    """Read an answer; None: more is to come. Raises ValueError, KeyError, TypeError for what is none."""
    count = heard[0]
    start = 1 + 4 * count
    if len(heard) < start:
        return None
    lengths = lengths_of(count, bytes(heard[1:start]))
    if sum(lengths) > _MOST_ANSWER_BYTES:
        raise ValueError("an answer without end")
    ends = list(accumulate(lengths, initial=start))
    if len(heard) < ends[-1]:
        return None
    return reading_of_parts([bytes(heard[begin:end]) for begin, end in pairwise(ends)])


class Readers:
    """Reads as ``Reader`` does, in other processes."""

    def __init__(self, nursery: Nursery, *, count: int | None = None) -> None:
        """``count`` readers at most, made when they are needed; None: one a core."""
        self._nursery = nursery
        self._free: Queue[_Line | None] = Queue()
        self._lines: set[_Line] = set()
        for _ in range(count or _cores()):
            self._free.put_nowait(None)

    async def read(self, task: Task) -> Reading:
        """Read and judge ``task``; a page that ends its reader has a ``problem``.

        Raises TroubleError when no reader can be made: that is no page's fault.
        """
        line = await self._free.get()
        sound = None
        try:
            line = line or await self._open()
        except BaseException:
            self._free.put_nowait(None)
            raise
        try:
            async with timeout(PAGE_WALL_S):
                reading = await line.ask(task)
            if not reading.problem:  # else its memory may be in a sorry state
                sound = line
        except (OSError, TimeoutError, ValueError, KeyError, TypeError):
            problem = "the page broke the reader: it took too much time or memory, or ended it"
            return Reading(problem=problem, records=pack(task.exchange, task.fetched_at))
        else:
            return reading
        finally:
            if sound is None:
                line.hang_up()
                self._lines.discard(line)
            self._free.put_nowait(sound)

    def close(self) -> None:
        """Hang up; readers and nursery end."""
        for line in self._lines:
            line.hang_up()
        self._nursery.close()

    async def _open(self) -> _Line:
        try:
            line = _Line(self._nursery.birth())
            await get_running_loop().create_unix_connection(lambda: line, sock=line.connection)
            self._lines.add(line)
            async with timeout(PAGE_WALL_S):
                await line.greeted()
        except (OSError, TimeoutError) as error:
            raise TroubleError(
                "no process can be started to read pages; free some memory and crawl again"
            ) from error
        return line


def _cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
