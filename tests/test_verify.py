"""What a publisher or a mirror may do to a release, and verify says so."""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError, InputError
from blocklist.formats.records import parse_entries
from blocklist.model import Label
from blocklist.release.doubts import doubts, miscounts
from blocklist.release.manifest import missing_files, parse_manifest
from blocklist.release.packed import SUFFIXES, packings, unpacks_to
from blocklist.release.publish import make_release
from blocklist.release.site import site_problems
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.list_makers import DAY, NOW
from tests.list_workspace import SHOPS, plain_pages, visited

pytestmark = pytest.mark.edge

SECRET = "http://four.example/u?email=someone%40mail.example"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    visited(folder / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    with open_workspace(folder / "ws", create=False) as opened:
        make_release(opened, folder / "public", now=NOW, pages=plain_pages)
    return folder / "public.releases" / "000001"


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    """A release that may be written to."""
    shutil.copytree(made, tmp_path / "release")
    for path in (tmp_path / "release").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return tmp_path / "release"


def changed(release: Path, change: Callable[[Any], object]) -> None:
    path = release / "list" / "manifest.json"
    said = orjson.loads(path.read_bytes())
    change(said)
    path.write_bytes(orjson.dumps(said))
    for suffix, data in packings(orjson.dumps(said)):
        packed = path.with_name(path.name + suffix)
        packed.unlink(missing_ok=True)  # a link to what others hold
        packed.write_bytes(data)


def test_a_packed_manifest_is_the_manifest(release: Path) -> None:
    for suffix in SUFFIXES:
        packed = release / "list" / f"manifest.json{suffix}"
        assert unpacks_to(packed.name, packed.read_bytes(), (release / "list/manifest.json").read_bytes())
        packed.unlink()
        packed.write_bytes(b"another")
    assert sorted(verify(release, now=NOW).problems) == [
        f"manifest.json{suffix}: does not unpack to manifest.json" for suffix in SUFFIXES
    ]


def resealed(said: dict[str, Any], folder: Path) -> None:
    for name, described in said["files"].items():
        data = (folder / name).read_bytes()
        described |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


# --- the manifest ---------------------------------------------------------------------------------------


def _set(*path: str, to: object) -> Callable[[Any], object]:
    def change(said: Any) -> None:
        for name in path[:-1]:
            said = said[name]
        said[path[-1]] = to

    return change


BAD = [
    ("schema", _set("schema", to=2), "schema 2 is not 1; a newer linkgazette"),
    ("schema true", _set("schema", to=True), "schema is no number"),
    ("serial -1", _set("serial", to=-1), "serial"),
    ("serial 0", _set("serial", to=0), "serial"),
    ("serial true", _set("serial", to=True), "serial"),
    ("serial text", _set("serial", to="1"), "serial"),
    ("serial float", _set("serial", to=1e30), "serial"),
    ("serial too large", _set("serial", to=2**32), "serial"),
    ("previous", _set("previous", to=5), "previous"),
    ("previous short", _set("previous", to="ab"), "previous"),
    ("issued", _set("issued_at", to=None), "issued_at"),
    ("no offset", _set("expires_at", to="2026-03-08T12:00:00"), "expires_at"),
    ("no day", _set("expires_at", to="2026-02-31T12:00:00Z"), "day"),
    ("first year", _set("issued_at", to="0001-01-01T00:00:00+14:00"), "issued_at"),
    ("expired at once", _set("expires_at", to="2026-03-01T12:00:00Z"), "not after"),
    ("counts", _set("counts", to=[]), "counts"),
    ("no counts", lambda said: said.pop("counts"), "counts is missing"),
    ("entries", _set("counts", "entries", to=-1), "counts"),
    ("tally", _set("counts", "by_grade", to={"3": "x"}), "by_grade"),
    ("files", _set("files", to=["rpz.zone"]), "files"),
    ("described", _set("files", "rpz.zone", to="x"), "rpz.zone"),
    ("omitted list", _set("files", "rpz.zone", "omitted", to=[1]), "rpz.zone.*omitted"),
    ("omitted null", _set("files", "rpz.zone", "omitted", to=None), "rpz.zone.*omitted"),
    ("bytes", _set("files", "rpz.zone", "bytes", to=None), "rpz.zone.*bytes"),
    ("sha256", _set("files", "rpz.zone", "sha256", to=7), "rpz.zone.*sha256"),
    *(
        (f"name {name[:12]!r}", _set("files", name, to={"sha256": "0" * 64, "bytes": 0}), "no name of a list")
        for name in ("", ".", "..", "../x", "a/../x", "/etc/passwd", "a//b", "a\0b", "a\nb", "x" * 5000, "~")
    ),
    ("itself", _set("files", "manifest.json", to={}), "no name of a list"),
]


@pytest.mark.parametrize(("why", "change", "said"), BAD, ids=[row[0] for row in BAD])
def test_a_manifest_of_another_shape_is_none(
    made: Path, why: str, change: Callable[[Any], object], said: str
) -> None:
    manifest = orjson.loads((made / "list/manifest.json").read_bytes())
    change(manifest)
    with pytest.raises(FormatError, match=f"(?s)^m: is not a manifest of a release .*{said}") as caught:
        parse_manifest(orjson.dumps(manifest), "m")
    assert len(str(caught.value)) < 200


def test_a_bad_manifest_ends_in_a_line(release: Path) -> None:
    changed(release, _set("files", "../x", to={"sha256": "0" * 64, "bytes": 0}))
    result = CliRunner().invoke(root, ["verify", str(release), "--json"])
    assert isinstance(result.exception, InputError)
    assert str(release / "list/manifest.json") in str(result.exception)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_field_may_be_anything(made: Path, data: st.DataObject) -> None:
    said = orjson.loads((made / "list/manifest.json").read_bytes())
    place = data.draw(st.sampled_from([said, said["counts"], said["files"], said["files"]["rpz.zone"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(json)
    with contextlib.suppress(FormatError):
        assert parse_manifest(orjson.dumps(said), "manifest.json") == orjson.loads(orjson.dumps(said))


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"null", b"7", b"{}", b"[" * 5000])
def test_what_is_no_json_object_is_no_manifest(raw: bytes) -> None:
    with pytest.raises(FormatError, match="is not a manifest"):
        parse_manifest(raw, "manifest.json")


@pytest.mark.parametrize("gone", ["entries.jsonl", "tombstones.jsonl", "rpz.zone", "urls.txt", "adblock.txt"])
def test_a_file_that_is_not_named_is_missed(made: Path, gone: str) -> None:
    _, manifest = _record(made)
    assert list(missing_files(manifest)) == []
    del manifest["files"][gone]
    assert list(missing_files(manifest)) == [f"manifest.json: does not name {gone}"]


def test_a_file_of_no_set_is_a_problem_and_no_crash(release: Path) -> None:
    (release / "list" / "delta").mkdir(exist_ok=True)
    (release / "list" / "delta" / "hosts.txt").write_bytes(b"")  # named by nobody, in a folder of a set
    changed(release, lambda said: said["files"].update({"delta/x": said["files"]["hosts.txt"]}))
    assert any("delta/x: is missing" in each for each in verify(release, now=NOW).problems)


def test_a_release_without_files_is_not_verified(release: Path) -> None:
    for path in (release / "list").iterdir():
        if path.name != "manifest.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    changed(release, _set("files", to={}))
    assert any("does not name" in each for each in verify(release, now=NOW).problems)


# --- the entries ----------------------------------------------------------------------------------------

DOUBTED = [
    ("id", "LG-1"),
    ("id", 7),
    ("grade", 9),
    ("grade", "3"),
    ("grade", True),
    ("category", ""),
    ("category", "Not a slug"),
    ("sensitive", True),
    ("sensitive", None),
    ("key_sha256", "0" * 64),
    ("evidence_digest", "beef"),
    ("evidence_digest", None),
    ("policy", "beef"),
    ("decided_by", "Ann"),
    ("evidence", {}),
    ("evidence", [{"kind": "rumour", "rule": "", "excerpt": ""}]),
    ("host", "other.example"),
    ("host", None),
    ("expression", "SHOP.example/"),
    ("expression", "shop.example"),
    ("expression", "http://shop.example/"),
    ("aliases", ["http://a.example/"]),
    ("aliases", [7]),
    ("alias_sha256", ["beef"]),
    ("listed_at", "2026-03-02T12:00:00Z"),
    ("verified_at", "2026-03-02T12:00:00"),
    ("listed_at", "2026-03-01T12:00:00"),
]


def _record(made: Path) -> tuple[bytes, Any]:
    manifest = parse_manifest((made / "list/manifest.json").read_bytes(), "m")
    return (made / "list/entries.jsonl").read_bytes(), manifest


@pytest.mark.parametrize(("field", "value"), DOUBTED)
def test_every_field_of_an_entry_is_doubted(made: Path, field: str, value: object) -> None:
    data, manifest = _record(made)
    assert list(doubts(data, b"", manifest)) == []
    entries = [orjson.loads(line) for line in data.splitlines()]
    (shop,) = (each for each in entries if each["host"] == "shop.example")
    shop[field] = value
    forged = b"".join(orjson.dumps(each) + b"\n" for each in entries)
    (said,) = doubts(forged, b"", manifest)
    assert said.startswith(f"entries.jsonl line {entries.index(shop) + 1}: not what this list writes (")
    assert field in said or "times" in said


GRAVE = {
    "id": "LG-AAAAAAAAAA",
    "listed_at": "2026-02-01T12:00:00Z",
    "removed_at": "2026-03-01T12:00:00Z",
    "reason": "cleaned",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "LG-1"),
        ("id", []),
        ("reason", "whim"),
        ("reason", []),
        ("removed_at", "2026-04-01T12:00:00Z"),
        ("removed_at", "2026-01-01T12:00:00Z"),
        ("removed_at", "2026-03-01T12:00:00"),
    ],
)
def test_every_field_of_a_tombstone_is_doubted(made: Path, field: str, value: object) -> None:
    _, manifest = _record(made)
    assert list(doubts(b"", orjson.dumps(GRAVE), manifest)) == []
    (said,) = doubts(b"", orjson.dumps(GRAVE | {field: value}), manifest)
    assert said.startswith("tombstones.jsonl line 1: not what this list writes (")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_an_entry_may_hold_anything(made: Path, data: st.DataObject) -> None:
    held, manifest = _record(made)
    entry = orjson.loads(held.splitlines()[0])
    entry[data.draw(st.sampled_from(sorted(entry)))] = data.draw(json)
    line = orjson.dumps(entry) + b"\n"
    with contextlib.suppress(FormatError):
        list(parse_entries(line))
        list(doubts(line, b"", manifest))


def test_a_doubtful_entry_is_compared_with_nothing(release: Path) -> None:
    path = release / "list" / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"grade":3', b'"grade":9', 1))
    changed(release, lambda said: resealed(said, release / "list"))
    found = [
        each
        for each in verify(release, now=NOW).problems
        if not each.startswith(("entries.jsonl.gz", "entries.jsonl.zst"))
    ]
    assert [each for each in found if "history/" not in each] == [
        "entries.jsonl line 1: not what this list writes (grade)"
    ]


def test_an_address_that_may_carry_a_person_stays_hidden(tmp_path: Path) -> None:
    visited(tmp_path / "ws", dict.fromkeys([*SHOPS, SECRET], Label.CONTRABAND))
    with open_workspace(tmp_path / "ws", create=False) as opened:
        make_release(opened, tmp_path / "public", now=NOW, pages=plain_pages)
    assert verify(tmp_path / "public", now=NOW).problems == ()


@pytest.mark.parametrize("tally", ["by_category", "by_grade", "by_scope"])
def test_counts_are_counted_again(made: Path, tally: str) -> None:
    data, manifest = _record(made)
    assert list(miscounts(data, b"", manifest)) == []
    manifest["counts"][tally]["4"] = 1
    (said,) = miscounts(data, b"", manifest)
    assert said == f"entries.jsonl: holds other entries {tally.replace('_', ' ')} than the manifest counts"
    assert (
        len(list(miscounts(data, b"{}\n", manifest | {"counts": manifest["counts"] | {"aliases": 9}}))) == 3
    )


def test_a_release_may_be_stamped_before_its_visits(tmp_path: Path) -> None:
    visited(tmp_path / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND), at=NOW + DAY)
    with open_workspace(tmp_path / "ws", create=False) as opened:
        make_release(opened, tmp_path / "public", now=NOW, pages=plain_pages)
    assert verify(tmp_path / "public", now=NOW).problems == ()


# --- the pages ------------------------------------------------------------------------------------------


def test_the_pages_have_their_digests(release: Path) -> None:
    lines = (release / "site.sha256").read_text().splitlines()
    pages = [line[66:] for line in lines if not line[66:].startswith("history/")]
    assert pages == ["about/index.html", "index.html"]
    assert lines[0][:64] == hashlib.sha256(b"about\n").hexdigest()
    found = verify(release, now=NOW)
    assert (found.problems, found.pages) == ((), len(lines))
    assert list(site_problems(release)) == []


def _pages_changed(release: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    site = release / "site.sha256"
    yield "index.html: is not the file that", lambda: (release / "index.html").write_text("evil")
    yield "about/index.html: is missing", (release / "about/index.html").unlink
    yield "evil.html: is not in site.sha256", lambda: (release / "evil.html").write_text("")
    yield "site.sha256: is missing", site.unlink
    yield "site.sha256: line 1", lambda: site.write_text("nonsense\n")
    yield "../../etc/passwd: is missing", lambda: site.write_text("0" * 64 + "  ../../etc/passwd\n")


@pytest.mark.parametrize("number", range(6))
def test_a_page_that_is_another_is_named(release: Path, number: int) -> None:
    said, change = list(_pages_changed(release))[number]
    change()
    assert any(each.startswith(said) for each in site_problems(release))


def test_the_command_says_how_much_it_compared(release: Path) -> None:
    asked = ["--now", "2026-03-02T12:00:00Z"]
    result = CliRunner().invoke(root, ["verify", str(release), *asked])
    assert re.search(
        r"^release 1: verified; 3 entries in \d+ files, \d+ files of the site, fresh", result.stdout
    )
    assert "not signed" in result.stdout
    report = orjson.loads(CliRunner().invoke(root, ["verify", str(release), "--json", *asked]).stdout)
    assert (report["ok"], report["pages"] > 2, report["signed_by"]) == (True, True, "")
    result = CliRunner().invoke(root, ["verify", str(release / "list"), *asked])
    assert re.search(r"^release 1: verified; 3 entries in \d+ files, the list alone, fresh", result.stdout)


def test_a_list_alone_can_be_verified(release: Path) -> None:
    shutil.copytree(release / "list", release.parent / "mirrored")
    found = verify(release.parent / "mirrored", now=NOW)
    assert (found.problems, found.pages) == ((), 0)


@pytest.mark.edge
def test_a_strange_file_is_named_so_that_nothing_obeys_it(release):
    """Its name need be no UTF-8 and may hold a terminal's commands; --json ended as unforeseen."""
    (release / os.fsdecode(b"a\x07\xff.html")).write_bytes(b"x")
    result = CliRunner().invoke(root, ["verify", str(release), "--json"])
    assert result.exit_code == 1
    problem = next(each for each in orjson.loads(result.stdout)["problems"] if "is not in" in each)
    assert r"a\u0007\udcff.html" in problem
    assert problem in CliRunner().invoke(root, ["verify", str(release)]).stdout
