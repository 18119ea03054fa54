"""How many shares a second `intake` stores from a file: `python tests/bench/intake.py [--shares N]`.

JSON Lines with distinct URLs, people, groups, messages and times; every twenty thousand shares are one
transaction, flushed to disk, by one process on one core.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script: `tests` is no installed package


def write_shares(file: Path, count: int) -> None:
    """Write `count` reports: a new link each, of 5,000 accounts in 300 groups on a host in ten."""
    with file.open("w", encoding="utf-8") as out:
        for number in range(count):
            row = {
                "url": f"https://shop{number // 10}.example/offer?id={number}",
                "surface": "group",
                "account": f"u{number * 7919 % 5000}",
                "account_name": "Hardman",
                "group": f"g{number % 300}",
                "group_name": "Hardman meeting room",
                "content_id": f"m{number}",
                "reporter": f"r{number % 100}",
                "shared_at": f"2026-11-{1 + number % 20:02}T08:00:00Z",
            }
            out.write(json.dumps(row) + "\n")


_PROGRAM = (sys.executable, "-c", "from blocklist.cli import main; main()")


@dataclass
class Run:
    """One intake."""

    wall: float
    """Shares a second, with the start of the program."""
    cpu: float
    """Shares a second of CPU, of all its processes."""


def take_in(folder: Path, shares: int, core: int) -> tuple[Run, Run]:
    """Take the file in twice, into a workspace of its own: new, and known."""
    found = []
    for _ in range(2):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(
            [*_PROGRAM, "--workspace", str(folder / "ws"), "intake", str(folder / "shares.jsonl"), "--json"],
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append(Run(wall=shares / took, cpu=shares / cpu))
    shutil.rmtree(folder / "ws")
    return found[0], found[1]


def spread(runs: list[float]) -> tuple[str, str]:
    """Return median, and ends."""
    return f"{statistics.median(runs):,.0f}", f"{min(runs):,.0f} to {max(runs):,.0f}"


def main() -> None:
    """Write a file, take it in again and again, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--shares", type=int, default=200_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    core = min(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name:
        write_shares(Path(name) / "shares.jsonl", given.shares)
        rounds = [take_in(Path(name), given.shares, core) for _ in range(given.rounds)]
    print(f"{given.shares} shares, {given.rounds} rounds on one core, load {os.getloadavg()[0]:.1f}")
    for place, what in enumerate(("new", "known")):
        runs = [pair[place] for pair in rounds]
        wall, cpu = spread([each.wall for each in runs]), spread([each.cpu for each in runs])
        print(f"{what}: {wall[0]} a second ({wall[1]}), {cpu[0]} a CPU second ({cpu[1]})")


if __name__ == "__main__":
    main()
