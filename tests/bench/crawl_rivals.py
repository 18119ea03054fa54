"""What the crawl is measured beside, each a process of its own: ``crawl_rivals.py NAME '{"urls", …}'``.

``bare`` fetches with Scrapy and drops; ``glue`` is what a user would put together: Scrapy, BeautifulSoup with
html.parser, a linear model of scikit-learn over character n-grams, a row in SQLite; ``crawlee`` and ``loop``
(libcurl by hand, the floor in Python) fetch and hand the page to our own reader and judge, verdicts written
in batches. None but ours keeps evidence, hops, robots or politeness.
"""
# ruff: noqa: PLC0415 - each rival loads what it needs and no more

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

BATCH = 100  # verdicts in one transaction
AT_ONCE = 16


def scrapy_spider(order: dict[str, Any], work: Callable[[Any], None]) -> None:
    """Run Scrapy with its defaults and ``order["settings"]``; every name leads to the benchmark's server."""
    from scrapy import Spider
    from scrapy.crawler import AsyncCrawlerProcess

    class Bench(Spider):
        name = "bench"
        start_urls = order["urls"]

        def parse(self, response: Any) -> None:
            work(response)

    settings = {
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "__main__.ToTheServer",
        "SERVER": order["address"],
        **order.get("settings", {}),
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(Bench)
    process.start()


class ToTheServer:
    """A resolver of Twisted's that costs nothing."""

    def __init__(self, reactor: Any, address: str) -> None:
        self.reactor, self.address = reactor, address

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "ToTheServer":
        return cls(reactor, crawler.settings["SERVER"])

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, _name: str, *_: Any, **__: Any) -> "ToTheServer":  # noqa: N802
        from twisted.internet.address import IPv4Address

        host, _, port = self.address.rpartition(":")
        receiver.resolutionBegan(self)
        receiver.addressResolved(IPv4Address("TCP", host, int(port)))
        receiver.resolutionComplete()
        return self


class Rows:
    """Verdicts in SQLite, fsync on."""

    def __init__(self, batch: int) -> None:
        folder = tempfile.mkdtemp()
        self._db = sqlite3.connect(Path(folder) / "verdicts.db")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE verdicts (url TEXT, label TEXT, evidence TEXT)")
        self._batch = batch
        self._rows: list[tuple[str, str, str]] = []
        self.count = 0

    def add(self, url: str, label: str, evidence: str) -> None:
        self.count += 1
        self._rows.append((url, label, evidence))
        if len(self._rows) >= self._batch:
            self.flush()

    def flush(self) -> None:
        with self._db:
            self._db.executemany("INSERT INTO verdicts VALUES (?, ?, ?)", self._rows)
        self._rows.clear()


def bare(order: dict[str, Any]) -> int:
    got: list[int] = []
    scrapy_spider(order, lambda response: got.append(len(response.body)))
    return len(got)


def glue(order: dict[str, Any]) -> int:
    from bs4 import BeautifulSoup
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    vectors = HashingVectorizer(analyzer="char", ngram_range=(2, 4), n_features=2**18)
    model = SGDClassifier(loss="log_loss", random_state=0)
    model.fit(vectors.transform(["garden birds and seeds", "ivory beads for sale, write to us"]), [0, 1])
    rows = Rows(1)

    def work(response: Any) -> None:
        soup = BeautifulSoup(response.body, "html.parser")
        title = soup.title.get_text() if soup.title else ""
        links = [a["href"] for a in soup.find_all("a", href=True)]
        for unseen in soup(["script", "style"]):
            unseen.decompose()
        text = soup.get_text(" ", strip=True)
        score = float(model.predict_proba(vectors.transform([title + " " + text]))[0, 1])
        rows.add(response.url, "contraband" if score > 0.9 else "clear", f"{score} {len(links)}")

    scrapy_spider(order, work)
    return rows.count


def judge_of() -> Callable[[str, bytes], tuple[str, str]]:
    """Return our own reading and judging of one page."""
    from blocklist.policy import load_policy
    from blocklist.privacy import Pseudonymiser
    from blocklist.urls import parse_url
    from crawler.judge import judge
    from crawler.read import read_page

    policy, key = load_policy(None), Pseudonymiser(bytes(32))

    def judged(url: str, body: bytes) -> tuple[str, str]:
        page = read_page(body, content_type="text/html; charset=utf-8", url=parse_url(url), pseudonymiser=key)
        found = judge(page, policy)
        return str(found.label), orjson.dumps([each.rule for each in found.evidence]).decode()

    return judged


def loop(order: dict[str, Any]) -> int:
    import pycurl

    judged, rows = judge_of(), Rows(BATCH)

    async def work() -> None:
        waiting = iter(order["urls"])
        async with pycurl.AsyncCurlMulti() as multi:
            multi.setopt(pycurl.M_MAXCONNECTS, 64)

            async def one() -> None:
                curl = pycurl.Curl()
                curl.setopt(pycurl.CONNECT_TO, [f"::{order['address']}"])
                curl.setopt(pycurl.SSL_VERIFYPEER, 0)
                curl.setopt(pycurl.SSL_VERIFYHOST, 0)
                for url in waiting:
                    parts: list[bytes] = []
                    curl.setopt(pycurl.URL, url)
                    curl.setopt(pycurl.WRITEFUNCTION, parts.append)
                    await multi.perform(curl)
                    rows.add(url, *judged(url, b"".join(parts)))

            await asyncio.gather(*(one() for _ in range(AT_ONCE)))

    asyncio.run(work())
    rows.flush()
    return rows.count


def crawlee(order: dict[str, Any]) -> int:
    """crawlee's HTTP crawler; it takes no resolver of ours: each page has a loopback address of its own."""
    import logging

    from crawlee import ConcurrencySettings
    from crawlee.crawlers import HttpCrawler, HttpCrawlingContext
    from crawlee.storage_clients import MemoryStorageClient

    judged, rows = judge_of(), Rows(BATCH)
    crawler = HttpCrawler(
        storage_client=MemoryStorageClient(),
        concurrency_settings=ConcurrencySettings(desired_concurrency=AT_ONCE, max_concurrency=AT_ONCE),
        max_session_rotations=0,
        use_session_pool=False,
        request_handler_timeout=timedelta(seconds=60),
        configure_logging=False,
    )
    logging.getLogger("crawlee").setLevel(logging.ERROR)
    port = order["address"].rpartition(":")[2]

    @crawler.router.default_handler
    async def handle(context: HttpCrawlingContext) -> None:
        rows.add(context.request.url, *judged(context.request.url, await context.http_response.read()))

    pages = len(order["urls"])
    asyncio.run(
        crawler.run([f"http://127.{n >> 16}.{n >> 8 & 255}.{n & 255}:{port}/" for n in range(1, pages + 1)])
    )
    rows.flush()
    return rows.count


if __name__ == "__main__":
    name, told = sys.argv[1:]
    print({"bare": bare, "glue": glue, "crawlee": crawlee, "loop": loop}[name](orjson.loads(told)))
