"""Are we polite? The farm's own log says so: ``python -m tests.manners [--requests 50000] [--workers 2]``.

Some hosts just serve, some ask for a Crawl-delay, disallow a part, cannot serve their robots.txt, or answer
429 with and without Retry-After. Two crawl processes visit all of them at once, several links of a host at a
time; every request the farm saw is then held against the rules. Prints the counts and exits with 1 when there
is any violation.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import monotonic

import orjson

from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.fetch.politeness import BACK_OFF_S
from tests.farm import CRAWL_DELAY_S, RETRY_AFTER_S, Asked, farm, notes

DELAY_S = 0.1
PAGES = 16
"""Links of one host."""
CONFIG = f"""\
[crawl]
resolve = "{{address}}"
delay = {DELAY_S}
concurrency = 32
concurrency_per_host = 4
retry_base = 1
timeout = 30
lease = 120
"""
KINDS = ["plain"] * 6 + ["slow", "closed", "busy", "broken"]
"""In this proportion; of a hundred hosts one more is ``tired``: 429 without a time costs half a minute."""


def hosts(requests: int) -> list[str]:
    """Name as many hosts as make about so many requests."""
    count = max(len(KINDS), round(requests / (PAGES * 0.89 + 1)))
    tired = count // 100
    return [f"{KINDS[number % len(KINDS)]}-{number}.example" for number in range(count)] + [
        f"tired-{number}.example" for number in range(tired)
    ]


def links(host: str) -> list[str]:
    part = "no/" if host.startswith("closed") else ""
    return [f"http://{host}/{part if number % 2 else ''}{number}" for number in range(PAGES)]


def crawl(folder: Path, workers: int) -> list[dict[str, object]]:
    """Crawl to the end with so many processes; return their reports."""
    order = orjson.dumps({"workspace": str(folder)}).decode()
    command = [sys.executable, "-P", "-m", "crawler.worker", order]
    with ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE))
            for _ in range(workers)
        ]
        said = [orjson.loads(each.stdout.read().splitlines()[-1]) for each in running if each.stdout]
    if errors := [each["error"] for each in said if "error" in each]:
        sys.exit(f"a worker stopped: {errors[0]}")
    return [each["report"] for each in said]


def violations(seen: Sequence[Asked]) -> Iterator[str]:
    """Hold every request against the rules."""
    of: dict[str, list[Asked]] = defaultdict(list)
    for one in seen:
        of[one.host].append(one)
    for host, asked in of.items():
        pages = [one for one in asked if one.path != "/robots.txt"]
        if pages and (asked[0].path != "/robots.txt" or asked[0].answered > pages[0].came):
            yield f"{host}: a page before robots.txt"
        if asked[0].kind == "broken" and pages:
            yield f"{host}: {len(pages)} pages though robots.txt could not be had"
        yield from (f"{host}: {one.path} is disallowed" for one in pages if one.path.startswith("/no/"))
        yield from _gaps(asked)


def _gaps(asked: Sequence[Asked]) -> Iterator[str]:
    kind = asked[0].kind
    for earlier, later in pairwise(asked):
        rest = DELAY_S
        if kind == "slow" and earlier.path != "/robots.txt":
            rest = CRAWL_DELAY_S
        if earlier.status == 429:
            rest = RETRY_AFTER_S if kind == "busy" else BACK_OFF_S
        gap = later.came - earlier.answered
        if gap < rest:
            after = f"{gap:.3f} s after {earlier.path} ({earlier.status})"
            yield f"{later.host}: {later.path} came {after}, not {rest}"


def measure(
    folder: Path, requests: int, workers: int
) -> tuple[list[Asked], list[str], list[dict[str, object]]]:
    """Serve, crawl, judge; return what the farm saw, what was wrong with it, and the workers' reports."""
    log = folder / "farm.log"
    with farm(log) as address:
        (folder / "linkgazette.toml").write_text(CONFIG.format(address=address))
        with open_workspace(folder, create=True) as workspace:
            urls = [parse_url(url) for host in hosts(requests) for url in links(host)]
            shares = [Share(url=url, surface=Surface.GROUP) for url in urls]
            workspace.shares.add(shares, now=datetime.now(UTC))
        reports = crawl(folder, workers)
    seen = notes(log)
    return seen, list(violations(seen)), reports


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=50_000)
    arguments.add_argument("--workers", type=int, default=2)
    options = arguments.parse_args()
    started = monotonic()
    with tempfile.TemporaryDirectory() as name:
        seen, wrong, reports = measure(Path(name), options.requests, options.workers)
    kinds = Counter(one.kind for one in seen)
    print(
        f"{len(seen)} requests of {len({one.host for one in seen})} hosts in {monotonic() - started:.0f} s: "
        + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    )
    print("visits: " + ", ".join(str(report["visited"]) for report in reports))
    print(f"{len(wrong)} violations")
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
