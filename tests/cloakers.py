"""Twelve kinds of cloaker, and two hundred honest sites that also differ by who asks; a table of what is seen.

``python -m tests.cloakers`` crawls them all as suspects of a fresh workspace and prints what became of each;
``--no-browser`` leaves out the vantage that runs scripts. A cloaker is caught when the verdict is contraband,
judged by the sight that showed the offer; an honest site is accused when anything is said against it.
"""
# ruff: noqa: E501 - markup and tables

import argparse
import base64
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

from blocklist.model import Capture, EvidenceKind, Label, Share, Surface, Verdict
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.commands.crawling import run_worker
from crawler.judge import judge
from crawler.pretend.sites import SITES, page_text
from crawler.read import read_page

PLATFORM = "https://chat.platform.example"
_DECOY_HOST, _OFFER_HOST = "kitchen-notes.example", "iron-parcel.example"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, as a site sees it."""

    host: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name."""
    visits: int
    """How many came to this path before."""
    at: float
    """Seconds, of the monotonic clock."""

    @property
    def agent(self) -> str:
        return self.headers.get("user-agent", "")

    @property
    def mobile(self) -> bool:
        return "Mobile" in self.agent

    @property
    def declared(self) -> bool:
        return self.agent.startswith("Linkgazette")

    @property
    def zh(self) -> bool:
        return self.headers.get("accept-language", "").startswith("zh")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer."""

    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Site = Callable[[Asked], Said]


@cache
def page_of(host: str) -> str:
    """A page of the pretend web."""
    return page_text(next(site for site in SITES if site.host == host and site.file))


def decoy(extra: str = "") -> Said:
    return Said(body=page_of(_DECOY_HOST).replace("</body>", f"{extra}</body>"))


def offer() -> Said:
    return Said(body=page_of(_OFFER_HOST))


def packed(text: str) -> str:
    """Text as scripts of cloakers carry it."""
    return base64.b64encode(text.encode()).decode()


def _body_of(page: str) -> str:
    return page.partition("<body>")[2].partition("</body>")[0]


def shows(condition: str) -> str:
    """A script that puts the offer in the page's place when ``condition`` holds."""
    code = f"var b=new TextDecoder().decode(Uint8Array.from(atob('{packed(_body_of(page_of(_OFFER_HOST)))}'),c=>c.charCodeAt(0)));"
    return f"<script>{code}{condition.replace('SHOW', 'document.body.innerHTML=b')}</script>"


# --- the cloakers -------------------------------------------------------------------------------------


def by_agent(asked: Asked) -> Said:
    return offer() if asked.mobile else decoy()


def by_referer(asked: Asked) -> Said:
    return offer() if asked.headers.get("referer", "").startswith(PLATFORM) else decoy()


def by_language(asked: Asked) -> Said:
    return offer() if asked.zh else decoy()


def by_cookie(asked: Asked) -> Said:
    if "back=1" in asked.headers.get("cookie", ""):
        return offer()
    said = decoy()
    return Said(body=said.body, headers=(("Set-Cookie", "back=1; Path=/"),))


def by_first_visit(asked: Asked) -> Said:
    return offer() if asked.visits else decoy()


def by_script(asked: Asked) -> Said:
    if asked.path == "/in":
        return offer()
    return decoy("<script>if(navigator.language)location.replace('/i'+'n')</script>")


def by_meta(asked: Asked) -> Said:
    if asked.path == "/in":
        return offer()
    return Said(
        body=decoy().body.replace("<head>", '<head><meta http-equiv="refresh" content="12; url=/in">')
    )


def by_delay(_: Asked) -> Said:
    return decoy(shows("setTimeout(function(){SHOW},9000)"))


def by_viewport(_: Asked) -> Said:
    return decoy(shows("if(innerWidth<600)SHOW"))


def by_click(_: Asked) -> Said:
    return decoy(
        "<button id=go>Continue</button>" + shows("document.getElementById('go').onclick=function(){SHOW}")
    )


def by_fragment(_: Asked) -> Said:
    return decoy(shows("if(location.hash=='#vip')SHOW"))


def by_iframe(asked: Asked) -> Said:
    if asked.path == "/frame":
        return offer()
    return decoy(
        '<iframe src="/frame" style="position:fixed;inset:0;width:100%;height:100%;border:0"></iframe>'
    )


@dataclass(frozen=True, kw_only=True)
class Cloaker:
    """One kind."""

    name: str
    site: Site
    fragment: str = ""
    needs_browser: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.name}.cloak.example/{self.fragment}"


CLOAKERS = (
    Cloaker(name="agent", site=by_agent),
    Cloaker(name="referer", site=by_referer),
    Cloaker(name="language", site=by_language),
    Cloaker(name="cookie", site=by_cookie),
    Cloaker(name="first-visit", site=by_first_visit),
    Cloaker(name="script-redirect", site=by_script, needs_browser=True),
    Cloaker(name="meta-refresh", site=by_meta, needs_browser=True),
    Cloaker(name="time-delay", site=by_delay, needs_browser=True),
    Cloaker(name="viewport", site=by_viewport, needs_browser=True),
    Cloaker(name="click-through", site=by_click, needs_browser=True),
    Cloaker(name="hash-fragment", site=by_fragment, fragment="#vip", needs_browser=True),
    Cloaker(name="iframe", site=by_iframe, needs_browser=True),
)


# --- the honest ---------------------------------------------------------------------------------------

_HONEST = (
    "kitchen-notes.example",
    "harbour-gazette.example",
    "museum-of-trade.example",
    "market-square-tobacconist.example",
    "debt-desk.example",
    "old-mint-coins.example",
    "medicines-watch.example",
    "dr-willow.example",
)


def _shorter(page: str, which: int) -> str:
    """Two thirds of the paragraphs: what a short page for telephones leaves of one."""
    head, _, rest = page.partition("<p>")
    parts = rest.split("<p>")
    kept = [part for at, part in enumerate(parts) if at % 3 != which % 3 or at == len(parts) - 1]
    return head + "<p>" + "<p>".join(kept)


@cache
def _turned(page: str, which: int) -> str:
    """As ``_shorter``, one third after the other: what an A/B test or a rotation shows.

    A page that is accused when it is met alone, as some are of which every excuse was cut, would try the judge
    and not the vantages: it is shown whole.
    """
    turned = _shorter(page, which)
    read = read_page(
        turned.encode(), content_type="text/html", url=None, pseudonymiser=Pseudonymiser(bytes(32))
    )
    return turned if judge(read, load_policy(None)).category is None else page


def responsive(asked: Asked, page: str, _: int) -> Said:
    return Said(body=_shorter(page, 1) if asked.mobile else page, headers=(("Vary", "User-Agent"),))


def mobile_path(asked: Asked, page: str, _: int) -> Said:
    if asked.mobile and asked.path == "/":
        return Said(status=302, headers=(("Location", "/m/"), ("Vary", "User-Agent")))
    return Said(body=_shorter(page, 2) if asked.path == "/m/" else page)


def ab_test(asked: Asked, page: str, seed: int) -> Said:
    arm = (asked.visits * 7 + seed) % 2
    return Said(body=_turned(page, arm), headers=(("Set-Cookie", f"arm={arm}; Path=/"),))


def rotating(asked: Asked, page: str, seed: int) -> Said:
    return Said(body=_turned(page, (asked.visits + seed) % 3) + "<script>setTimeout(function(){},9)</script>")


def negotiated(asked: Asked, page: str, _: int) -> Said:
    greeting = "<h1>欢迎光临</h1><p>本站提供园艺与厨房的小知识。每周更新。欢迎常来看看。</p>"
    return Said(
        body=page.replace("<body>", f"<body>{greeting}") if asked.zh else page,
        headers=(("Vary", "Accept-Language"),),
    )


def geo_path(asked: Asked, page: str, _: int) -> Said:
    if asked.zh and asked.path == "/":
        return Said(status=302, headers=(("Location", "/zh/"),))
    return Said(body=page)


def consent(asked: Asked, page: str, _: int) -> Said:
    if "consent=1" in asked.headers.get("cookie", ""):
        return Said(body=page)
    wall = "<h2>Your privacy</h2><p>We and our partners store information on your device. Accept to continue.</p><button>Accept</button>"
    return Said(
        body=f"<title>Before you go on</title><body>{wall}</body>",
        headers=(("Set-Cookie", "consent=1; Path=/"),),
    )


def welcomes(asked: Asked, page: str, _: int) -> Said:
    came_from = asked.headers.get("referer", "")
    hello = (
        f"<p>Welcome, reader from {came_from.partition('//')[2].strip('/')}! Follow us there.</p>"
        if came_from
        else ""
    )
    return Said(body=page.replace("<body>", f"<body>{hello}"), headers=(("Vary", "Referer"),))


def remembers(asked: Asked, page: str, _: int) -> Said:
    seen = "seen" in asked.headers.get("cookie", "")
    return Said(
        body=page.replace("<body>", "<body><p>Good to see you again.</p>") if seen else page,
        headers=(("Set-Cookie", f"seen={asked.visits}; Path=/"),),
    )


def app(_: Asked, page: str, __: int) -> Said:
    code = f"document.getElementById('app').innerHTML=new TextDecoder().decode(Uint8Array.from(atob('{packed(_body_of(page) or page)}'),c=>c.charCodeAt(0)))"
    return Said(
        body=f"<!doctype html><title>App</title><body><div id=app></div><script>{code}</script></body>"
    )


_VARIATIONS = (
    responsive,
    mobile_path,
    ab_test,
    rotating,
    negotiated,
    geo_path,
    consent,
    welcomes,
    remembers,
    app,
)


@dataclass(frozen=True, kw_only=True)
class Honest:
    """One site that differs by who asks, and sells nothing forbidden."""

    number: int

    @property
    def kind(self) -> str:
        return _VARIATIONS[self.number % len(_VARIATIONS)].__name__

    @property
    def url(self) -> str:
        return f"http://honest-{self.number}.decent-{self.number}.example/"

    def answer(self, asked: Asked) -> Said:
        page = page_of(_HONEST[(self.number // len(_VARIATIONS)) % len(_HONEST)])
        return _VARIATIONS[self.number % len(_VARIATIONS)](
            asked, page, random.Random(self.number).randrange(99)
        )


def honest_sites(count: int) -> tuple[Honest, ...]:
    return tuple(Honest(number=number) for number in range(count))


# --- the server ---------------------------------------------------------------------------------------


@dataclass
class Web:
    """The farm, served on loopback."""

    address: str = ""
    log: list[Asked] = field(default_factory=list)


@contextmanager
def served(sites: Mapping[str, Site], robots: Mapping[str, str] = MappingProxyType({})) -> Iterator[Web]:
    """Serve ``sites`` by host; what is not named, and every robots.txt, is not there."""
    web, lock = Web(), threading.Lock()
    visits: Counter[tuple[str, str]] = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0]
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                asked = Asked(
                    host=host,
                    path=self.path,
                    headers=headers,
                    visits=visits[host, self.path],
                    at=time.monotonic(),
                )
                visits[host, self.path] += 1
                web.log.append(asked)
            found = sites.get(host)
            said = Said(status=404) if found is None else found(asked)
            if self.path == "/robots.txt":
                said = Said(body=robots[host]) if host in robots else Said(status=404)
            body = said.body.encode()
            self.send_response(said.status)
            for name, value in (("Content-Type", "text/html; charset=utf-8"), *said.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.address = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


# --- the trial ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the crawl made of one site."""

    url: str
    verdict: Verdict
    captures: tuple[Capture, ...]
    """The judged one first."""

    @property
    def caught(self) -> bool:
        return self.verdict.judgement.label is Label.CONTRABAND

    @property
    def cloaking(self) -> str:
        """What the verdict says of cloaking; empty: nothing."""
        return "; ".join(
            each.excerpt for each in self.verdict.judgement.evidence if each.kind is EvidenceKind.CLOAKING
        )

    @property
    def accused(self) -> bool:
        judgement = self.verdict.judgement
        return bool(self.cloaking) or judgement.category is not None or judgement.label is Label.CONTRABAND


def tried(
    folder: Path,
    sites: Mapping[str, Site],
    urls: Sequence[str],
    vantages: Sequence[str],
    *,
    robots: Mapping[str, str] = MappingProxyType({}),
    delay: float = 0,
    screenshots: bool = False,
) -> tuple[dict[str, Outcome], Web]:
    """Crawl ``urls``, reported by somebody, in a fresh workspace in ``folder``."""
    with open_workspace(folder, create=True) as opened:
        reporter = opened.pseudonymiser.reporter("somebody")
        shares = [Share(url=parse_url(url), surface=Surface.GROUP, reporter=reporter) for url in urls]
        opened.shares.add(shares, now=datetime.now(UTC))
    for host in _HONEST:  # made before somebody waits for them
        for which in range(3):
            _turned(page_of(host), which)
    with served(sites, robots) as web:
        names = ", ".join(f'"{each}"' for each in vantages)
        (folder / "linkgazette.toml").write_text(
            f'[crawl]\nresolve = "{web.address}"\ndelay = {delay}\nscreenshots = {str(screenshots).lower()}\nvantages = [{names}]\nplatform_origin = "{PLATFORM}"\n'
        )
        run_worker(folder)
    found = {}
    with open_workspace(folder, create=False) as opened:
        for url in urls:
            link = opened.links.find(parse_url(url))
            verdict = None if link is None else opened.verdicts.current(link.id)
            assert verdict is not None, f"{url} has no verdict"
            found[url] = Outcome(
                url=url, verdict=verdict, captures=tuple(map(opened.captures.get, verdict.captures))
            )
    return found, web


def sites_of(honest: Sequence[Honest]) -> dict[str, Site]:
    """Everybody by host."""
    return {
        **{f"{each.name}.cloak.example": each.site for each in CLOAKERS},
        **{parse_url(each.url).split("/")[2]: each.answer for each in honest},
    }


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--honest", type=int, default=200, help="honest sites tried (200)")
    arguments.add_argument("--no-browser", action="store_true", help="run no scripts")
    options = arguments.parse_args()
    vantages = ["in-app", "no-referer", "language", "desktop", "returning"]
    vantages += [] if options.no_browser else ["browser"]
    honest = honest_sites(options.honest)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        urls = [*(each.url for each in CLOAKERS), *(each.url for each in honest)]
        found, web = tried(Path(folder), sites_of(honest), urls, vantages)
    print(f"{len(urls)} links, {len(web.log)} requests, {time.monotonic() - started:.0f} s\n")
    for each in CLOAKERS:
        outcome = found[each.url]
        seen = outcome.captures[0].vantage if outcome.caught else "-"
        print(
            f"{each.name:16} {'caught' if outcome.caught else 'MISSED':7} seen by {seen:15} {outcome.cloaking}"
        )
    caught = sum(found[each.url].caught for each in CLOAKERS)
    accused = [each for each in honest if found[each.url].accused]
    print(
        f"\n{caught} of {len(CLOAKERS)} kinds of cloaker caught; {len(accused)} of {len(honest)} honest sites accused"
    )
    for each in accused:
        print(f"accused: {each.url} ({each.kind}): {found[each.url].verdict.judgement.reason}")
    return int(bool(accused) or caught < len(CLOAKERS) - 1)


if __name__ == "__main__":
    sys.exit(main())
