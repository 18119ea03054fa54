"""A cluster under blows: ``python -m tests.cluster [--links 18000] [--workers 3] [--nodes 3] [--blows 10]``.

Workers crawl the farm for one leader by NATS servers, while at random moments a worker, a server or the
leader is killed with -9, a worker is paused past its claims and woken again, a server is cut off and mended.
Then the crawl is done to the end. No link may be lost, none may have two verdicts, every verdict's evidence
must read back, no host may be asked too soon by anybody (the farm's own log says so), and the work must go
on within ten seconds of a blow; where the next one falls before it does, of that. Exits with 1 when anything
is not as it should be.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Protocol

import orjson

from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from tests.farm import farm, notes
from tests.kills import PER_LINK, unreadable
from tests.manners import DELAY_S, violations
from tests.mortal import MORTAL, end_by_signals_as_by_errors
from tests.nats_nodes import Nodes, may_cut, nodes

BLOWS = ("kill worker", "kill server", "pause worker", "cut server", "kill leader")
CLAIM_S = 8.0
BETWEEN_S = (1.5, 3.0)
OF_A_HOST = 4
GOES_ON_S = 10.0
CONFIG = """\
[crawl]
resolve = "{address}"
delay = {delay}
concurrency_per_host = 2
retry_base = 3600
timeout = 30
[cluster]
replicas = {replicas}
shards = 16
claim = {claim}
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the blows came to."""

    links: int
    blows: Sequence[str]
    dealt: int
    """Of these, how many fell before the crawl was done."""
    lost: int
    twice: int
    unreadable: int
    fetched_again: int
    impolite: Sequence[str]
    standstill_s: float
    """The longest time in which the farm saw nobody, before the last page."""
    goes_on_s: float
    """The longest of these from the last blow in it."""
    before_it: str
    """What was dealt before that."""
    each_ten_s: Sequence[int]
    """Pages that the farm gave in each ten seconds."""
    seconds: float
    ended: bool

    @property
    def well(self) -> bool:
        wrong = self.dealt < len(self.blows) or self.lost or self.twice or self.unreadable or self.impolite
        return self.ended and not wrong and self.goes_on_s <= GOES_ON_S


class Part(Protocol):
    """A leader or a worker that runs: ``subprocess.Popen``, or what does as much."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


@dataclass(kw_only=True)
class Fleet:
    """Leader and workers as processes, started anew when they end."""

    folder: Path
    urls: Sequence[str]
    leader: Part | None = None
    workers: list[Part] = field(default_factory=list)

    def lead(self) -> None:
        servers = [word for url in self.urls for word in ("--cluster", url)]
        self.leader = self.start("blocklist.cli", "--workspace", str(self.folder), "crawl", *servers)

    def hire(self, evidence: Path | None = None) -> Part:
        """Start a worker, by whom evidence is kept in ``evidence`` (None: the leader's own folder)."""
        order = {
            "servers": list(self.urls),
            "key": str(self.folder / "pseudonym.key"),
            "evidence": str(evidence or self.folder / "captures"),
        }
        self.workers.append(self.start("crawler.cluster.worker", orjson.dumps(order).decode()))
        return self.workers[-1]

    @property
    def log(self) -> Path:
        """What all of them say."""
        return self.folder / "fleet.log"

    def start(self, module: str, *words: str) -> Part:
        """Start the program whose ``main`` is in ``module``."""
        command = ("-c", f"import sys, {module} as program; sys.exit(program.main())", *words)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*MORTAL, sys.executable, "-P", *command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def look_after(self) -> bool:
        """Start anew whoever ended; tell whether the leader is done."""
        assert self.leader is not None
        code = self.leader.poll()
        if code == 0:
            return True
        if code is not None:
            self.lead()
        for worker in [each for each in self.workers if each.poll() is not None]:
            self.workers.remove(worker)
            self.hire()
        return False

    def wait(self, seconds: float) -> None:
        """Let time pass; whoever ends meanwhile is started anew, as systemd would."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look_after()
            time.sleep(0.1)

    def end(self) -> None:
        for process in (*self.workers, self.leader):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGCONT)
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def fleet(folder: Path, urls: Sequence[str], workers: int, kind: type[Fleet] = Fleet) -> Iterator[Fleet]:
    made = kind(folder=folder, urls=urls)
    try:
        made.lead()
        for _ in range(workers):
            made.hire()
        yield made
    finally:
        made.end()


def strike(blow: str, crew: Fleet, servers: Nodes, dice: random.Random, count: int, pause_s: float) -> None:
    """Deal one blow, and undo it where the one struck does not stand up by itself."""
    worker, number = dice.choice(crew.workers), dice.randrange(count)
    if blow == "kill worker":
        os.killpg(worker.pid, signal.SIGKILL)
    elif blow == "kill leader":
        assert crew.leader is not None
        os.killpg(crew.leader.pid, signal.SIGKILL)
    elif blow == "pause worker":
        os.killpg(worker.pid, signal.SIGSTOP)
        crew.wait(pause_s)
        os.killpg(worker.pid, signal.SIGCONT)
    elif blow == "kill server":
        servers.kill(number)
        crew.wait(1)
        servers.start(number)
    elif blow == "cut server":
        servers.cut(number)
        crew.wait(pause_s)
        servers.mend(number)


def run(
    folder: Path,
    *,
    links: int,
    workers: int,
    count: int,
    blows: Sequence[str],
    seed: int,
    limit_s: float,
    claim_s: float = CLAIM_S,
    between_s: tuple[float, float] = BETWEEN_S,
    kind: type[Fleet] = Fleet,
) -> Outcome:
    """Crawl ``links`` links with so many workers and ``count`` servers under ``blows``."""
    started, dice, log = time.monotonic(), random.Random(seed), folder / "farm.log"
    ended, dealt = False, list[tuple[float, str]]()
    with farm(log) as address, nodes(folder, count) as servers:
        config = CONFIG.format(address=address, delay=DELAY_S, replicas=count, claim=claim_s)
        (folder / "linkgazette.toml").write_text(config)
        with open_workspace(folder, create=True) as workspace:
            urls = (f"http://plain-{number // OF_A_HOST}.example/{number}" for number in range(links))
            shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls]
            workspace.shares.add(shares, now=datetime.now(UTC))
            assert workspace.pseudonymiser
        with fleet(folder, servers.urls, workers, kind) as crew:
            _await_first_verdict(folder, crew, limit_s)
            for blow in blows:
                crew.wait(dice.uniform(*between_s))
                if crew.look_after():
                    break
                dealt.append((time.monotonic(), blow))
                strike(blow, crew, servers, dice, count, 1.5 * claim_s)
            while not ended and time.monotonic() - started < limit_s:
                ended = crew.look_after()
                time.sleep(0.2)
    with open_workspace(folder, create=False) as workspace:
        per_link = dict(workspace.database.rows(PER_LINK))
        gone = unreadable(workspace)
    seen = notes(log)
    pages = [one for one in seen if one.path != "/robots.txt"]
    standstill, since = max(
        ((later.came - earlier.came, earlier.came) for earlier, later in pairwise(pages)), default=(0.0, 0.0)
    )
    return Outcome(
        links=links,
        blows=blows,
        dealt=len(dealt),
        lost=links - sum(count > 0 for count in per_link.values()),
        twice=sum(count > 1 for count in per_link.values()),
        unreadable=gone,
        fetched_again=len(pages) - len({(one.host, one.path) for one in pages}),
        impolite=list(violations(seen)),
        standstill_s=standstill,
        goes_on_s=max(
            (
                later.came - max(earlier.came, *(at for at, _ in dealt if at < later.came), 0.0)
                for earlier, later in pairwise(pages)
            ),
            default=0.0,
        ),
        before_it=", ".join(f"{blow} {since - at:.1f} s" for at, blow in dealt if at < since + standstill),
        each_ten_s=[len(list(each)) for _, each in groupby(pages, key=lambda one: one.came // 10)],
        seconds=time.monotonic() - started,
        ended=ended,
    )


def _await_first_verdict(folder: Path, crew: Fleet, limit_s: float) -> None:
    end = time.monotonic() + limit_s
    with open_workspace(folder, create=False) as workspace:
        while not workspace.database.value("SELECT count(*) FROM verdicts") and time.monotonic() < end:
            crew.look_after()
            time.sleep(0.2)


def main() -> int:
    end_by_signals_as_by_errors()
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--links", type=int, default=18_000)
    arguments.add_argument("--workers", type=int, default=3)
    arguments.add_argument("--nodes", type=int, default=3)
    arguments.add_argument("--blows", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument(
        "--between", type=float, nargs=2, default=BETWEEN_S, help="seconds from a blow's end to the next one"
    )
    arguments.add_argument("--limit", type=float, default=540, help="seconds")
    options = arguments.parse_args()
    dice = random.Random(options.seed)
    blows = [BLOWS[number % len(BLOWS)] for number in range(options.blows)]
    dice.shuffle(blows)
    print(f"networks of their own: {'yes' if may_cut() else 'no, a cut server is stopped instead'}")
    with tempfile.TemporaryDirectory() as name:
        found = run(
            Path(name), links=options.links, workers=options.workers, count=options.nodes,
            blows=blows, seed=options.seed, limit_s=options.limit,
            between_s=tuple(options.between),
        )  # fmt: skip
        if not found.well:
            said = (Path(name) / "fleet.log").read_text().splitlines()
            print("\n".join([line for line in said if not line.startswith('{"progress"')][-60:]))
    print(
        f"{found.links} links, {options.workers} workers, {options.nodes} servers; "
        f"{found.dealt} of {len(found.blows)} blows dealt: {', '.join(found.blows)}"
    )
    print(f"{found.lost} lost, {found.twice} with two verdicts, {found.unreadable} without their evidence")
    print(f"{found.fetched_again} pages fetched again; {len(found.impolite)} asked for too soon")
    print("\n".join(found.impolite[:10]))
    end = "" if found.ended else ", NOT ENDED"
    print(
        f"longest standstill {found.standstill_s:.1f} s, from the last blow in it {found.goes_on_s:.1f} s; "
        f"{found.seconds:.0f} s in all{end}"
    )
    print(f"pages in each ten seconds: {' '.join(map(str, found.each_ten_s))}")
    print(f"dealt before the standstill ended: {found.before_it}")
    return 0 if found.well else 1


if __name__ == "__main__":
    sys.exit(main())
