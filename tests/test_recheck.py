"""A page that is as it was keeps its verdict unread; one that is not gets another; twins share a visit."""

import asyncio
import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request
from warcio.archiveiterator import ArchiveIterator

from blocklist.model import Host, Judgement, Known, Label, Link, Share, Surface, Watch
from blocklist.store import Workspace, open_workspace
from blocklist.store.leases import make_all_due
from blocklist.urls import parse_url
from crawler.commands.crawl import crawl_stage
from crawler.commands.reclassify import reclassify
from crawler.fetch import again
from crawler.fetch.again import EDITION, READ_EVERY, conditions, leant_on, says, validators
from crawler.fetch.answered import Answered
from crawler.fetch.archive import Archive, stored_body
from crawler.fetch.report import CrawlReport
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.pipeline import VerdictPipeline
from crawler.read import routes_by_fragment
from crawler.readers import Reader
from crawler.spiders.landing import LandingSpider
from tests.raw_web import Wire, raw_web

pytestmark = pytest.mark.edge

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = b"<title>Birds</title><p>A friendly page about gardens and all the birds that live in them.</p>"
APP = b'<div id="root"></div><noscript>You need to enable JavaScript.</noscript><script src=a.js></script>'
OTHER = b"<title>Bees</title><p>A friendly page about gardens and all the bees that live in them.</p>"


# --- a site that can be told what to say ---------------------------------------------------------------


@dataclass
class Site:
    """Answers requests in this process: no worker, no wire."""

    body: bytes = PAGE
    etag: str = ""
    modified: str = ""
    packed: bool = False
    hop: str = ""
    """A path that redirects to ``/``."""
    lies: bool = False
    """Says 304 whatever the page is."""
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, request: Request) -> Answered:
        fields = {name.decode().lower(): request.headers[name].decode() for name in request.headers}
        path = "/" + request.url.partition("#")[0].split("/", 3)[3]
        self.asked.append({"path": path, **fields})
        told = [("ETag", self.etag), ("Last-Modified", self.modified), ("Content-Type", "text/html")]
        asked = fields.get("if-none-match", ""), fields.get("if-modified-since", "")
        status, body, packed = self.status, self.body, None
        if path == self.hop:
            status, body, told = 302, b"", [("Location", "/")]
        elif status == 200 and any(asked) and (self.lies or asked == (self.etag, self.modified)):
            status, body, told = 304, b"", told[:2]
        elif self.packed:
            packed = gzip.compress(body, mtime=0)
            told.append(("Content-Encoding", "gzip"))
        sent = [(name.encode(), value.encode()) for name, value in told if value]
        return Answered(request, status=status, fields=sent, body=body, packed=packed)

    @property
    def asked_by_us(self) -> int:
        """How often our declared agent asked; a suspect is looked at by others too."""
        return sum(each["user-agent"].startswith("Linkgazette/") for each in self.asked)


@dataclass
class Crawl:
    """Visits every link once more, through spider and pipeline."""

    workspace: Workspace
    site: Site
    runs: int = 0

    def __call__(self) -> CrawlReport:
        workspace, self.runs = self.workspace, self.runs + 1
        session = Session(
            links=workspace.links,
            config=workspace.config.crawl,
            worker="me",
            archive=Archive(workspace.path / "captures", f"run-{self.runs}"),
            policy=workspace.policy,
            readers=Reader(policy=workspace.policy, pseudonymiser=workspace.pseudonymiser),
        )
        make_all_due(workspace.database, datetime.now(UTC))
        asyncio.run(self._all(session))
        session.archive.close()
        assert session.trouble is None
        return session.report

    async def _all(self, session: Session) -> None:
        spider = Spider(session, self.site)
        async for _ in spider.start():
            pytest.fail("the spider visits by itself")


class Spider(LandingSpider):
    """Asks ``site``, and no engine."""

    def __init__(self, session: Session, site: Site) -> None:
        super().__init__(session=session)
        self._site = site
        self._pipeline = VerdictPipeline(SimpleNamespace(spider=self))

    async def bring(self, request: Request) -> Answered:
        return self._site.answer(request)

    async def deliver(self, visited: Visited) -> None:
        await self._pipeline.process_item(visited)


@contextmanager
def watched(folder: Path, site: Site, *urls: str) -> Iterator[tuple[Workspace, Crawl]]:
    """A workspace with ``urls`` and a way to visit all of them once more."""
    with open_workspace(folder, create=True) as workspace:
        share(workspace, *urls)
        yield workspace, Crawl(workspace, site)


def share(workspace: Workspace, *urls: str) -> None:
    shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls]
    workspace.shares.add(shares, now=datetime.now(UTC))


def records(folder: Path) -> list[Any]:
    found = []
    for path in sorted((folder / "captures").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                body = record.content_stream().read()
                found.append((record.rec_type, record.rec_headers, record.http_headers, body))
    return [each for each in found if each[0] in {"response", "revisit", "metadata"}]


# --- visits to a page that did not change --------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "condition"),
    [
        (Site(etag='"v1"'), {"if-none-match": '"v1"'}),
        (
            Site(modified="Sun, 01 Mar 2026 12:00:00 GMT"),
            {"if-modified-since": "Sun, 01 Mar 2026 12:00:00 GMT"},
        ),
        (Site(etag='W/"a"', hop="/go"), {"if-none-match": 'W/"a"'}),
    ],
)
def test_a_page_that_was_not_modified_keeps_its_verdict_unread(
    tmp_path: Path, site: Site, condition: dict[str, str]
) -> None:
    with watched(tmp_path, site, f"http://shop.example{site.hop or '/'}") as (workspace, visit):
        assert visit().renewed == 0
        (before,) = workspace.findings()
        again = visit()
        assert (again.visited, again.renewed, again.labels) == (1, 1, {"clear": 1})
        assert condition.items() <= site.asked[-1].items()
        assert not {"if-none-match", "if-modified-since"} & site.asked[0].keys()
        (after,) = workspace.findings()
        assert after.verdict == before.verdict
        assert after.seen_at > before.seen_at
        first, second = workspace.captures.of(1)
        assert (second.status, second.body_sha256, second.content_type) == (
            304,
            first.body_sha256,
            "text/html",
        )
        (_, fields, http, body) = [each for each in records(tmp_path) if each[0] == "revisit"][0]  # noqa: RUF015
        assert (http.get_statuscode(), body) == ("304", b"")
        assert (
            fields.get_header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        )
        assert fields.get_header("WARC-Refers-To-Target-URI") == "http://shop.example/"
        assert fields.get_header("WARC-Refers-To-Date") == f"{first.fetched_at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_with_the_same_bytes_is_a_revisit_too(tmp_path: Path, packed: bool) -> None:
    with watched(tmp_path, Site(packed=packed), "http://shop.example/") as (workspace, visit):
        visit()
        assert visit().renewed == 1
        assert len(list(workspace.verdicts.of(1))) == 1
        (_, first, _, _), (kind, fields, http, body) = records(tmp_path)
        assert (kind, body, http.get_statuscode()) == ("revisit", b"", "200")
        profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        assert fields.get_header("WARC-Profile") == profile
        assert fields.get_header("WARC-Payload-Digest") == first.get_header("WARC-Payload-Digest")


def test_a_page_that_changed_is_read_and_judged(tmp_path: Path) -> None:
    site = Site(etag='"v1"')
    with watched(tmp_path, site, "http://shop.example/") as (workspace, visit):
        visit()
        site.body, site.etag = OTHER, '"v2"'
        assert visit().renewed == 0
        assert [verdict.title for verdict in workspace.verdicts.of(1)] == ["Birds", "Bees"]
        assert visit().renewed == 1
        assert site.asked[-1]["if-none-match"] == '"v2"'
        newest = workspace.verdicts.current(1)
        assert newest is not None
        assert stored_body(tmp_path, workspace.captures.get(newest.captures[0])) == OTHER


def test_a_page_that_was_away_is_read_anew(tmp_path: Path) -> None:
    site = Site(etag='"v1"')
    with watched(tmp_path, site, "http://shop.example/") as (workspace, visit):
        visit()
        site.status = 500
        visit()
        site.status = 200
        assert visit().renewed == 0
        assert "if-none-match" not in site.asked[-1]
        assert [each.judgement.label for each in workspace.verdicts.of(1)] == [
            "clear",
            "unreachable",
            "clear",
        ]


def test_nobody_is_believed_for_ever_that_nothing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(etag='"v1"', lies=True)
    with watched(tmp_path, site, "http://shop.example/") as (workspace, visit):
        visit()
        site.body = OTHER
        assert visit().renewed == 1
        monkeypatch.setattr(again, "READ_EVERY", timedelta(0))
        assert visit().renewed == 0
        newest = workspace.verdicts.current(1)
        assert newest is not None
        assert newest.title == "Bees"


def test_304_that_was_not_asked_for_is_no_page(tmp_path: Path) -> None:
    with watched(tmp_path, Site(status=304), "http://shop.example/") as (_, visit):
        assert visit().failures == {"bad-redirect": 1}


def test_it_is_so_over_the_wire_too(tmp_path: Path) -> None:
    body = gzip.compress(PAGE, mtime=0)
    head = b'Content-Type: text/html\r\nETag: "v1"\r\nContent-Encoding: gzip\r\n'

    def script(wire: Wire) -> None:
        while request := wire.request():
            if b"/robots.txt" in request:
                wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            elif b'If-None-Match: "v1"\r\n' in request:
                wire.send(b"HTTP/1.1 304 Not Modified\r\n" + head + b"\r\n")
            else:
                wire.send(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body))

    with raw_web(script) as web:
        (tmp_path / "linkgazette.toml").write_text(f'[crawl]\nresolve = "{web.address}"\ndelay = 0\n')
        with open_workspace(tmp_path, create=True) as workspace:
            share(workspace, "http://shop.example/")
            assert [crawl_stage(tmp_path, everything=True).renewed for _ in range(2)] == [0, 1]
            (finding,) = workspace.findings()
            assert stored_body(tmp_path, workspace.captures.get(finding.verdict.captures[0])) == PAGE
        kinds = [
            (kind, http.get_header("Content-Encoding"), sent) for kind, _, http, sent in records(tmp_path)
        ]
        assert kinds == [("response", "gzip", PAGE), ("revisit", "gzip", b"")]


def test_replay_judges_from_the_first_record_whatever_came_after(tmp_path: Path) -> None:
    with watched(tmp_path, Site(packed=True, etag='"1"', hop="/go"), "http://shop.example/go") as (
        workspace,
        visit,
    ):
        for _ in range(3):
            visit()
        (finding,) = workspace.findings()
        capture = workspace.captures.get(finding.verdict.captures[0])
        assert stored_body(tmp_path, capture) == PAGE
        (_, _, http, sent), (_, _, _, way), *_ = records(tmp_path)
        assert http.get_header("Content-Encoding") == "gzip"
        assert sent == PAGE  # as warcio's own decoder reads it
        assert way == b"linkgazette-hop: 302 http http://shop.example/go\r\n"
        result = CliRunner().invoke(reclassify, ["--all", "--json"], obj=tmp_path)
        assert '"changed":[]' in result.output
        assert '"judged":1' in result.output
        assert '"lost":[]' in result.output


def test_intervals_grow_while_nothing_changes_and_shrink_when_it_does(tmp_path: Path) -> None:
    site = Site()
    with watched(tmp_path, site, "http://shop.example/") as (workspace, visit):

        def interval() -> float:
            return float(workspace.database.value("SELECT interval_s FROM links"))

        visit()
        assert interval() == 2 * 86_400
        visit()
        assert interval() == 3 * 86_400
        site.body = OTHER
        visit()
        assert interval() == 1.5 * 86_400


# --- twins ---------------------------------------------------------------------------------------------


def test_links_that_differ_in_the_fragment_alone_share_a_visit(tmp_path: Path) -> None:
    site = Site()
    urls = [f"http://shop.example/p{end}" for end in ("", "#a", "#b", "?x#a")]
    with watched(tmp_path, site, *urls) as (workspace, visit):
        assert visit().visited == 4
        assert sorted(each["path"] for each in site.asked) == ["/p", "/p?x"]
        landings = [finding.verdict.landing for finding in workspace.findings()]
        assert landings == urls
        captures = [next(workspace.captures.of(link)) for link in (1, 2, 3)]
        assert len({each.archived for each in captures}) == 1
        assert [each.hops[0].url for each in captures] == urls[:3]
        assert (visit().renewed, len(site.asked)) == (4, 4)


def test_a_new_twin_is_judged_even_when_the_page_is_as_it_was(tmp_path: Path) -> None:
    site = Site(etag='"v1"')
    with watched(tmp_path, site, "http://shop.example/#a") as (workspace, visit):
        visit()
        share(workspace, "http://shop.example/#b")
        assert visit().renewed == 0
        assert "if-none-match" not in site.asked[-1]
        assert len(site.asked) == 2
        assert [len(list(workspace.verdicts.of(link))) for link in (1, 2)] == [2, 1]


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        (PAGE, ("#/shop", "#/about")),
        (PAGE, ("#!shop", "#!about")),
        (PAGE + b"<script>show(location.hash)</script>", ("#shop", "#about")),
        (APP, ("#a", "")),
    ],
)
def test_where_a_script_makes_pages_of_fragments_each_is_visited(
    tmp_path: Path, body: bytes, ends: tuple[str, str]
) -> None:
    site = Site(body=body)
    with watched(tmp_path, site, *(f"http://shop.example/{end}" for end in ends)) as (workspace, visit):
        assert visit().visited == 2
        assert site.asked_by_us == 2
        assert [len(list(workspace.verdicts.of(link))) for link in (1, 2)] == [1, 1]
        visit()
        assert site.asked_by_us == 4


def test_a_lookup_of_the_fragment_is_told() -> None:
    assert routes_by_fragment(b"window.addEventListener('hashchange', f)")
    assert not routes_by_fragment(PAGE)


# --- what a visit leans on -----------------------------------------------------------------------------


def known(**more: Any) -> Known:
    told: dict[str, Any] = {
        "url": parse_url("http://shop.example/"),
        "content_type": "text/html",
        "sha256": hashlib.sha256(PAGE).hexdigest(),
        "size": len(PAGE),
        "policy": "p",
        "payload": "sha1:x",
        "fetched_at": NOW,
        "etag": '"1"',
    }
    return Known(**{**told, **more})


def link(page: Known | None = None, *, edition: str = EDITION, twins: tuple[Link, ...] = ()) -> Link:
    watch = Watch(label=Label.CLEAR, visited_at=NOW, says=f"{edition} x", known=page)
    url = parse_url("http://shop.example/")
    return Link(id=1, url=url, host=Host("shop.example"), watch=watch, twins=twins)


def test_only_what_this_edition_judged_by_the_present_policy_is_leant_on() -> None:
    assert leant_on(link(known()), policy="p", now=NOW) == known()
    assert leant_on(link(known(), twins=(link(known()),)), policy="p", now=NOW) == known()
    others = [
        link(None),
        link(known(policy="q")),
        link(known(), edition="0.0.1"),
        link(known(), twins=(link(None),)),
        link(known(), twins=(link(known(sha256="other")),)),
        link(known(fetched_at=NOW.replace(year=2027))),
        link(known(fetched_at=NOW - 2 * READ_EVERY)),
    ]
    assert [leant_on(each, policy="p", now=NOW) for each in others] == [None] * len(others)


def test_conditions_go_only_where_the_page_was() -> None:
    asked = {"If-None-Match": '"1"'}
    assert conditions(known(), parse_url("http://shop.example/#x")) == asked
    assert conditions(known(), parse_url("http://shop.example/y")) == {}
    assert conditions(None, parse_url("http://shop.example/")) == {}


@pytest.mark.parametrize(
    ("etag", "modified", "kept"),
    [
        (b'"abc"', b"Sun, 01 Mar 2026 12:00:00 GMT", ('"abc"', "Sun, 01 Mar 2026 12:00:00 GMT")),
        (b'W/""', b"Sunday, 01-Mar-26 12:00:00 GMT", ('W/""', "")),
        (b"abc", b"0", ("", "")),
        (b'"a\rX: y"', b"Sun, 01 Mar 2026 12:00:00 GMT\rX: y", ("", "")),
        (b'"' + b"a" * 5000 + b'"', b"", ("", "")),
    ],
)
def test_only_well_formed_validators_are_sent_back(
    etag: bytes, modified: bytes, kept: tuple[str, str]
) -> None:
    assert validators([(b"ETag", etag), (b"Last-Modified", modified)]) == kept


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_no_validator_can_end_its_line(etag: bytes, modified: bytes) -> None:
    kept = validators([(b"etag", etag), (b"last-modified", modified)])
    assert all(value.isprintable() and value.isascii() for value in kept)


def test_what_a_judge_says_is_told_apart_even_with_half_a_character_in_the_title() -> None:
    told: dict[str, Any] = {"category": None, "grade": 0, "publishable": False, "evidence": ()}
    judgement = Judgement(label=Label.CLEAR, confidence=0.1, reason="r", policy="p", **told)
    landing = parse_url("http://shop.example/")
    said = {says(judgement, title, landing) for title in ("a", "b", "\ud800", "\ud801")}
    assert len(said) == 4
