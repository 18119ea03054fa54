"""Build times of the public site: ``python -m tests.bench.site [--entries N]``.

N made-up entries in two languages, by each builder in turn, in one run:

- ours: a whole build into an empty folder; builds after a change of 1% (a third of it entries that are
  removed, a third new since the release before, a third verified again): the first ones link what is
  unchanged, the later ones are written over a release that was given up (``[release] keep``, here 2). The
  last one is compared, byte for byte, with a whole build of the same release.
- floor: as many files of the same names and sizes, written by one loop of ``mkdir``, ``open``, ``write``.
- Hugo (Debian's ``hugo``) and Pelican (``--pelican-python`` has it): the same entries, one page an entry and
  language with the same facts and excerpts, the list paged by 60, by category, a feed.

The look-up shards are the list's, which ``publish`` has made by then; they are given.

Wall and CPU seconds, the largest process's memory, and ratios. Each builder runs in a process of its own,
``--rounds`` times in turn; the median is shown, and the spread. Nothing is deleted before the last round is
over: for minutes after a bulk delete ext4 looks at every inode that was freed before it takes a new one
(``recently_deleted``), which doubles what a file costs, for whoever comes next. Pelican may be given fewer
entries (``--pelican-entries``): its time a page is then multiplied, and the table says so.
"""

import argparse
import gc
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from blocklist.formats.prefixes import write_prefixes
from blocklist.model import Entry, Listing
from blocklist.public import site_sheets
from blocklist.release.context import Counts, ReleaseContext
from blocklist.release.folder import open_public
from blocklist.release.ledger import read_made, write_ledger
from blocklist.release.recycle import begin_on
from blocklist.release.site import SITE, site_lines
from blocklist.release.site_writer import SiteWriter
from tests.bench import site_rivals
from tests.sample_site import NOW, sample_context, sample_entry

LANGUAGES = ("en", "zh")
KEY = b"of a workspace"
_STOCK = (
    *("goods", "order", "price", "sent", "same day", "plain", "wrapping", "original", "best", "no.", "stock"),
    *("现货", "批发", "联系", "包邮"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one build took."""

    wall: float
    cpu: float
    """Seconds, of all its processes."""
    memory: float
    """MiB, of the largest of its processes."""


def _entry(number: int, serial: int = 0) -> Entry:
    """Return an entry, new in the release ``serial``; 0: listed at any time of the year before the first."""
    dice = random.Random(number)
    words = [_excerpt(dice) for _ in range(dice.randint(2, 7))]
    listed = NOW - timedelta(seconds=dice.randrange(365 * 86_400))
    if serial:
        listed = NOW + timedelta(days=serial, seconds=-dice.randrange(86_400))
    return sample_entry(
        number,
        excerpts=tuple(words),
        first_seen=listed - timedelta(seconds=dice.randrange(400_000)),
        listed_at=listed,
        verified_at=max(listed, NOW - timedelta(seconds=dice.randrange(25 * 86_400))),
        expires_at=NOW + timedelta(days=5 + serial, seconds=dice.randrange(25 * 86_400)),
    )


def _verified(entry: Entry, serial: int) -> Entry:
    now = NOW + timedelta(days=serial)
    return replace(entry, verified_at=now, expires_at=now + timedelta(days=30))


def _excerpt(dice: random.Random) -> str:
    return " ".join(dice.choice(_STOCK) for _ in range(dice.randint(4, 18))) + f" {dice.randrange(10_000)}"


def changed(numbers: Sequence[int], share: float, dice: random.Random) -> tuple[list[int], set[int]]:
    """Return the numbers of the next list, and those of them whose entries were verified again."""
    third = max(1, round(len(numbers) * share / 3))
    gone = set(dice.sample(numbers, third))
    left = [number for number in numbers if number not in gone]
    first = max(numbers) + 1
    return [*left, *range(first, first + third)], set(dice.sample(left, third))


def context_of(numbered: Mapping[int, Entry], serial: int) -> ReleaseContext:
    """Return a release of these entries."""
    empty, entries = sample_context(0), tuple(numbered.values())
    return replace(
        empty,
        release=replace(empty.release, serial=serial, entries=len(entries)),
        listing=Listing(entries=entries, aliases=(), tombstones=empty.listing.tombstones, review=()),
        counts=Counts(entries=len(entries)),
        record=replace(empty.record, visits={}),
        shards=write_prefixes(entries),
        proofs={one.id: f"history/bodies/{number // 256:03}.jsonl" for number, one in numbered.items()},
    )


def build(out: Path, context: ReleaseContext, keep: int) -> Path:
    """Build a release's site as ``publish`` does, without list and history."""
    serial = context.release.serial
    with open_public(out) as public:
        part, held = begin_on(public, serial, keep, KEY)
        (part / "list").mkdir(exist_ok=True)
        shown = public.shown()
        writer = SiteWriter(part, read_made(shown, KEY) if shown else None, held)
        writer.write(site_sheets(context))
        lines = site_lines(writer.digests())
        public.add(part, [(SITE, lines)])
        write_ledger(public.folder_of(serial), lines, writer.made, KEY)
        whole = public.finish(serial)
        public.show(serial)
    return whole


def measured(work: Callable[[], object]) -> Spent:
    """Run ``work`` in a child of its own; memory counts what this process has given it, too (``_given``)."""
    os.sync()  # what was written before is not this work's to wait for
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except Exception:  # noqa: BLE001 - said, and then the child ends with 1
            traceback.print_exc()
        finally:
            os._exit(code)
    return _ended(child, began)


def ran(*command: str | Path) -> Spent:
    """Run a command."""
    os.sync()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    return _ended(process.pid, began)


def _ended(child: int, began: float) -> Spent:
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"a build ended with {os.waitstatus_to_exitcode(status)}")
    return Spent(
        wall=time.perf_counter() - began, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024
    )


def _given() -> float:
    """Return what this process holds in memory, the release's entries above all, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def floor(built: Path, home: Path) -> Spent:
    """Write as many files of the same names and sizes, one after the other, from memory."""
    files = [(path.relative_to(built).as_posix(), path.stat().st_size) for path in _files(built)]
    blank = memoryview(bytes(max(size for _, size in files)))

    def write() -> None:
        home.mkdir()
        made = {str(home)}
        for name, size in files:
            target = f"{home}/{name}"
            if (folder := target.rpartition("/")[0]) not in made:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - the floor is a loop without luxury
                made.add(folder)
            file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
            os.write(file, blank[:size])
            os.close(file)

    return measured(write)


def same(one: Path, other: Path) -> int:
    """Return how many files two folders have, which must be the same in both, byte for byte."""
    left = {path.relative_to(one): path for path in _files(one)}
    right = {path.relative_to(other): path for path in _files(other)}
    wrong = left.keys() ^ right.keys()
    wrong |= {
        name for name in left.keys() & right.keys() if left[name].read_bytes() != right[name].read_bytes()
    }
    if wrong:
        raise SystemExit(f"{len(wrong)} files differ from a whole build: {sorted(map(str, wrong))[:5]}")
    return len(left)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


class Table:
    """Rows of the report, printed as they come."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Spent]] = {}

    def add(self, name: str, spent: Spent, times: float = 1) -> None:
        """Add one build, multiplied where it was of fewer entries."""
        spent = replace(spent, wall=spent.wall * times, cpu=spent.cpu * times)
        self.rows.setdefault(name, []).append(spent)
        print(
            f"  {name:<34}{spent.wall:9.2f} s wall{spent.cpu:9.2f} s CPU{spent.memory:9.0f} MiB", flush=True
        )

    def wall(self, name: str) -> float:
        """Return the median wall time."""
        return statistics.median(each.wall for each in self.rows[name])

    def ratio(self, name: str, other: str) -> str:
        """Return medians of one ÷ those of another: CPU and wall."""
        cpu, beside = (statistics.median(one.cpu for one in self.rows[each]) for each in (name, other))
        return f"{cpu / beside:8.3f}{self.wall(name) / self.wall(other):8.3f}"

    def report(self) -> None:
        """Print medians, spread and ratios."""
        whole = self.wall(WHOLE)
        print(
            f"\n{'median of rounds':<36}{'wall s':>9}{'spread':>16}{'CPU s':>9}{'MiB':>8}{'÷ our whole':>13}"
        )
        for name, found in self.rows.items():
            walls = [each.wall for each in found]
            cpu = statistics.median(each.cpu for each in found)
            memory = max(each.memory for each in found)
            spread = f"{min(walls):.2f} to {max(walls):.2f}"
            wall = self.wall(name)
            print(f"{name:<36}{wall:9.2f}{spread:>16}{cpu:9.2f}{memory:8.0f}{wall / whole:13.3f}")


WHOLE = "ours, whole"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--changed", type=float, default=0.01, help="share of the entries that changes")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--changes", type=int, default=4, help="incremental builds in a round, 3 or more")
    parser.add_argument("--folder", type=Path, help="where to write; some 80 kB an entry and round")
    parser.add_argument("--pelican-python", default=sys.executable, help="a Python that has Pelican")
    parser.add_argument("--pelican-entries", type=int, default=2_000)
    parser.add_argument("--no-rivals", action="store_true")
    parser.add_argument("--no-compare", action="store_true", help="do not compare with whole builds")
    asked = parser.parse_args()
    print(f"{asked.entries:,} entries in {len(LANGUAGES)} languages, load {os.getloadavg()[0]:.1f}")
    table = Table()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        for turn in range(asked.rounds):
            home = Path(name, str(turn))
            home.mkdir()
            _round(home, asked, turn, table)
    table.report()
    print(f"\n{'ratio':<48}{'CPU':>8}{'wall':>8}")
    for name in table.rows:
        print(f"{name + ' ÷ ' + WHOLE:<48}{table.ratio(name, WHOLE)}")


def _round(home: Path, asked: argparse.Namespace, turn: int, table: Table) -> None:
    dice = random.Random(turn)
    numbers = list(range(asked.entries))
    entries = {number: _entry(number) for number in numbers}
    gc.freeze()  # what the builds are given is not theirs to collect
    out = home / "public"
    context = context_of(entries, 1)
    print(f"  {_given():.0f} MiB are the entries and this program, and counted in each of our builds")
    table.add(WHOLE, measured(lambda: build(out, context, 2)))
    first = next(number for number in numbers)
    shown = {
        name: out / ("" if name == "en" else name) / f"entries/{entries[first].id}/index.html"
        for name in LANGUAGES
    }
    pages = {name: path.read_text() for name, path in shown.items()}
    _count(out.resolve())
    if not asked.no_rivals:
        _rivals(home, asked, tuple(entries.values()), pages, table)
    for serial in range(2, asked.changes + 2):
        numbers, again = changed(numbers, asked.changed, dice)
        entries = {number: entries.get(number) or _entry(number, serial) for number in numbers}
        entries |= {number: _verified(entries[number], serial) for number in again}
        following = context_of(entries, serial)
        name = "ours, 1% changed, linked" if serial == 2 else "ours, 1% changed, written over"
        table.add(name, measured(partial(build, out, following, 2)))
    if not asked.no_compare:
        measured(partial(build, home / "whole", following, 2))
        count = same(out.resolve(), (home / "whole").resolve())
        print(f"  after {asked.changes} changes {count:,} files are those of a whole build, byte for byte")
    table.add("floor: the same files from memory", floor(out.resolve(), home / "floor"))


def _count(built: Path) -> None:
    sizes = [path.stat().st_size for path in _files(built)]
    print(f"  {len(sizes):,} files, {sum(sizes) / 2**20:,.0f} MiB", flush=True)


def _rivals(
    home: Path, asked: argparse.Namespace, entries: tuple[Entry, ...], pages: dict[str, str], table: Table
) -> None:
    if shutil.which("hugo"):
        site_rivals.hugo(home / "hugo", entries, pages)
        table.add(
            "Hugo, whole",
            ran("hugo", "--quiet", "--source", home / "hugo", "--destination", home / "hugo-out"),
        )
        _count(home / "hugo-out")
    known = subprocess.run([asked.pelican_python, "-c", "import pelican"], check=False, capture_output=True)
    if known.returncode == 0:
        few = entries[: asked.pelican_entries]
        site_rivals.pelican(home / "pelican", few, pages)
        spent = ran(asked.pelican_python, "-m", "pelican", "--quiet", "-s", home / "pelican" / "settings.py")
        table.add(f"Pelican, whole, from {len(few):,} entries", spent, len(entries) / len(few))
        _count(home / "pelican" / "out")


if __name__ == "__main__":
    main()
