"""Is it alive, is it ready, what does it count, and what may be asked of it."""

from typing import Any

import orjson
from starlette.responses import Response

from blocklist.service.doors import OVERSEES, By, Call, Door, Side
from blocklist.service.openapi import answers, said


async def _alive(_: Call) -> Response:
    return _json({"status": "ok"})


async def _ready(call: Call) -> Response:
    """Say that the store can be read; what waits is told to the staff's side alone, and costs more."""
    await call.house.do(call.house.workspace.releases.latest)
    return _json({"status": "ready"})


async def _ready_with_counts(call: Call) -> Response:
    counts = await call.house.do(_counts, call)
    return _json({"status": "ready", **counts})


def _counts(call: Call) -> dict[str, int]:
    workspace = call.house.workspace
    return {
        "crawl": workspace.links.due(call.now),
        "review": len(workspace.review_queue.waiting()),
        "appeals": len(workspace.appeals.waiting()),
        "proposals": len(workspace.cases.proposed()),
    }


async def _metrics(call: Call) -> Response:
    for where, count in (await call.house.do(_counts, call)).items():
        call.house.meters.waiting.labels(where).set(count)
    return Response(call.house.meters.exposed(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


_STATUS = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}


def _doors(side: Side) -> tuple[Door, Door]:
    """Both sides may be asked; the public side's document says so."""
    ok = {200: ("As it is.", _STATUS), 503: answers[503]}
    return (
        Door(
            name=f"{side}-alive",
            side=side,
            method="GET",
            path="/healthz",
            handler=_alive,
            says=said("Is the process alive?", answers=ok),
        ),
        Door(
            name=f"{side}-ready",
            side=side,
            method="GET",
            path="/readyz",
            handler=_ready if side is Side.PUBLIC else _ready_with_counts,
            says=said("Can it read its store?", answers=ok),
        ),
    )


DOORS = (
    *_doors(Side.PUBLIC),
    *_doors(Side.STAFF),
    Door(
        name="metrics",
        side=Side.STAFF,
        method="GET",
        path="/metrics",
        by=By.KEY,
        posts=OVERSEES,
        handler=_metrics,
    ),
)
