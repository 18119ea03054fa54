"""What one writer brings into SQLite: ``python tests/bench/ledger.py [--links 100000] [--folder ON_DISK]``.

The store's whole part of a link, by the calls that a leader makes: taken in (``shares.add``), handed out
(``lease``, ``circumstances``), its visit stored (``complete_many``) with capture, verdict and evidence, each
batch one transaction with ``synchronous=FULL``. Told for each fifth of the links, since tables grow; then a
transaction for each visit. Last the disk alone: how long an fsync takes that has something to write.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script: `tests` is no installed package

from blocklist.model import Archived, Capture, Hop, Label, Link, Share, Surface
from blocklist.store import Visit, Workspace, open_workspace
from blocklist.urls import parse_url
from tests.list_makers import NOW, judgement

BATCH = 200
"""As ``crawler.cluster.leader`` has it."""
OFFERS = 0.05
"""Of all pages; their verdicts carry evidence."""
STEPS = ("intake", "handing out", "storing")


class Clock:
    """Seconds of wall and of processor, by step."""

    def __init__(self) -> None:
        self.wall: defaultdict[str, float] = defaultdict(float)
        self.cpu: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[step] += time.perf_counter() - wall
        self.cpu[step] += time.process_time() - cpu


def visit(link: Link, policy: str) -> Visit:
    """Make the visit to ``link`` that a worker would bring."""
    offer = link.id % round(1 / OFFERS) == 0
    capture = Capture(
        link=link.id, fetched_at=NOW, final_url=link.url, status=200, content_type="text/html; charset=utf-8",
        hops=(Hop(url=link.url, status=200, via="landing"),), peer="192.0.2.7", body_bytes=69_000,
        body_sha256=f"{link.id:064x}", archived=Archived(file="run.warc.gz", offset=link.id, length=9_000),
    )  # fmt: skip
    judged = judgement(Label.CONTRABAND if offer else Label.CLEAR, policy=policy)
    return Visit(
        capture=capture, judgement=judged, title="All for the garden", due_at=NOW + timedelta(days=2)
    )


def bring(workspace: Workspace, numbers: range, clock: Clock, batch: int) -> None:
    policy = workspace.policy.digest
    for start in range(numbers.start, numbers.stop, batch):
        some = range(start, min(start + batch, numbers.stop))
        urls = [parse_url(f"http://h{number // 4}.example/{number}") for number in some]
        with clock.of(STEPS[0]):
            workspace.shares.add([Share(url=url, surface=Surface.GROUP) for url in urls], now=NOW)
        with clock.of(STEPS[1]):
            links = workspace.links.lease("cluster-bench", now=NOW, limit=batch)
            for link in links:
                workspace.links.circumstances(link)
        visits = [("cluster-bench", visit(link, policy)) for link in links]
        with clock.of(STEPS[2]):
            workspace.links.complete_many(visits, now=NOW)


def fsync_ms(folder: Path, times: int = 200) -> float:
    with (folder / "probe").open("wb") as file:
        began = time.perf_counter()
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - began) / times * 1000


def tell(name: str, links: int, clock: Clock) -> None:
    each = "".join(
        f"{clock.wall[step] / links * 1e3:9.3f} ({clock.cpu[step] / links * 1e3:.3f})" for step in STEPS
    )
    print(
        f"{name:26}{each}{links / clock.wall[STEPS[2]]:12,.0f}{links / sum(clock.wall.values()):10,.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--links", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where to write; some 3 kB a link")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as name,
        open_workspace(Path(name), create=True) as workspace,
    ):
        print(
            f"{'ms a link, wall (CPU)':26}" + "".join(f"{step:>17}" for step in STEPS),
            "  verdicts/s   links/s",
        )
        fifth = asked.links // 5
        for start in range(0, 5 * fifth, fifth):
            clock = Clock()
            bring(workspace, range(start, start + fifth), clock, BATCH)
            tell(f"{start + fifth:,} links, by {BATCH}", fifth, clock)
        clock, few = Clock(), 500
        bring(workspace, range(5 * fifth, 5 * fifth + few), clock, 1)
        tell("one by one", few, clock)
        size = sum(each.stat().st_size for each in Path(name).glob("*") if each.is_file())
        print(
            f"{size / (5 * fifth + few):,.0f} bytes a link on disk; "
            f"an fsync takes {fsync_ms(Path(name)):.2f} ms here"
        )


if __name__ == "__main__":
    main()
