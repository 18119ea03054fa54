"""Chromium as the crawl uses it: it sees what scripts make, reaches nothing by itself, and always ends."""
# ruff: noqa: E501 - markup

import asyncio
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from warcio.archiveiterator import ArchiveIterator

from blocklist.errors import TroubleError
from blocklist.model import Label, Vantage
from blocklist.store import open_workspace
from crawler import browser
from crawler.browser import Rendered, Supplied, find_chromium, render
from crawler.browser.eye import _framed
from crawler.browser.process import Chromium
from crawler.replay import judged_again
from tests.browser_traps import (
    BOUNDS,
    FILES,
    HEADERS,
    INWARD,
    Listeners,
    Sprung,
    Trap,
    listening,
    script,
    spring,
)
from tests.cloakers import CLOAKERS, Asked, Outcome, Said, honest_sites, sites_of, tried

pytestmark = [
    pytest.mark.edge,
    pytest.mark.consumer,
    pytest.mark.skipif(find_chromium() is None, reason="Debian's chromium is not installed"),
]
IMPATIENT_S = 3.0
BY_NAME = {trap.name: trap for trap in (*INWARD, *FILES, *BOUNDS)}
EVERY_WAY = Trap(
    name="every-way",
    page="".join(trap.page for trap in (*INWARD, *FILES) if not trap.ends and "location" not in trap.page),
    more={path: made for trap in INWARD for path, made in trap.more.items()},
)


@pytest.fixture(scope="module")
def listeners() -> Iterator[Listeners]:
    with listening() as found:
        yield found


def sprung(trap: Trap, listeners: Listeners, own_s: float = 40.0) -> Sprung:
    return asyncio.run(spring(trap, listeners, own_s=own_s))


def seen(pages: dict[str, str], url: str = "http://a.example/") -> Rendered:
    """What a browser shows of pages by path."""

    async def supply(asked: browser.Asked) -> Supplied:
        path = "/" + asked.url.partition("#")[0].split("/", 3)[3]
        kind = "text/html; charset=utf-8" if asked.kind == "Document" else "text/javascript"
        return Supplied(status=200, fields=(("Content-Type", kind),), body=pages[path].encode())

    program = find_chromium()
    assert program is not None
    shown = render(
        url, supply, program=program, headers=HEADERS, screenshot=True, own_s=30.0
    )  # others use this machine
    return asyncio.run(shown)


# --- what it sees -------------------------------------------------------------------------------------


def test_it_sees_what_scripts_frames_delays_and_one_click_show() -> None:
    pages = {
        "/": '<title>T</title><p id=p></p><script src="/s.js"></script><button onclick="p.textContent=\'clicked\'">Continue</button>'
        '<iframe src="/f" style="position:fixed;inset:0;width:100%;height:100%"></iframe><iframe src="/ad" width=99 height=9></iframe>',
        "/s.js": "setTimeout(()=>{p.textContent=[location.hash,document.referrer,navigator.language,innerWidth].join(' ')},15000)",
        "/f": "<body><p>in the frame</body>",
        "/ad": "<p>an advertisement",
    }
    rendered = seen(pages, "http://a.example/#vip")
    assert rendered.problem is None
    first, second = (view.html for view in rendered.views)
    assert '<p id="p">#vip https://chat.platform.example/ en 390</p>' in first
    assert "in the frame" in first
    assert "an advertisement" not in first, "whose offer a small frame holds is another's question"
    assert '<p id="p">clicked</p>' in second
    assert rendered.screenshot.startswith(b"\x89PNG")


def test_it_says_that_it_is_driven() -> None:
    """We evade no block that is meant for us."""
    (view,) = seen({"/": script("document.body.append(navigator.webdriver)")}).views
    assert "true" in view.html


# --- what it cannot reach -----------------------------------------------------------------------------


def test_no_way_leads_inward(listeners: Listeners) -> None:
    sprung(EVERY_WAY, listeners)
    assert listeners.reached == []


@pytest.mark.parametrize("name", ["location", "redirect", "rebinding", "file-redirect", "download"])
def test_a_way_that_moves_the_page_leads_nowhere(name: str, listeners: Listeners) -> None:
    trap = BY_NAME[name]
    found = sprung(trap, listeners)
    assert listeners.reached == []
    assert trap.ends in found.end


# --- that it ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["endless-later", "memory", "alerts", "windows", "many-requests"])
def test_it_ends_soon_and_nothing_of_it_stays(name: str, listeners: Listeners) -> None:
    before, running = folders(), children()
    found = sprung(BY_NAME[name], listeners, IMPATIENT_S)
    assert found.seconds < 60, "ten on a machine of its own; this one may be shared, and a hang is a hang"
    assert found.memory_mb < 1500
    assert folders() == before
    assert children() == running


def folders() -> set[str]:
    return {each.name for each in Path("/tmp").glob("linkgazette-browser-*")}


def children() -> list[str]:
    """Living programs of this process's that are Chromium's."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
                name = (each / "comm").read_text()
            except OSError:
                continue
            if (
                parent == os.getpid()
                and "chrom" in name
                and "Z" not in (each / "stat").read_text().split()[2]
            ):
                found.append(name)
    return found


def test_a_program_that_is_none_is_trouble_with_a_cure() -> None:
    async def begin() -> None:
        async with Chromium("/bin/false", proxy_port=9):
            pass

    with pytest.raises(TroubleError, match=r'take "browser" out of \[crawl\] vantages'):
        asyncio.run(begin())


# --- in the crawl -------------------------------------------------------------------------------------

SCRIPTED = [each for each in CLOAKERS if each.needs_browser]
APPS = [each for each in honest_sites(10) if each.kind in {"app", "rotating"}]


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    urls = [each.url for each in (*SCRIPTED, *APPS)]
    return tried(tmp_path_factory.mktemp("scripted") / "ws", sites_of(APPS), urls, ["in-app", "browser"])[0]


@pytest.mark.parametrize("cloaker", SCRIPTED, ids=lambda each: each.name)
def test_a_cloaker_that_uses_scripts_is_caught(cloaker: object, toured: dict[str, Outcome]) -> None:
    outcome = toured[cloaker.url]  # type: ignore[attr-defined] # a Cloaker
    assert outcome.caught
    assert outcome.captures[0].vantage is Vantage.BROWSER
    assert "seen by a browser that runs scripts" in outcome.cloaking
    assert not outcome.verdict.judgement.publishable


def test_an_honest_app_is_read_and_cleared(toured: dict[str, Outcome]) -> None:
    for each in APPS:
        assert not toured[each.url].accused
        if each.kind == "app":
            assert toured[each.url].verdict.judgement.label is Label.CLEAR
            assert toured[each.url].captures[0].vantage is Vantage.BROWSER


def app_of_parts(asked: Asked) -> Said:
    if asked.path.endswith(".js"):
        return Said(
            body="document.getElementById('app').append('a page about the birds in a garden, and their songs')"
        )
    parts = "".join(f"<script src='/{name}.js'></script>" for name in ("one", "two", "private"))
    return Said(body=f"<title>Birds</title><body><div id=app></div>{parts}")


def test_a_screenshot_is_kept_only_when_asked_for_and_lies_with_its_page(tmp_path: Path) -> None:
    url = "http://parts.example/"
    tried(tmp_path / "ws", {"parts.example": app_of_parts}, [url], ["browser"], screenshots=True)
    (file,) = (tmp_path / "ws" / "captures").glob("*.warc.gz")
    with file.open("rb") as stream:
        kinds = [(each.rec_type, each.content_type) for each in ArchiveIterator(stream)]
    assert ("resource", "image/png") in kinds
    with open_workspace(tmp_path / "ws", create=False) as opened:
        (one,) = judged_again(opened, [opened.policy])
        assert one.readings[0].judgement == one.verdict.judgement


def test_a_page_in_the_browser_obeys_robots_and_waits_its_turns(tmp_path: Path) -> None:
    host, url = "parts.example", "http://parts.example/"
    robots = {host: "User-agent: *\nDisallow: /private.js"}
    for number in range(
        3
    ):  # a machine that others use may take the page's whole time before its scripts are asked for
        folder = tmp_path / f"ws-{number}"
        found, web = tried(folder, {host: app_of_parts}, [url], ["browser"], robots=robots, delay=0.3)
        paths = {asked.path for asked in web.log}
        assert "/private.js" not in paths
        assert all(later.at - earlier.at >= 0.3 for earlier, later in pairwise(web.log))
        if {"/one.js", "/two.js"} <= paths:
            break
    else:
        pytest.fail("its scripts were never asked for")
    assert found[url].captures[0].vantage is Vantage.BROWSER


def test_a_frame_of_marks_that_never_end_holds_up_nobody() -> None:
    # Each was followed to the end of the frame's markup: two megabytes of them held the event loop for minutes.
    inner = "<!doctype html><html><body class=x><script>" + "<!doctype" * 20_000 + "</script>"
    began = process_time()
    assert _framed("<p>t</p></body>", inner).startswith("<p>t</p><section><script><!doctype")
    assert process_time() - began < 1
