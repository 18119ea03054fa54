"""The requests that Chromium holds, each answered by the crawl or failed; the way to the page noted.

A page may load documents, scripts, styles and data by GET, and nothing else: no pictures, media, fonts,
WebSockets, workers of its own, downloads or forms sent.
"""

import asyncio
from base64 import b64encode
from contextlib import suppress
from typing import Any

from blocklist.model import Hop
from crawler.browser.devtools import DevTools, DevToolsError
from crawler.browser.values import Asked, Rendered, Supplied, Supply

MOST_REQUESTS = 40
MOST_BYTES = 8 * 1024 * 1024
"""Of all answers together."""
_KINDS = frozenset({"Document", "Script", "Stylesheet", "XHR", "Fetch"})
_DROPPED = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "alt-svc"})


class Answers:
    """Answers for one page."""

    def __init__(self, devtools: DevTools, supply: Supply, seen: Rendered) -> None:
        self.frame = ""
        """Of the page itself; its other frames are parts of it."""
        self.awaited = 0
        """Answers awaited just now."""
        self.seen = seen
        self._devtools = devtools
        self._supply = supply
        self._requests = 0
        self._bytes = 0

    async def answer(self, event: dict[str, Any], session: str) -> None:
        """Answer a request that Chromium holds, or let it fail."""
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
        landing = kind == "Document" and event["frameId"] == self.frame
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
