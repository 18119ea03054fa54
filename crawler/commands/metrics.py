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

from blocklist.errors import TroubleError
from crawler.fetch.report import CrawlReport

if TYPE_CHECKING:
    from prometheus_client import Metric

_WRITE_EVERY_S = 15.0
Tell = Callable[[CrawlReport], None]


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
        yield _gauge("crawl_visits", "Links that got a verdict in this crawl.", report.labels, "label")
        yield _gauge("crawl_failures", "Visits that brought no page.", report.failures, "kind")
        yield _gauge("crawl_confirmed", "Pages found as they were judged.", report.renewed)
        yield _gauge("crawl_lost", "Visits whose lease had run out.", report.lost)
        yield _gauge(
            "crawl_last_success_timestamp_seconds", "When it ended well; 0: not yet.", self.ended or 0
        )
        yield from self._frontier()

    def _frontier(self) -> "Iterator[Metric]":
        from blocklist.store import open_workspace

        now = datetime.now(UTC)
        with open_workspace(self._workspace, create=False, write=False) as opened:
            due, next_due = opened.links.due(now), opened.links.next_due()
            late = 0.0 if next_due is None else max((now - next_due).total_seconds(), 0.0)
            held = sum(count for count, _ in opened.links.leases(now).values())
            yield _gauge("links", "Links under watch.", opened.links.count())
            yield _gauge("links_due", "Links that are due and in nobody's hands.", due)
            yield _gauge("links_held", "Links in the hands of a worker.", held)
            yield _gauge("links_late_seconds", "How long the oldest due link has waited.", late)


def _gauge(name: str, said: str, value: float | dict[str, int], label: str = "") -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    if not isinstance(value, dict):
        return GaugeMetricFamily(f"linkgazette_{name}", said, value=value)
    family = GaugeMetricFamily(f"linkgazette_{name}", said, labels=[label])
    for key, count in sorted(value.items()):
        family.add_metric([key], count)
    return family


@contextmanager
def measured(workspace: Path, *, file: Path | None, port: int | None) -> Iterator[Tell]:
    """Publish metrics while the block runs; gives who is to be told of progress.

    ``port`` is one of 127.0.0.1. Raises TroubleError when file or port cannot be had.
    """
    if file is None and port is None:
        yield lambda _: None
        return
    from prometheus_client import CollectorRegistry, start_http_server, write_to_textfile

    figures, registry = Figures(workspace), CollectorRegistry()
    registry.register(figures)

    def write() -> None:
        if file is not None:
            try:
                write_to_textfile(str(file), registry)
            except OSError as problem:
                raise TroubleError(
                    f"{file}: cannot be written ({problem.strerror}); mend --metrics"
                ) from problem

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
