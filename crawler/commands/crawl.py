"""``linkgazette crawl``: fetch due links, classify, store; and the same as a stage of ``run``.

The crawl itself happens in a worker process (``crawler.worker`` says why); here is who starts it,
shows its progress on stderr and turns how it ended into a report or an error of ours.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.commands.duration import Duration
from blocklist.config import load_config
from blocklist.errors import InputError
from crawler.commands.child import Progress, supervise
from crawler.fetch.report import CrawlReport


def crawl_stage(workspace: Path, *, limit: int | None = None, everything: bool = False) -> CrawlReport:
    """Visit what is due in ``workspace`` (with ``everything``: all links) and store verdicts.

    Returns what was done. Raises LinkgazetteError when the crawl could not be done, KeyboardInterrupt when
    it was interrupted; in either case what was stored is kept and the rest is still due.
    """
    with _shown(workspace) as progress:
        report = run_worker(workspace, limit=limit, everything=everything, progress=progress)
    if report.interrupted:
        raise KeyboardInterrupt
    return report


@click.command()
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Visit at most N links.")
@click.option("--all", "everything", is_flag=True, help="Visit every link, due or not.")
@click.option(
    "--for",
    "seconds",
    type=Duration(),
    metavar="TIME",
    help="Begin nothing new after this long: 90s, 10m, 2h. What is under way is finished.",
)
@click.option("--watch", is_flag=True, help="Stay up when nothing is due, and take new shares as they come.")
@click.option(
    "--metrics",
    "metrics_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep Prometheus metrics in FILE (.prom), for node_exporter's textfile collector.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="Serve them at http://127.0.0.1:PORT/metrics while the crawl runs.",
)
@click.option(
    "--cluster",
    "servers",
    multiple=True,
    metavar="NATS-URL",
    help="Have `linkgazette worker`s do it, by these servers of NATS; repeat it for each.",
)
@click.option("--log-json", is_flag=True, help="Write a JSON line to standard error for every verdict.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
@click.pass_obj
def crawl(
    workspace: Path,
    limit: int | None,
    everything: bool,
    seconds: float | None,
    watch: bool,
    metrics_file: Path | None,
    metrics_port: int | None,
    servers: tuple[str, ...],
    log_json: bool,
    as_json: bool,
) -> None:
    """Fetch due links, classify them and store the verdicts.

    Can be stopped and started again at any point, by a timer too: nothing is lost, nothing is fetched twice,
    and crawls side by side share the work.
    """
    if watch and everything:
        raise InputError("--watch and --all contradict each other: a crawl of every link would never end")
    from crawler.commands.metrics import log_line, measured

    def visited(found: dict[str, Any]) -> None:
        log_line("visit", **found)

    with (
        _shown(workspace, bar=not log_json) as show,
        measured(workspace, file=metrics_file, port=metrics_port) as tell,
    ):

        def progress(report: CrawlReport) -> None:
            show(report)
            tell(report)

        crawl_by = (
            partial(lead_cluster, servers)
            if servers
            else partial(run_worker, visited=visited if log_json else None)
        )
        report = crawl_by(
            workspace,
            limit=limit,
            everything=everything,
            seconds=seconds,
            watch=watch,
            progress=progress,
        )
        tell(report)
    if log_json:
        log_line("end", **report.as_json())
    if as_json:
        click.echo(orjson.dumps(report.as_json(), option=orjson.OPT_SORT_KEYS).decode())
    else:
        click.echo(report.summary())
    if report.interrupted:
        raise click.Abort  # the root says so and exits as shells expect, 130


def lead_cluster(
    servers: Sequence[str],
    workspace: Path,
    *,
    limit: int | None = None,
    everything: bool = False,
    seconds: float | None = None,
    watch: bool = False,
    progress: Progress | None = None,
) -> CrawlReport:
    """Lead a crawl of ``workspace`` by workers elsewhere; otherwise as ``run_worker``."""
    from crawler.commands.worker import needs_extra

    needs_extra()
    from crawler.cluster.lead import lead

    return lead(
        workspace,
        servers,
        limit=limit,
        everything=everything,
        seconds=seconds,
        watch=watch,
        progress=progress or (lambda _: None),
    )


def run_worker(
    workspace: Path,
    *,
    limit: int | None = None,
    everything: bool = False,
    seconds: float | None = None,
    watch: bool = False,
    progress: Progress | None = None,
    visited: Callable[[dict[str, Any]], None] | None = None,
    settings: Path | None = None,
    policy: Path | None = None,
) -> CrawlReport:
    """Start a worker, wait for it, return its report; raises the LinkgazetteError it ended with.

    ``seconds`` after its start it begins nothing new (None: it goes on while there is work); with ``watch``
    it waits for more when there is none. ``visited`` is called with what a log says of every verdict.
    ``settings`` names another workspace whose settings hold, ``policy``
    a folder of policy files; None: the workspace's own.
    """
    told: dict[str, Any] = {"workspace": workspace, "settings": settings, "policy": policy}
    told = {key: path and str(path.resolve()) for key, path in told.items()}
    order = {
        **told,
        "limit": limit,
        "everything": everything,
        "seconds": seconds,
        "watch": watch,
        "tells": visited is not None,
    }
    return supervise("crawler.worker", order, progress=progress, visited=visited)


@contextmanager
def _shown(workspace: Path, *, bar: bool = True) -> Iterator[Progress]:
    """Say what should be mended first; then, if a person looks at it and wants a ``bar``, one on stderr.

    It shows what is done of what was due, failures, pages a second, and when the rest will be done.
    """
    for notice in load_config(workspace).notices():
        click.echo(f"note: {notice}", err=True)
    if not (bar and sys.stderr.isatty()):
        yield lambda _: None
        return
    from datetime import UTC, datetime
    from time import monotonic

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        due = opened.links.due(datetime.now(UTC))
    told = TextColumn("{task.fields[said]}")
    columns = (
        TextColumn("crawl"),
        BarColumn(),
        MofNCompleteColumn(),
        told,
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task, started = shown.add_task("crawl", total=due or None, said=""), monotonic()

        def show(report: CrawlReport) -> None:
            rate = report.visited / max(monotonic() - started, 0.001)
            failed = sum(report.failures.values())
            shown.update(task, completed=report.visited, said=f"{rate:.1f}/s, {failed} failed")

        yield show
