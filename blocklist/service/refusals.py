"""Answers that are refusals: problem details (RFC 9457) for programs, a page for people."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.responses import Response

from blocklist.errors import InputError, LinkgazetteError, RefusedError, TroubleError


class Refused(Exception):  # noqa: N818 - the answer, not a fault
    """The call goes no further; ``message`` and ``named`` are as a ``LinkgazetteError``'s."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, **named: object
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.named = named
        self.headers = dict(headers or {})

    @property
    def detail(self) -> str:
        """What is wrong, in English: programs read it."""
        return self.message % self.named if self.named else self.message


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


def refusal_of(problem: LinkgazetteError) -> Refused:
    """Return the answer to an error of ours."""
    return Refused(status_of(problem), problem.message, None, **problem.named)


def problem(status: int, detail: str, request: str, headers: dict[str, str] | None = None) -> Response:
    """Return problem details; ``request`` is the request's id, to ask about."""
    body = {"status": status, "title": HTTPStatus(status).phrase, "detail": detail, "request": request}
    return Response(
        orjson.dumps(body), status_code=status, headers=headers, media_type="application/problem+json"
    )
