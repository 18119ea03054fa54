"""How long a new link waits for its verdict: ``python tests/bench/delay.py [--rate 100] [--seconds 20]``.

Links come in as reports do, so many a second, each on a host of its own, while workers watch (as ``crawl
--watch`` starts them) and the benchmark's server answers. Printed is the time from a link's being due to its
verdict: fetch of robots.txt, the host's delay, fetch of the page, reading, judging and the flush to disk.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
from crawl import served

from blocklist.model import Share, Surface
from blocklist.store import Workspace, open_workspace
from blocklist.urls import parse_url

WARM = 20  # links before the clock starts: loading programs and words is nobody's delay
BATCHES = 10  # reports a second
_WAITS = """
SELECT (julianday(min(decided_at)) - julianday(first_seen)) * 86400
FROM links JOIN verdicts ON verdicts.link = links.id WHERE links.id > ? GROUP BY links.id
"""


def main() -> None:
    """Serve, watch, share, wait, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rate", type=int, default=100, help="links a second")
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--workers", type=int, default=os.cpu_count())
    arguments.add_argument("--delay", type=float, default=1.0, help="[crawl] delay, in seconds")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, served() as (address, _, size):
        folder, links = Path(name), options.rate * options.seconds
        settings = f'[crawl]\nresolve = "{address}"\ndelay = {options.delay}\nconcurrency = 64\n'
        (folder / "linkgazette.toml").write_text(settings)
        with open_workspace(folder, create=True) as workspace:
            waits = measure(workspace, folder, options.rate, options.seconds, options.workers)
    assert len(waits) == links, f"{links - len(waits)} links without a verdict"
    cuts = statistics.quantiles(waits, n=20)
    told = f"{options.rate} links a second for {options.seconds} s, pages of {size / 1000:.0f} KB"
    print(f"{told}, {options.workers} workers, delay {options.delay} s, load {os.getloadavg()[0]:.1f}")
    print(f"due to verdict: median {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, most {max(waits):.2f} s")


def measure(workspace: Workspace, folder: Path, rate: int, seconds: int, workers: int) -> list[float]:
    """Return the seconds that each link waited."""
    order = orjson.dumps({"workspace": str(folder), "watch": True}).decode()
    command = [sys.executable, "-P", "-m", "crawler.worker", order]
    watching = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) for _ in range(workers)
    ]
    try:
        share(workspace, range(WARM))
        wait_for(workspace, WARM)
        started, size = time.monotonic(), rate // BATCHES
        for batch in range(BATCHES * seconds):
            share(workspace, range(WARM + batch * size, WARM + (batch + 1) * size))
            time.sleep(max(0.0, started + (batch + 1) / BATCHES - time.monotonic()))
        wait_for(workspace, WARM + rate * seconds)
    finally:
        for worker in watching:
            assert worker.stdin is not None
            worker.stdin.close()  # the command died: they end
            worker.wait()
    return [wait for (wait,) in workspace.database.rows(_WAITS, (WARM,))]


def share(workspace: Workspace, numbers: range) -> None:
    """Report links."""
    shares = [Share(url=parse_url(f"http://h{each}.example/"), surface=Surface.GROUP) for each in numbers]
    workspace.shares.add(shares, now=datetime.now(UTC))


def wait_for(workspace: Workspace, links: int) -> None:
    """Wait until so many links have a verdict, or nothing moves."""
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        if workspace.database.value("SELECT count(DISTINCT link) FROM verdicts") >= links:
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main()
