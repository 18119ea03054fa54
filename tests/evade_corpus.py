"""How much recall each evasion costs, on labelled rows: the harness of ``tests/evasions.py``.

Stands apart from the test run, since the rows belong to others and are never committed::

    python -m tests.evade_corpus ../shared/corpus/dev.jsonl.zst [--folds even] [--jobs 1] [--only leet css]

Every offer is read and judged as it is and evaded, by the same path; a row that an evasion does not change
is not counted for it. A row seen is listed or sent to review. Points lost are of recall of *seen*; 500 benign
rows (half of them hard negatives) tell what undoing evasions costs in false accusations. With ``--show ID
NAME`` a row is printed as the evasion leaves it.
"""

import argparse
import hashlib
import json
import multiprocessing
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from blocklist.policy import Policy, load_policy
from blocklist.privacy import Pseudonymiser
from crawler.commands.corpus import corpus_lines
from crawler.judge import judge
from crawler.judge.rows import is_even
from crawler.read import read_page, read_text
from tests.evasions import NAMES, Evaded, after, before, shown

BENIGN = 500  # rows; half of them hard negatives

Seen = tuple[bool, bool]
"""Listed; listed or sent to review."""
Row = dict


def main() -> None:
    """Print the table of evasions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folds", choices=["all", "even", "odd"], default="all")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[""], help="evasions whose name begins so")
    parser.add_argument("--benign", type=int, default=BENIGN, help="benign rows; 0 leaves them out")
    parser.add_argument("--every", type=int, default=1, help="only every n-th offer, for a quick look")
    parser.add_argument("--policy", type=Path, default=None)
    parser.add_argument("--losses", type=int, default=0, help="rows lost to name per evasion")
    parser.add_argument("--show", nargs=2, metavar=("ID", "NAME"), help="print one row evaded and stop")
    options = parser.parse_args()
    if not options.corpus.exists():
        print(f"{options.corpus}: not here (the rows are not part of the project); nothing to measure")
        return
    rows = [
        row
        for row in _rows(options.corpus)
        if options.folds == "all" or _even(row) == (options.folds == "even")
    ]
    if options.show:
        evaded = [after(options.show[1], row) for row in rows if row["id"] == options.show[0]]
        print("\n".join(line for one in evaded if one for line in shown(one)))
        return
    names = [name for name in NAMES if name.startswith(tuple(options.only))]
    offers = [row for row in rows if row["label"] == "contraband"][:: options.every]
    tables = measure(offers, _some(rows, options.benign), names, options.policy, options.jobs)
    for line in lines(tables, options.losses):
        print(line)


def _rows(corpus: Path) -> Iterator[Row]:
    with corpus_lines(corpus) as raw:
        yield from (json.loads(line) for line in raw if line.strip())


def _even(row: Row) -> bool:
    return is_even(str(row.get("cluster") or row["id"]))


def _some(rows: list[Row], number: int) -> list[Row]:
    """Return benign rows picked by the digest of their id, the same ones every time."""

    def order(row: Row) -> bytes:
        return hashlib.sha256(row["id"].encode()).digest()

    benign = sorted((row for row in rows if row["label"] == "benign"), key=order)
    hard = [row for row in benign if row["hard_negative"]][: number // 2]
    return hard + [row for row in benign if not row["hard_negative"]][: number - len(hard)]


@dataclass(slots=True)
class Table:
    """What one evasion did."""

    was: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    """By language of the offer; ``benign`` are the benign rows."""
    now: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    lost: list[str] = field(default_factory=list)
    """Rows seen before and not after."""
    gained: list[str] = field(default_factory=list)
    """Benign rows seen only when evaded."""


Judged = list[tuple[str, str, str, Seen, Seen]]
"""Evasion, group, row id, before, after."""


def measure(
    offers: list[Row], benign: list[Row], names: list[str], policy: Path | None, jobs: int
) -> dict[str, Table]:
    """Judge every row before and after every evasion."""
    work = [(row, row["lang"]) for row in offers] + [(row, "benign") for row in benign]
    tables = {name: Table() for name in names}
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, initializer=_start, initargs=(policy, names)) as pool:
        for judged in pool.imap_unordered(_judge_row, work, chunksize=10):
            for name, group, row, was, now in judged:
                table = tables[name]
                table.was[group].append(was)
                table.now[group].append(now)
                if was[1] and not now[1]:
                    table.lost.append(row)
                if group == "benign" and now[1] and not was[1]:
                    table.gained.append(row)
    return tables


_policy: Policy
_names: list[str]


def _start(policy: Path | None, names: list[str]) -> None:
    global _policy, _names
    _policy, _names = load_policy(policy), names


def _judge_row(work: tuple[Row, str]) -> Judged:
    row, group = work
    pseudonymiser = Pseudonymiser(secrets.token_bytes(32))
    known: dict[Evaded, Seen] = {}

    def seen(one: Evaded) -> Seen:
        if one not in known:
            known[one] = judged(one, _policy, pseudonymiser)
        return known[one]

    out: Judged = []
    for name in _names:
        evaded = after(name, row)
        if evaded is not None:
            out.append((name, group, row["id"], seen(before(name, row)), seen(evaded)))
    return out


def judged(one: Evaded, policy: Policy, pseudonymiser: Pseudonymiser) -> Seen:
    """Read and judge what reached the reader."""
    if one.body:
        page = read_page(one.body, content_type=one.content_type, url=None, pseudonymiser=pseudonymiser)
    else:
        page = read_text(one.text, title=one.title, url=None, pseudonymiser=pseudonymiser)
    judgement = judge(page, policy)
    return judgement.publishable, judgement.publishable or judgement.category is not None


def lines(tables: dict[str, Table], losses: int = 0) -> Iterator[str]:
    """Yield the table for a person."""
    yield (
        f"{'evasion':26} {'n':>5} {'seen %':>13} {'lost':>6} | {'en n':>5} {'lost':>6} "
        f"| {'zh n':>5} {'lost':>6} | {'listed %':>13} | {'benign n':>8} {'listed':>9} {'seen':>9}"
    )
    for name, table in tables.items():
        was = [one for group, found in table.was.items() if group != "benign" for one in found]
        now = [one for group, found in table.now.items() if group != "benign" for one in found]
        parts = [f"{name:26} {len(was):5} {_share(was, 1):6.1f}→{_share(now, 1):6.1f} {_lost(was, now):6.1f}"]
        for lang in ("en", "zh"):
            mine, then = table.was[lang], table.now[lang]
            parts.append(f"{len(mine):5} {_lost(mine, then):6.1f}")
        parts.append(f"{_share(was, 0):6.1f}→{_share(now, 0):6.1f}")
        mine, then = table.was["benign"], table.now["benign"]
        parts.append(f"{len(mine):8} {_sum(mine, 0):4}→{_sum(then, 0):4} {_sum(mine, 1):4}→{_sum(then, 1):4}")
        yield " | ".join(parts)
        for word, ids in (("lost", table.lost), ("gained", table.gained)):
            if losses and ids:
                yield f"    {word}: {' '.join(sorted(ids)[:losses])}"


def _sum(found: Iterable[Seen], which: int) -> int:
    return sum(one[which] for one in found)


def _share(found: list[Seen], which: int) -> float:
    return 100 * _sum(found, which) / len(found) if found else 0.0


def _lost(was: list[Seen], now: list[Seen]) -> float:
    return _share(was, 1) - _share(now, 1)


if __name__ == "__main__":
    sys.exit(main())
