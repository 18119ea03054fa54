"""The evidence reads back as it was judged."""

import gzip
import os
import re
import resource
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from blocklist.errors import EvidenceError, TroubleError
from blocklist.model import Capture
from crawler.fetch.archive import Archive, stored_body
from crawler.readers import Exchange, Headers
from crawler.readers.warc import Records, pack, unpack, warc_date

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def exchange(body: bytes, **more: str) -> Exchange:
    return Exchange(
        url="http://shop.example/?q=%E8%B1%A1",
        status=200,
        request_headers=(("Host", "shop.example"), ("User-Agent", "Linkgazette/0")),
        response_headers=(("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"), *more.items()),
        body=body,
    )


def packed(*bodies: bytes, **more: str) -> list[Records]:
    return [pack(exchange(body, **more), warc_date(NOW)) for body in bodies]


def test_a_page_is_found_by_its_pointer(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "captures", "run")
    pointers = [*archive.keep(packed(b"one", b"two" * 1000)), *archive.keep(packed(b""))]
    archive.close()
    for pointer, body in zip(pointers, (b"one", b"two" * 1000, b""), strict=True):
        data = (tmp_path / "captures" / pointer.file).read_bytes()
        with (tmp_path / "captures" / pointer.file).open("rb") as file:
            file.seek(pointer.offset)
            record = next(iter(ArchiveIterator(file)))
            assert record.rec_type == "response"
            assert record.http_headers.get_statuscode() == "200"
            assert record.http_headers.get_header("Transfer-Encoding") is None
            assert record.http_headers.get_header("X-Archive-Orig-Transfer-Encoding") == "chunked"
            assert record.raw_stream.read() == body
        assert data[pointer.offset : pointer.offset + 2] == b"\x1f\x8b"
        assert data[pointer.offset + pointer.length :][:2] == b"\x1f\x8b"  # the request follows


def test_requests_stand_beside_their_answers(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "captures", "run")
    archive.keep(packed(b"page"))
    archive.close()
    with (tmp_path / "captures" / "run.warc.gz").open("rb") as file:
        kinds = [
            (record.rec_type, record.rec_headers.get_header("WARC-Concurrent-To"))
            for record in ArchiveIterator(file, check_digests=True)
        ]
    assert [kind for kind, _ in kinds] == ["warcinfo", "response", "request"]
    assert re.fullmatch(r"<urn:uuid:.+>", str(kinds[2][1]))


def test_evidence_is_for_the_operators_eyes_only(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "captures", "run")
    archive.keep(packed(b"page"))
    archive.close()
    assert (tmp_path / "captures").stat().st_mode & 0o077 == 0
    assert (tmp_path / "captures" / "run.warc.gz").stat().st_mode & 0o077 == 0


def test_a_run_without_pages_leaves_no_file(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "captures", "run")
    assert archive.keep([]) == []
    archive.close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_trouble_and_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("a file where the folder should be")
    with pytest.raises(TroubleError, match="free the disk"):
        Archive(tmp_path / "captures", "run").keep(packed(b"page"))


@given(body=st.binary(max_size=500), value=st.text(st.characters(codec="latin-1", exclude_categories=())))
@settings(max_examples=50, deadline=None)  # each example waits for the disk
def test_any_body_and_any_header_is_kept(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, value: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    archive = Archive(folder / "captures", "run")
    (pointer,) = archive.keep(packed(body, **{"X-Any": value, value: "any"}))
    archive.close()
    with (folder / "captures" / pointer.file).open("rb") as file:
        file.seek(pointer.offset)
        assert next(iter(ArchiveIterator(file))).raw_stream.read() == body


@given(body=st.binary(max_size=500), value=st.text(st.characters(codec="latin-1", exclude_categories=())))
def test_what_was_packed_is_unpacked(body: bytes, value: str) -> None:
    (records,) = packed(body, **{"X-Any": value, value: "any"})
    assert unpack(records.response) == ("", body)


@pytest.mark.parametrize("cut", [0, 1, 50, -1])
def test_what_is_no_record_is_refused(cut: int) -> None:
    (records,) = packed(b"page" * 100)
    with pytest.raises(ValueError, match=r".+"):
        unpack(records.response[:cut])
    with pytest.raises(ValueError, match="no response record"):
        unpack(records.request)


def test_evidence_that_was_altered_is_told(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "captures", "run")
    (place,) = archive.keep(packed(b"page"))
    archive.close()
    capture = Capture(link=1, fetched_at=NOW, archived=place, body_sha256=sha256(b"page").hexdigest())
    assert stored_body(tmp_path, capture) == b"page"
    with pytest.raises(EvidenceError, match="was altered"):
        stored_body(tmp_path, replace(capture, body_sha256=sha256(b"egap").hexdigest()))
    (tmp_path / "captures" / "run.warc.gz").write_bytes(b"")
    with pytest.raises(EvidenceError, match="cannot be read"):
        stored_body(tmp_path, capture)


def capture_of(archive: Archive, page: Exchange) -> Capture:
    (place,) = archive.keep([pack(page, warc_date(NOW))])
    return Capture(
        id=7,
        link=1,
        fetched_at=NOW,
        body_sha256=sha256(page.body).hexdigest(),
        body_bytes=len(page.body),
        archived=place,
    )


@pytest.mark.parametrize(
    "headers",
    [
        (("", ""), ("Content-Type", "text/html")),
        (("", "content-encoding: gzip"),),
        (("Content-Encoding", "identity,\x0bgzip"),),
    ],
)
def test_no_header_keeps_the_evidence_from_being_read(tmp_path: Path, headers: Headers) -> None:
    # A line of nothing but a colon ended the head, and what stood behind one became a header of its own:
    # "altered", the archive then said of the page.
    archive = Archive(tmp_path / "captures", "run")
    capture = capture_of(archive, replace(exchange(b"page"), response_headers=headers))
    archive.close()
    assert stored_body(tmp_path, capture) == b"page"


@pytest.mark.parametrize("codings", ["gzip, gzip", "gzip,\tgzip", "gzip,gzip,gzip"])
def test_a_page_packed_again_and_again_is_read_again(tmp_path: Path, codings: str) -> None:
    # Small pages grow when they are packed: the first unpacking was larger than the page and refused.
    archive, sent = Archive(tmp_path / "captures", "run"), b"page"
    for _ in codings.split(","):
        sent = gzip.compress(sent)
    page = replace(exchange(b"page"), packed=sent, response_headers=(("Content-Encoding", codings),))
    capture = capture_of(archive, page)
    archive.close()
    assert stored_body(tmp_path, capture) == b"page"


def test_a_disk_that_stays_full_is_no_traceback_at_the_end_either(tmp_path: Path) -> None:
    # What the disk had not taken was written once more by close(), which ended the worker with an OSError.
    archive = Archive(tmp_path / "captures", "run")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, before[1]))
    try:
        with pytest.raises(TroubleError, match="cannot write evidence"):
            archive.keep(packed(os.urandom(2_900)))
        archive.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
