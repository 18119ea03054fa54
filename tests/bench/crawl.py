"""Pages per CPU-second of the whole crawl beside others: ``python tests/bench/crawl.py [--pages N]``.

One server on loopback in a process of its own (``crawl_server``), one landing page of some 69 KB a host, as
shared links are. Each row is a process of its own, measured with all its children (user and system time);
what a crawl of a few pages costs is taken off, so that loading programs and words counts for nobody. "whole"
is fetch, hops, read, judge, verdicts with fsync; with WARC and robots.txt also the evidence with fsync and a
second request a host. Rounds are interleaved; printed are medians and the ratios' spread. Trust the ratios,
not the milliseconds. Needs ``uv pip install --group bench``; stands apart from the test run.
"""

import argparse
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

HERE = Path(__file__).parent
FIRST = 20  # pages of the crawl that is taken off
NO_WARC = """
import sys
from crawler.readers import reading
reading.pack = lambda *_: None
from crawler.worker import main
sys.exit(main())
"""
"""The worker without evidence: an experiment, no setting."""

ONE, TWO = "whole, WARC and robots", "whole, WARC and robots, two workers"
Spent = tuple[float, float]
"""CPU and wall seconds."""


def main() -> None:
    """Measure every row in turn, round by round, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=500)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--tls", action="store_true", help="HTTPS; crawlee and the glue are left out")
    arguments.add_argument("--both", action="store_true", help="HTTP, then HTTPS, in one run")
    arguments.add_argument("--rows", default="", help="only rows with this in their name")
    options = arguments.parse_args()
    with served() as (plain, secure, size):
        schemes = ("http", "https") if options.both else ("https",) if options.tls else ("http",)
        for scheme in schemes:
            found = table(secure if scheme == "https" else plain, scheme)
            rows = {name: run for name, run in found.items() if options.rows in name}
            told = f"one {scheme} page of {size / 1000:.0f} KB each"
            print(f"{options.pages} hosts, {told}; {os.cpu_count()} cores")
            report(measure(rows, options.pages, options.rounds))


def measure(rows: dict[str, Callable[[int], Spent]], pages: int, rounds: int) -> dict[str, list[Spent]]:
    """Run every row in turn, round by round; return what a page took each time."""
    measured: dict[str, list[Spent]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, run in rows.items():
            start, full = run(FIRST), run(pages)
            count = pages - FIRST
            measured[name].append(((full[0] - start[0]) / count, (full[1] - start[1]) / count))
            print(f"  {name}: {measured[name][-1][0] * 1000:.2f} ms", file=sys.stderr, flush=True)
    return measured


def table(address: str, scheme: str) -> dict[str, Callable[[int], Spent]]:
    """Name every row."""

    def rival(name: str, **settings: object) -> Callable[[int], Spent]:
        return lambda pages: beside(name, pages, address, scheme, settings)

    def ours(*, robots: bool, warc: bool, workers: int = 1) -> Callable[[int], Spent]:
        return lambda pages: whole(pages, address, scheme, robots=robots, warc=warc, workers=workers)

    found = {
        "bare Scrapy": rival("bare"),
        "bare Scrapy, CONCURRENT_ITEMS=1": rival("bare", CONCURRENT_ITEMS=1),
        "bare Scrapy, robots": rival("bare", ROBOTSTXT_OBEY=True),
        "whole, no WARC, no robots": ours(robots=False, warc=False),
        ONE: ours(robots=True, warc=True),
        TWO: ours(robots=True, warc=True, workers=2),
        "same judge, loop by hand": rival("loop"),
    }
    if scheme == "http":
        found["same judge, crawlee"] = rival("crawlee")
        found["Scrapy + BeautifulSoup + scikit-learn"] = rival("glue")
    return found


def report(measured: dict[str, list[Spent]]) -> None:
    """Print a row each: CPU a page, wall, and how many times as fast as the two bare ones."""
    bases = [name for name in ("bare Scrapy", "bare Scrapy, robots") if name in measured]
    print(f"{'':40}{'CPU ms/page':>12}{'pages/s':>9}" + "".join(f"  x {base:24}" for base in bases))
    for name, spent in measured.items():
        cpu, wall = (statistics.median(column) for column in zip(*spent, strict=True))
        line = f"{name:40}{cpu * 1000:12.2f}{1 / wall:9.0f}"
        for base in bases:
            ratios = [other[0] / own[0] for other, own in zip(measured[base], spent, strict=True)]
            line += f"  {statistics.median(ratios):5.2f} ({min(ratios):.2f} to {max(ratios):.2f})" + " " * 6
        print(line.rstrip())
    if ONE in measured and TWO in measured:
        walls = [one[1] / two[1] for one, two in zip(measured[ONE], measured[TWO], strict=True)]
        print(f"two workers: {statistics.median(walls):.2f} times the pages a second (the server too)")


# --- the two sides ------------------------------------------------------------------------------------


def beside(name: str, pages: int, address: str, scheme: str, settings: dict[str, object]) -> Spent:
    """Run a rival."""
    order = {"urls": urls(pages, scheme), "address": address, "settings": settings}
    out, spent = timed([sys.executable, str(HERE / "crawl_rivals.py"), name, orjson.dumps(order).decode()])
    assert int(out[0].split()[-1]) == pages, out
    return spent


def whole(pages: int, address: str, scheme: str, *, robots: bool, warc: bool, workers: int) -> Spent:
    """Crawl as ``linkgazette crawl`` does, in a workspace of the moment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = f'[crawl]\nresolve = "{address}"\ndelay = 0.0\nrobots = {str(robots).lower()}\n'
        (folder / "linkgazette.toml").write_text(settings)
        with open_workspace(folder, create=True) as workspace:
            shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls(pages, scheme)]
            workspace.shares.add(shares, now=datetime.now(UTC))
        how = ["-m", "crawler.worker"] if warc else ["-c", NO_WARC]
        command = [sys.executable, "-P", *how, orjson.dumps({"workspace": name}).decode()]
        outs, spent = timed(*[command] * workers)
    told = [orjson.loads(out.splitlines()[-1])["report"] for out in outs]
    assert sum(each["visited"] for each in told) == pages, told
    assert not any(each["failures"] for each in told), told
    return spent


def urls(pages: int, scheme: str) -> list[str]:
    return [f"{scheme}://h{number}.example/" for number in range(pages)]


def timed(*commands: list[str]) -> tuple[list[bytes], Spent]:
    """Run to the end, side by side; return standard outputs, and what processes and their children took."""
    started, cpu, outs = time.monotonic(), 0.0, []
    pipe, none = subprocess.PIPE, subprocess.DEVNULL
    running = [subprocess.Popen(command, stdin=none, stdout=pipe) for command in commands]
    for process in running:
        assert process.stdout is not None
        outs.append(process.stdout.read())
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, process.args
        cpu += usage.ru_utime + usage.ru_stime
    return outs, (cpu, time.monotonic() - started)


@contextmanager
def served(later_s: float = 0.0) -> Iterator[tuple[str, str, int]]:
    """Start the server; gives its plain and its TLS address, and how large its pages are on average."""
    command = [sys.executable, str(HERE / "crawl_server.py"), str(later_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            plain, secure, size = process.stdout.readline().split()
            yield f"127.0.0.1:{int(plain)}", f"127.0.0.1:{int(secure)}", int(size)
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
