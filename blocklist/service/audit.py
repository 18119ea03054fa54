"""The audit log to read: who did what, whether it is what was written, and the history's proof of it."""

from collections.abc import AsyncIterator

import orjson
from starlette.responses import Response, StreamingResponse

from blocklist.casework.auditing import AuditProof, audit_problems, audit_proof
from blocklist.public.words import N_
from blocklist.service.desk import staff_door
from blocklist.service.doors import OVERSEES, Call
from blocklist.service.refusals import Refused
from blocklist.store.audit import AuditLine

_SHOWN = 200
_DIGITS = 12
_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


async def _audit(call: Call) -> Response:
    before = call.request.query_params.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= _DIGITS):
        raise Refused(422, N_("before takes the number of a line"))
    lines, problems, proof, count = await call.house.do(_audited, call, int(before) if before else 0)
    return call.house.pages.page(
        call,
        "audit.html",
        lines=lines,
        problems=problems,
        proof=proof,
        count=count,
        older=lines[-1].number if lines and lines[-1].number > 1 else 0,
    )


def _audited(call: Call, before: int) -> tuple[list[AuditLine], tuple[str, ...], AuditProof | None, int]:
    workspace = call.house.workspace
    count, _ = workspace.audit.head()
    end = min(before - 1, count) if before else count
    first = max(0, end - _SHOWN)
    lines = list(workspace.audit.lines(after=first, limit=end - first))
    return lines[::-1], audit_problems(workspace), audit_proof(workspace), count


async def _lines(call: Call) -> Response:
    async def told() -> AsyncIterator[bytes]:
        after = 0
        while batch := await call.house.do(
            lambda start: list(call.house.workspace.audit.lines(after=start, limit=1000)), after
        ):
            yield b"".join(orjson.dumps(_row(each), option=_JSON) for each in batch)
            after = batch[-1].number

    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(told(), media_type="application/jsonl", headers=headers)


def _row(line: AuditLine) -> dict[str, object]:
    return {
        "number": line.number,
        "at": line.at,
        "by": line.by,
        "action": line.action,
        "subject": line.subject,
        "detail": line.detail,
    }


DOORS = (
    staff_door("audit", "GET", "/audit", OVERSEES, _audit),
    staff_door("audit-lines", "GET", "/audit.jsonl", OVERSEES, _lines),
)
