"""Takes down what a page shows: its markup, that of frames which fill the screen, a picture; and clicks once.

Its scripts run in a world of their own beside the page's, which can neither see nor replace what they use.
"""

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from crawler.browser.devtools import DevToolsError, Event
from crawler.browser.values import Rendered, View

# As wide as a telephone, and laid out so at once.
SCREEN = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
_MOST_HTML = 2 * 1024 * 1024  # characters taken down
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


class Eye:
    """Looks at one page; ``ask`` asks its session."""

    def __init__(self, ask: Callable[..., Awaitable[Event]]) -> None:
        self._ask = ask

    async def take_down(self, seen: Rendered) -> None:
        """Keep the page's markup, with that of frames which fill most of the screen, if it is new."""
        tree = (await self._ask("Page.getFrameTree"))["frameTree"]
        top = await self._frame_said(tree["frame"]["id"])
        if top is None:
            return
        html, area = top["html"], SCREEN["width"] * SCREEN["height"]
        for child in tree.get("childFrames", ()):
            said = await self._frame_said(child["frame"]["id"])
            if said is not None and said["width"] * said["height"] * 2 >= area:
                html = _framed(html, said["html"])
        if html and all(html != view.html for view in seen.views):
            seen.views.append(View(html=html, hops=tuple(seen.hops)))

    async def _frame_said(self, frame: str) -> dict[str, Any] | None:
        with suppress(DevToolsError):
            said = await self._evaluate(_TAKE_DOWN, frame)
            return said if isinstance(said, dict) else None
        return None

    async def clicked(self, frame: str) -> bool:
        """Click on the first thing that only says "continue"; forms and their buttons are left alone."""
        with suppress(DevToolsError):
            return bool(await self._evaluate(_CLICK, frame))
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

    async def screenshot(self) -> bytes:
        """Return a PNG of what is on the screen; empty: none could be taken."""
        with suppress(DevToolsError):
            return b64decode((await self._ask("Page.captureScreenshot", format="png"))["data"])
        return b""


def _framed(html: str, inner: str) -> str:
    """Put a frame's markup where its page ends, so that it is read with it."""
    # No further than the next "<": else each of a thousand that never end is followed to the page's end.
    body = re.sub(r"(?is)<!doctype[^<>]*>|</?(?:html|head|body|base)\b[^<>]*>", "", inner)
    end = html.rfind("</body>")
    return (
        f"{html[:end]}<section>{body}</section>{html[end:]}"
        if end >= 0
        else f"{html}<section>{body}</section>"
    )
