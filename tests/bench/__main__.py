"""All benchmarks as one command with one table: ``python -m tests.bench [--only NAME…] [--rounds N]``.

Each runs as a process of its own, so many times, in turn (so that a busy minute hits all alike); of what it
prints the figures that ``BENCHES`` names are kept: median and spread. Those that do not depend on the
machine, ratios to an alternative or to a floor measured in the same run, are guarded: ``--guard`` compares
them with ``results.json`` and exits with 1 when one is worse by more than its share. ``--record`` writes that
file, with machine and date. ``--list`` says what there is; ``--full`` takes the large sizes.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of what a benchmark prints."""

    name: str
    found: str
    """Regular expression whose group is the number."""
    beside: str = ""
    """The alternative or the floor that a ratio is of; empty: a figure of this machine, not guarded."""
    more_is_better: bool = False
    may_worsen: float = 0.15
    """Share by which it may be worse than recorded."""
    needs: str = ""
    """Program that must be installed for it; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One benchmark: how it is called and what it tells."""

    command: tuple[str, ...]
    small: tuple[str, ...]
    full: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A figure over all rounds."""

    bench: str
    name: str
    beside: str
    median: float
    least: float
    most: float


_PAIRED = r"\s+[\d.]+ ms\s+\([^)]*\)\s+([\d.]+) x ours"
_FLOOR = r"\n\s[^\n]*?([\d.]+) x floor"


def _here(name: str, found: str) -> Figure:
    """Return a figure of this machine."""
    return Figure(name=name, found=found)


def _times(
    name: str, beside: str, found: str, *, may_worsen: float = 0.25, more: bool = False, needs: str = ""
) -> Figure:
    """Return a ratio; ``more``: more is better."""
    return Figure(
        name=name, beside=beside, found=found, may_worsen=may_worsen, more_is_better=more, needs=needs
    )


def _whole(name: str, row: str, *, more: bool = False, needs: str = "") -> Figure:
    """Return what the site's benchmark says of a build beside our whole one."""
    found = rf"^{row} ÷ ours, whole\s+([\d.]+)"
    return _times(name, "our whole build", found, may_worsen=0.4, more=more, needs=needs)


BENCHES: dict[str, Bench] = {
    "crawl": Bench(
        command=("tests/bench/crawl.py",),
        small=("--pages", "60", "--rounds", "1"),
        full=("--pages", "500", "--rounds", "3"),
        figures=(
            _times(
                "whole crawl, pages by CPU",
                "bare Scrapy, robots",
                r"^whole, WARC and robots\s.*\s([\d.]+) \([\d.]+ to [\d.]+\)\s*$",
                more=True,
            ),
            _here("whole crawl, CPU ms a page", r"^whole, WARC and robots\s+([\d.]+)"),
        ),
    ),
    "judge": Bench(
        command=("tests/bench/read.py",),
        small=("--rounds", "2"),
        full=("--rounds", "7"),
        figures=(
            _times("Lexbor's parse, CPU", "bytes to verdict", rf"Lexbor parses{_PAIRED}", more=True),
            _times(
                "BeautifulSoup + scikit-learn, CPU",
                "bytes to verdict",
                rf"glue, every 10th{_PAIRED}",
                more=True,
            ),
            _here("bytes to verdict, CPU ms a page", r"bytes to verdict\s+([\d.]+) ms"),
        ),
    ),
    "intake": Bench(
        command=("tests/bench/intake.py",),
        small=("--shares", "3000"),
        full=("--shares", "200000"),
        figures=(
            _times("new shares by CPU", "one row each", r"^floor, parsed.* by CPU ([\d.]+) of it", more=True),
            _times("the same", "sqlite-utils insert", r"^sqlite-utils.* by CPU ([\d.]+) of it", more=True),
            _here("new shares a CPU second", r"^new: [^\n]*?, ([\d,]+) a CPU second"),
        ),
    ),
    "publish": Bench(
        command=("tests/bench/publish.py",),
        small=("--entries", "2000"),
        full=("--entries", "1000000"),
        figures=(
            _times("all files of the list, CPU", "sort, write one file", rf"^whole{_FLOOR}", may_worsen=0.6),
            _times("1% changed, CPU", "sort, write one file", rf"^changed:[^\n]*{_FLOOR}", may_worsen=0.6),
            _here("all files of the list, CPU s", r"^whole\n\s+([\d.]+) s CPU"),
        ),
    ),
    "lookup": Bench(
        command=("tests/bench/lookup.py",),
        small=("--entries", "20000", "--urls", "5000", "--rounds", "3"),
        # Without `adblock`: at a million it was not done after eleven minutes and 22 GB.
        full=("--entries", "1000000", "--ways", "linkgazette,set of keys"),
        figures=(
            _times(
                "checks by CPU",
                "a Python set of keys",
                r"^linkgazette\s+[\d,]+\s+\([\d,]+ … [\d,]+\)\s+([\d.]+)",
                more=True,
            ),
            _here("checks a CPU second", r"^linkgazette\s+([\d,]+)"),
        ),
    ),
    "compact": Bench(
        command=("tests/bench/compact.py",),
        small=(),
        full=(),
        figures=(
            _times(
                "100,000 prefixes, bits",
                "fewest bits",
                r" 100,000 hashes:.*?([\d.]+) of the b",
                may_worsen=0.01,
            ),
            _times("exact filter, bits", "fewest bits", r"^filter,.*?([\d.]+) of the bound", may_worsen=0.02),
        ),
    ),
    "site": Bench(
        command=("-m", "tests.bench.site"),
        small=("--entries", "300"),
        full=("--entries", "10000", "--rounds", "3"),
        figures=(
            _whole("the same files by one loop, CPU", "floor: the same files from memory", more=True),
            _whole("1% changed, CPU", "ours, 1% changed, linked"),
            _whole("Hugo, CPU", "Hugo, whole", more=True, needs="hugo"),
        ),
    ),
    "service": Bench(
        command=("tests/bench/reports.py",),
        small=("--seconds", "3"),
        full=("--seconds", "10"),
        figures=(
            _times(
                "shares kept by CPU", "parsed, not kept", r"^floor, .*ours by CPU ([\d.]+) of it", more=True
            ),
            _here("shares kept a CPU second", r"kept in .*?, ([\d,]+) a CPU second"),
        ),
    ),
    "report": Bench(
        command=("tests/bench/delay.py",),
        small=("--rate", "10", "--seconds", "2"),
        full=("--rate", "20", "--seconds", "20"),
        figures=(_here("POST of a report to verdict, p95 s", r"report to verdict: .*p95 ([\d.]+) s"),),
    ),
}


def read(name: str, printed: str) -> dict[str, float]:
    """Return the figures of what a benchmark printed; without a rival that is not there."""
    found = {}
    for figure in BENCHES[name].figures:
        said = re.search(figure.found, printed, re.MULTILINE)
        if said:
            found[figure.name] = float(said[1].replace(",", ""))
    return found


def missing(name: str, figures: Iterable[str]) -> list[str]:
    """Return the figures that a benchmark should have printed here, and that are not among ``figures``."""
    return [
        each.name
        for each in BENCHES[name].figures
        if each.name not in set(figures) and not (each.needs and shutil.which(each.needs) is None)
    ]


def merged(before: Sequence[Found], now: Sequence[Found]) -> list[Found]:
    """Return what is recorded after a run: its figures, and the earlier ones of what did not run."""
    ran = {each.bench for each in now}
    kept = [each for each in before if each.bench in BENCHES and each.bench not in ran]
    order = list(BENCHES)
    return sorted([*kept, *now], key=lambda each: order.index(each.bench))


def gathered(rounds: Iterable[tuple[str, dict[str, float]]]) -> list[Found]:
    """Return median and spread of each figure, in the order of the table."""
    values: dict[tuple[str, str], list[float]] = {}
    for bench, figures in rounds:
        for name, value in figures.items():
            values.setdefault((bench, name), []).append(value)
    beside = {(bench, one.name): one.beside for bench, each in BENCHES.items() for one in each.figures}
    return [
        Found(bench=key[0], name=key[1], beside=beside[key], median=statistics.median(values[key]),
              least=min(values[key]), most=max(values[key]))
        for key in beside if key in values
    ]  # fmt: skip


def worse(found: Sequence[Found], recorded: Sequence[Found]) -> list[str]:
    """Say which ratios are worse than recorded by more than they may be."""
    before = {(each.bench, each.name): each for each in recorded}
    known = {(bench, one.name): one for bench, each in BENCHES.items() for one in each.figures}
    said = []
    for now in found:
        figure, then = known[now.bench, now.name], before.get((now.bench, now.name))
        if not now.beside or then is None:
            continue
        if figure.more_is_better:
            bad = now.median < then.median * (1 - figure.may_worsen)
        else:
            bad = now.median > then.median * (1 + figure.may_worsen)
        if bad:
            share = f"{figure.may_worsen:.0%} worse is the most"
            said.append(
                f"{now.bench}, {now.name}: {now.median:g}, of {now.beside}; {then.median:g} recorded, {share}"
            )
    return said


def table(found: Sequence[Found], machine: str) -> str:
    """Return the figures as Markdown."""
    rows = ["| benchmark | figure | median | spread | of |", "| --- | --- | --- | --- | --- |"]
    for one in found:
        spread = f"{one.least:,g} to {one.most:,g}"
        rows.append(
            f"| {one.bench} | {one.name} | {one.median:,g} | {spread} | {one.beside or 'this machine'} |"
        )
    return "\n".join([*rows, "", machine])


def machine() -> str:
    """Return where and when this was measured; the load tells how far to trust it."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        told = re.search(r"^model name\s*: (.+)$", info.read_text(), re.MULTILINE)
        model = f", {told[1]}" if told else ""
    cores = f"{os.cpu_count()} cores{model}, load {os.getloadavg()[0]:.1f}"
    return f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {cores}"


def _run(name: str, *, full: bool, patience: float) -> dict[str, float]:
    bench = BENCHES[name]
    command = [sys.executable, *bench.command, *(bench.full if full else bench.small)]
    try:
        ran = subprocess.run(
            command, cwd=HERE.parents[1], capture_output=True, text=True, check=False, timeout=patience,
            env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"{name}: not done after {patience:g} s; give it more --patience", file=sys.stderr)
        return {}
    if ran.returncode:
        print(f"{name}: exit {ran.returncode}: {ran.stderr.strip()[-300:]}", file=sys.stderr)
    found = read(name, ran.stdout)
    for figure in missing(name, found):
        print(
            f"{name}: did not print {figure!r}; its last words: {ran.stdout.strip()[-300:]}", file=sys.stderr
        )
    return found


def main() -> None:
    """Measure, print, record or guard."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", nargs="+", choices=list(BENCHES), default=list(BENCHES), metavar="NAME")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--full", action="store_true", help="the large sizes")
    asked.add_argument("--patience", type=float, default=1800, help="seconds for one run (default: 1800)")
    asked.add_argument("--record", action="store_true", help=f"write {RESULTS.name}")
    asked.add_argument("--guard", action="store_true", help="exit with 1 when a ratio is worse than recorded")
    asked.add_argument("--list", action="store_true", help="say what there is, and measure nothing")
    given = asked.parse_args()
    if given.list:
        for name in given.only:
            print(f"{name:10}python {' '.join(BENCHES[name].command)}")
        return
    rounds = []
    for number in range(given.rounds):
        for name in given.only:
            print(f"round {number + 1} of {given.rounds}: {name} …", file=sys.stderr, flush=True)
            rounds.append((name, _run(name, full=given.full, patience=given.patience)))
    found, where = gathered(rounds), machine()
    print(table(found, where))
    size = "full" if given.full else "small"
    held = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    recorded = [Found(**one) for one in held[size]["figures"]] if size in held else []
    if given.record:
        figures = [asdict(one) for one in merged(recorded, found)]
        held[size] = {"machine": where, "figures": figures}
        RESULTS.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lost = [f"{name}: {figure}" for name in given.only for figure in missing(name, _names(found, name))]
    if lost:
        print(f"not measured: {'; '.join(lost)}")
    problems = worse(found, recorded) if given.guard else []
    if given.guard:
        print("\n".join(problems) or "no ratio is worse than recorded")
    if lost or problems:
        sys.exit(1)


def _names(found: Sequence[Found], bench: str) -> list[str]:
    return [each.name for each in found if each.bench == bench]


if __name__ == "__main__":
    main()
