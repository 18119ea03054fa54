"""Crawl workers killed with -9 at random: ``python -m tests.kills [--kills 200] [--links 20000] [--seed 1]``.

Two workers crawl the farm; one after the other is killed without a word at a random moment (while it starts,
fetches, writes evidence or commits) and replaced by another, until so many were killed; then the rest is
crawled to the end. Whatever the moment: no link may be lost, none may have two verdicts, every verdict's
evidence must read back, and the database must be whole. Exits with 1 when anything is not as it should be.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from blocklist.errors import LinkgazetteError
from blocklist.model import Share, Surface
from blocklist.store import Workspace, open_workspace
from blocklist.urls import parse_url
from crawler.fetch.archive import stored_body
from tests.farm import farm, notes

WORKERS = 2
OF_A_HOST = 4
"""Links of one host."""
WHILE_STARTING = 0.15
"""Share of the victims that are killed before they have stored anything."""
CONFIG = """\
[crawl]
resolve = "{address}"
delay = 0
concurrency_per_host = 2
retry_base = 3600
timeout = 30
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the killing came to."""

    links: int
    kills: int
    killed_at_work: int
    """Of these, workers that had stored something and were at the next."""
    lost: int
    """Links without a verdict."""
    twice: int
    """Links with more than one."""
    unreadable: int
    """Verdicts whose evidence does not read back."""
    fetched_again: int
    """Pages the farm served more than once, since nobody knew of the first time."""
    sound: bool
    """Whether SQLite calls the database whole."""
    seconds: float

    @property
    def well(self) -> bool:
        """True: nothing was lost and nothing done twice."""
        return self.sound and not (self.lost or self.twice or self.unreadable)


def kill(folder: Path, *, links: int, kills: int, seed: int) -> Outcome:
    """Share ``links`` links, kill ``kills`` workers, crawl the rest; ``folder`` is an empty one."""
    started, dice, log = time.monotonic(), random.Random(seed), folder / "farm.log"
    with farm(log) as address:
        (folder / "linkgazette.toml").write_text(CONFIG.format(address=address))
        with open_workspace(folder, create=True) as workspace:
            urls = (f"http://plain-{number // OF_A_HOST}.example/{number}" for number in range(links))
            shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls]
            workspace.shares.add(shares, now=datetime.now(UTC))
            at_work = sum(_victims(folder, dice, kills))
            while workspace.links.due(datetime.now(UTC)):
                for worker in [_start(folder) for _ in range(WORKERS)]:
                    _end(worker)
            per_link = dict(workspace.database.rows(PER_LINK))
            sound = workspace.database.value("PRAGMA integrity_check") == "ok"
            gone = unreadable(workspace)
    pages = [one.host + one.path for one in notes(log) if one.path != "/robots.txt"]
    return Outcome(
        links=links,
        kills=kills,
        killed_at_work=at_work,
        lost=links - sum(count > 0 for count in per_link.values()),
        twice=sum(count > 1 for count in per_link.values()),
        unreadable=gone,
        fetched_again=len(pages) - len(set(pages)),
        sound=sound,
        seconds=time.monotonic() - started,
    )


PER_LINK = "SELECT id, (SELECT count(*) FROM verdicts WHERE link = links.id) FROM links"


def _victims(folder: Path, dice: random.Random, kills: int) -> Iterator[bool]:
    """Kill so many workers, the oldest first; tell of each whether it was at work."""
    living = [_start(folder) for _ in range(WORKERS)]
    try:
        for _ in range(kills):
            victim = living.pop(0)
            early = dice.random() < WHILE_STARTING
            at_work = not early and b"progress" in victim.stdout.readline()  # it has stored something
            time.sleep(dice.uniform(0, 1.0))
            victim.kill()
            _end(victim)
            yield at_work
            living.append(_start(folder))
    finally:
        for worker in living:  # they finish what there is
            _end(worker)


def _start(folder: Path) -> "subprocess.Popen[bytes]":
    order = orjson.dumps({"workspace": str(folder)}).decode()
    command = [sys.executable, "-P", "-m", "crawler.worker", order]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    worker.communicate()


def unreadable(workspace: Workspace) -> int:
    found, after = 0, 0
    while batch := workspace.verdicts.kept(after=after, limit=500):
        for verdict, capture in batch:
            after = verdict.link
            try:
                stored_body(workspace.path, capture)
            except LinkgazetteError:
                found += 1
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--links", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = kill(Path(name), links=options.links, kills=options.kills, seed=options.seed)
    print(f"{found.links} links, {found.kills} workers killed ({found.killed_at_work} of them at work)")
    print(f"{found.lost} lost, {found.twice} with two verdicts, {found.unreadable} without their evidence")
    print(f"{found.fetched_again} pages fetched again; database {'whole' if found.sound else 'DAMAGED'}")
    print(f"{found.seconds:.0f} s")
    return 0 if found.well else 1


if __name__ == "__main__":
    sys.exit(main())
