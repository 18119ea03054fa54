"""The rows of a body, as programs send them: one JSON object, an array of them, or JSON Lines."""

from collections.abc import Iterator
from typing import Any

import orjson

from blocklist.service.doors import Call
from blocklist.service.refusals import Refused

_MAX_ROWS = 100_000
_JSON_LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/json-lines"})
COUNT = {"type": "integer", "minimum": 0}
ERRORS = {
    "type": "array",
    "description": "The first thousand.",
    "items": {
        "type": "object",
        "required": ["row", "field", "error"],
        "properties": {"row": COUNT, "field": {"type": "string"}, "error": {"type": "string"}},
    },
}
"""Schema of what is said of the rows that were not taken."""


def rows_of(call: Call) -> Iterator[tuple[int, Any]]:
    """Give each row with its number: of a line from 1, of an array's item from 1; raises Refused."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _JSON_LINES:
        lines = call.body.split(b"\n")
        rows = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    elif kind == "application/json":
        rows = list(enumerate(_values(call.body), start=1))
    else:
        raise Refused(415, "send application/json or application/jsonl")
    if len(rows) > _MAX_ROWS:
        raise Refused(413, f"holds {len(rows)} rows; at most {_MAX_ROWS} are taken at once")
    yield from rows


def _values(body: bytes) -> list[Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Refused(
            400, f"not JSON ({problem.msg} at line {problem.lineno}, column {problem.colno})"
        ) from problem
    return value if isinstance(value, list) else [value]
