"""Links a second and what each costs, on one machine and by a cluster: ``python tests/bench/cluster.py``.

Leader, workers, three servers of NATS and the web are processes of this machine, so its cores bound all
together: a fleet is reckoned (``fleet.py``) by *processor time*, told for each part; links a second grow with
workers only while cores are left. That the engine lets them grow is shown by the second table, where the web
answers late and workers mostly wait. With a core for each process and one over, each is held to its own.

Links are shared when all workers are there and have divided the shards; measured between the first tenth of
the verdicts and 95 of 100, read from the store, so that starting and the last errands count for nobody.
Messages and bytes are what the servers' own counters say (``/connz``, ``/routez``). Trust the ratios, not the
milliseconds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.request import urlopen

import orjson

sys.path.insert(0, str(Path(__file__).parents[2]))

from blocklist.config import ClusterConfig
from blocklist.errors import TroubleError
from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.cluster.survey import survey
from tests.bench.crawl import served
from tests.mortal import MORTAL, end_by_signals_as_by_errors
from tests.nats_nodes import Nodes, nodes

_TICK = os.sysconf("SC_CLK_TCK")
CONFIG = """\
[crawl]
resolve = "{address}"
delay = 0
concurrency = {concurrency}
[cluster]
replicas = {replicas}
"""
LATE_S, LATE_CONCURRENCY = 0.4, 16


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What had been spent by one moment."""

    at: float
    links: int
    cpu_s: dict[str, float]
    """By part: web, worker, leader, engine."""
    messages: int = 0
    """Between the engine and its clients, both ways."""
    client_bytes: int = 0
    route_bytes: int = 0
    """Between the servers."""

    def since(self, start: "Spent") -> "Spent":
        return Spent(
            at=self.at - start.at,
            links=self.links - start.links,
            cpu_s={part: self.cpu_s[part] - start.cpu_s[part] for part in self.cpu_s},
            messages=self.messages - start.messages,
            client_bytes=self.client_bytes - start.client_bytes,
            route_bytes=self.route_bytes - start.route_bytes,
        )


class Parts:
    """The processes of a run, by what they do."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._of: dict[str, list[int]] = {}
        self._started = list[subprocess.Popen[bytes]]()
        self._cores = count()

    def start(self, part: str, *command: str) -> None:
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [*MORTAL, sys.executable, "-P", *command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._started.append(process)
        self.know(part, process.pid)

    def know(self, part: str, pid: int) -> None:
        self._of.setdefault(part, []).append(pid)

    def pin(self) -> bool:
        """Give every process a core of its own, if there are so many and one more."""
        pids = [pid for of in self._of.values() for pid in of]
        if len(pids) >= (os.cpu_count() or 1):
            return False
        for pid in pids:
            os.sched_setaffinity(pid, {next(self._cores)})
        return True

    def cpu_s(self) -> dict[str, float]:
        """Return the processor time of each part, with all its children's."""
        seconds = dict.fromkeys(self._of, 0.0)
        part_of = {pid: part for part, pids in self._of.items() for pid in pids}
        for each in Path("/proc").glob("[0-9]*/stat"):
            try:
                told = each.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if (part := part_of.get(int(told[3]))) is not None:  # by session
                # Its own, and that of children that are gone (proc(5): utime, stime, cutime, cstime).
                seconds[part] += sum(map(int, told[11:15])) / _TICK
        return seconds

    def end(self) -> None:
        for process in self._started:
            os.killpg(process.pid, 9)
            process.wait()


def measure(links: int, workers: int, *, cluster: bool, late: bool) -> tuple[Spent, bool]:
    """Crawl by so many processes; return what the middle of it took, and whether cores were given."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address, _, _ = stack.enter_context(served(LATE_S if late else 0.0))
        servers = stack.enter_context(nodes(folder, 3, apart=False)) if cluster else None
        concurrency = LATE_CONCURRENCY if late else 32
        settings = CONFIG.format(address=address, concurrency=concurrency, replicas=3)
        (folder / "linkgazette.toml").write_text(settings)
        with open_workspace(folder, create=True) as workspace:
            assert workspace.pseudonymiser
        parts = stack.enter_context(started(folder, workers, servers))
        pinned = parts.pin()
        if servers is not None:
            wait_for(servers, workers, folder / "log")
            time.sleep(2 * ClusterConfig().claim_s)  # whoever came first gives shards up, round by round
        with open_workspace(folder, create=False) as workspace:
            urls = (f"http://h{number}.example/" for number in range(links))
            shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls]
            workspace.shares.add(shares, now=datetime.now(UTC))
        return middle(folder, links, parts, servers), pinned


def wait_for(servers: Nodes, workers: int, log: Path) -> None:
    """Wait until there is a leader and so many workers."""
    deadline, told = time.monotonic() + 120, None
    while told is None or told.workers < workers:
        if time.monotonic() > deadline:
            sys.exit(f"there never were a leader and {workers} workers: {log.read_text()[-2000:]}")
        time.sleep(0.5)
        with suppress(TroubleError):  # the leader is just setting it up
            told = survey(servers.urls, ClusterConfig())


@contextmanager
def started(folder: Path, workers: int, servers: Nodes | None) -> Iterator[Parts]:
    parts = Parts(folder / "log")
    try:
        if servers is None:
            for _ in range(workers):
                order = orjson.dumps({"workspace": str(folder), "watch": True}).decode()
                parts.start("worker", "-m", "crawler.worker", order)
        else:
            told = [word for url in servers.urls for word in ("--cluster", url)]
            said = "from blocklist.cli import main; main()"
            parts.start("leader", "-c", said, "--workspace", str(folder), "crawl", "--watch", *told)
            for pid in servers.pids:
                parts.know("engine", pid)
            wait_for(servers, 0, folder / "log")
            for _ in range(workers):
                order = orjson.dumps({"servers": servers.urls, "settings": str(folder),
                                      "key": str(folder / "pseudonym.key")}).decode()  # fmt: skip
                parts.start("worker", "-m", "crawler.cluster.worker", order)
        yield parts
    finally:
        parts.end()


def middle(folder: Path, links: int, parts: Parts, servers: Nodes | None) -> Spent:
    start: Spent | None = None
    deadline = time.monotonic() + 300
    with open_workspace(folder, create=False) as workspace:
        while time.monotonic() < deadline:
            done = workspace.database.value("SELECT count(*) FROM verdicts")
            if start is None and done >= links * 0.1:
                start = spent(done, parts, servers)
            if start is not None and done >= links * 0.95:
                return spent(done, parts, servers).since(start)
            time.sleep(0.05)
    sys.exit(f"the crawl did not end: {(folder / 'log').read_text()[-2000:]}")


def spent(links: int, parts: Parts, servers: Nodes | None) -> Spent:
    cpu_s, at = parts.cpu_s(), time.monotonic()
    ports = servers.watched if servers else []
    clients = [each for port in ports for each in ask(port, "connz")["connections"]]
    routes = [each for port in ports for each in ask(port, "routez")["routes"] or ()]
    return Spent(
        at=at,
        links=links,
        cpu_s=cpu_s,
        messages=sum(each["in_msgs"] + each["out_msgs"] for each in clients),
        client_bytes=sum(each["in_bytes"] + each["out_bytes"] for each in clients),
        route_bytes=sum(each["in_bytes"] for each in routes),  # what one sends another receives
    )


def ask(port: int, what: str) -> dict[str, list[dict[str, int]]]:
    with urlopen(f"http://127.0.0.1:{port}/{what}", timeout=5) as answer:
        found: dict[str, list[dict[str, int]]] = orjson.loads(answer.read())
        return found


def table(rows: Sequence[tuple[str, Spent]]) -> str:
    """Write a row each; times are of processors."""
    said = f"{'':24}{'links/s':>9}{'ratio':>7}{'worker ms':>11}{'leader ms':>11}{'engine ms':>11}"
    lines = [said + f"{'messages':>10}{'client kB':>11}{'route kB':>10}   a link"]
    first = rows[0][1]
    for name, one in rows:
        ms = [1000 * one.cpu_s.get(part, 0.0) / one.links for part in ("worker", "leader", "engine")]
        rate = one.links / one.at
        lines.append(
            f"{name:24}{rate:9.1f}{rate / (first.links / first.at):7.2f}"
            + "".join(f"{each:11.2f}" for each in ms)
            + f"{one.messages / one.links:10.1f}{one.client_bytes / one.links / 1000:11.2f}"
            + f"{one.route_bytes / one.links / 1000:10.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    end_by_signals_as_by_errors()
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--links", type=int, default=1200)
    arguments.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    arguments.add_argument(
        "--late", type=int, default=900, help="links for each worker where the web is late"
    )
    options = arguments.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for late in (False, True):
        rows, pinned = list[tuple[str, Spent]](), set[bool]()
        for workers, cluster in ((1, False), *((each, True) for each in options.workers)):
            links = options.late * workers if late else options.links
            found, was = measure(links, workers, cluster=cluster, late=late)
            rows.append((f"cluster, {workers} workers" if cluster else "one machine, 1 process", found))
            pinned.add(was)
        how = (
            f"the web answers {LATE_S} s late, {LATE_CONCURRENCY} visits at once"
            if late
            else "the web answers at once"
        )
        print(
            f"\n{how}; cores of their own: {'yes' if pinned == {True} else 'no'}\n{table(rows)}", flush=True
        )


if __name__ == "__main__":
    main()
