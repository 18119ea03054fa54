"""The network is gone for an hour while a crawl watches: it waits, blames nobody and then finishes.

The hour is one of waiting, and passes on the loop's clock alone: whenever nothing moves, the clock is put
forward to the next timer.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request

from blocklist.model import Failure, Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.fetch.answered import Answered
from crawler.fetch.archive import Archive
from crawler.fetch.failures import VisitError
from crawler.fetch.outage import Outage
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.pipeline import VerdictPipeline
from crawler.readers import Reader
from crawler.spiders.landing import LandingSpider
from crawler.worker import keep_leases

pytestmark = pytest.mark.edge

LINKS = 24
GONE, BACK = 2.0, 3602.0  # seconds after the beginning
ANSWERS_AFTER_S = 1.0
STARTED = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = b"<title>Birds</title><p>A friendly page about gardens and all the birds that live in them.</p>"


class Skipping(asyncio.SelectorEventLoop):
    """A loop whose waiting takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0
        look = self._selector.select  # type: ignore[attr-defined] # where a loop waits

        def skip(timeout: float | None) -> Any:
            found = look(None if timeout is None else 0)
            if not found:
                self.passed += timeout or 0.0
            return found

        self._selector.select = skip  # type: ignore[attr-defined] # likewise

    def time(self) -> float:
        return self.passed


class Web(LandingSpider):
    """Nobody answers while the network is gone."""

    def __init__(self, session: Session, passed: Callable[[], float]) -> None:
        super().__init__(session=session)
        self.crawler: Any = None
        self._passed = passed
        self._pipeline = VerdictPipeline(SimpleNamespace(spider=self))
        self.asked: list[float] = []

    async def bring(self, request: Request) -> Answered:
        self.asked.append(self._passed())
        await asyncio.sleep(ANSWERS_AFTER_S)
        if GONE <= self._passed() < BACK:
            kinds = (Failure.DNS, Failure.NETWORK, Failure.TIMEOUT)
            raise VisitError(kinds[len(self.asked) % len(kinds)], "nobody answers")
        return Answered(request, status=200, fields=[(b"Content-Type", b"text/html")], body=PAGE)

    async def deliver(self, visited: Visited) -> None:
        await self._pipeline.process_item(visited)
        if self.session.report.visited == LINKS:
            self.session.stop()


async def directly(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Stand in for ``to_thread``: on a clock that skips, a thread would never be in time."""
    return work(*args, **kwargs)


def test_an_hour_without_a_network_costs_an_hour_and_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linkgazette.toml").write_text("[crawl]\nconcurrency = 4\nlease = 120\nvantages = []\n")
    probes: list[float] = []
    with asyncio.Runner(loop_factory=Skipping) as runner, open_workspace(tmp_path, create=True) as workspace:
        loop = runner.get_loop()
        passed, now = loop.time, lambda: STARTED + timedelta(seconds=loop.time())

        def probe() -> str:
            probes.append(passed())
            return "this machine has no way to the internet" if GONE <= passed() < BACK else ""

        monkeypatch.setattr(asyncio, "to_thread", directly)
        monkeypatch.setattr("crawler.fetch.window.to_thread", directly)
        monkeypatch.setattr("crawler.fetch.window.monotonic", passed)
        monkeypatch.setattr("crawler.fetch.outage.monotonic", passed)
        monkeypatch.setattr(Session, "now", staticmethod(now))
        urls = [parse_url(f"http://h{number}.example/") for number in range(LINKS)]
        workspace.shares.add([Share(url=url, surface=Surface.GROUP) for url in urls], now=STARTED)
        session = Session(
            links=workspace.links,
            config=workspace.config.crawl,
            worker="me",
            archive=Archive(workspace.path / "captures", "run"),
            policy=workspace.policy,
            readers=Reader(policy=workspace.policy, pseudonymiser=workspace.pseudonymiser),
            outage=Outage(probe),
            watch=True,
        )
        spider = Web(session, passed)

        async def crawl() -> None:
            renewing = asyncio.create_task(keep_leases(session, 40.0))
            async for _ in spider.start():
                pytest.fail("the spider visits by itself")
            renewing.cancel()

        runner.run(crawl())
        session.archive.close()
        assert session.trouble is None
        assert [len(list(workspace.verdicts.of(link))) for link in range(1, LINKS + 1)] == [1] * LINKS
        assert session.report.failures == {}
        assert (session.report.visited, session.report.lost) == (LINKS, 0)
    assert BACK < passed() < BACK + 60
    # Who was on the way when it went finds out; then one question in five seconds, to this machine alone.
    assert len([at for at in spider.asked if GONE + ANSWERS_AFTER_S < at < BACK]) == 0
    assert len(spider.asked) - LINKS <= 4 * 8
    assert 600 < len(probes) < 800
