"""Schemathesis asks every operation of the OpenAPI document with what it allows and what it does not."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from blocklist.model import Post
from blocklist.service.doors import Side
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20"))


PACE = "key_per_minute = 1000000\nlookup_per_minute = 1000000\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service") / "ws"  # the clock stands still: no bucket refills
    with open_desk(folder, published=False, config=f"[serve]\n{PACE}") as opened:
        yield opened


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_answers_as_its_document_says(desk, mode):
    app = desk.client(Side.PUBLIC).app
    document = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Host": "127.0.0.1"})
    reporter, admin = desk.key(daily=100_000_000), desk.key(Post.ADMIN)
    asked = 0

    for found in document.get_all_operations():
        operation = found.ok()

        @given(operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        def ask(case):
            nonlocal asked
            asked += 1
            key = admin if case.path == "/api/measures/applied" else reporter
            answer = case.call(headers={**key, "Host": "127.0.0.1"})
            case.validate_response(answer, checks=CHECKS)

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # nothing of it can be wrong
    assert asked > EXAMPLES
