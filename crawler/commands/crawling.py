"""Who crawls: a worker process here (``crawler.worker`` says why), or workers elsewhere, led from here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from crawler.commands.child import Progress, supervise
from crawler.fetch.report import CrawlReport


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
