"""Which answers are pages, and which bodies are read at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.kinds import is_binary, is_page, wants_body


@pytest.mark.parametrize(
    ("content_type", "page"),
    [
        ("text/html", True),
        ("TEXT/HTML; charset=gb18030", True),
        ("application/xhtml+xml", True),
        ("text/plain", True),
        ("", True),
        ("image/png", False),
        ("video/mp4", False),
        ("application/pdf", False),
        ("application/octet-stream", False),
        ("application/json", False),
        ("text/css", False),
    ],
)
def test_pages_by_their_type(content_type: str, page: bool) -> None:
    assert is_page(content_type) is page


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"\x89PNG\r\n\x1a\n", True),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", True),
        (b"GIF89a", True),
        (b"%PDF-1.7", True),
        (b"PK\x03\x04", True),
        (b"\x00\x00\x00\x18ftypmp42", True),
        (b"RIFF\x00\x00\x00\x00WEBP", True),
        (b"BM\x00\x00", True),
        (b"\x00\x01\x02\x03" * 20, True),
        (b"<!doctype html><title>BMW</title>", False),
        (b"BMW parts for sale", False),
        (b"MZ is how this begins", False),
        (b"", False),
        ("<html>象牙</html>".encode("gb18030"), False),
        ("<html>象牙</html>".encode("utf-16"), False),
        ("<html>ivory beads for sale</html>".encode("utf-16-le"), False),
        ("<html>ivory beads for sale</html>".encode("utf-16-be"), False),
        (b"\xef\xbb\xbf<html>", False),
    ],
)
def test_bodies_by_their_first_bytes(body: bytes, binary: bool) -> None:
    assert is_binary(body) is binary


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_no_text_without_zeros_and_magic_is_called_binary(text: str) -> None:
    assert not is_binary(b"<p>" + text.encode())


@pytest.mark.parametrize(
    ("status", "content_type", "length", "robots", "wanted"),
    [
        (200, "text/html", None, False, True),
        (200, "image/png", 10, False, False),
        (200, "image/png", 10, True, True),
        (302, "text/html", 100, False, True),
        (302, "text/html", None, False, False),
        (302, "text/html", 10_000_000, False, False),
        (404, "text/html", 500, False, True),
        (404, "video/mp4", 500, False, False),
        (404, "text/html", None, True, False),
    ],
)
def test_only_bodies_that_say_something_are_read(
    status: int, content_type: str, length: int | None, robots: bool, wanted: bool
) -> None:
    assert wants_body(status, content_type, length=length, robots=robots) is wanted
