"""What became of a share, told to the key that reported it and to nobody else."""

from typing import Any

import orjson
from starlette.responses import Response

from blocklist.service.doors import REPORTS, By, Call, Door, Side
from blocklist.service.openapi import answers, said
from blocklist.service.refusals import Refused
from blocklist.service.rows import COUNT
from blocklist.service.share_ids import ID, parse_share_id
from blocklist.store.api_keys import ApiKey


async def _status(call: Call) -> Response:
    assert call.key is not None, "the gate asked for it"
    body = await call.house.do(_status_of, call, call.key, call.request.path_params["id"])
    return Response(orjson.dumps(body, option=orjson.OPT_UTC_Z), media_type="application/json")


def _status_of(call: Call, key: ApiKey, text: str) -> dict[str, Any]:
    workspace = call.house.workspace
    share = parse_share_id(workspace.pseudonymiser, key.id, text)
    link = None if share is None else workspace.shares.link_of(share)
    if link is None:
        raise Refused(404, "this key reported no share of that id")
    verdict = workspace.verdicts.current(link)
    if verdict is None:
        return {"id": text, "state": "waiting", "position": workspace.links.before(link), "verdict": None}
    judgement = verdict.judgement
    said_of_it = {
        "label": judgement.label,
        "category": judgement.category,
        "grade": judgement.grade,
        "confidence": judgement.confidence,
        "decided_at": verdict.decided_at,
    }
    state = (
        "review" if workspace.review_queue.of(link) and not workspace.decisions.current(link) else "judged"
    )
    return {"id": text, "state": state, "position": None, "verdict": said_of_it}


_STATUS = {
    "type": "object",
    "required": ["id", "state", "position", "verdict"],
    "properties": {
        "id": ID,
        "state": {"enum": ["waiting", "judged", "review"]},
        "position": {"type": ["integer", "null"], "description": "Links that are visited before it."},
        "verdict": {
            "type": ["object", "null"],
            "properties": {
                "label": {"enum": ["contraband", "clear", "unsure", "unreachable"]},
                "category": {"type": ["string", "null"]},
                "grade": COUNT,
                "confidence": {"type": "number"},
                "decided_at": {"type": "string", "format": "date-time"},
            },
        },
    },
}

DOORS = (
    Door(
        name="share",
        side=Side.PUBLIC,
        method="GET",
        path="/api/shares/{id}",
        by=By.KEY,
        posts=REPORTS,
        handler=_status,
        says=said(
            "What became of a share that this key reported.",
            parameters=[{"name": "id", "in": "path", "required": True, "schema": ID}],
            answers={
                200: ("Where it stands.", _STATUS),
                **{status: answers[status] for status in (401, 403, 404, 429, 503)},
            },
        ),
    ),
)
