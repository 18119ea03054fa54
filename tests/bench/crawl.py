"""Pages per CPU-second of the whole crawl beside Scrapy that only fetches: ``python tests/bench/crawl.py``.

One server on loopback, in a process of its own, one page a host, as shared links are. Each row is a process
of its own, measured with all its children (user and system time); what a crawl of a single page costs is
taken off, so that loading programs and words counts for neither side. "bare" fetches and drops; "whole" is
fetch, hops, read, judge, WARC with fsync, verdicts with fsync. Takes the median of ``--rounds``. About two
minutes at 1,000 pages; trust the ratios, not the milliseconds. Stands apart from the test run.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url

VARIANTS = 40  # different pages
PAGE_BYTES = 45_000  # of a real page, on average
SPIDER = """
import json, sys
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from twisted.internet.address import IPv4Address

order = json.loads(sys.argv[1])
got = []

class ToTheServer:
    def __init__(self, reactor, address):
        self.reactor, self.address = reactor, address

    @classmethod
    def from_crawler(cls, crawler, reactor):
        return cls(reactor, crawler.settings["SERVER"])

    def install_on_reactor(self):
        self.reactor.installNameResolver(self)

    def resolveHostName(self, receiver, name, *_, **__):
        host, _, port = self.address.rpartition(":")
        receiver.resolutionBegan(self)
        receiver.addressResolved(IPv4Address("TCP", host, int(port)))
        receiver.resolutionComplete()
        return self

class Bare(Spider):
    name = "bare"
    start_urls = order["urls"]

    def parse(self, response):
        got.append(len(response.body))

process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, **order["settings"]})
process.crawl(Bare)
process.start()
print(len(got))
"""

Spent = tuple[float, float]
"""CPU and wall seconds."""


def main() -> None:
    """Measure every row in turn, round by round, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=1)
    options = arguments.parse_args()
    with served() as address:
        rows: dict[str, Callable[[int], Spent]] = {
            "bare Scrapy, defaults": lambda n: bare(n, address),
            "bare Scrapy, CONCURRENT_ITEMS=1": lambda n: bare(n, address, CONCURRENT_ITEMS=1),
            "bare Scrapy, robots": lambda n: bare(n, address, ROBOTSTXT_OBEY=True),
            "whole crawl, no robots": lambda n: whole(n, address, robots=False),
            "whole crawl, robots": lambda n: whole(n, address, robots=True),
        }
        measured: dict[str, list[Spent]] = {name: [] for name in rows}
        for _ in range(options.rounds):
            for name, run in rows.items():
                start, full = run(1), run(options.pages)
                count = options.pages - 1
                measured[name].append(((full[0] - start[0]) / count, (full[1] - start[1]) / count))
    report(measured, options.pages)


def report(measured: dict[str, list[Spent]], pages: int) -> None:
    """Print a table: milliseconds of CPU and pages a second, and the ratio to the first row."""
    print(f"{pages} hosts, one page of {PAGE_BYTES // 1000} KB each; {os.cpu_count()} cores, server included")
    print(f"{'':34}{'CPU ms/page':>12}{'pages/CPU-s':>13}{'pages/s':>9}{'x first':>9}{'x robots':>10}")
    cpu = {name: statistics.median(each[0] for each in spent) for name, spent in measured.items()}
    first, robots = next(iter(cpu.values())), cpu["bare Scrapy, robots"]
    for name, spent in measured.items():
        wall = statistics.median(each[1] for each in spent)
        ratios = f"{first / cpu[name]:9.2f}{robots / cpu[name]:10.2f}"
        print(f"{name:34}{cpu[name] * 1000:12.2f}{1 / cpu[name]:13.0f}{1 / wall:9.0f}{ratios}")


# --- the two sides ------------------------------------------------------------------------------------


def bare(pages: int, address: str, **settings: object) -> Spent:
    """Fetch with Scrapy and nothing else; every name leads to the server as it does for us."""
    resolver = {"TWISTED_DNS_RESOLVER": "__main__.ToTheServer", "SERVER": address}
    order = {"urls": urls(pages), "settings": {**resolver, **settings}}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(SPIDER)
        out, spent = timed([sys.executable, str(script), orjson.dumps(order).decode()])
    assert int(out) == pages, out
    return spent


def whole(pages: int, address: str, *, robots: bool) -> Spent:
    """Crawl as ``linkgazette crawl`` does, in a workspace of the moment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = f'[crawl]\nresolve = "{address}"\ndelay = 0.0\nrobots = {str(robots).lower()}\n'
        (folder / "linkgazette.toml").write_text(settings)
        with open_workspace(folder, create=True) as workspace:
            shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls(pages)]
            workspace.shares.add(shares, now=datetime.now(UTC))
        order = orjson.dumps({"workspace": name}).decode()
        out, spent = timed([sys.executable, "-P", "-m", "crawler.fetch.worker", order])
    told = orjson.loads(out.splitlines()[-1])["report"]
    assert (told["visited"], told["failures"]) == (pages, {}), told
    return spent


def urls(pages: int) -> list[str]:
    return [f"http://h{number}.example/" for number in range(pages)]


def timed(command: list[str]) -> tuple[bytes, Spent]:
    """Run to the end; return standard output, and what the process and its children took."""
    started = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    assert process.returncode == 0, command
    return out, (usage.ru_utime + usage.ru_stime, wall)


# --- the server ---------------------------------------------------------------------------------------


@contextmanager
def served() -> Iterator[str]:
    """Start the server; gives ``127.0.0.1:PORT``."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, __file__, "--serve"], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            process.terminate()


class Answers(asyncio.Protocol):
    """Says the same page to a host every time, 404 to /robots.txt; as little work as can be."""

    def __init__(self, pages: list[bytes]) -> None:
        self._pages = pages
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while (end := self._asked.find(b"\r\n\r\n")) >= 0:
            request, self._asked = self._asked[:end], self._asked[end + 4 :]
            if b" /robots.txt " in request:
                self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                self._transport.write(self._pages[len(request) * 7 % len(self._pages)])


async def serve() -> None:
    """Serve until terminated."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    answers = [head % len(body) + body for body in map(page, range(VARIANTS))]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answers(answers), "127.0.0.1", 0, backlog=512)
    host, port = server.sockets[0].getsockname()
    print(f"{host}:{port}", flush=True)
    await server.serve_forever()


def page(number: int) -> bytes:
    """Write a shop for gardeners, half in English and half in Chinese, with the markup that shops have."""
    goods = (
        "seeds",
        "spades",
        "bird tables",
        "watering cans",
        "beehives",
        "种子",
        "花盆",
        "园艺手套",
        "喂鸟器",
    )
    menu = "".join(f'<li class="nav-item"><a href="/{each}">{each}</a></li>' for each in goods)
    title = f"<title>Garden {number}</title><meta name=description content='All for the garden'>"
    parts = [f"<!doctype html><html lang=en><meta charset=utf-8>{title}<nav><ul>{menu}</ul></nav><main>"]
    size = 0
    while size < PAGE_BYTES:
        here = len(parts)
        item = goods[(number + here) % len(goods)]
        said = "Made to last, tried by our own gardeners in all weathers; 耐用 园丁亲自试用"
        parts.append(
            f'<div class="card product-{here}"><a href="/p/{here}"><img src="/i/{here}.jpg" alt="{item}"></a>'
            f'<h3>{item} no. {here * number % 97}</h3><p class="text-muted small">{said}</p>'
            f'<span class="price">$ {here % 40}.50</span><button>Add to cart</button></div>'
        )
        size += len(parts[-1].encode())
    return "".join((*parts, "</main><footer>Garden friends, open daily</footer>")).encode()


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        asyncio.run(serve())
    else:
        main()
