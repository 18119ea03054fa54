"""A loopback web of thousands of hosts that notes who asked for what, and when: it judges our manners.

A process of its own (``python -m tests.farm LOG``), one asyncio loop, so that its clock is one and its notes
are in order. What a host does is told by its name up to the first ``-``; see ``ROBOTS`` and ``_said``. At the
end (SIGTERM) it writes a line a request to LOG: host, path, when it came, when the answer was out (seconds of
a monotonic clock), status.
"""

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import ClassVar

from tests.mortal import MORTAL

CRAWL_DELAY_S = 0.4
RETRY_AFTER_S = 2
SLOWEST_S = 0.03
ROBOTS = {
    "slow": b"User-agent: *\nCrawl-delay: 0.4\n",
    "closed": b"User-agent: *\nDisallow: /no\n",
    "broken": None,
}
"""robots.txt by kind of host; None: it answers 500; others have none."""
WORDS = ("garden", "bird", "bee", "tree", "flower", "seed", "spade", "river", "hill", "bench", "stone")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the farm noted it."""

    host: str
    path: str
    came: float
    answered: float
    status: int

    @property
    def kind(self) -> str:
        return self.host.partition("-")[0]


def _page(host: str, path: str) -> bytes:
    dice = random.Random(host + path)
    text = "".join(f"<p>{' '.join(dice.choices(WORDS, k=12))}</p>" for _ in range(8))
    return f"<!doctype html><title>{host} {path}</title><h1>A friendly page</h1>{text}".encode()


class Farm(asyncio.Protocol):
    notes: ClassVar[list[Asked]] = []
    refused: ClassVar[Counter[str]] = Counter()
    dice = random.Random(5)
    left: ClassVar[set["asyncio.Task[None]"]] = set()

    def __init__(self) -> None:
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while (end := self._asked.find(b"\r\n\r\n")) >= 0:
            request, self._asked = self._asked[:end].decode(), self._asked[end + 4 :]
            path = request.split(" ", 2)[1]
            host = request.partition("ost: ")[2].partition("\r\n")[0]
            task = asyncio.get_running_loop().create_task(self._answer(host, path, monotonic()))
            self.left.add(task)
            task.add_done_callback(self.left.discard)

    async def _answer(self, host: str, path: str, came: float) -> None:
        await asyncio.sleep(self.dice.random() * SLOWEST_S)
        status, fields, body = self._said(host, path)
        fields += f"Content-Type: text/html\r\nContent-Length: {len(body)}\r\n"
        # Before and not after the write: the client may have it before this process runs again.
        answered = monotonic()
        if not self._transport.is_closing():
            self._transport.write(f"HTTP/1.1 {status} Said\r\n{fields}\r\n".encode() + body)
        self.notes.append(Asked(host, path, came, answered, status))

    def _said(self, host: str, path: str) -> tuple[int, str, bytes]:
        kind = host.partition("-")[0]
        if path == "/robots.txt":
            rules = ROBOTS.get(kind, b"")
            return (500, "", b"") if rules is None else (200, "", rules) if rules else (404, "", b"")
        if kind in {"busy", "tired"} and not self.refused[host]:
            self.refused[host] += 1
            return 429, f"Retry-After: {RETRY_AFTER_S}\r\n" if kind == "busy" else "", b""
        return 200, "", _page(host, path)


async def serve(log: Path) -> None:
    """Serve until terminated, then write the notes."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    server = await asyncio.get_running_loop().create_server(Farm, "127.0.0.1", 0, backlog=1024)
    print(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await over.wait()
    with log.open("w") as out:
        for one in sorted(Farm.notes, key=lambda one: one.came):
            out.write(f"{one.host} {one.path} {one.came} {one.answered} {one.status}\n")


@contextmanager
def farm(log: Path) -> Iterator[str]:
    """Run the farm; gives its address. Its notes are in ``log`` afterwards."""
    command = [*MORTAL, sys.executable, "-m", "tests.farm", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            process.terminate()


def notes(log: Path) -> list[Asked]:
    """Read what the farm noted, in the order of arrival."""
    found = []
    for line in log.read_text().splitlines():
        host, path, came, answered, status = line.split(" ")
        found.append(Asked(host, path, float(came), float(answered), int(status)))
    return found


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
