"""Both sides as ASGI applications, built from the doors."""

from collections.abc import Callable
from datetime import UTC, datetime

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from blocklist.errors import LinkgazetteError
from blocklist.public.assets import site_folder
from blocklist.public.words import N_
from blocklist.service import (
    appeals,
    applied,
    audit,
    campaigns,
    desk,
    health,
    login,
    lookup,
    oversight,
    own,
    people,
    report_form,
    reports,
    review,
    second,
    share_status,
)
from blocklist.service.doors import Call, Door, Side
from blocklist.service.frame import SITE, Frame
from blocklist.service.gate import admit
from blocklist.service.house import House
from blocklist.service.measuring import say
from blocklist.service.openapi import document, said
from blocklist.service.patience import PATIENCE_S
from blocklist.service.refusals import Refused, problem, refusal_of
from blocklist.service.safe_browsing import FOLDER, SafeBrowsing

Clock = Callable[[], datetime]


async def _openapi(_: Call) -> Response:
    return Response(orjson.dumps(document(DOORS)), media_type="application/json")


DOORS: tuple[Door, ...] = (
    Door(
        name="openapi",
        side=Side.PUBLIC,
        method="GET",
        path="/openapi.json",
        handler=_openapi,
        says=said("This document.", answers={200: ("OpenAPI 3.1.", {"type": "object"})}),
    ),
    *health.DOORS,
    *reports.DOORS,
    *share_status.DOORS,
    *applied.DOORS,
    *report_form.DOORS,
    *lookup.DOORS,
    *appeals.DOORS,
    *login.DOORS,
    *own.DOORS,
    *desk.DOORS,
    *review.DOORS,
    *campaigns.DOORS,
    *second.DOORS,
    *oversight.DOORS,
    *audit.DOORS,
    *people.DOORS,
)


def utc_now() -> datetime:
    """Return the time; tests hand in a clock of their own."""
    return datetime.now(UTC)


def build(house: House, side: Side, *, clock: Clock = utc_now, patience: float = PATIENCE_S) -> ASGIApp:
    """Return one side of the service; ``patience``, in seconds, is what callers are waited for."""
    routes: list[BaseRoute] = [_route(house, door, clock) for door in DOORS if door.side is side]
    for folder in ("static", "service"):
        files = StaticFiles(directory=site_folder() / folder)
        routes.append(Mount(f"/{folder}", _Named(files, folder)))
    if side is Side.PUBLIC:
        routes.append(Mount(f"/{FOLDER}", _Named(SafeBrowsing(house.out), FOLDER)))
        routes.append(Mount("/", _Named(_Published(house), SITE)))
    app = Starlette(routes=routes, exception_handlers={HTTPException: _not_here})
    return Frame(app, house, side, clock, patience)


def _route(house: House, door: Door, clock: Clock) -> Route:
    async def answer(request: Request) -> Response:
        request.state.door = door.name
        try:
            call = await admit(house, door, request, clock())
            request.state.who = call.who
            return await door.handler(call)
        except Refused as refused:
            return _refusal(house, door, request, clock(), refused)
        except LinkgazetteError as wrong:
            return _refusal(house, door, request, clock(), refusal_of(wrong))
        except Exception as unforeseen:  # noqa: BLE001 - a bug must not spill a page's text into a log
            say("unforeseen", clock(), request=request.state.request, kind=type(unforeseen).__name__)
            return _refusal(
                house, door, request, clock(), Refused(500, N_("something went wrong; it is logged"))
            )

    return Route(door.path, answer, methods=[door.method], name=door.name)


def _refusal(house: House, door: Door, request: Request, now: datetime, refused: Refused) -> Response:
    if door.says:
        return problem(refused.status, refused.detail, request.state.request, refused.headers)
    if page := refused.headers.get("Location"):
        return RedirectResponse(page, 303)
    call = Call(request=request, house=house, now=now)
    told = house.pages.page(
        call, "refused.html", refused.status, refused=refused, request_id=request.state.request
    )
    told.headers.update(refused.headers)
    return told


async def _not_here(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)
    return problem(wrong.status_code, wrong.detail, request.state.request, dict(wrong.headers or {}))


class _Named:
    """Says to the log what a mounted application is called."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app, self._name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["door"] = self._name
        await self._app(scope, receive, send)


class _Published:
    """The site as the latest release left it; before the first there is none."""

    def __init__(self, house: House) -> None:
        self._out = house.out
        self._files = StaticFiles(directory=house.out, html=True, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._out.is_dir():
            raise HTTPException(404, "nothing is published yet")
        await self._files(scope, receive, send)
