"""Evidence in folders and object stores: written once, read by its digest, erased; cited when it is there."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from blocklist.cli import root
from blocklist.errors import EvidenceError, InputError, TroubleError
from blocklist.model import Capture, Share, Surface
from blocklist.shelf import MARK, Folder, Objects, mark_of, open_shelf, shelf_of
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.fetch.archive import Archive, ObjectArchive, archive_on, erase, stored_body
from tests.farm import farm, notes
from tests.test_fetch_archive import packed

pytestmark = pytest.mark.edge

fsspec = pytest.importorskip("fsspec", reason="the extra linkgazette[objects] is not installed")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["memory", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An object store of its own: in memory, or S3 as moto plays it."""
    if request.param == "s3":
        bucket = f"evidence-{len(request.getfixturevalue('s3').ls('/'))}"
        request.getfixturevalue("s3").mkdir(bucket)
        yield f"s3://{bucket}/captures"
        return
    yield f"memory://{tmp_path}/captures"
    with suppress(FileNotFoundError):
        fsspec.filesystem("memory").rm("/", recursive=True)


@pytest.fixture(scope="module")
def s3() -> Iterator[object]:
    moto = pytest.importorskip("moto.server", reason="moto's server is not installed")
    pytest.importorskip("s3fs", reason="the extra linkgazette[objects] is not installed")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        host, port = server.get_host_and_port()
        for name, value in (
            ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            patch.setenv(name, value)
        yield fsspec.filesystem("s3", use_listings_cache=False)
    server.stop()


def set_up(folder: Path, where: str) -> Objects:
    (folder / "linkgazette.toml").write_text(f'[crawl]\nevidence = "{where}"\n')
    shelf = shelf_of(folder)
    assert isinstance(shelf, Objects)
    mark_of(shelf, make=True)  # as a crawl does; it also makes the folder
    return shelf


def capture(body: bytes, archived: object) -> Capture:
    return Capture(
        id=1, link=1, fetched_at=NOW, status=200, body_bytes=len(body),
        body_sha256=sha256(body).hexdigest(), archived=archived,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_page_reads_back_from_an_object_store_and_is_a_whole_warc(url: str, tmp_path: Path) -> None:
    shelf = set_up(tmp_path, url)
    archive = archive_on(shelf, "run")
    assert isinstance(archive, ObjectArchive)
    bodies = (b"one", b"two" * 1000, b"three")
    places = [*archive.keep(packed(*bodies[:2])), *archive.keep(packed(bodies[2]))]
    archive.close()
    assert [each.file for each in places] == ["run-00001.warc.gz"] * 2 + ["run-00002.warc.gz"]
    assert shelf.sizes().keys() == {MARK, "run-00001.warc.gz", "run-00002.warc.gz"}
    for place, body in zip(places, bodies, strict=True):
        assert stored_body(tmp_path, capture(body, place)) == body
    whole = shelf.read("run-00001.warc.gz", 0, shelf.sizes()["run-00001.warc.gz"])
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(whole))]
    assert kinds == ["warcinfo", "response", "request", "response", "request"]


def test_what_was_altered_or_is_gone_is_told(url: str, tmp_path: Path) -> None:
    shelf = set_up(tmp_path, url)
    (place,) = archive_on(shelf, "run").keep(packed(b"page"))
    with pytest.raises(EvidenceError, match="was altered"):
        stored_body(tmp_path, capture(b"pagf", place))
    assert shelf.remove(place.file) > 0
    assert shelf.remove(place.file) == 0
    with pytest.raises(EvidenceError, match="cannot be read"):
        stored_body(tmp_path, capture(b"page", place))


def test_one_page_is_erased_and_its_neighbours_stay(url: str, tmp_path: Path) -> None:
    shelf = set_up(tmp_path, url)
    first, second = archive_on(shelf, "run").keep(packed(b"page", b"other"))
    erase(tmp_path, capture(b"page", first))
    with pytest.raises(EvidenceError):
        stored_body(tmp_path, capture(b"page", first))
    assert stored_body(tmp_path, capture(b"other", second)) == b"other"
    whole = shelf.read(first.file, 0, 100_000)
    assert b"page" not in whole
    assert [each.rec_type for each in ArchiveIterator(BytesIO(whole))][:2] == ["warcinfo", "metadata"]
    shelf.remove(first.file)
    erase(tmp_path, capture(b"page", first))  # what is gone is erased


class AwayError(Exception):
    """What a store's client raises: no OSError, and no kin of ours."""


def flaky(shelf: Objects, monkeypatch: pytest.MonkeyPatch, *, failures: int) -> list[str]:
    """Let so many writes fail; returns what was asked for."""
    asked, write = list[str](), shelf._files.pipe_file

    def pipe_file(path: str, data: bytes) -> None:
        asked.append(path)
        if len(asked) <= failures:
            raise AwayError("Connection refused")
        write(path, data)

    monkeypatch.setattr(shelf._files, "pipe_file", pipe_file)
    return asked


def test_a_store_that_is_away_for_a_moment_is_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Objects(url, waits_s=(0.0, 0.0))
    mark_of(shelf, make=True)
    asked = flaky(shelf, monkeypatch, failures=2)
    (place,) = ObjectArchive(shelf, "run").keep(packed(b"page"))
    assert len(asked) == 3
    assert shelf.read(place.file, place.offset, 2) == b"\x1f\x8b"


def test_a_store_that_stays_away_is_trouble_in_one_line(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Objects(url, waits_s=(0.0,))
    mark_of(shelf, make=True)
    flaky(shelf, monkeypatch, failures=9)
    with pytest.raises(
        TroubleError, match=r"cannot keep evidence \(AwayError: Connection refused\); mend the store"
    ):
        ObjectArchive(shelf, "run").keep(packed(b"page"))


def test_a_folder_is_the_default_and_may_be_elsewhere(tmp_path: Path) -> None:
    assert shelf_of(tmp_path).where == str(tmp_path / "captures")
    (tmp_path / "linkgazette.toml").write_text(f'[crawl]\nevidence = "{tmp_path / "disk"}"\n')
    archive = archive_on(shelf_of(tmp_path), "run")
    assert isinstance(archive, Archive)
    (place,) = archive.keep(packed(b"page"))
    archive.close()
    assert (tmp_path / "disk" / place.file).stat().st_mode & 0o777 == 0o600
    assert stored_body(tmp_path, capture(b"page", place)) == b"page"


def test_a_shelf_is_told_from_another_by_its_mark(url: str, tmp_path: Path) -> None:
    shelves = [open_shelf(where, tmp_path) for where in ("one", "two", url)]
    assert [mark_of(each) for each in shelves] == ["", "", ""]
    marks = [mark_of(each, make=True) for each in shelves]
    assert len(set(marks)) == 3
    assert [mark_of(each, make=True) for each in shelves] == marks
    assert isinstance(shelves[0], Folder)


def test_a_shelf_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TroubleError, match="cannot keep evidence"):
        mark_of(Folder(tmp_path / "file" / "captures"), make=True)


@pytest.mark.parametrize("where", ["nosuchstore://bucket/captures", "gs-without-client-x://b/c"])
def test_a_url_that_nothing_opens_is_refused(where: str) -> None:
    with pytest.raises(InputError, match="is no place for evidence"):
        Objects(where)


@pytest.mark.parametrize("url", ["s3"], indirect=True)
def test_a_crawl_keeps_its_pages_in_s3_and_doctor_and_backup_know_of_it(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    with farm(tmp_path / "log") as address:
        with open_workspace(folder, create=True) as workspace:
            share = Share(url=parse_url("http://plain-1.example/1"), surface=Surface.GROUP)
            workspace.shares.add([share], now=datetime.now(UTC))
        settings = f'[crawl]\nresolve = "{address}"\nevidence = "{url}"\ndelay = 0\n'
        (folder / "linkgazette.toml").write_text(settings)
        assert "1 clear" in run(folder, "crawl")
    assert not (folder / "captures").exists()
    (file,) = (name for name in shelf_of(folder).sizes() if name.endswith(".warc.gz"))
    assert "evidence: 1 files, all there" in run(folder, "doctor")
    assert "1 pages judged again" in run(folder, "reclassify", "--all")
    assert url in run(folder, "export", "workspace", str(tmp_path / "copy"))
    shelf_of(folder).remove(file)
    assert "evidence: 1 of 1 files are missing" in run(folder, "doctor", fails=True)


@pytest.mark.parametrize("url", ["s3"], indirect=True)
def test_a_store_that_is_away_costs_no_page(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ws"
    with farm(tmp_path / "log") as address, open_workspace(folder, create=True) as workspace:
        share = Share(url=parse_url("http://plain-1.example/1"), surface=Surface.GROUP)
        workspace.shares.add([share], now=datetime.now(UTC))
        settings = f'[crawl]\nresolve = "{address}"\nevidence = "s3://not-there/captures"\ndelay = 0\n'
        (folder / "linkgazette.toml").write_text(settings)
        said = run(folder, "crawl", fails=True)
        assert "s3://not-there/captures: cannot keep evidence" in said
        assert workspace.links.due(datetime.now(UTC)) == 1
        (folder / "linkgazette.toml").write_text(settings.replace("s3://not-there/captures", url))
        assert "1 clear" in run(folder, "crawl")
    assert len(notes(tmp_path / "log")) == 2  # robots.txt, and the page once


def run(folder: Path, *words: str, fails: bool = False) -> str:
    done = CliRunner().invoke(root, ["--workspace", str(folder), *words])
    assert (done.exit_code != 0) == fails, done.output
    return done.output or str(done.exception)
