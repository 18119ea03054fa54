"""One crawl worker: a process started by ``crawler.commands.crawling``, reporting to it in JSON lines.

A process of its own, because what a hostile page can do to a process it then does to this one, while the
command that waits for it keeps its word about exit codes.

argv[1] is a JSON order ``{"workspace", "limit", "everything", "watch", "seconds", "settings", "policy",
"tells"}``; all but the first may be missing; ``settings`` and ``policy`` name folders of others than the
workspace's own.

Standard output carries ``{"progress": report}`` lines, ``{"visit": …}`` lines if it ``tells``, and at the end
``{"report": report}`` or ``{"error": message, "exit_code": code}``. SIGINT, SIGTERM or the end of standard
input (the command died) stop it: nothing new is begun, pages under way are finished, leases go back.
"""

import asyncio
import gc
import logging
import os
import resource
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

import orjson
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from blocklist.config import CrawlConfig, load_config
from blocklist.errors import InputError, LinkgazetteError, TroubleError
from blocklist.model import Vantage
from blocklist.policy import load_policy
from blocklist.shelf import Objects, mark_of, shelf_of
from blocklist.store import Workspace, open_workspace
from crawler.browser import find_chromium
from crawler.fetch.archive import archive_on
from crawler.fetch.guard import RESOLVE_SETTING
from crawler.fetch.handler import HEADER_SETTING
from crawler.fetch.hotline import tell_all
from crawler.fetch.liveness import alive, bury_dead
from crawler.fetch.report import CrawlReport
from crawler.fetch.session import Session
from crawler.readers import Nursery, Reader, Readers
from crawler.spiders.landing import LandingSpider

_PROGRESS_EVERY_S = 0.1
_RENEWALS_PER_LEASE = 3
_ALLOCATIONS_PER_COLLECTION = 20_000
"""Objects made and not gone between two looks for circles; Python's own is 700."""


def crawl_settings(config: CrawlConfig) -> Settings:
    """``crawler.settings`` with the workspace's own over them."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update(
        {
            "USER_AGENT": config.user_agent,
            "DOWNLOAD_TIMEOUT": config.timeout_s,
            "DOWNLOAD_MAXSIZE": config.max_body_bytes,
            HEADER_SETTING: config.max_header_bytes,
            RESOLVE_SETTING: config.resolve or "",
        },
        priority="cmdline",
    )
    return settings


def crawl(session: Session, *, renew_every_s: float) -> None:
    """Run the spider in this process until nothing is due or it is told to stop. Once in a process.

    What it holds is renewed ``renew_every_s``.
    """
    process = AsyncCrawlerProcess(crawl_settings(session.config))
    logging.getLogger("scrapy").setLevel(logging.WARNING)  # else a record is made for every page, for nobody
    loop = asyncio.get_event_loop()
    # What was loaded stays, and a page's objects are in few circles: measured, a tenth of this process' time.
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_PER_COLLECTION)

    def stop() -> None:
        session.report.interrupted = True
        session.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        loop.add_reader(0, _on_end_of_input, loop, stop)
    crawling = process.crawl(LandingSpider, session=session)
    renewing = loop.create_task(keep_leases(session, renew_every_s))
    crawling.add_done_callback(lambda _: renewing.cancel())
    process.start(install_signal_handlers=False)
    if process.bootstrap_failed:
        session.fail(TroubleError("the crawl could not be started; the log above says why"))


def _on_end_of_input(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    if not os.read(0, 4096):
        loop.remove_reader(0)
        stop()


async def keep_leases(session: Session, every_s: float) -> None:
    """Keep the leases while this process lives; without it a slow host's links would change hands."""
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(every_s)
            try:
                session.links.renew(session.worker, now=session.now())
            except LinkgazetteError as trouble:
                session.fail(trouble)
                return


def work(workspace: Workspace, order: dict[str, Any], out: BinaryIO) -> CrawlReport:
    """Crawl as ``order`` says, progress to ``out``; raises LinkgazetteError for what stopped it early."""
    # Before the first fetch: a policy or key that cannot be used must not cost a visit.
    config = load_config(Path(order.get("settings") or workspace.path))
    named = order.get("policy") or config.policy.path
    policy = load_policy(Path(named) if named else None)
    browser = find_chromium() if Vantage.BROWSER in config.crawl.vantages else None
    if Vantage.BROWSER in config.crawl.vantages and browser is None:
        raise InputError(
            '[crawl] vantages names "browser", and no Chromium is installed; '
            "install Debian's chromium, or leave it out"
        )
    reader = Reader(policy=policy, pseudonymiser=workspace.pseudonymiser)
    with closing(Readers(Nursery.open(reader))) as readers, alive(workspace.path) as name:
        bury_dead(workspace)
        workspace.links.set_right(now=datetime.now(UTC))
        run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{name}"
        shelf = shelf_of(workspace.path)
        if isinstance(shelf, Objects):
            mark_of(shelf, make=True)  # rather before a page is fetched than after
        session = Session(
            links=workspace.links,
            config=config.crawl,
            worker=name,
            archive=archive_on(shelf, run),
            policy=policy,
            readers=readers,
            browser=browser,
            limit=order.get("limit"),
            everything=bool(order.get("everything")),
            watch=bool(order.get("watch")),
            ends_at=None if order.get("seconds") is None else monotonic() + order["seconds"],
            progress=progress_to(out),
            hotline=lambda: tell_all(workspace),
            told=(lambda found: tell(out, {"visit": found})) if order.get("tells") else None,
        )
        started = monotonic()
        try:
            crawl(session, renew_every_s=config.crawl.lease_s / _RENEWALS_PER_LEASE)
        finally:
            session.archive.close()
            workspace.links.give_back(name)
        session.report.seconds = monotonic() - started
    tell_all(workspace)
    if session.trouble is not None:
        raise session.trouble
    return session.report


def main() -> int:
    """Carry out the order in argv; returns the exit code."""
    return run_as_child(_work)


def _work(order: dict[str, Any], out: BinaryIO) -> CrawlReport:
    with open_workspace(Path(order["workspace"]), create=False) as workspace:
        return work(workspace, order, out)


def run_as_child(work: Callable[[dict[str, Any], BinaryIO], CrawlReport]) -> int:
    """Do ``work`` by the order in argv and say on standard output how it ended; returns the exit code."""
    order = orjson.loads(sys.argv[1])
    # Whatever prints by mistake must not end up between the JSON lines.
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        report = work(order, out)
    except LinkgazetteError as error:
        tell(out, {"error": str(error), "exit_code": error.exit_code})
        return error.exit_code
    tell(out, {"report": report.as_json()})
    return 0


def progress_to(out: BinaryIO) -> Callable[[CrawlReport], None]:
    """Return what tells the command that waits how far the work is, now and then."""
    told = 0.0

    def progress(report: CrawlReport) -> None:
        nonlocal told
        if monotonic() - told >= _PROGRESS_EVERY_S:
            told = monotonic()
            tell(out, {"progress": report.as_json()})

    return progress


def tell(out: BinaryIO, message: dict[str, Any]) -> None:
    """Say something to the command that waits."""
    with suppress(BrokenPipeError):  # the command died; its end of standard input stops us
        out.write(orjson.dumps(message) + b"\n")


if __name__ == "__main__":
    sys.exit(main())
