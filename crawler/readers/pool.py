"""Hands pages to the readers, one to each at a time; a reader that fails at its page is replaced."""

import asyncio
import os
from asyncio import IncompleteReadError, Queue, StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket

from blocklist.errors import TroubleError
from crawler.readers.nursery import GREETING, Nursery
from crawler.readers.reading import Reading, Task
from crawler.readers.warc import pack
from crawler.readers.wire import header_of, lengths_of, reading_of_parts, task_to_parts

PAGE_WALL_S = 60.0  # for one page, on a machine however busy; the processor's limit comes first
_MOST_ANSWER_BYTES = 256 * 1024 * 1024  # a reader that says more has lost its mind


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The connection to one reader."""

    connection: socket
    incoming: StreamReader
    outgoing: StreamWriter

    def hang_up(self) -> None:
        """Let the reader end, at once and without the event loop, which may have ended already."""
        with suppress(OSError):
            self.connection.shutdown(SHUT_RDWR)
        with suppress(RuntimeError):
            self.outgoing.close()

    async def ask(self, task: Task) -> Reading:
        parts = task_to_parts(task)
        self.outgoing.writelines((header_of(parts), *parts))
        await self.outgoing.drain()
        count = (await self.incoming.readexactly(1))[0]
        lengths = lengths_of(count, await self.incoming.readexactly(4 * count))
        if sum(lengths) > _MOST_ANSWER_BYTES:
            raise ValueError("an answer without end")
        return reading_of_parts([await self.incoming.readexactly(length) for length in lengths])


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
            async with asyncio.timeout(PAGE_WALL_S):
                reading = await line.ask(task)
            if not reading.problem:  # else its memory may be in a sorry state
                sound = line
        except (IncompleteReadError, ConnectionError, TimeoutError, ValueError, KeyError, TypeError):
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
            connection = self._nursery.birth()
            line = _Line(connection, *await asyncio.open_unix_connection(sock=connection))
            self._lines.add(line)
            async with asyncio.timeout(PAGE_WALL_S):
                await line.incoming.readexactly(len(GREETING))
        except (OSError, IncompleteReadError, TimeoutError) as error:
            raise TroubleError(
                "no process can be started to read pages; free some memory and crawl again"
            ) from error
        return line


def _cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
