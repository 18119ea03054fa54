"""How long a report waits for its verdict: ``python tests/bench/delay.py [--rate 20] [--seconds 20]``.

Reports are posted to a running ``serve`` over HTTP, so many links a second, each on a host of its own, while
workers watch (as ``crawl --watch`` starts them) and the benchmark's server answers. Printed is the time from
the moment before the POST, by the reporter's clock, to the verdict: the answer 202, fetch of robots.txt, the
host's delay, fetch of the page, reading, judging and the flush to disk.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.request import Request, urlopen

import orjson
from crawl import served

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script: `tests` is no installed package

from blocklist.store import Workspace, open_workspace
from tests.service_process import a_key, serving

WARM = 20  # links before the clock starts: loading programs and words is nobody's delay
BATCHES = 10  # reports a second
_DECIDED = "SELECT url, min(decided_at) FROM links JOIN verdicts ON link = links.id GROUP BY links.id"


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
        crawl = f'[crawl]\nresolve = "{address}"\ndelay = {options.delay}\nconcurrency = 64\n'
        (folder / "linkgazette.toml").write_text(crawl + "[serve]\nkey_per_minute = 100000\n")
        key = a_key(folder, "--daily", "100000000")
        with (
            serving(folder, log=folder / "service.log") as service,
            open_workspace(folder, create=True) as workspace,
        ):
            platform = Platform(f"{service.public}/api/shares", key)
            waits = measure(workspace, platform, options.rate, options.seconds, options.workers)
    assert len(waits) == links, f"{links - len(waits)} links without a verdict"
    cuts = statistics.quantiles(waits, n=20)
    told = f"{options.rate} links a second for {options.seconds} s, pages of {size / 1000:.0f} KB"
    print(f"{told}, {options.workers} workers, delay {options.delay} s, load {os.getloadavg()[0]:.1f}")
    print(f"report to verdict: median {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, most {max(waits):.2f} s")


@dataclass
class Platform:
    """Reports links over HTTP, and remembers when it began to say so."""

    address: str
    key: str
    said: dict[str, datetime] = field(default_factory=dict)

    def report(self, numbers: range) -> None:
        """Report links; what is answered is on disk."""
        urls = [f"http://h{each}.example/" for each in numbers]
        request = Request(
            self.address,
            data=orjson.dumps([{"url": url, "surface": "group"} for url in urls]),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        self.said.update(dict.fromkeys(urls, datetime.now(UTC)))
        with urlopen(request, timeout=30) as answer:
            assert answer.status == HTTPStatus.ACCEPTED


def measure(workspace: Workspace, platform: Platform, rate: int, seconds: int, workers: int) -> list[float]:
    """Return the seconds that each report waited."""
    order = orjson.dumps({"workspace": str(workspace.path), "watch": True}).decode()
    command = [sys.executable, "-P", "-m", "crawler.worker", order]
    watching = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) for _ in range(workers)
    ]
    try:
        platform.report(range(WARM))
        wait_for(workspace, WARM)
        started, size = time.monotonic(), rate // BATCHES
        for batch in range(BATCHES * seconds):
            platform.report(range(WARM + batch * size, WARM + (batch + 1) * size))
            time.sleep(max(0.0, started + (batch + 1) / BATCHES - time.monotonic()))
        wait_for(workspace, WARM + rate * seconds)
    finally:
        for worker in watching:
            assert worker.stdin is not None
            worker.stdin.close()  # the command died: they end
            worker.wait()
    decided = {url: datetime.fromisoformat(at) for url, at in workspace.database.rows(_DECIDED)}
    warm = {f"http://h{each}.example/" for each in range(WARM)}
    return [
        (decided[url] - at).total_seconds()
        for url, at in platform.said.items()
        if url in decided and url not in warm
    ]


def wait_for(workspace: Workspace, links: int) -> None:
    """Wait until so many links have a verdict, or nothing moves."""
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        if workspace.database.value("SELECT count(DISTINCT link) FROM verdicts") >= links:
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main()
