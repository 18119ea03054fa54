"""From a visit to a stored verdict, without a network: what breaks, is suppressed, or stops the crawl."""

import asyncio
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.exceptions import NotSupported
from scrapy.http import Request

from blocklist.errors import TroubleError
from blocklist.model import Capture, Failure, Host, Label, Link, Share, Surface
from blocklist.store import Workspace, open_workspace
from blocklist.urls import parse_url
from crawler import pipeline
from crawler.fetch.answered import Answered
from crawler.fetch.archive import Archive
from crawler.fetch.liveness import alive, bury_dead
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.fetch.window import Window
from crawler.judge import SUPPRESSED
from crawler.readers import Exchange, Reader, reading
from crawler.spiders.landing import LandingSpider

pytestmark = pytest.mark.edge

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = parse_url("http://shop.example/")
BODY = b"<title>Birds</title><p>A friendly page about gardens and all the birds that live in them.</p>"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, create=True) as opened:
        opened.shares.add([Share(url=URL, surface=Surface.GROUP)], now=NOW)
        yield opened


@dataclass
class Bench:
    """A pipeline with its session, and the links it was told are done."""

    session: Session
    link: Link
    done: list[Link] = field(default_factory=list)

    async def look(self, *_: Any) -> list[Visited]:
        raise AssertionError("nobody is a suspect here")

    def run(self, *, body: bytes | None = BODY, failure: Failure | None = None) -> None:
        capture = Capture(
            link=self.link.id,
            fetched_at=NOW,
            final_url=None if failure else URL,
            content_type="text/html",
            failure=failure,
        )
        exchange = Exchange(url=URL, status=200, request_headers=(), response_headers=(), body=body or b"")
        spider = SimpleNamespace(session=self.session, done=self.done.append, look=self.look)
        visited = Visited(link=self.link, capture=capture, exchange=None if failure else exchange)
        asyncio.run(pipeline.VerdictPipeline(SimpleNamespace(spider=spider)).process_item(visited))


@pytest.fixture
def bench(workspace: Workspace) -> Bench:
    (link,) = workspace.links.lease("me", now=datetime.now(UTC), limit=1)
    session = Session(
        links=workspace.links,
        config=workspace.config.crawl,
        worker="me",
        archive=Archive(workspace.path / "captures", "run"),
        policy=workspace.policy,
        readers=Reader(policy=workspace.policy, pseudonymiser=workspace.pseudonymiser),
    )
    return Bench(session, link)


def only_capture(workspace: Workspace) -> dict[str, Any]:
    (row,) = workspace.db.query("SELECT * FROM captures")
    return dict(row)


def test_a_page_gets_its_verdict_and_its_evidence(bench: Bench, workspace: Workspace) -> None:
    bench.run()
    verdict = workspace.verdicts.current(bench.link.id)
    assert verdict is not None
    assert (verdict.judgement.label, verdict.title) == (Label.CLEAR, "Birds")
    assert only_capture(workspace)["archive_file"] == "run.warc.gz"
    assert bench.session.report.labels == {"clear": 1}
    assert bench.done == [bench.link]
    bench.session.archive.close()


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), ValueError("odd")], ids=repr)
def test_a_page_that_breaks_the_reader_is_malformed_and_the_crawl_goes_on(
    bench: Bench, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(reading, "read_page", broken)
    bench.run()
    verdict = workspace.verdicts.current(bench.link.id)
    assert verdict is not None
    assert verdict.judgement.label is Label.UNREACHABLE
    assert only_capture(workspace)["failure"] == "malformed"
    assert bench.session.trouble is None
    assert workspace.links.get(bench.link.id).attempts == 1
    bench.session.archive.close()


def test_of_a_suppressed_page_nothing_is_kept_and_it_is_never_visited_again(
    bench: Bench, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = reading.judge
    found = {"label": Label.UNSURE, "reason": SUPPRESSED}
    monkeypatch.setattr(reading, "judge", lambda *args: replace(honest(*args), **found))
    bench.run()
    assert only_capture(workspace)["archive_file"] is None
    assert not (workspace.path / "captures").exists()
    verdict = workspace.verdicts.current(bench.link.id)
    assert verdict is not None
    assert verdict.title == ""
    assert workspace.links.next_due() is None
    assert workspace.links.lease("me", now=NOW + timedelta(days=9999), limit=1) == []


def test_a_failure_is_stored_and_tried_again_later(bench: Bench, workspace: Workspace) -> None:
    bench.run(failure=Failure.TIMEOUT)
    assert only_capture(workspace)["failure"] == "timeout"
    due = workspace.links.next_due()
    assert due is not None
    assert due > datetime.now(UTC)
    assert bench.session.report.failures == {"timeout": 1}


def test_a_visit_whose_lease_was_lost_stores_nothing(bench: Bench, workspace: Workspace) -> None:
    workspace.links.give_back("me")
    bench.run(failure=Failure.TIMEOUT)
    assert list(workspace.db.query("SELECT * FROM captures")) == []
    assert (bench.session.report.visited, bench.session.report.lost) == (0, 1)


def test_a_full_disk_stops_the_crawl_and_leaves_the_link_due(bench: Bench, workspace: Workspace) -> None:
    (workspace.path / "captures").write_text("a file where the folder should be")
    bench.run()
    assert isinstance(bench.session.trouble, TroubleError)
    assert bench.session.stopping
    assert bench.done == [bench.link]
    workspace.links.give_back("me")
    assert workspace.links.due(datetime.now(UTC)) == 1


def test_a_bug_of_ours_stops_the_crawl_and_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise TypeError("a bug")

    monkeypatch.setattr(pipeline, "plan", broken)
    bench.run()
    assert isinstance(bench.session.trouble, TroubleError)
    assert "a bug" in caplog.text
    assert "friendly page" not in caplog.text
    bench.session.archive.close()


class Unanswered(LandingSpider):
    """Asks, and meets ``error``."""

    def __init__(self, session: Session, error: Exception) -> None:
        super().__init__(session=session)
        self._error = error

    async def bring(self, _: Request) -> Answered:
        raise self._error


def test_a_handler_that_does_not_come_up_is_no_verdict_on_anybodys_page(bench: Bench) -> None:
    asyncio.run(Unanswered(bench.session, NotSupported("no handler")).visit(bench.link))
    assert isinstance(bench.session.trouble, TroubleError)
    assert "cannot fetch at all: no handler" in str(bench.session.trouble)


def test_a_bug_of_ours_on_the_way_to_a_page_stops_the_crawl(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spider = LandingSpider(session=bench.session)
    monkeypatch.setattr(spider, "_request", "a bug")
    asyncio.run(spider.visit(bench.link))
    assert isinstance(bench.session.trouble, TroubleError)
    assert "not callable" in caplog.text


def test_a_link_whose_turn_does_not_come_is_left_to_whoever_comes_next(
    bench: Bench, workspace: Workspace
) -> None:
    # A crawl that watches renewed the lease of such a link for as long as it lived, and nobody visited it.
    asyncio.run(Unanswered(bench.session, StoppingError()).visit(bench.link))
    assert workspace.links.due(datetime.now(UTC)) == 1
    assert bench.session.trouble is None


# --- the window ---------------------------------------------------------------------------------------


class Frontier:
    """Stands in for the store's room of links."""

    def __init__(self, links: list[Link]) -> None:
        self.links = links

    def lease(self, _worker: str, *, limit: int, **_: object) -> list[Link]:
        found, self.links = self.links[:limit], self.links[limit:]
        return found


def window(links: list[Link], *, limit: int | None = None, concurrency: int = 1) -> Window:
    session = SimpleNamespace(
        config=SimpleNamespace(concurrency=concurrency, concurrency_per_host=1),
        links=Frontier(links),
        worker="me",
        limit=limit,
        everything=False,
        stopping=False,
        cut_off=False,
        watch=False,
        resting=0,
        changed=asyncio.Event(),
        now=lambda: NOW,
    )
    return Window(session)


def some_links(*hosts: str) -> list[Link]:
    return [
        Link(id=number, url=parse_url(f"http://{host}/{number}"), host=Host(host))
        for number, host in enumerate(hosts)
    ]


async def drained(one: Window) -> list[int]:
    """Ids in the order given out, each done before the next is asked for."""
    found = []
    while link := await one.next():
        found.append(link.id)
        one.done(link)
    return found


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_every_link_is_given_out_once() -> None:
    links = some_links(*(f"h{number % 7}.example" for number in range(200)))
    assert sorted(run(drained(window(links)))) == list(range(200))


def test_hosts_take_turns() -> None:
    links = some_links("a.example", "a.example", "a.example", "b.example", "c.example")
    assert run(drained(window(links, concurrency=5))) == [0, 3, 4, 1, 2]


def test_no_more_than_the_limit_is_given_out() -> None:
    assert len(run(drained(window(some_links(*["a.example"] * 50), limit=7)))) == 7


def test_one_host_is_visited_by_one_at_a_time() -> None:
    async def two() -> None:
        one = window(some_links("a.example", "a.example", "b.example"))
        first, second = await one.next(), await one.next()
        assert first is not None
        assert second is not None
        assert {first.host, second.host} == {"a.example", "b.example"}
        one.done(first)
        third = await one.next()
        assert third is not None
        assert third.host == first.host

    run(two())


def test_hosts_that_rest_make_room_for_others_within_bounds() -> None:
    async def opened(resting: int) -> int:
        one = window(some_links(*(f"h{number}.example" for number in range(100))))
        one._session.resting = resting
        count = 0
        while one._ready() or await one._lease():
            count = one._open.total()
        return count

    assert run(opened(0)) == 2
    assert run(opened(5)) == 7
    assert run(opened(1000)) == 8


def test_what_becomes_due_while_the_frontier_is_asked_is_asked_for_again() -> None:
    async def late() -> list[int]:
        one = window([])

        def lease(*_: object, **__: object) -> list[Link]:
            one._session.links = Frontier(some_links("a.example"))  # type: ignore[assignment] # as the frontier
            one.ask_again()
            return []

        one._session.links = SimpleNamespace(lease=lease)
        return await drained(one)

    assert run(late()) == [0]


def test_a_window_that_is_told_to_stop_gives_nothing_more() -> None:
    async def stopped() -> None:
        one = window(some_links("a.example", "b.example"))
        assert await one.next() is not None
        one._session.stopping = True
        assert await one.next() is None

    run(stopped())


# --- who lives ----------------------------------------------------------------------------------------


def test_a_living_workers_leases_are_left_alone(workspace: Workspace) -> None:
    with alive(workspace.path) as name:
        assert len(workspace.links.lease(name, now=datetime.now(UTC), limit=1)) == 1
        assert bury_dead(workspace) == 0
        assert workspace.links.due(datetime.now(UTC)) == 0


def test_a_dead_workers_leases_are_free_at_once(workspace: Workspace) -> None:
    assert len(workspace.links.lease("vm-1-dead", now=datetime.now(UTC), limit=1)) == 1
    (workspace.path / "workers").mkdir()
    (workspace.path / "workers" / "vm-1-dead.lock").touch()
    assert bury_dead(workspace) == 1
    assert workspace.links.due(datetime.now(UTC)) == 1
    assert list((workspace.path / "workers").iterdir()) == []


def test_nobody_is_buried_who_is_just_being_born(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Between making its file and locking it a worker looked dead: its file went, and when it died later its
    # links waited for their leases to run out.
    lock, buried = fcntl.flock, list[int]()

    def slowly(file: Any, how: int) -> None:
        if how == fcntl.LOCK_EX:
            buried.append(bury_dead(workspace))
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", slowly)
    with alive(workspace.path) as name:
        assert [path.name for path in (workspace.path / "workers").iterdir()] == [f"{name}.lock"]
    assert buried == [0]
    assert list((workspace.path / "workers").iterdir()) == []


def test_no_two_workers_have_one_name(tmp_path: Path) -> None:
    with alive(tmp_path) as one, alive(tmp_path) as two:
        assert one != two
