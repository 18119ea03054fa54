"""Safe Browsing clients at ``/safe-browsing/``: HTTP around the answers of ``lookup.safe_browsing``.

Requests of clients say nothing about who asks, and are answered to anybody, from the published folder and
never from the store.
"""

from pathlib import Path

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from blocklist.errors import LinkgazetteError
from blocklist.lookup.safe_browsing import Asked, answer
from blocklist.service.refusals import status_of

FOLDER = "safe-browsing"
_MAX_BODY = 262_144  # bytes; a request names lists and some hundred hashes


class SafeBrowsing:
    """Answers from the published folder ``out``."""

    def __init__(self, out: Path) -> None:
        self._out = out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises HTTPException."""
        request = Request(scope, receive)
        if request.method not in {"GET", "POST"}:
            raise HTTPException(405, "ask with GET or POST", {"Allow": "GET, POST"})
        asked = Asked(
            path=request.url.path.removeprefix(f"/{FOLDER}/"),
            query=request.url.query,
            body=await _body(request),
            media_type=request.headers.get("content-type", ""),
            at=f"{request.headers.get('host', '')}/{FOLDER}",
        )
        try:
            found = await anyio.to_thread.run_sync(answer, self._out, asked)
        except LinkgazetteError as wrong:
            raise HTTPException(status_of(wrong), str(wrong)) from wrong
        if found is None:
            raise HTTPException(404, "nothing of Safe Browsing is there")
        await Response(found.body, media_type=found.media_type)(scope, receive, send)


async def _body(request: Request) -> bytes:
    found = b""
    try:
        async for part in request.stream():
            found += part
            if len(found) > _MAX_BODY:
                raise HTTPException(413, f"at most {_MAX_BODY} bytes are taken")
    except ClientDisconnect as gone:
        raise HTTPException(400, "the request ended too soon") from gone
    return found
