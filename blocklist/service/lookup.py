"""Is this URL listed? Asked of the published list; the site's own page tells nobody the link."""

from typing import Any

import orjson
from starlette.responses import Response

from blocklist.errors import InputError, UrlError
from blocklist.lookup import open_list
from blocklist.service.doors import Call, Door, Side
from blocklist.service.openapi import answers, said
from blocklist.service.refusals import Refused


async def _lookup(call: Call) -> Response:
    if wait := call.house.lookups.wait(call.address, call.now):
        raise Refused(429, f"too many from your address; come again in {wait} s", {"Retry-After": str(wait)})
    url = call.request.query_params.get("url", "")
    found = await call.house.do(_found, call, url)
    return Response(orjson.dumps(found), media_type="application/json")


def _found(call: Call, url: str) -> dict[str, Any]:
    if not call.house.out.is_dir():
        raise Refused(404, "nothing is published yet")
    try:
        hit = open_list(call.house.out).check(url, now=call.now)
    except UrlError as wrong:
        raise Refused(422, f"url: {wrong}") from wrong
    except InputError as gone:
        raise Refused(404, "nothing is published yet") from gone
    if hit is None:
        return {"listed": False, "entry": None}
    record = hit.record
    entry = {
        "id": record.id,
        "scope": record.scope,
        "category": record.category,
        "grade": record.grade,
        "alias": hit.is_alias,
    }
    return {"listed": True, "entry": entry}


_ANSWER = {
    "type": "object",
    "required": ["listed", "entry"],
    "properties": {
        "listed": {"type": "boolean"},
        "entry": {
            "type": ["object", "null"],
            "required": ["id", "scope", "category", "grade", "alias"],
            "properties": {
                "id": {"type": "string"},
                "scope": {"enum": ["url", "path", "host", "domain"]},
                "category": {"type": "string"},
                "grade": {"type": "integer", "minimum": 1, "maximum": 4},
                "alias": {"type": "boolean", "description": "The URL was seen to lead to the listed page."},
            },
        },
    },
}

DOORS = (
    Door(
        name="lookup",
        side=Side.PUBLIC,
        method="GET",
        path="/api/lookup",
        handler=_lookup,
        says=said(
            "Is a URL listed, and by what?",
            parameters=[{"name": "url", "in": "query", "required": True, "schema": {"type": "string"}}],
            answers={
                200: ("Whether it is.", _ANSWER),
                **{status: answers[status] for status in (404, 422, 429, 503)},
            },
        ),
    ),
)
