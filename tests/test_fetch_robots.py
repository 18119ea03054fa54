"""What robots.txt says to us."""

import asyncio
from types import SimpleNamespace

import pytest
from scrapy.http import Request

from blocklist.config import CrawlConfig
from blocklist.model import Failure
from crawler.fetch.answered import Answered
from crawler.fetch.failures import VisitError
from crawler.fetch.robots import (
    MAX_CRAWL_DELAY_S,
    ObeyRobots,
    RobotsAnswer,
    _unheard,
    product_token,
    read_robots,
)

TOKEN = "Linkgazette"


def refused(answer: RobotsAnswer, path: str) -> bool:
    return answer.refusal(f"http://shop.example{path}", TOKEN) is not None


@pytest.mark.parametrize(
    ("text", "path", "no"),
    [
        (b"", "/", False),
        (b"User-agent: *\nDisallow: /\n", "/", True),
        (b"User-agent: *\nDisallow:\n", "/x", False),
        (b"User-agent: *\nDisallow: /private\n", "/private/x", True),
        (b"User-agent: *\nDisallow: /private\n", "/public", False),
        (b"User-agent: linkgazette\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "/", True),
        (b"User-agent: linkgazette\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "/", False),
        (b"User-agent: otherbot\nDisallow: /\n", "/", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "/", True),
        (b"User-agent: *\nDisallow: /*.php$\n", "/a.php", True),
        (b"<html>not robots at all</html>", "/", False),
        (b"\xff\xfe\x00\x01", "/", False),
    ],
)
def test_rules_are_obeyed(text: bytes, path: str, no: bool) -> None:
    assert refused(read_robots(200, text, TOKEN), path) is no


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_file_means_all_may_be_fetched(status: int) -> None:
    assert not refused(read_robots(status, b"User-agent: *\nDisallow: /", TOKEN), "/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 599, 999])
def test_a_server_in_trouble_is_not_taken_for_consent(status: int) -> None:
    refusal = read_robots(status, b"", TOKEN).refusal("http://shop.example/", TOKEN)
    assert refusal is not None
    assert refusal.kind is Failure.ROBOTS
    assert str(status) in refusal.detail


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        (b"User-agent: *\nCrawl-delay: 2\n", 2.0),
        (b"User-agent: *\nCrawl-delay: 0.5\n", 0.5),
        (b"User-agent: *\nCrawl-delay: 86400\n", MAX_CRAWL_DELAY_S),
        (b"User-agent: *\nCrawl-delay: -1\n", 0.0),
        (b"User-agent: *\nCrawl-delay: soon\n", 0.0),
        (b"", 0.0),
    ],
)
def test_crawl_delay_is_honoured_within_bounds(text: bytes, delay: float) -> None:
    assert read_robots(200, text, TOKEN).crawl_delay_s == delay


def test_our_name_is_the_product_token() -> None:
    assert product_token("Linkgazette/0.1 (+https://gazette.example/about/)") == "Linkgazette"
    assert product_token("plain") == "plain"
    assert product_token("Two Words") == "Two"


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        (Failure.DNS, Failure.DNS),
        (Failure.TIMEOUT, Failure.TIMEOUT),
        (Failure.BLOCKED_ADDRESS, Failure.BLOCKED_ADDRESS),
        (Failure.TOO_LARGE, Failure.ROBOTS),
        (Failure.MALFORMED, Failure.ROBOTS),
    ],
)
def test_a_host_that_does_not_answer_fails_as_its_page_would(kind: Failure, becomes: Failure) -> None:
    assert _unheard(VisitError(kind, "x")).kind is becomes


def test_who_gives_up_waiting_takes_the_answer_from_nobody() -> None:
    # A browser's visit ends with requests under way: the answer that all wait for was cancelled with them,
    # the one who had asked got an InvalidStateError, and the page was called malformed.
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def robots(_: Request) -> Answered:
        asked.set()
        await may_answer.wait()
        return Answered(Request("http://a.example/robots.txt"), status=404, fields=(), body=b"")

    config = CrawlConfig()
    crawler = SimpleNamespace(
        spider=SimpleNamespace(session=SimpleNamespace(config=config)),
        engine=SimpleNamespace(
            downloader=SimpleNamespace(handlers=SimpleNamespace(download_request_async=robots))
        ),
    )

    async def crawl() -> None:
        obey = ObeyRobots(crawler)
        first, second, third = (
            asyncio.create_task(obey.process_request(Request(f"http://a.example/{number}")))
            for number in range(3)
        )
        await asked.wait()
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        may_answer.set()
        await asyncio.gather(first, third)
        await obey.process_request(Request("http://a.example/later"))

    asyncio.run(crawl())
