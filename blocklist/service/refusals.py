"""Answers that are refusals: problem details (RFC 9457) for programs, a page for people."""

from dataclasses import dataclass, field
from http import HTTPStatus

import orjson
from starlette.responses import Response

from blocklist.errors import InputError, LinkgazetteError, RefusedError, TroubleError


@dataclass(frozen=True)
class Refused(Exception):  # noqa: N818 - the answer, not a fault
    """The call goes no further."""

    status: int
    detail: str
    headers: dict[str, str] = field(default_factory=dict)


def status_of(problem: LinkgazetteError) -> int:
    """Return the HTTP status of an error of ours."""
    match problem:
        case InputError():
            return 422
        case RefusedError():
            return 409
        case TroubleError():
            return 503
        case _:
            return 500


def problem(status: int, detail: str, request: str, headers: dict[str, str] | None = None) -> Response:
    """Return problem details; ``request`` is the request's id, to ask about."""
    body = {"status": status, "title": HTTPStatus(status).phrase, "detail": detail, "request": request}
    return Response(
        orjson.dumps(body), status_code=status, headers=headers, media_type="application/problem+json"
    )
