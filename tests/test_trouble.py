"""What happens to the crawl's own machine is not the pages' fault: work waits, and nothing is lost."""

import asyncio
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from blocklist.errors import TroubleError
from blocklist.model import Capture, Failure, Judgement, Label, Link, Share, Surface, Vantage
from blocklist.store import Claim, Workspace, open_workspace
from blocklist.urls import parse_url
from crawler.fetch import outage
from crawler.fetch.archive import Archive
from crawler.fetch.outage import Outage
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.pipeline import VerdictPipeline
from crawler.readers import Exchange, Reader
from crawler.spiders.landing import LandingSpider
from tests.farm import farm

pytestmark = pytest.mark.edge

LINKS = 60
_NOTHING: dict[str, Any] = {"category": None, "grade": 0, "publishable": False, "evidence": ()}
JUDGED = Judgement(label=Label.UNREACHABLE, confidence=0, reason="", policy="", **_NOTHING)


@contextmanager
def farmed(folder: Path, links: int = LINKS) -> Iterator[Workspace]:
    with farm(folder / "farm.log") as address:
        (folder / "linkgazette.toml").write_text(
            f'[crawl]\nresolve = "{address}"\ndelay = 0\nrobots = false\n'
        )
        with open_workspace(folder, create=True) as workspace:
            share(workspace, *(f"http://plain-{number}.example/" for number in range(links)))
            yield workspace


def share(workspace: Workspace, *urls: str) -> None:
    shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls]
    workspace.shares.add(shares, now=datetime.now(UTC))


def worked(folder: Path, before: str = "") -> tuple[int, dict[str, Any]]:
    """Run a worker, ``before`` first; its exit code and last word."""
    order = orjson.dumps({"workspace": str(folder)}).decode()
    code = f"{before}\nimport sys\nfrom crawler.worker import main\nsys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, order],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
    )
    return done.returncode, orjson.loads(done.stdout.splitlines()[-1])


def verdicts_per_link(workspace: Workspace) -> set[int]:
    sql = "SELECT (SELECT count(*) FROM verdicts WHERE link = links.id) FROM links"
    return {count for (count,) in workspace.database.rows(sql)}


# --- disk and database ---------------------------------------------------------------------------------


def test_a_disk_that_fills_up_stops_the_crawl_and_a_later_one_does_the_rest(tmp_path: Path) -> None:
    with farmed(tmp_path) as workspace:
        # No file may grow beyond this: the archive meets it first, in the midst of a record.
        full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))"
        workspace.database.write("PRAGMA wal_checkpoint(TRUNCATE)")
        code, said = worked(tmp_path, full)
        assert code == 3
        assert "disk" in said["error"]
        assert max(verdicts_per_link(workspace)) <= 1
        while workspace.links.due(datetime.now(UTC)):
            assert worked(tmp_path)[0] == 0
        assert verdicts_per_link(workspace) == {1}
        assert workspace.database.value("PRAGMA integrity_check") == "ok"


def test_a_database_that_is_locked_is_waited_for_and_then_left(tmp_path: Path) -> None:
    with farmed(tmp_path, 5) as workspace, closing(sqlite3.connect(workspace.database.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        impatient = (
            "from blocklist.store.database import Database as D; D.__init__.__kwdefaults__['busy_s'] = 0.2"
        )
        code, said = worked(tmp_path, impatient)
        assert (code, "locked" in said["error"]) == (3, True)
        other.rollback()
        other.execute("BEGIN IMMEDIATE")
        found: list[tuple[int, dict[str, Any]]] = []
        waiting = threading.Thread(target=lambda: found.append(worked(tmp_path)))
        waiting.start()
        waiting.join(2)
        other.rollback()
        waiting.join()
        assert [code for code, _ in found] == [0]
        assert verdicts_per_link(workspace) == {1}


# --- clocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [timedelta(days=400), timedelta(hours=-3)])
def test_a_clock_that_was_wrong_for_a_while_keeps_no_link_from_its_visit(
    tmp_path: Path, wrong: timedelta
) -> None:
    with open_workspace(tmp_path, create=True) as workspace:
        share(workspace, "http://a.example/", "http://b.example/")
        now = datetime.now(UTC)
        then = now + wrong if wrong > timedelta(0) else now
        lost, held = workspace.links.lease("wrong", now=then, limit=2)
        visited = Capture(link=lost.id, fetched_at=then, failure=Failure.DNS)
        workspace.links.complete("wrong", visited, JUDGED, due_at=then + timedelta(hours=1), now=then)
        claim = Claim(host=held.host, until=then + timedelta(seconds=5))
        workspace.links.take_turns([claim], [], now=then)
        back = now + timedelta(hours=2) if wrong > timedelta(0) else now + wrong
        assert workspace.links.set_right(now=back) == (1 if wrong > timedelta(0) else 0)
        later = back if wrong > timedelta(0) else now + timedelta(hours=2)
        assert {link.id for link in workspace.links.lease("right", now=later, limit=9)} == {lost.id, held.id}


# --- the network ---------------------------------------------------------------------------------------


class Machine:
    """Says of its network what it is told."""

    def __init__(self, *said: str) -> None:
        self.said = list(said)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


def crawl_of(workspace: Workspace, machine: Machine, *, watch: bool = False) -> LandingSpider:
    session = Session(
        links=workspace.links,
        config=workspace.config.crawl,
        worker="me",
        archive=Archive(workspace.path / "captures", "run"),
        policy=workspace.policy,
        readers=Reader(policy=workspace.policy, pseudonymiser=workspace.pseudonymiser),
        outage=Outage(machine),
        watch=watch,
    )
    return LandingSpider(session=session)


async def failed(spider: LandingSpider, link: Link, kind: Failure) -> None:
    capture = Capture(link=link.id, fetched_at=spider.session.now(), failure=kind)
    await VerdictPipeline(SimpleNamespace(spider=spider)).process_item(Visited(link=link, capture=capture))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, create=True) as opened:
        share(opened, "http://shop.example/")
        yield opened


def test_without_a_network_no_page_is_called_unreachable(workspace: Workspace) -> None:
    async def crawl() -> LandingSpider:
        spider = crawl_of(workspace, Machine("this machine has no way to the internet"))
        link = await spider.window.next()
        assert link is not None
        await failed(spider, link, Failure.DNS)
        return spider

    spider = asyncio.run(crawl())
    assert isinstance(spider.session.trouble, TroubleError)
    assert "run the command again when it is back" in str(spider.session.trouble)
    assert workspace.verdicts.current(1) is None
    workspace.links.give_back("me")
    assert workspace.links.due(datetime.now(UTC)) == 1
    assert workspace.links.get(1).attempts == 0


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (Failure.DNS, 1),
        (Failure.TIMEOUT, 1),
        (Failure.NETWORK, 1),
        (Failure.HTTP_5XX, 0),
        (Failure.TLS, 0),
    ],
)
def test_with_a_network_a_failure_is_the_hosts(workspace: Workspace, kind: Failure, asked: int) -> None:
    machine = Machine("")

    async def crawl() -> None:
        spider = crawl_of(workspace, machine)
        link = await spider.window.next()
        assert link is not None
        await failed(spider, link, kind)

    asyncio.run(crawl())
    assert next(workspace.captures.of(1)).failure is kind
    assert machine.asked == asked


def test_who_watches_waits_for_the_network_and_visits_the_link_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "_HOLDS_S", 0.0)
    monkeypatch.setattr("crawler.fetch.session.ASK_AGAIN_S", 0.01)
    machine = Machine("gone", "gone", "gone", "")

    async def crawl() -> None:
        spider = crawl_of(workspace, machine, watch=True)
        link = await spider.window.next()
        assert link is not None
        await failed(spider, link, Failure.TIMEOUT)
        assert spider.session.trouble is None
        async with asyncio.timeout(30):
            assert await spider.window.next() == link
        assert not spider.session.cut_off

    asyncio.run(crawl())
    assert machine.asked == 4
    assert workspace.verdicts.current(1) is None


def test_a_suspect_is_not_cleared_because_our_own_network_went_while_it_was_looked_at_again(
    workspace: Workspace,
) -> None:
    async def crawl() -> None:
        spider = crawl_of(workspace, Machine("gone"), watch=True)
        link = await spider.window.next()
        assert link is not None
        body, elsewhere = b"<title>Birds</title><p>A friendly page.</p>", parse_url("http://other.example/")
        seen = Capture(link=link.id, fetched_at=spider.session.now(), final_url=elsewhere, status=200)
        page = Exchange(url=elsewhere, status=200, request_headers=(), response_headers=(), body=body)

        async def look(_: Link, vantage: Vantage, __: Any) -> list[Visited]:
            capture = replace(seen, vantage=vantage, final_url=None, status=None, failure=Failure.NETWORK)
            return [Visited(link=link, capture=capture)]

        spider.look = look  # type: ignore[method-assign, assignment] # nothing is dialled here
        pipeline = VerdictPipeline(SimpleNamespace(spider=spider))
        await pipeline.process_item(Visited(link=link, capture=seen, exchange=page))
        assert spider.session.trouble is None
        assert spider.session.cut_off

    asyncio.run(crawl())
    assert workspace.verdicts.current(1) is None
    assert [link.id for link in workspace.links.lease("another", now=datetime.now(UTC), limit=9)] == [1]


def test_a_link_whose_host_asks_for_patience_is_not_kept_by_a_crawl_that_stays_up(
    workspace: Workspace,
) -> None:
    # Its lease was renewed for as long as the crawl watched, and nobody ever visited it.
    async def crawl() -> None:
        spider = crawl_of(workspace, Machine(""), watch=True)
        link = await spider.window.next()
        assert link is not None

        async def bring(_: Any) -> Any:
            raise StoppingError

        spider.bring = bring  # type: ignore[method-assign, assignment] # nothing is dialled here
        await spider.visit(link)

    asyncio.run(crawl())
    assert [link.id for link in workspace.links.lease("another", now=datetime.now(UTC), limit=9)] == [1]


def test_a_machine_is_asked_once_for_all_and_not_again_at_once() -> None:
    machine = Machine("gone")

    async def ask() -> list[str]:
        one = Outage(machine)
        return [*await asyncio.gather(*(one.reason() for _ in range(50))), await one.reason()]

    assert asyncio.run(ask()) == ["gone"] * 51
    assert machine.asked == 1


@pytest.mark.parametrize(
    ("route", "problem", "said"),
    [
        (True, None, ""),
        (True, socket.EAI_NONAME, ""),
        (True, socket.EAI_AGAIN, "name server"),
        (True, socket.EAI_FAIL, "name server"),
        (False, None, "no way"),
    ],
)
def test_what_a_machine_says_of_itself(
    monkeypatch: pytest.MonkeyPatch, route: bool, problem: int | None, said: str
) -> None:
    def lookup(*_: Any, **__: Any) -> list[Any]:
        if problem is not None:
            raise socket.gaierror(problem, "no")
        return []

    monkeypatch.setattr(outage, "_leads_out", lambda *_: route)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    found = outage.gone()
    assert said in found
    assert bool(said) == bool(found)


def test_asking_for_a_route_sends_nothing_and_loopback_has_one() -> None:
    assert outage._leads_out(socket.AF_INET, ("127.0.0.1", 9))
