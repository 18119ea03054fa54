"""How many shares a second `intake` stores from a file: `python tests/bench/intake.py [--shares N]`.

JSON Lines with distinct URLs, people, groups, messages and times; every twenty thousand shares are one
transaction, flushed to disk, by one process on one core. Beside it, on the same file and core: the floor,
where a line is parsed and becomes one row under one index, and what somebody would take who has no such
program, ``sqlite-utils insert``. Both keep people's ids as they come, and check nothing.
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


_FLOOR = """
import sqlite3, sys
import orjson
db = sqlite3.connect(sys.argv[2], isolation_level=None)
db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "CREATE TABLE shares (url TEXT UNIQUE, account TEXT, of TEXT, message TEXT, reporter TEXT, at TEXT);"
    "BEGIN")
with open(sys.argv[1], "rb") as lines:
    for number, line in enumerate(lines, start=1):
        row = orjson.loads(line)
        db.execute("INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?)", (row["url"], row["account"], row["group"],
            row["content_id"], row["reporter"], row["shared_at"]))
        if number % 20_000 == 0:
            db.execute("COMMIT")
            db.execute("BEGIN")
db.execute("COMMIT")
"""
_WAYS = {
    "new": (),
    "known": (),
    "floor, parsed and one row each": (sys.executable, "-c", _FLOOR, "{file}", "{made}"),
    "sqlite-utils insert": (
        *(sys.executable, "-m", "sqlite_utils", "insert"),
        *("{made}", "shares", "{file}", "--nl", "--pk", "url"),
    ),
}


@dataclass
class Run:
    """One intake."""

    wall: float
    """Shares a second, with the start of the program."""
    cpu: float
    """Shares a second of CPU, of all its processes."""


def take_in(folder: Path, shares: int, core: int) -> dict[str, Run]:
    """Take the file in each way; twice into a workspace of its own: new, and known."""
    file = str(folder / "shares.jsonl")
    ours = [*_PROGRAM, "--workspace", str(folder / "ws"), "intake", file, "--json"]
    found = {}
    for number, (name, command) in enumerate(_WAYS.items()):
        made = str(folder / f"{number}.db")
        asked = [part.format(file=file, made=made) for part in command] if "{made}" in command else ours
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(
            asked,
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found[name] = Run(wall=shares / took, cpu=shares / cpu)
    shutil.rmtree(folder / "ws")
    for each in folder.glob("*.db*"):
        each.unlink()
    return found


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
    for what in _WAYS:
        runs = [each[what] for each in rounds]
        wall, cpu = spread([each.wall for each in runs]), spread([each.cpu for each in runs])
        said = f"{what}: {wall[0]} a second ({wall[1]}), {cpu[0]} a CPU second ({cpu[1]})"
        ratio = statistics.median(each["new"].cpu / each[what].cpu for each in rounds)
        print(said if what in {"new", "known"} else f"{said}; new ones by CPU {ratio:.3f} of it")


if __name__ == "__main__":
    main()
