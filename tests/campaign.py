"""Everything that can go wrong, tried: ``python -m tests.campaign [--only NAME…] [--cases N] [--seed N]``.

One table: what was tried, how many cases, how many problems; each problem is named with the seed and the
case that brings it again. Exits with 1 when there is any. The rooms: ``campaign_points`` (killed, or refused
by the disk, at every point of a publication and the like), ``campaign_damage`` (databases, published folders,
input), ``campaign_world`` (clock, disk, Ctrl-C). A small size runs in the suite.
"""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests import campaign_damage, campaign_points, campaign_world

Try = Callable[[Path, int, int], Iterator[str]]
"""Takes an empty folder, how many cases, and a seed; yields for each case what was wrong, or nothing ("")."""

TRIED: dict[str, Try] = campaign_points.TRIED | campaign_damage.TRIED | campaign_world.TRIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    name: str
    about: str
    cases: int
    problems: list[str]
    seconds: float


def tried(name: str, cases: int, seed: int) -> Row:
    """Try one thing in so many cases."""
    begun, problems, count = time.monotonic(), list[str](), 0
    with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
        for count, problem in enumerate(TRIED[name](Path(scratch), cases, seed), start=1):
            problems += [f"{name}, seed {seed}, case {count}: {problem}"] * bool(problem)
    about = (TRIED[name].__doc__ or "").split("\n", 1)[0]
    seconds = time.monotonic() - begun
    return Row(name=name, about=about, cases=count, problems=problems, seconds=seconds)


def table(rows: list[Row]) -> str:
    """Return the rows as Markdown."""
    lines = ["| tried | cases | problems | seconds |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.about} | {row.cases} | {len(row.problems)} | {row.seconds:.0f} |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Try, print the table, exit."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", nargs="+", choices=sorted(TRIED), default=list(TRIED), metavar="NAME")
    asked.add_argument("--cases", type=int, default=200, help="cases of each (default: 200)")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true", help="print one JSON object")
    given = asked.parse_args()
    rows = []
    for name in given.only:
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        rows.append(tried(name, given.cases, given.seed))
        print(f"{rows[-1].cases} cases, {len(rows[-1].problems)} problems", file=sys.stderr)
        for problem in rows[-1].problems[:5]:
            print(f"  {problem}", file=sys.stderr)
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        print(table(rows))
        print(f"\n{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.platform()}")
    sys.exit(any(row.problems for row in rows))


if __name__ == "__main__":
    main()
