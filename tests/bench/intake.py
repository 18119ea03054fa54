"""How many shares a second `intake` stores from a file: `python tests/bench/intake.py [--shares N]`.

JSON Lines with distinct URLs, people, groups, messages and times; every thousand shares are one transaction,
flushed to disk. In a process of its own, so that what it costs is its own CPU; `--profile` says where.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
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


def main() -> None:
    """Write a file, take it in, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--shares", type=int, default=200_000)
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name:
        folder = Path(name)
        write_shares(folder / "shares.jsonl", given.shares)
        program = "from blocklist.cli import main; main()"
        profiled = ["-m", "cProfile", "-s", "tottime", "-c", program] if given.profile else ["-c", program]
        if given.profile:
            (folder / "main.py").write_text(program, encoding="utf-8")
            profiled = ["-m", "cProfile", "-s", "tottime", str(folder / "main.py")]
        for what in ("new", "known"):
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            command = [sys.executable, *profiled, "--workspace", str(folder / "ws"), "intake"]
            done = subprocess.run(
                [*command, str(folder / "shares.jsonl"), "--json"], check=True, capture_output=True, text=True
            )
            took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if given.profile:
                print("\n".join(done.stdout.splitlines()[:60]))
            print(
                f"{what}: {given.shares / took:,.0f} shares a second, {given.shares / cpu:,.0f} a CPU second "
                f"({took:.1f} s, {cpu:.1f} s of CPU, with the start of the program)"
            )


if __name__ == "__main__":
    main()
