"""Around every call: a request id, security headers, the time it took, one line in the log."""

import secrets
import time
from collections.abc import Callable, MutableMapping
from datetime import datetime
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from blocklist.service.doors import Side
from blocklist.service.house import House
from blocklist.service.measuring import say
from blocklist.service.patience import PatientReceive
from blocklist.service.refusals import problem

SITE = "site"
"""The published site, whose pages say their own policy."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers say of our own forms that they come from nowhere (Origin: null).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LONGEST_PATH = 2048
"""Characters. Python reads no number of more than 4,300 digits, and a path may be one."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Frame:
    """The outermost layer of one side."""

    def __init__(
        self, app: ASGIApp, house: House, side: Side, clock: Callable[[], datetime], patience: float
    ) -> None:
        self._app = app
        self._patience = patience
        self._house = house
        self._side = side
        self._clock = clock
        serve = house.workspace.config.serve
        origin = serve.public_origin if side is Side.PUBLIC else serve.staff_origin
        # A name of somebody else's that leads here is how a web page reaches into loopback (DNS rebinding).
        self._names = frozenset({origin.partition("://")[2]}) if origin else _LOOPBACK
        self._is_https = origin.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the server's own start and stop pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        state["request"] = secrets.token_hex(8)
        state["door"] = "none"
        state["who"] = ""
        status = 500
        patient = PatientReceive(receive, self._patience)

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                self._dress(headers, state)
                if patient.gave_up:
                    headers["Connection"] = "close"  # the rest of the body is not waited for
            await send(message)

        try:
            if not self._knows(scope):
                await problem(421, "this host is not served here", state["request"])(scope, patient, framed)
            elif len(scope["path"]) > _LONGEST_PATH:
                await problem(414, "no address here is so long", state["request"])(scope, patient, framed)
            else:
                await self._app(scope, patient, framed)
        finally:
            self._note(state, scope["method"], status, time.perf_counter() - began)

    def _knows(self, scope: Scope) -> bool:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        return host in self._names or (self._names is _LOOPBACK and _without_port(host) in _LOOPBACK)

    def _dress(self, headers: MutableHeaders, state: MutableMapping[str, Any]) -> None:
        for name, value in _ALWAYS.items():
            headers[name] = value
        headers["X-Request-Id"] = state["request"]
        if self._is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if state["door"] == SITE:
            headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        else:
            headers["Content-Security-Policy"] = POLICY
            headers.setdefault("Cache-Control", "no-store")

    def _note(self, state: MutableMapping[str, Any], method: str, status: int, took: float) -> None:
        meters = self._house.meters
        meters.requests.labels(self._side, state["door"], status).inc()
        meters.seconds.labels(self._side, state["door"]).observe(took)
        say(
            "request",
            self._clock(),
            side=self._side,
            door=state["door"],
            method=method if method in {"GET", "HEAD", "POST", "OPTIONS"} else "other",
            status=status,
            ms=round(took * 1000, 1),
            request=state["request"],
            who=state["who"],
        )


def _without_port(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and host.count(":") != 0 else host
