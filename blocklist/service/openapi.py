"""The OpenAPI 3.1 document, put together from what each door says of itself."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from blocklist.service.doors import By, Door, Side

Schema = Mapping[str, Any]
PROBLEM: Schema = {
    "type": "object",
    "required": ["status", "title", "detail", "request"],
    "properties": {
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string", "description": "What is wrong, and the cure."},
        "request": {"type": "string", "description": "The request's id, to ask about."},
    },
}
answers: Mapping[int, tuple[str, Schema]] = {
    400: ("The request cannot be read.", PROBLEM),
    401: ("No key that holds.", PROBLEM),
    403: ("Not open to this key.", PROBLEM),
    404: ("There is none.", PROBLEM),
    409: ("It contradicts what is on record.", PROBLEM),
    413: ("Too large.", PROBLEM),
    415: ("Not a media type that is taken.", PROBLEM),
    422: ("It cannot be used; the answer says what is wrong.", PROBLEM),
    429: ("Too many; Retry-After says when to come again.", PROBLEM),
    503: ("Disk or lock trouble; try again.", PROBLEM),
}
"""What doors share."""


def said(
    summary: str,
    *,
    answers: Mapping[int, tuple[str, Schema]],
    parameters: Iterable[Schema] = (),
    takes: Mapping[str, Schema] | None = None,
) -> dict[str, Any]:
    """Return an operation; ``takes`` maps each media type of the body to its schema (None: no body)."""
    operation: dict[str, Any] = {"summary": summary, "responses": {}}
    for status, (description, schema) in answers.items():
        media = "application/problem+json" if schema is PROBLEM else "application/json"
        operation["responses"][str(status)] = {
            "description": description,
            "content": {
                media: {"schema": {"$ref": "#/components/schemas/Problem"} if schema is PROBLEM else schema}
            },
        }
    if parameters := tuple(parameters):
        operation["parameters"] = list(parameters)
    if takes is not None:
        content = {media: {"schema": schema} for media, schema in takes.items()}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def document(doors: Iterable[Door]) -> dict[str, Any]:
    """Return the document of the public side's doors for programs."""
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        if door.side is Side.PUBLIC and door.says:
            operation = {"operationId": door.name, **door.says}
            if door.by is By.KEY:
                operation["security"] = [{"key": []}]
            plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", door.path)
            paths.setdefault(plain, {})[door.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linkgazette",
            "version": version("linkgazette"),
            "description": "Reports of shared links in, their verdicts out. Ids of people become keyed "
            "pseudonyms before anything is stored.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM},
        },
    }
