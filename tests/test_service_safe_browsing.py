"""The service answers Safe Browsing clients from what it has published."""

import pytest

from blocklist.safe_browsing import v2, v5
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def test_a_hash_list_is_given_to_anybody(desk):
    found = desk.public.get("/safe-browsing/v5/hashLists:batchGet?&names=se-4b&version=")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/x-protobuf")
    (update,) = v5.parse_batch(found.content, "x")
    assert update.version.startswith(b"1.")


def test_a_chunk_is_named_where_the_client_asked(desk):
    said = desk.public.post("/safe-browsing/v2/downloads", content=f"{v2.TABLE};\n".encode()).text
    assert said.split()[-1] == "u:127.0.0.1/safe-browsing/v2/chunk/1"
    assert desk.public.get("/safe-browsing/v2/chunk/1").content.startswith(b"a:1:32:")


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "v5/hashLists:batchGet", b"", 422),
        ("GET", "v5/other", b"", 404),
        ("GET", "", b"", 404),
        ("PUT", "v4/threatLists", b"", 405),
        ("POST", "v4/fullHashes:find", b"{", 422),
        ("POST", "v4/fullHashes:find", b" " * 300_000, 413),
    ],
)
def test_what_cannot_be_answered_says_why(desk, method, path, content, status):
    found = desk.public.request(method, f"/safe-browsing/{path}", content=content)
    assert (found.status_code, found.json()["status"]) == (status, status)


def test_before_the_first_release_there_is_nothing(tmp_path):
    with open_desk(tmp_path / "ws", published=False) as desk:
        assert desk.public.get("/safe-browsing/v5/hashLists:batchGet?names=se-4b").status_code == 422
