"""What a crawl tells machines while it runs: Prometheus metrics, to a file or on loopback, and log lines.

The file is for node_exporter's textfile collector and is replaced whole. All figures are of one crawl or of
the moment, so they are gauges: a scheduled crawl is a new process every time. Nothing here names a page.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import orjson

from blocklist.commands.gauges import gauge, write_gauges
from blocklist.errors import TroubleError
from crawler.fetch.report import CrawlReport

if TYPE_CHECKING:
    from prometheus_client import Metric

_WRITE_EVERY_S = 15.0
Tell = Callable[[CrawlReport], None]
FLEET = {
    "workers": "Workers whose claims live.",
    "handed_out": "Links handed out by this leader.",
    "away": "Links that are handed out and not back.",
    "errands_waiting": "Errands in the engine that no worker has done.",
    "visits_waiting": "Visits in the engine that are not stored yet.",
    "late": "Visits refused since another worker had claimed their shard.",
    "refused": "Visits refused since another policy had judged.",
    "seen_timestamp_seconds": "When the leader last heard the engine.",
}
"""What a leader says of its cluster, each as ``linkgazette_cluster_<name>``."""


class Figures:
    """A Prometheus collector: the latest report, and the state of the frontier when somebody asks."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self.report = CrawlReport()
        self.ended: float | None = None
        """When the crawl ended well, in seconds since the epoch; None: it has not."""

    def collect(self) -> "Iterator[Metric]":
        """Yield every metric."""
        report = self.report
        yield gauge("crawl_visits", "Links that got a verdict in this crawl.", report.labels, "label")
        yield gauge("crawl_failures", "Visits that brought no page.", report.failures, "kind")
        yield gauge("crawl_confirmed", "Pages found as they were judged.", report.renewed)
        yield gauge("crawl_lost", "Visits whose lease had run out.", report.lost)
        yield gauge(
            "crawl_last_success_timestamp_seconds", "When it ended well; 0: not yet.", self.ended or 0
        )
        for name, said in FLEET.items():
            if name in report.fleet:
                yield gauge(f"cluster_{name}", said, report.fleet[name])
        yield from self._frontier()

    def _frontier(self) -> "Iterator[Metric]":
        from blocklist.store import open_workspace

        now = datetime.now(UTC)
        with open_workspace(self._workspace, create=False, write=False) as opened:
            due, next_due = opened.links.due(now), opened.links.next_due()
            late = 0.0 if next_due is None else max((now - next_due).total_seconds(), 0.0)
            held = sum(count for count, _ in opened.links.leases(now).values())
            yield gauge("links", "Links under watch.", opened.links.count())
            yield gauge("links_due", "Links that are due and in nobody's hands.", due)
            yield gauge("links_held", "Links in the hands of a worker.", held)
            yield gauge("links_late_seconds", "How long the oldest due link has waited.", late)


@contextmanager
def measured(workspace: Path, *, file: Path | None, port: int | None) -> Iterator[Tell]:
    """Publish metrics while the block runs; gives who is to be told of progress.

    ``port`` is one of 127.0.0.1. Raises TroubleError when file or port cannot be had.
    """
    if file is None and port is None:
        yield lambda _: None
        return
    from prometheus_client import CollectorRegistry, start_http_server

    figures, registry = Figures(workspace), CollectorRegistry()
    registry.register(figures)

    def write() -> None:
        if file is not None:
            write_gauges(file, registry)

    written = monotonic()

    def tell(report: CrawlReport) -> None:
        nonlocal written
        figures.report = report
        if monotonic() - written >= _WRITE_EVERY_S:
            written = monotonic()
            write()

    server = None
    if port is not None:
        try:
            server, _ = start_http_server(port, addr="127.0.0.1", registry=registry)
        except OSError as problem:
            said = f"port {port}: cannot be had ({problem.strerror}); choose another --metrics-port"
            raise TroubleError(said) from problem
    try:
        write()
        yield tell
        figures.ended = datetime.now(UTC).timestamp()
    finally:
        write()
        if server is not None:
            server.shutdown()
            server.server_close()


def log_line(event: str, **fields: Any) -> None:
    """Write one JSON line to stderr: time (RFC 3339), event, what belongs to it."""
    line = {"at": datetime.now(UTC), "event": event, **fields}
    sys.stderr.write(orjson.dumps(line, option=orjson.OPT_UTC_Z).decode() + "\n")
    sys.stderr.flush()
