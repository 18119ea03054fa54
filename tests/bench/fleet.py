"""What 10⁶, 10⁸ and 10⁹ links a day need: ``python tests/bench/fleet.py [--day 1e8] [--seconds 120]``.

A fleet is made of *cells*: a leader with its store, an engine of three servers, and workers. The costs of a
link are measured (``Measured`` names the commands), prices and the web's behaviour are assumed (``Assumed``);
both are printed, and each is an option. From them follows how many of everything are needed; then one cell
is simulated, event by event, over some of its busiest minutes: links come by chance, some hosts are asked for
far more often than others, each host at most once in its delay, pages come fast or slowly or never. It says
how busy every part is, how long a link waits for its verdict, and how many links no polite crawler could have
fetched: that bound is of the web, and no machine moves it.

Needs ``uv pip install --group bench`` (simpy); stands apart from the test run.
"""

import argparse
import math
import random
import statistics
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import accumulate

import simpy

DAY_S = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Of this program, on 2 cores of 2026-11-23; each with the command that measures it."""

    worker_ms: float = 14.0  # of one core, a link: tests/bench/cluster.py
    leader_ms: float = 0.8  # the same; with the store's part
    engine_ms: float = 4.0  # the same; three servers together, each link on all three
    handing_ms: float = 0.1  # tests/bench/ledger.py, wall: lease and circumstances
    storing_ms: float = 0.28  # the same, wall: visits by 200
    intake_ms: float = 0.1  # the same
    messages: float = 9.1  # tests/bench/cluster.py, between clients and engine, both ways
    client_kb: float = 2.7
    route_kb: float = 6.6
    store_kb: float = 1.8  # tests/bench/ledger.py
    warc_kb: float = 18.3  # tests/real_pages.py: real pages, suspects' further sights among them
    page_kb: float = 69.0  # of the bench's pages, as sent
    requests: float = 2.1  # robots.txt, page, further sights


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """Of the web, the machines and the prices (dollars, public cloud, list prices rounded)."""

    peak: float = 2.0  # busiest hour over the day's mean
    busy: float = 0.6  # share of a core or slot that is planned for
    slots: int = 32  # [crawl] concurrency, of each worker process
    delay_s: float = 1.0  # [crawl] delay
    fetch_median_s: float = 0.6  # a whole visit of a host that answers
    fetch_sigma: float = 0.9  # of its logarithm
    never: float = 0.06  # hosts that do not answer: 15 s
    links_per_host: float = 20.0  # a day, on average
    zipf: float = 0.9  # how unequal hosts are
    patience_s: float = 3600.0  # a link that has not had its host's turn after so long is told apart
    core_hour: float = 0.04  # a core of a machine, an hour
    disk_gb_month: float = 0.08
    object_gb_month: float = 0.023
    put_thousand: float = 0.005
    between_gb: float = 0.01  # between zones: what the engine's servers tell each other
    pages_per_object: float = 30.0  # a worker's pages of a second (``ObjectArchive.linger_s``)
    keep_days: float = 105.0  # 94 of 100 clear, 90 days; 4 unsure, 365; 2 contraband, 1,095, rounded down
    ledger_days: float = 365.0  # verdicts stay for good; a year of them is reckoned


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What so many links a day need."""

    day: float
    peak_s: float
    """Links a second in the busiest hour."""
    cells: int
    workers: int
    """Processes of one core, in all cells."""
    servers: int
    bounds: dict[str, float]
    """Links a second that one of each part could do, all its time."""

    @property
    def cell_s(self) -> float:
        return self.peak_s / self.cells

    @property
    def workers_of_a_cell(self) -> int:
        return math.ceil(self.workers / self.cells)


def plan(day: float, is_: Measured, may: Assumed) -> Plan:
    peak_s = day / DAY_S * may.peak
    mean_fetch_s = fetch_mean_s(may)
    bounds = {
        "worker": min(may.slots / mean_fetch_s, 1000 / is_.worker_ms),
        "leader": 1000 / is_.leader_ms,
        "store": 1000 / (is_.handing_ms + is_.storing_ms + is_.intake_ms),
        "engine": 1000 / (is_.engine_ms / 3) * 2,  # two cores each; more would wait for the streams' one lock
    }
    cell = min(bounds[part] for part in ("leader", "store", "engine")) * may.busy
    cells = math.ceil(peak_s / cell)
    workers = cells * math.ceil(peak_s / cells / (bounds["worker"] * may.busy))
    return Plan(
        day=day, peak_s=peak_s, cells=cells, workers=max(2 * cells, workers), servers=3 * cells, bounds=bounds
    )


def fetch_mean_s(may: Assumed) -> float:
    answered = may.fetch_median_s * math.exp(may.fetch_sigma**2 / 2)
    return (1 - may.never) * min(answered, 15.0) + may.never * 15.0


# --- one cell, event by event ----------------------------------------------------------------------------


class Hosts:
    """Which host a link is of: a few are named in most links, most in a few (Zipf)."""

    def __init__(self, count: int, exponent: float, dice: random.Random) -> None:
        top = min(count, 100_000)
        weights = [rank**-exponent for rank in range(1, top + 1)]
        # The rest one by one would fill the memory and hardly ever come twice: as one integral.
        power = 1 - exponent
        tail = (count**power - top**power) / power if count > top else 0.0
        self._sums = list(accumulate(weights))
        self._all = self._sums[-1] + tail
        self._dice, self._count, self._top = dice, count, top

    def any(self) -> int:
        drawn = self._dice.random() * self._all
        if drawn < self._sums[-1]:
            return bisect(self._sums, drawn)
        return self._dice.randrange(self._top, self._count)

    def beyond(self, links: float, a_day: float) -> float:
        """Return the share of ``links`` a day that are of hosts with more than ``a_day``, and above that."""
        over = 0.0
        before = 0.0
        for upto in self._sums:
            share = (upto - before) / self._all
            before = upto
            if share * links <= a_day:
                break
            over += share - a_day / links
        return over


@dataclass
class Cell:
    """A leader, an engine and workers, with what they have been doing."""

    env: simpy.Environment
    is_: Measured
    may: Assumed
    workers: int
    dice: random.Random
    free_at: dict[int, float] = field(default_factory=dict)
    took_s: list[float] = field(default_factory=list)
    impolite: int = 0
    """Links whose host had no turn for them in time."""
    busy_s: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leader = simpy.Resource(self.env, 1)
        self.engine = simpy.Resource(self.env, 2)
        self.slots = [simpy.Resource(self.env, self.may.slots) for _ in range(self.workers)]
        self.cores = [simpy.Resource(self.env, 1) for _ in range(self.workers)]

    def link(self, host: int) -> Iterator[simpy.Event]:
        """Follow one link from its share to its verdict."""
        is_, may, env, shared = self.is_, self.may, self.env, self.env.now
        yield from self._at(
            "leader", self.leader, (is_.intake_ms + is_.handing_ms + 0.4 * self._leads_ms) / 1000
        )
        yield from self._at("engine", self.engine, is_.engine_ms / 3 / 2000)
        turn = max(env.now, self.free_at.get(host, 0.0))
        if turn - shared > may.patience_s:
            self.impolite += 1
            return
        self.free_at[host] = turn + may.delay_s
        yield env.timeout(turn - env.now)
        worker = host % self.workers
        with self.slots[worker].request() as slot:
            yield slot
            fetch_s = self._fetch_s()
            self._count("slots", fetch_s / may.slots / self.workers)
            yield env.timeout(fetch_s)
            yield from self._at("cores", self.cores[worker], is_.worker_ms / 1000, of=self.workers)
        yield from self._at("engine", self.engine, is_.engine_ms / 3 / 2000)
        yield from self._at("leader", self.leader, (is_.storing_ms + 0.6 * self._leads_ms) / 1000)
        self.took_s.append(env.now - shared)

    @property
    def _leads_ms(self) -> float:
        """Of the leader's time, what is not the store's."""
        return max(0.0, self.is_.leader_ms - self.is_.handing_ms - self.is_.storing_ms)

    def _at(
        self, part: str, resource: simpy.Resource, seconds: float, *, of: int = 0
    ) -> Iterator[simpy.Event]:
        with resource.request() as asked:
            yield asked
            yield self.env.timeout(seconds)
        self._count(part, seconds / (of or resource.capacity))

    def _count(self, part: str, seconds: float) -> None:
        self.busy_s[part] = self.busy_s.get(part, 0.0) + seconds

    def _fetch_s(self) -> float:
        if self.dice.random() < self.may.never:
            return 15.0
        return min(15.0, self.dice.lognormvariate(math.log(self.may.fetch_median_s), self.may.fetch_sigma))


def simulate(needs: Plan, is_: Measured, may: Assumed, seconds: float, seed: int) -> Cell:
    """Run one cell of ``needs`` through ``seconds`` of its busiest hour."""
    dice, env = random.Random(seed), simpy.Environment()
    cell = Cell(env=env, is_=is_, may=may, workers=needs.workers_of_a_cell, dice=dice)
    # A cell has its own part of the hosts, and of the unequal ones too.
    hosts = Hosts(max(1000, int(needs.day / needs.cells / may.links_per_host)), may.zipf, dice)

    def arrive() -> Iterator[simpy.Event]:
        while True:
            yield env.timeout(dice.expovariate(needs.cell_s))
            env.process(cell.link(hosts.any()))

    env.process(arrive())
    env.run(until=seconds)
    return cell


# --- money ------------------------------------------------------------------------------------------------


def prices(needs: Plan, is_: Measured, may: Assumed) -> dict[str, float]:
    """Return dollars a million links by what they are for."""
    million_s = 1e6 / needs.day * DAY_S
    cores = needs.workers + needs.cells * 2 + needs.servers * 2
    gb = 1e6 / 1e6  # a kB of each of a million links is a GB
    return {
        "cores": cores * million_s / 3600 * may.core_hour,
        "evidence kept": is_.warc_kb * gb * may.keep_days / 30 * may.object_gb_month,
        "objects put": 1e6 / may.pages_per_object / 1000 * may.put_thousand,
        "ledger kept": is_.store_kb * gb * may.ledger_days / 30 * may.disk_gb_month,
        "engine's traffic": is_.route_kb * gb * may.between_gb,
    }


# --- told -------------------------------------------------------------------------------------------------


def rows(needs: Plan, cell: Cell, is_: Measured, may: Assumed, seconds: float) -> list[tuple[str, str]]:
    hosts = Hosts(max(1000, int(needs.day / may.links_per_host)), may.zipf, random.Random(0))
    beyond = hosts.beyond(needs.day, DAY_S / may.delay_s)
    dollars = prices(needs, is_, may)
    took = sorted(cell.took_s)
    quantiles = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    busy = {part: cell.busy_s.get(part, 0.0) / seconds for part in ("leader", "engine", "slots", "cores")}
    one = min((bound, part) for part, bound in needs.bounds.items() if part != "worker")
    return [
        ("links a second, busiest hour", f"{needs.peak_s:,.0f}"),
        ("cells (leader, store, engine)", f"{needs.cells:,}"),
        ("worker processes, a core each", f"{needs.workers:,}"),
        ("NATS servers", f"{needs.servers:,}"),
        ("messages a second", f"{needs.peak_s * is_.messages:,.0f}"),
        ("fetched, Gbit/s", f"{needs.peak_s * is_.page_kb * 8 / 1e6:.2f}"),
        ("evidence a day, GB", f"{needs.day * is_.warc_kb / 1e6:,.0f}"),
        ("evidence kept, TB", f"{needs.day * is_.warc_kb / 1e9 * may.keep_days:,.1f}"),
        ("ledger a day, GB", f"{needs.day * is_.store_kb / 1e6:,.1f}"),
        ("ledger of a year in one store, GB", f"{needs.day * is_.store_kb / 1e6 * 365 / needs.cells:,.0f}"),
        ("one cell's first bound", f"{one[1]}, {one[0]:,.0f} links/s"),
        ("share no polite crawler can fetch", f"{beyond:.1%}"),
        *((f"  busy: {part}", f"{share:.0%}") for part, share in busy.items()),
        ("share to verdict, s: median", f"{quantiles[49]:.1f}"),
        ("  95 of 100", f"{quantiles[94]:.1f}"),
        ("  99 of 100", f"{quantiles[98]:.1f}"),
        ("dollars a million links", f"{sum(dollars.values()):.2f}"),
        *((f"  {name}", f"{each:.2f}") for name, each in dollars.items()),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--day", type=float, nargs="+", default=[1e6, 1e8, 1e9])
    arguments.add_argument("--seconds", type=float, default=120.0, help="of a cell's busiest hour")
    arguments.add_argument("--seed", type=int, default=1)
    for kind in (Measured, Assumed):
        for each in fields(kind):
            arguments.add_argument(
                f"--{each.name.replace('_', '-')}", type=type(each.default), default=each.default
            )
    told = vars(arguments.parse_args())
    is_ = Measured(**{each.name: told[each.name] for each in fields(Measured)})
    may = Assumed(**{each.name: told[each.name] for each in fields(Assumed)})
    for what, values in (("measured", is_), ("assumed", may)):
        print(
            f"{what}: " + ", ".join(f"{each.name} {getattr(values, each.name):g}" for each in fields(values))
        )
    columns = []
    for day in told["day"]:
        needs = plan(day, is_, may)
        cell = simulate(needs, is_, may, told["seconds"], told["seed"])
        columns.append(rows(needs, cell, is_, may, told["seconds"]))
    print(f"\n{'links a day':36}" + "".join(f"{day:>22,.0f}" for day in told["day"]))
    for line in zip(*columns, strict=True):
        print(f"{line[0][0]:36}" + "".join(f"{value:>22}" for _, value in line))


if __name__ == "__main__":
    main()
