"""``linkgazette crawl``: fetch due links, classify, store; and the same as a stage of ``run``."""

from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.commands.duration import Duration
from blocklist.errors import InputError
from crawler.commands.crawl_bar import crawl_shown
from crawler.commands.crawling import lead_cluster, run_worker
from crawler.fetch.report import CrawlReport


def crawl_stage(workspace: Path, *, limit: int | None = None, everything: bool = False) -> CrawlReport:
    """Visit what is due in ``workspace`` (with ``everything``: all links) and store verdicts.

    Returns what was done. Raises LinkgazetteError when the crawl could not be done, KeyboardInterrupt when
    it was interrupted; in either case what was stored is kept and the rest is still due.
    """
    with crawl_shown(workspace) as progress:
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
        crawl_shown(workspace, bar=not log_json) as show,
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
