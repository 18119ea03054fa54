"""How a crawl is shown to a person who looks at it: one bar on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from blocklist.config import load_config
from crawler.commands.child import Progress
from crawler.fetch.report import CrawlReport


@contextmanager
def crawl_shown(workspace: Path, *, bar: bool = True) -> Iterator[Progress]:
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
