"""Bodies come out as a browser would see them, or not at all."""

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Failure
from crawler.fetch.compression import codings_of, decode
from crawler.fetch.failures import VisitError

LIMIT = 100_000
PAGE = b"<p>A friendly page about gardens and their birds.</p>" * 20


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("", ()),
        ("gzip", ("gzip",)),
        (" GZIP ", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("gzip, gzip", ("gzip", "gzip")),
        ("deflate, gzip", ("deflate", "gzip")),
        ("identity", ()),
        ("utf-8", ()),  # seen in the wild; browsers show the page
        ("br", ()),  # not asked for
        ("deflate,\tgzip", ("deflate", "gzip")),
        ("deflate,\x0bgzip", ("deflate",)),  # no white space of HTTP's; the archive could not tell it
    ],
)
def test_codings_are_read_as_browsers_do(header: str, codings: tuple[str, ...]) -> None:
    assert codings_of(header) == codings


@pytest.mark.parametrize(
    ("packed", "codings"),
    [
        (gzip.compress(PAGE), ("gzip",)),
        (zlib.compress(PAGE), ("deflate",)),
        (raw_deflate(PAGE), ("deflate",)),
        (gzip.compress(gzip.compress(PAGE)), ("gzip", "gzip")),
        (gzip.compress(zlib.compress(PAGE)), ("deflate", "gzip")),
        (gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]), ("gzip",)),
        (gzip.compress(PAGE) + bytes(20), ("gzip",)),
        (PAGE, ()),
    ],
    # Named, since gzip writes the time into its header and each process must collect the same tests.
    ids=["gzip", "zlib", "raw deflate", "gzip twice", "deflate, gzip", "members", "zeros after it", "plain"],
)
def test_what_was_packed_comes_out(packed: bytes, codings: tuple[str, ...]) -> None:
    assert decode(packed, codings, limit=LIMIT) == PAGE


@pytest.mark.parametrize(
    ("packed", "codings", "kind"),
    [
        (gzip.compress(bytes(200_000_000), 1), ("gzip",), Failure.TOO_LARGE),
        (gzip.compress(gzip.compress(bytes(50_000_000), 1)), ("gzip", "gzip"), Failure.TOO_LARGE),
        (zlib.compress(bytes(LIMIT + 1)), ("deflate",), Failure.TOO_LARGE),
        (gzip.compress(PAGE)[:-20], ("gzip",), Failure.MALFORMED),
        (b"\x1f\x8bnot gzip", ("gzip",), Failure.MALFORMED),
        (PAGE, ("gzip",), Failure.MALFORMED),
        (PAGE, ("deflate",), Failure.MALFORMED),
        (PAGE, ("gzip",) * 50, Failure.MALFORMED),
    ],
    ids=["bomb", "double bomb", "a byte too many", "cut short", "broken", "no gzip", "no deflate", "fifty"],
)
def test_bombs_and_broken_streams_have_their_kinds(
    packed: bytes, codings: tuple[str, ...], kind: Failure
) -> None:
    with pytest.raises(VisitError) as caught:
        decode(packed, codings, limit=LIMIT)
    assert caught.value.kind is kind


def test_exactly_the_limit_is_allowed() -> None:
    assert len(decode(gzip.compress(bytes(LIMIT)), ("gzip",), limit=LIMIT)) == LIMIT


def test_an_empty_body_needs_no_coding() -> None:
    assert decode(b"", ("gzip",), limit=LIMIT) == b""


def test_a_stream_of_a_hundred_thousand_empty_members_ends_soon() -> None:
    assert decode(gzip.compress(b"") * 100_000, ("gzip",), limit=LIMIT) == b""


@given(st.binary(max_size=300), st.lists(st.sampled_from(["gzip", "deflate"]), max_size=3))
def test_any_bytes_end_in_a_body_within_the_limit_or_in_a_kind(body: bytes, codings: list[str]) -> None:
    with suppress(VisitError):
        assert len(decode(body, codings, limit=1000)) <= 1000
