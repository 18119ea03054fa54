"""Begins and ends the lead of a crawl: one leader at a store, its order to the workers, signals.

What a leader does is ``leader``'s.
"""

import asyncio
import fcntl
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from blocklist.errors import TroubleError
from blocklist.policy import DEFAULT_POLICY
from blocklist.shelf import mark_of, shelf_of
from blocklist.store import Workspace, open_workspace
from blocklist.store.leases import LOCK
from crawler.cluster.door import connect
from crawler.cluster.engine import set_up
from crawler.cluster.leader import Leader
from crawler.cluster.words import PROGRAM, Order, key_mark
from crawler.fetch.hotline import tell_all
from crawler.fetch.report import CrawlReport


def lead(
    path: Path,
    servers: Sequence[str],
    *,
    limit: int | None,
    everything: bool,
    seconds: float | None,
    watch: bool,
    progress: Callable[[CrawlReport], None],
) -> CrawlReport:
    """Lead a crawl of the workspace at ``path`` until it is done or interrupted; return what was stored.

    Raises LinkgazetteError for what ended it early; what is away then is handed out again by the next leader.
    """
    with open_workspace(path, create=False) as workspace, leading(path):
        workspace.links.set_right(now=datetime.now(UTC))
        return asyncio.run(
            _lead(
                workspace,
                servers,
                limit=limit,
                everything=everything,
                ends_at=None if seconds is None else monotonic() + seconds,
                watch=watch,
                progress=progress,
            )
        )


async def _lead(workspace: Workspace, servers: Sequence[str], **told: Any) -> CrawlReport:
    config = workspace.config
    engine = await set_up(
        await connect(servers, config.cluster, name="leader"),
        replicas=config.cluster.replicas,
        claim_s=config.cluster.claim_s,
    )
    order = Order(
        program=PROGRAM,
        policy=workspace.policy.digest,
        files=_files(Path(config.policy.path or DEFAULT_POLICY)),
        key=key_mark(workspace.pseudonymiser),
        shelf=mark_of(shelf_of(workspace.path), make=True),
        shards=config.cluster.shards,
        claim_s=config.cluster.claim_s,
        config=config.crawl,
    )
    crawl = Leader(workspace=workspace, engine=engine, order=order, **told)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        crawl.report.interrupted = True
        crawl.halt.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        report = await crawl.run()
    finally:
        await engine.close()
    await asyncio.to_thread(tell_all, workspace)
    return report


def _files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.toml"))}


@contextmanager
def leading(workspace: Path) -> Iterator[None]:
    """Be the only leader of ``workspace``; raises TroubleError when there is one."""
    path = workspace / LOCK
    try:
        file = path.open("w")
    except OSError as problem:
        raise TroubleError(
            f"{path}: cannot be made ({problem.strerror}); make the workspace writable"
        ) from problem
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise TroubleError(f"{path}: another process leads this workspace's crawl already") from None
        yield
