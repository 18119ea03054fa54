"""Reports in: one share or many, each row by ``intake``'s rules; what is answered 202 is on disk.

A batch is stored a thousand shares at a time, so that others get their turn; each is one transaction, flushed
to disk. The same batch again is harmless: a share that is known is not kept twice, and has the same id.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import anyio.to_thread
import orjson
from starlette.responses import Response

from blocklist.intake.rows import Row, RowProblem, Rows
from blocklist.service.doors import REPORTS, By, Call, Door, Side
from blocklist.service.idempotency import HEADER, REPLAYED, once
from blocklist.service.openapi import answers, said
from blocklist.service.refusals import Refused
from blocklist.service.rows import COUNT, ERRORS, rows_of
from blocklist.service.share_ids import ID, share_id
from blocklist.store import Workspace
from blocklist.store.api_keys import ApiKey
from blocklist.store.shares import Ready

_BATCH = 1000  # shares a transaction
_MAX_ERRORS = 1000
_FIELD = re.compile(r'"([a-z_]+)" ')


@dataclass(slots=True, kw_only=True)
class _Batch:
    """What became of one request's rows."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    links_new: int = 0
    shares: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, problem: RowProblem) -> None:
        self.rejected += 1
        if len(self.errors) < _MAX_ERRORS:
            named = _FIELD.match(problem.error)
            name = named[1] if named else "url"
            self.errors.append({"row": problem.line, "field": name, "error": problem.error})


async def _report(call: Call) -> Response:
    key = call.key
    assert key is not None, "the gate asked for it"
    asked = once(call)
    if given := await asked.given(call):
        return _accepted(given, REPLAYED)
    rows = list(rows_of(call))
    if not rows:
        raise Refused(400, "the body holds no share; send an object, an array of objects, or JSON Lines")
    await call.house.do(_check_quota, call.house.workspace, key, len(rows), call.now)
    made = _Batch()
    maker = await call.house.do(_maker, call.house.workspace)
    for start in range(0, len(rows), _BATCH):
        # Off the desk: reading rows needs no store, and meanwhile others are served.
        part = await anyio.to_thread.run_sync(_read, rows[start : start + _BATCH], maker, made)
        if part:
            await call.house.do(_take, call.house.workspace, key, part, made, call.now)
    for what in ("accepted", "duplicate", "rejected"):
        call.house.meters.shares.labels(what).inc(getattr(made, what))
    if not made.shares:
        first = made.errors[0]
        detail = f"none of {made.read} rows can be used; row {first['row']}: {first['error']}"
        raise Refused(422, detail)
    body = orjson.dumps(
        {
            "read": made.read,
            "accepted": made.accepted,
            "duplicate": made.duplicate,
            "rejected": made.rejected,
            "links_new": made.links_new,
            "shares": made.shares,
            "errors": made.errors,
        }
    )
    await asked.keep(call, body)
    return _accepted(body, {})


def _maker(workspace: Workspace) -> Rows:
    return Rows("the request", workspace.pseudonymiser)


def _read(part: Sequence[tuple[int, Any]], maker: Rows, made: _Batch) -> list[tuple[int, Ready]]:
    """Return the shares of some rows, each with its row's number, ready to be kept."""
    shares: list[tuple[int, Ready]] = []
    for number, value in part:
        row = _row(number, value, maker)
        made.read += 1
        for problem in row.problems:
            made.refuse(problem)
        shares.extend((number, share) for share in row.shares)
    return shares


def _take(
    workspace: Workspace, key: ApiKey, part: Sequence[tuple[int, Ready]], made: _Batch, now: datetime
) -> None:
    """Store shares in one transaction, with what they cost of the quota; raises Refused when it is used up.

    A row's text may hold many addresses, and another request may be under way: only here it is certain.
    """
    shares = [share for _, share in part]
    with workspace.database.transaction():
        _check_quota(workspace, key, len(shares), now)
        counts = workspace.shares.add_ready(shares, now=now)
        ids = workspace.shares.ids(shares)
        workspace.api_keys.spend(key.id, len(shares), now=now)
    made.accepted += counts.accepted
    made.duplicate += counts.duplicate
    made.links_new += counts.links_new
    people = workspace.pseudonymiser
    made.shares.extend(
        {"row": number, "id": share_id(people, key.id, share)}
        for (number, _), share in zip(part, ids, strict=True)
    )


def _row(number: int, value: Any, maker: Rows) -> Row:
    if isinstance(value, bytes):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as problem:
            return maker.problem(number, f"not JSON ({problem.msg} at column {problem.pos + 1})")
    if not isinstance(value, dict):
        return maker.problem(number, 'not a JSON object; expected {"url": …}')
    return maker.from_fields(number, value)


def _check_quota(workspace: Workspace, key: ApiKey, shares: int, now: datetime) -> None:
    spent = workspace.api_keys.spent(key.id, now=now)
    if spent + shares > key.daily:
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        wait = int((midnight - now).total_seconds()) + 1
        raise Refused(
            429,
            f"this key takes {key.daily} shares a day, and {max(0, key.daily - spent)} are left today",
            {"Retry-After": str(wait)},
        )


def _accepted(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, status_code=202, headers=headers, media_type="application/json")


_SHARE = {
    "type": "object",
    "description": "One report; ids become keyed pseudonyms and names are masked before anything is stored.",
    "properties": {
        "url": {"type": "string", "description": "The URL that was shared."},
        "text": {"type": "string", "description": "A message holding URLs, instead of url or beside it."},
        "surface": {"enum": ["timeline", "group", "direct", "account", "other"]},
        "account": {"type": ["string", "integer"], "description": "Who shared it: the platform's own id."},
        "account_name": {"type": "string"},
        "group": {"type": ["string", "integer"]},
        "group_name": {"type": "string"},
        "content_id": {
            "type": ["string", "integer"],
            "description": "The message or post: the platform's own id; measures for content need it.",
        },
        "reporter": {"type": ["string", "integer"]},
        "forwarded": {"type": "boolean"},
        "shared_at": {"type": ["string", "number"], "description": "RFC 3339, or Unix time."},
        "preview_title": {"type": "string", "description": "What the card of the only URL showed."},
        "preview_description": {"type": "string"},
    },
    "anyOf": [{"required": ["url"]}, {"required": ["text"]}],
}
_TAKEN = {
    "type": "object",
    "required": ["read", "accepted", "duplicate", "rejected", "links_new", "shares", "errors"],
    "properties": {
        "read": COUNT,
        "accepted": COUNT,
        "duplicate": {**COUNT, "description": "Known already, all but the names alike."},
        "rejected": COUNT,
        "links_new": COUNT,
        "shares": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["row", "id"],
                "properties": {"row": COUNT, "id": ID},
            },
        },
        "errors": ERRORS,
    },
}
DOORS = (
    Door(
        name="report",
        side=Side.PUBLIC,
        method="POST",
        path="/api/shares",
        by=By.KEY,
        posts=REPORTS,
        handler=_report,
        says=said(
            "Report one share or many; what is answered 202 is on disk.",
            parameters=[HEADER],
            takes={
                "application/json": {"oneOf": [_SHARE, {"type": "array", "items": _SHARE, "minItems": 1}]},
                "application/jsonl": {"type": "string", "description": "One object a line."},
            },
            answers={
                202: ("Taken; rows that cannot be used are named.", _TAKEN),
                **{status: answers[status] for status in (400, 401, 403, 413, 415, 422, 429, 503)},
            },
        ),
    ),
)
