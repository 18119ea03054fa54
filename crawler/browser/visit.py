"""One page in the browser: every request answered by the crawl, time run forward, what is seen taken down.

A page may load documents, scripts, styles and data by GET, and nothing else: no pictures, media, fonts,
WebSockets, workers of its own, downloads or forms sent. Time in the page is virtual: it stands still while an
answer is awaited and runs as fast as the processor otherwise, so a delay of ten seconds costs nothing. Who is
asked how is the crawl's (``Supply``); when a page has taken too much, its browser is killed.
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from blocklist.model import Failure, Hop
from crawler.browser.devtools import DevTools, DevToolsError
from crawler.browser.process import MOST_MEMORY_BYTES, Chromium
from crawler.browser.wall import Wall

OWN_S = 6.0
"""For everything but waiting for answers, which have time limits of their own."""
WHOLE_S = 60.0
VIRTUAL_MS = 20_000
"""How far time in the page runs forward."""
_VIRTUAL_CLICK_MS = 4_000
MOST_REQUESTS = 40
MOST_BYTES = 8 * 1024 * 1024
"""Of all answers together."""
_MOST_HTML = 2 * 1024 * 1024  # characters taken down
_WATCH_EVERY_S = 0.1
_STEP_MS = 2_000
_MOMENT_S = 0.02
_SCREEN = {
    "width": 390,
    "height": 844,
    "deviceScaleFactor": 1,
    "mobile": False,
}  # as wide as a telephone, and laid out so at once
_KINDS = frozenset({"Document", "Script", "Stylesheet", "XHR", "Fetch"})
_DROPPED = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "alt-svc"})

_WORLD = "linkgazette"
_TAKE_DOWN = f"""({{
  html: document.documentElement ? document.documentElement.outerHTML.slice(0, {_MOST_HTML}) : "",
  width: innerWidth, height: innerHeight
}})"""
_GO_ON = r"continue|enter|proceed|open|view|show|go on|click here|tap here|继续|进入|点击|查看|打开|确定"
"""What a gate says on the one button that it has; no claim about the visitor, no consent, no purchase."""
_CLICK = r"""(() => {
  const said = /^\W*(?:WORDS)(?![a-z])[\s\S]{0,24}$/i;
  for (const one of document.querySelectorAll('button, a, [role=button], [onclick], input[type=button]')) {
    const words = (one.innerText || one.value || '').trim();
    const box = one.getBoundingClientRect();
    if (said.test(words) && box.width && box.height && !one.closest('form')) { one.click(); return words; }
  }
  return '';
})()""".replace("WORDS", _GO_ON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of the page."""

    url: str
    kind: str
    """``Document``, ``Script``, ``Stylesheet``, ``XHR`` or ``Fetch``."""
    headers: Mapping[str, str]
    """Those that matter: Referer, Cookie, Accept."""
    landing: bool
    """True: the page itself, and not a part or frame of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """The crawl's answer to it."""

    status: int
    fields: Sequence[tuple[str, str]]
    body: bytes


Problem = tuple[Failure, str]
"""Kind, and words for a person."""
Supply = Callable[[Asked], Awaitable[Supplied]]
"""Raises whatever keeps it from an answer; the page gets a network error then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The page at one moment."""

    html: str
    hops: tuple[Hop, ...]
    """The way there; the last one is the page."""


@dataclass(slots=True, kw_only=True)
class Rendered:
    """What came of a page."""

    views: list[View] = field(default_factory=list)
    """As it stood when time had run; a second one if a click on "continue" changed it."""
    hops: list[Hop] = field(default_factory=list)
    """The way as far as it went."""
    fields: Sequence[tuple[str, str]] = ()
    status: int | None = None
    problem: Problem | None = None
    """Why it was ended before its time; None: it was not."""
    error: BaseException | None = None
    """What kept the page itself from an answer; None: it had one."""
    knocks: int = 0
    """Attempts to get out past the crawl; all ended at the wall."""
    screenshot: bytes = b""


async def render(
    url: str,
    supply: Supply,
    *,
    program: str,
    headers: Mapping[str, str],
    screenshot: bool = False,
    own_s: float = OWN_S,
) -> Rendered:
    """Open ``url`` as ``headers`` say (User-Agent, Accept-Language, perhaps Referer) and take it down.

    Raises TroubleError if Chromium cannot be started; whatever the page does ends in a ``problem``.
    """
    async with Wall() as wall, Chromium(program, proxy_port=wall.port) as chromium:
        page = _Page(chromium.devtools, supply)
        work = asyncio.create_task(page.run(url, headers, screenshot=screenshot))
        try:
            page.seen.problem = await _watched(work, page, chromium, own_s)
        finally:
            page.stop()
            work.cancel()
            with suppress(asyncio.CancelledError, ConnectionError, DevToolsError):
                await work
    page.seen.knocks = wall.knocks
    return page.seen


async def _watched(
    work: "asyncio.Task[None]", page: "_Page", chromium: Chromium, own_s: float
) -> Problem | None:
    """Wait for the work; return why it was given up, None: it was not."""
    began = before = monotonic()
    own = 0.0
    while not work.done():
        await asyncio.wait({work}, timeout=_WATCH_EVERY_S)
        now = monotonic()
        own += 0.0 if page.awaited else now - before
        before = now
        if own > own_s or now - began > WHOLE_S:
            return Failure.TIMEOUT, "the page took longer in the browser than allowed"
        if chromium.memory() > MOST_MEMORY_BYTES:
            return Failure.TOO_LARGE, "the page took more memory in the browser than allowed"
    if (error := work.exception()) is not None:
        if isinstance(error, ConnectionError | DevToolsError):
            return Failure.MALFORMED, f"the page broke the browser: {error}"
        raise error
    return page.seen.problem


class _Page:
    """The one page that is visited."""

    def __init__(self, devtools: DevTools, supply: Supply) -> None:
        self.seen = Rendered()
        self.awaited = 0
        """Answers awaited just now."""
        self._devtools = devtools
        self._supply = supply
        self._session = ""
        self._frame = ""
        self._requests = 0
        self._bytes = 0
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        devtools.listener = self._on_event

    async def run(self, url: str, headers: Mapping[str, str], *, screenshot: bool) -> None:
        """Open, let time run, take down; once more after a click, if that changes anything."""
        await self._open(headers)
        await self._ask("Page.navigate", url=url, **_referrer(headers))
        await self._run_time(VIRTUAL_MS)
        if not self._is_there():
            return
        await self._take_down()
        if screenshot:
            self.seen.screenshot = await self._screenshot()
        if await self._clicked():
            await self._run_time(_VIRTUAL_CLICK_MS)
            if self._is_there():
                await self._take_down()
            self.seen.error, self.seen.problem = None, None  # what a click leads to undoes nothing

    def _is_there(self) -> bool:
        """Tell whether the page itself stands in the browser, and not an error of its own in its place."""
        status = self.seen.status
        if self.seen.error is None and status is not None and 300 <= status < 400:  # noqa: PLR2004 - RFC 9110
            self.seen.problem = Failure.BAD_REDIRECT, "it leads to where no browser goes"
        return self.seen.error is None and self.seen.problem is None and status is not None

    def stop(self) -> None:
        """Await no answer more."""
        for task in self._tasks:
            task.cancel()

    # --- opening -----------------------------------------------------------------------------------------

    async def _open(self, headers: Mapping[str, str]) -> None:
        ask = self._devtools.ask
        await ask("Browser.setDownloadBehavior", behavior="deny")
        await ask("Target.setDiscoverTargets", discover=True)
        found = await ask("Target.getTargets")
        self._frame = next(each["targetId"] for each in found["targetInfos"] if each["type"] == "page")
        self._session = (await ask("Target.attachToTarget", targetId=self._frame, flatten=True))["sessionId"]
        await self._ask("Fetch.enable", patterns=[{"urlPattern": "*"}])
        # Workers and frames of other processes wait until they are told to go on, which nobody does.
        await self._ask("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        await self._ask("Page.enable")
        await self._ask("Inspector.enable")
        await self._ask("Emulation.setDeviceMetricsOverride", **_SCREEN)
        await self._ask(
            "Emulation.setUserAgentOverride",
            userAgent=headers["User-Agent"],
            acceptLanguage=headers["Accept-Language"],
        )

    async def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return await self._devtools.ask(method, self._session, **parameters)

    # --- what the browser tells --------------------------------------------------------------------------

    def _on_event(self, method: str, event: dict[str, Any], session: str) -> None:
        match method:
            case "Fetch.requestPaused":
                self._begin(self._answer(event, session))
            case "Page.javascriptDialogOpening":
                self._begin(self._quietly("Page.handleJavaScriptDialog", accept=False))
            case "Target.targetCreated" if event["targetInfo"]["type"] == "page":
                if event["targetInfo"]["targetId"] != self._frame and self._frame:
                    self._begin(self._close(event["targetInfo"]["targetId"]))
            case "Emulation.virtualTimeBudgetExpired":
                self._over.set()
            case "Page.frameNavigated" if "parentId" not in event["frame"]:
                self._over.set()  # the budget was the document's that is gone
            case "Inspector.targetCrashed" | "Target.targetCrashed":
                self.seen.problem = Failure.MALFORMED, "the page broke the browser: it crashed"
                self._over.set()

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, method: str, **parameters: Any) -> None:
        with suppress(DevToolsError, ConnectionError):
            await self._ask(method, **parameters)

    async def _close(self, target: str) -> None:
        with suppress(DevToolsError, ConnectionError):
            await self._devtools.ask("Target.closeTarget", targetId=target)

    # --- answering ---------------------------------------------------------------------------------------

    async def _answer(self, event: dict[str, Any], session: str) -> None:
        with suppress(DevToolsError, ConnectionError):
            supplied = await self._supplied(event)
            if supplied is None:
                await self._devtools.ask(
                    "Fetch.failRequest", session, requestId=event["requestId"], errorReason="BlockedByClient"
                )
                return
            kept = [(name, value) for name, value in supplied.fields if name.lower() not in _DROPPED]
            await self._devtools.ask(
                "Fetch.fulfillRequest",
                session,
                requestId=event["requestId"],
                responseCode=supplied.status,
                responseHeaders=[{"name": name, "value": value} for name, value in kept],
                body=b64encode(supplied.body).decode(),
            )

    async def _supplied(self, event: dict[str, Any]) -> Supplied | None:
        """Let the crawl answer; None: it does not, or the page asks for what it may not have."""
        request, kind = event["request"], event["resourceType"]
        landing = kind == "Document" and event["frameId"] == self._frame
        if request["method"] != "GET" or kind not in _KINDS or self._requests >= MOST_REQUESTS:
            return None
        if not request["url"].startswith(("http://", "https://")):
            return None
        self._requests += 1
        wanted = {name.lower(): value for name, value in request["headers"].items()}
        asked = Asked(
            url=request["url"] + (request.get("urlFragment") or "" if landing else ""),
            kind=kind,
            headers={each: wanted[each] for each in ("accept", "referer", "cookie") if each in wanted},
            landing=landing,
        )
        self.awaited += 1
        try:
            supplied = await self._supply(asked)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - why is told with the page's own
            if landing:
                self.seen.error = error
                self.seen.hops.append(Hop(url=asked.url, status=None, via="landing"))
            return None
        finally:
            self.awaited -= 1
        self._bytes += len(supplied.body)
        if landing:
            self._note(asked, supplied)
        return supplied if self._bytes <= MOST_BYTES else None

    def _note(self, asked: Asked, supplied: Supplied) -> None:
        """Note a step of the way: what led on from the one before is known by its status."""
        seen = self.seen
        if seen.hops:
            last = seen.hops[-1]
            redirected = last.status is not None and 300 <= last.status < 400  # noqa: PLR2004 - RFC 9110
            seen.hops[-1] = Hop(url=last.url, status=last.status, via="http" if redirected else "script")
        seen.hops.append(Hop(url=asked.url, status=supplied.status, via="landing"))
        seen.status, seen.fields, seen.error = supplied.status, supplied.fields, None

    # --- time --------------------------------------------------------------------------------------------

    async def _run_time(self, budget_ms: int) -> None:
        """Let time in the page run forward, step by step, with every answer awaited in between.

        Chromium's own policy of that name (``pauseIfNetworkFetchesPending``) stands still for good after a
        refresh has led to another page (tried: version 156).
        """
        for _ in range(0, budget_ms, _STEP_MS):
            await self._settled()
            if self.seen.problem:
                return
            self._over.clear()
            await self._ask("Emulation.setVirtualTimePolicy", policy="advance", budget=_STEP_MS)
            await self._over.wait()
        await self._settled()

    async def _settled(self) -> None:
        """Wait until no answer is awaited, and a moment for what the page asks for next."""
        await asyncio.sleep(_MOMENT_S)
        while self.awaited:
            await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(_MOMENT_S)

    # --- taking down -------------------------------------------------------------------------------------

    async def _take_down(self) -> None:
        """Keep the page's markup, with that of frames which fill most of the screen, if it is new."""
        tree = (await self._ask("Page.getFrameTree"))["frameTree"]
        top = await self._frame_said(tree["frame"]["id"])
        if top is None:
            return
        html, area = top["html"], _SCREEN["width"] * _SCREEN["height"]
        for child in tree.get("childFrames", ()):
            said = await self._frame_said(child["frame"]["id"])
            if said is not None and said["width"] * said["height"] * 2 >= area:
                html = _framed(html, said["html"])
        if html and all(html != view.html for view in self.seen.views):
            self.seen.views.append(View(html=html, hops=tuple(self.seen.hops)))

    async def _frame_said(self, frame: str) -> dict[str, Any] | None:
        with suppress(DevToolsError):
            said = await self._evaluate(_TAKE_DOWN, frame)
            return said if isinstance(said, dict) else None
        return None

    async def _clicked(self) -> bool:
        """Click on the first thing that only says "continue"; forms and their buttons are left alone."""
        with suppress(DevToolsError):
            return bool(await self._evaluate(_CLICK, self._frame))
        return False

    async def _evaluate(self, expression: str, frame: str) -> Any:
        """Evaluate beside the page's own scripts, which can neither see nor replace what is used."""
        world = await self._ask("Page.createIsolatedWorld", frameId=frame, worldName=_WORLD)
        told = await self._ask(
            "Runtime.evaluate",
            expression=expression,
            contextId=world["executionContextId"],
            returnByValue=True,
            timeout=2_000,
        )
        return told["result"].get("value")

    async def _screenshot(self) -> bytes:
        from base64 import b64decode  # noqa: PLC0415 - opted in

        with suppress(DevToolsError):
            return b64decode((await self._ask("Page.captureScreenshot", format="png"))["data"])
        return b""


def _referrer(headers: Mapping[str, str]) -> dict[str, str]:
    return {"referrer": headers["Referer"], "referrerPolicy": "unsafeUrl"} if "Referer" in headers else {}


def _framed(html: str, inner: str) -> str:
    """Put a frame's markup where its page ends, so that it is read with it."""
    body = re.sub(r"(?is)<!doctype[^>]*>|</?(?:html|head|body|base)\b[^>]*>", "", inner)
    end = html.rfind("</body>")
    return (
        f"{html[:end]}<section>{body}</section>{html[end:]}"
        if end >= 0
        else f"{html}<section>{body}</section>"
    )
