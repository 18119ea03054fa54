"""CPU seconds and memory of a whole publication, from the store: ``python tests/bench/publish_store.py``.

``tests/bench/publish.py`` measures the writer of the list alone. Here a workspace is filled with N links, all
visited and contraband, and published by ``make_release`` in a process of its own, stage by stage. Then a
share of the links is visited again as clear, as many new ones are found, and the next release is made. Pages
of the site are left out: two stand for them. Prints CPU seconds by stage, and the peak of memory.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script: `tests` is no installed package

from blocklist.model import Capture, Hop, Label, Share, Surface, WebUrl
from blocklist.release import build, publish
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from tests.list_makers import NOW, judgement
from tests.list_workspace import plain_pages

_STAGES = (
    (publish, "_draft"),
    (publish, "build_listing"),
    (publish, "_next"),
    (publish, "build_release"),
    (build, "write_list"),
    (publish, "record_of"),
    (publish, "_measures"),
    (publish, "_log"),
)
_BATCH = 1000
_CONFIG = "[list]\nbrake_share = 1.0\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--links", type=int, default=5_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--folder", type=Path, help="where to write; some 20 kB a link")
    parser.add_argument("--publish", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--day", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.publish:
        _publish(asked.publish, asked.day)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        home = Path(name)
        (home / "ws").mkdir()
        (home / "ws" / "linkgazette.toml").write_text(_CONFIG)
        gone = round(asked.links * asked.changed / 2)
        began = time.process_time()
        _visit(home, range(asked.links), Label.CONTRABAND, day=0, again=range(gone))
        print(f"{asked.links:,} links visited, in {time.process_time() - began:.0f} s CPU", flush=True)
        _child(home, 0)
        _visit(home, range(gone), Label.CLEAR, day=1)
        _visit(home, range(asked.links, asked.links + gone), Label.CONTRABAND, day=1)
        print(f"{gone:,} clear now, {gone:,} new", flush=True)
        _child(home, 1)


def _visit(home: Path, numbers: range, label: Label, *, day: int, again: range = range(0)) -> None:
    """Store a visit to each link of ``numbers``; those in ``again`` are due the next day, no others."""
    at = NOW + timedelta(days=day)
    with open_workspace(home / "ws", create=True) as workspace:
        assert workspace.pseudonymiser
        soon = set(map(_url, again))
        for start in range(numbers.start, numbers.stop, _BATCH):
            batch = [_url(number) for number in range(start, min(start + _BATCH, numbers.stop))]
            workspace.shares.add([Share(url=url, surface=Surface.GROUP) for url in batch], now=at)
            for link in workspace.links.lease("bench", now=at, limit=_BATCH):
                hops = (Hop(url=link.url, status=200, via="landing"),)
                workspace.links.complete(
                    "bench",
                    Capture(link=link.id, fetched_at=at, final_url=link.url, hops=hops),
                    judgement(label, policy=workspace.policy.digest),
                    title=link.url,
                    due_at=at + timedelta(days=1 if link.url in soon else 365),
                    now=at,
                    attempts=0,
                )


def _url(number: int) -> WebUrl:
    return parse_url(f"http://www.shop-{number:x}.example/goods/item-{number}")


def _child(home: Path, day: int) -> None:
    command = [sys.executable, __file__, "--publish", str(home), "--day", str(day)]
    subprocess.run(command, check=True)


def _publish(home: Path, day: int) -> None:
    spent: defaultdict[str, float] = defaultdict(float)
    for room, name in _STAGES:
        setattr(room, name, _timed(name, getattr(room, name), spent))
    began = time.process_time()
    with open_workspace(home / "ws", create=False) as workspace:
        made = publish.make_release(
            workspace, home / "public", now=NOW + timedelta(days=day, hours=1), pages=plain_pages
        )
    total, entries = time.process_time() - began, made.counts.entries
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"release {made.release.serial}: {entries:,} entries; {total:.2f} s CPU, {peak:,.0f} MiB at most")
    for name, seconds in spent.items():
        print(f"  {name:<16} {seconds:8.2f} s {seconds / entries * 1e6:8.1f} s a million")


def _timed(name: str, stage: Callable[..., Any], spent: defaultdict[str, float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return stage(*given, **named)
        finally:
            spent[name] += time.process_time() - began

    return timed


if __name__ == "__main__":
    main()
