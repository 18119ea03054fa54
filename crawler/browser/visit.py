"""One page in the browser: opened, time run forward, what is seen taken down; killed when it takes too much.

Time in the page is virtual: it stands still while an answer is awaited and runs as fast as the processor
otherwise, so a delay of ten seconds costs nothing. What the page may load is ``answers``', how it is looked
at the ``eye``'s; who is asked how is the crawl's (``Supply``).
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from blocklist.model import Failure
from crawler.browser.answers import Answers
from crawler.browser.devtools import DevTools, DevToolsError
from crawler.browser.eye import SCREEN, Eye
from crawler.browser.process import MOST_MEMORY_BYTES, Chromium
from crawler.browser.values import Problem, Rendered, Supply
from crawler.browser.wall import Wall

OWN_S = 6.0
"""For everything but waiting for answers, which have time limits of their own."""
WHOLE_S = 60.0
VIRTUAL_MS = 20_000
"""How far time in the page runs forward."""
_VIRTUAL_CLICK_MS = 4_000
_WATCH_EVERY_S = 0.1
_STEP_MS = 2_000
_MOMENT_S = 0.02


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
        own += 0.0 if page.awaiting else now - before
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
        self._answers = Answers(devtools, supply, self.seen)
        self._eye = Eye(self._ask)
        self._devtools = devtools
        self._session = ""
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
        await self._eye.take_down(self.seen)
        if screenshot:
            self.seen.screenshot = await self._eye.screenshot()
        if await self._eye.clicked(self._answers.frame):
            await self._run_time(_VIRTUAL_CLICK_MS)
            if self._is_there():
                await self._eye.take_down(self.seen)
            self.seen.error, self.seen.problem = None, None  # what a click leads to undoes nothing

    def _is_there(self) -> bool:
        """Tell whether the page itself stands in the browser, and not an error of its own in its place."""
        status = self.seen.status
        if self.seen.error is None and status is not None and 300 <= status < 400:  # noqa: PLR2004 - RFC 9110
            self.seen.problem = Failure.BAD_REDIRECT, "it leads to where no browser goes"
        return self.seen.error is None and self.seen.problem is None and status is not None

    @property
    def awaiting(self) -> bool:
        """True: the page waits for an answer of the crawl's."""
        return self._answers.awaited > 0

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
        self._answers.frame = next(
            each["targetId"] for each in found["targetInfos"] if each["type"] == "page"
        )
        self._session = (await ask("Target.attachToTarget", targetId=self._answers.frame, flatten=True))[
            "sessionId"
        ]
        await self._ask("Fetch.enable", patterns=[{"urlPattern": "*"}])
        # Workers and frames of other processes wait until they are told to go on, which nobody does.
        await self._ask("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        await self._ask("Page.enable")
        await self._ask("Inspector.enable")
        await self._ask("Emulation.setDeviceMetricsOverride", **SCREEN)
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
                self._begin(self._answers.answer(event, session))
            case "Page.javascriptDialogOpening":
                self._begin(self._quietly("Page.handleJavaScriptDialog", accept=False))
            case "Target.targetCreated" if event["targetInfo"]["type"] == "page":
                if event["targetInfo"]["targetId"] != self._answers.frame and self._answers.frame:
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

    # --- time --------------------------------------------------------------------------------------------

    async def _run_time(self, budget_ms: int) -> None:
        """Let time in the page run forward, step by step, with every answer awaited in between.

        Chromium's own policy of that name (``pauseIfNetworkFetchesPending``) stands still for good after a
        refresh has led to another page (tried: version 156).
        """
        for _ in range(0, budget_ms, _STEP_MS):
            await self._settled()
            if self.seen.problem or self.seen.error:  # another page stands in its place
                return
            self._over.clear()
            await self._ask("Emulation.setVirtualTimePolicy", policy="advance", budget=_STEP_MS)
            await self._over.wait()
        await self._settled()

    async def _settled(self) -> None:
        """Wait until no answer is awaited, and a moment for what the page asks for next."""
        await asyncio.sleep(_MOMENT_S)
        while self.awaiting:
            await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(_MOMENT_S)


def _referrer(headers: Mapping[str, str]) -> dict[str, str]:
    return {"referrer": headers["Referer"], "referrerPolicy": "unsafeUrl"} if "Referer" in headers else {}
