"""What the platform did, in: the same rows as ``linkgazette measures --applied``, under an admin's key."""

from dataclasses import asdict

import orjson
from starlette.responses import Response

from blocklist.casework.applied import SUBJECT, take_applied
from blocklist.service.doors import MANAGES, By, Call, Door, Side
from blocklist.service.idempotency import HEADER, REPLAYED, once
from blocklist.service.openapi import answers, said
from blocklist.service.refusals import Refused
from blocklist.service.rows import COUNT, ERRORS, rows_of


async def _take(call: Call) -> Response:
    asked = once(call)
    if given := await asked.given(call):
        return Response(given, headers=REPLAYED, media_type="application/json")
    rows = list(rows_of(call))
    if not rows:
        raise Refused(400, "the body holds no row; send an object, an array of objects, or JSON Lines")
    made = await call.house.do(take_applied, call.house.workspace, rows, now=call.now)
    if made.rejected == made.read:
        first = made.errors[0]
        raise Refused(422, f"none of {made.read} rows can be used; row {first['row']}: {first['error']}")
    body = orjson.dumps(asdict(made))
    await asked.keep(call, body)
    return Response(body, media_type="application/json")


_ROW = {
    "type": "object",
    "description": "One of subject, account, group, content_id says to whom; other fields are passed over.",
    "required": ["step"],
    "properties": {
        "subject": {
            "type": "string",
            "pattern": f"^{SUBJECT}$",
            "description": "As `linkgazette measures` prints it.",
        },
        "account": {"type": ["string", "integer"], "description": "The platform's own id, never kept."},
        "group": {"type": ["string", "integer"], "description": "Likewise."},
        "content_id": {"type": ["string", "integer"], "description": "Of a message or post, likewise."},
        "step": {"type": "string", "description": "A step of the policy's ladder, or lifted."},
        "applied_at": {
            "type": "string",
            "format": "date-time",
            "description": "Not given: when it is reported.",
        },
    },
}
_TAKEN = {
    "type": "object",
    "required": ["read", "accepted", "duplicate", "rejected", "errors"],
    "properties": {
        "read": COUNT,
        "accepted": COUNT,
        "duplicate": {**COUNT, "description": "Reported before."},
        "rejected": COUNT,
        "errors": ERRORS,
    },
}

DOORS = (
    Door(
        name="measures-applied",
        side=Side.PUBLIC,
        method="POST",
        path="/api/measures/applied",
        by=By.KEY,
        posts=MANAGES,
        handler=_take,
        says=said(
            "Report which measures the platform took; announcements count them.",
            parameters=[HEADER],
            takes={
                "application/json": {"oneOf": [_ROW, {"type": "array", "items": _ROW, "minItems": 1}]},
                "application/jsonl": {"type": "string", "description": "One object a line."},
            },
            answers={
                200: ("On disk; rows that cannot be used are named.", _TAKEN),
                **{status: answers[status] for status in (400, 401, 403, 413, 415, 422, 429, 503)},
            },
        ),
    ),
)
