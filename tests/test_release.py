"""A release is whole, immutable, chained, reproducible; and readers never see less."""

import errno
import fcntl
import gzip
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from blocklist.errors import BrakeError, InputError, TroubleError
from blocklist.model import Label, Scope
from blocklist.release.moment import moment
from blocklist.release.packed import is_packed, unpacks_to
from blocklist.release.publish import check_out, make_release
from blocklist.release.sets import kind_of, set_in, since
from blocklist.release.sheets import Sheet, ready
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.list_makers import DAY, NOW, entry
from tests.list_workspace import SHOPS, files_of, plain_pages, visit, visited

pytestmark = pytest.mark.edge

C, K = Label.CONTRABAND, Label.CLEAR
LISTED = dict.fromkeys(SHOPS, C)


def publish(folder: Path, out: Path, *, days: int = 0, **options: Any) -> Any:
    with open_workspace(folder, create=False) as opened:
        return make_release(opened, out, now=NOW + days * DAY, pages=plain_pages, **options)


def manifest(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((out / "list" / "manifest.json").read_bytes())
    return found


def test_the_folder_is_what_the_design_says(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    context = publish(workspace, out)
    assert out.is_symlink()
    assert str(out.readlink()) == "public.releases/000001"
    assert (out / "index.html").read_bytes() == b"release 1\n"
    names = set(files_of(out / "list"))
    assert names >= {"manifest.json", "entries.jsonl", "tombstones.jsonl", "rpz.zone", "urls.txt"}
    said = manifest(out)
    assert said["serial"] == 1
    assert said["licence"] == "CC0-1.0"
    assert said["previous"] == ""
    assert said["issued_at"] == "2026-03-01T12:00:00Z"
    assert said["expires_at"] == "2026-03-08T12:00:00Z"
    assert said["counts"]["entries"] == 3
    assert said["files"]["rpz.zone"]["omitted"] == {"scope-url": 2}
    assert {"rpz.zone.gz", "entries.csv", "by-category/gambling/rpz.zone", "min-grade/4/urls.txt.gz"} <= names
    shards = {name for name in names if name.startswith("prefixes/")}
    manifests = {"manifest.json", "manifest.json.gz", "manifest.json.zst"}
    assert set(said["files"]) == names - manifests - shards
    assert len(shards) > 1
    assert context.release.entries == 3
    assert verify(out, now=NOW).problems == ()


def test_releases_are_chained_and_unchanged_files_are_linked(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    first = publish(workspace, out)
    second = publish(workspace, out, days=1)
    one, two = tmp_path / "public.releases" / "000001", tmp_path / "public.releases" / "000002"
    assert out.resolve() == two
    assert manifest(two)["previous"] == first.release.digest == second.release.previous
    assert (one / "about/index.html").stat().st_ino == (two / "about/index.html").stat().st_ino
    assert (one / "index.html").read_bytes() == b"release 1\n"
    assert (two / "index.html").read_bytes() == b"release 2\n"
    assert verify(out, now=NOW + DAY).problems == ()
    assert verify(one, now=NOW).problems == ()


def test_a_file_system_without_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **_from: object) -> None:
        raise OSError(errno.EMLINK, "Too many links")

    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    monkeypatch.setattr(os, "link", refuse)
    publish(workspace, out)
    publish(workspace, out, days=1)
    assert (out / "about/index.html").stat().st_nlink == 1
    assert verify(out, now=NOW + DAY).problems == ()


def test_published_files_are_not_writable(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    assert {path.stat().st_mode & 0o777 for path in out.rglob("*") if path.is_file()} == {0o444}


def test_the_same_database_and_moment_give_the_same_bytes(tmp_path: Path) -> None:
    workspace = visited(tmp_path / "ws", LISTED)
    shutil.copytree(workspace, tmp_path / "copy")
    publish(workspace, tmp_path / "a")
    publish(tmp_path / "copy", tmp_path / "b")
    assert files_of((tmp_path / "a").resolve()) == files_of((tmp_path / "b").resolve())


def test_a_release_can_be_made_again_from_nothing_but_the_list(tmp_path: Path) -> None:
    # A second run over an unchanged list differs only in what names the release.
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    before = files_of(out.resolve())
    publish(workspace, out, days=1)
    after = files_of(out.resolve())
    assert before["list/entries.jsonl"] == after["list/entries.jsonl"]


# --- packed, and in sets --------------------------------------------------------------------------------


def test_every_file_lies_there_packed_and_says_nothing_of_the_machine(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    files = files_of(out / "list")
    plain = {name: files[name] for name in files if not is_packed(name) and "prefixes/" not in name}
    del plain["manifest.json"]
    for name, data in plain.items():
        packed = (out / "list" / f"{name}.gz").read_bytes()
        assert gzip.decompress(packed) == data
        assert packed[:10] == bytes.fromhex("1f8b08000000000000ff")  # no time, no name, no system
        assert unpacks_to(f"{name}.zst", (out / "list" / f"{name}.zst").read_bytes(), data)


def test_a_set_holds_its_category_or_grade_and_an_empty_one_is_there_too(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    context = publish(workspace, out)
    (category,) = context.counts.by_category
    (grade,) = (int(name) for name in context.counts.by_grade)
    whole = (out / "list" / "rpz.zone").read_bytes()
    assert (out / "list" / "by-category" / category / "rpz.zone").read_bytes() == whole
    assert {path.name for path in (out / "list/by-category").iterdir()} == set(context.policy.categories)
    other = next(each for each in context.policy.categories if each != category)
    for folder, count in [
        (f"by-category/{category}", 3),
        (f"by-category/{other}", 0),
        (f"min-grade/{grade}", 3),
    ]:
        described = manifest(out)["files"][f"{folder}/adblock.txt"]
        assert described["entries"] + sum(described["omitted"].values()) == count
    for higher in range(grade + 1, 5):
        assert not (out / "list" / f"min-grade/{higher}/feed.txt").read_bytes()


def test_the_smaller_sets_hold_names_alone_and_what_was_listed_lately() -> None:
    host, page = entry(Scope.HOST, "host.example/", 1), entry(Scope.URL, "page.example/a", 2)
    old = entry(Scope.HOST, "old.example/", 3, listed_at=NOW - 31 * DAY)
    held = {
        folder: [each.id for each in (host, page, old) if set_in(folder).has(kind_of(each, since(NOW)))]
        for folder in ("", "names/", "recent/", "names/more/", "else/")
    }
    assert held == {
        "": [host.id, page.id, old.id],
        "names/": [host.id, old.id],
        "recent/": [host.id, page.id],
        "names/more/": [],
        "else/": [],
    }


# --- what it refuses ------------------------------------------------------------------------------------


def _file(out: Path) -> None:
    out.write_text("mine")


def _folder(out: Path) -> None:
    out.mkdir()
    (out / "mine.txt").write_text("mine")


def _symlink(out: Path) -> None:
    (out.parent / "else").mkdir()
    out.symlink_to("else")


def _releases(out: Path) -> None:
    home = out.with_name(f"{out.name}.releases")
    home.mkdir()
    (home / "mine.txt").write_text("mine")


@pytest.mark.parametrize("make", [_file, _folder, _symlink, _releases])
def test_an_out_that_is_not_ours_is_refused_and_untouched(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    make(out)
    before = files_of(tmp_path)
    with pytest.raises(InputError, match="choose another --out"):
        publish(workspace, out)
    assert files_of(tmp_path) == before


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    out.mkdir()
    publish(workspace, out)
    assert out.is_symlink()


def test_a_folder_that_cannot_be_written_is_trouble_with_a_cure(tmp_path: Path) -> None:
    workspace = visited(tmp_path / "ws", LISTED)
    (tmp_path / "file").write_text("")
    with pytest.raises(TroubleError, match=r"cannot be written: .*choose another --out"):
        publish(workspace, tmp_path / "file" / "public")
    with pytest.raises(TroubleError, match="cannot be written"):
        publish(workspace, Path("/proc/public"))


def test_two_publications_at_once_do_not_mix(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    with (tmp_path / "public.releases" / ".linkgazette").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TroubleError, match="another publication is under way"):
            publish(workspace, out, days=1)
    assert publish(workspace, out, days=1).release.serial == 2


def test_one_workspace_publishes_to_one_place_at_a_time(tmp_path: Path) -> None:
    workspace, elsewhere = visited(tmp_path / "ws", LISTED), tmp_path / "elsewhere"

    def meanwhile(_context: object) -> Iterator[Sheet]:
        with pytest.raises(TroubleError, match="another publication of this workspace is under way"):
            publish(workspace, elsewhere)
        yield ready("index.html", b"")

    with open_workspace(workspace, create=False) as opened:
        make_release(opened, tmp_path / "public", now=NOW, pages=meanwhile)
    assert not list(tmp_path.glob("elsewhere*"))
    assert publish(workspace, elsewhere, days=1).release.serial == 2


@pytest.mark.parametrize("out", ["/", "/..", "//"])
def test_the_root_is_no_place_to_publish(tmp_path: Path, out: str) -> None:
    workspace = visited(tmp_path / "ws", LISTED)
    with pytest.raises(InputError, match="name a folder"):
        publish(workspace, Path(out))
    with pytest.raises(InputError, match="name a folder"):
        check_out(None, Path(out))


def test_a_first_publication_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"

    def broken(_context: object) -> Iterator[Sheet]:
        yield ready("index.html", b"")
        raise InputError("a template")

    with open_workspace(workspace, create=False) as opened, pytest.raises(InputError, match="a template"):
        make_release(opened, out, now=NOW, pages=broken)
    assert [path.name for path in tmp_path.iterdir()] == ["ws"]
    publish(workspace, out)
    with open_workspace(workspace, create=False) as opened, pytest.raises(InputError, match="a template"):
        make_release(opened, out, now=NOW + DAY, pages=broken)
    assert manifest(out)["serial"] == 1


@pytest.mark.parametrize("make", [_file, _folder, _symlink, _releases])
def test_an_out_can_be_checked_before_anything_is_done(tmp_path: Path, make: Callable[[Path], None]) -> None:
    out = tmp_path / "public"
    make(out)
    before = files_of(tmp_path)
    with pytest.raises(InputError, match="choose another --out"):
        check_out(None, out)
    assert files_of(tmp_path) == before


def test_an_out_is_checked_against_the_workspace(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "new" / "public"
    with open_workspace(workspace, create=False) as opened:
        check_out(None, out)
        check_out(opened, out)
        assert not out.parent.exists()
        make_release(opened, out, now=NOW, pages=plain_pages)
        check_out(opened, out)
    with pytest.raises(InputError, match="that this workspace did not make"):
        check_out(None, out)
    with (
        open_workspace(visited(tmp_path / "other", LISTED), create=False) as other,
        pytest.raises(InputError, match="that this workspace did not make"),
    ):
        check_out(other, out)
    (tmp_path / "file").write_text("")
    for path in (Path("/proc/public"), tmp_path / "file" / "public"):
        with pytest.raises(TroubleError, match=r"cannot be written: .*choose another --out"):
            check_out(None, path)


def test_another_workspace_cannot_publish_over_ours(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    other = visited(tmp_path / "other", LISTED)
    with pytest.raises(InputError, match="that this workspace did not make"):
        publish(other, out)
    publish(other, tmp_path / "elsewhere", days=2)
    with pytest.raises(InputError, match="that this workspace did not make"):
        publish(other, out, days=3)


def test_time_does_not_run_backwards(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out, days=1)
    with pytest.raises(InputError, match="before release 1"):
        publish(workspace, out)


# --- the brake ------------------------------------------------------------------------------------------


def test_the_brake_stops_a_release_until_a_named_person_lifts_it(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    visited(workspace, dict.fromkeys(SHOPS, K), at=NOW + DAY)
    with pytest.raises(BrakeError, match="empty the list of 3 entries"):
        publish(workspace, out, days=1)
    assert manifest(out)["serial"] == 1
    with pytest.raises(InputError, match="NAME: reason"):
        publish(workspace, out, days=1, override="because")
    context = publish(workspace, out, days=1, override="Ann: all three closed")
    assert context.release.override == "Ann: all three closed"
    assert manifest(out)["counts"]["by_removal"] == {"cleaned": 3}
    with open_workspace(workspace, create=False) as opened:
        assert opened.releases.latest() == context.release


def test_an_override_that_was_not_needed_is_not_on_record(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    assert publish(workspace, out, override="Ann: to be sure").release.override == ""


# --- killed at any point --------------------------------------------------------------------------------


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


KILL_POINTS = ["mkdir", "open", "link", "rename", "symlink", "replace", "unlink", "sync", "fsync"]


def _kill_at(monkeypatch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let the ``number``-th change to the disk be the last; the list says what was reached."""
    reached: list[str] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if len(reached) == number:
                raise Killed(name)
            reached.append(name)
            return real(*args, **kwargs)

        return call

    for name in KILL_POINTS:
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return reached


def test_a_killed_publication_leaves_the_old_release_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    old = files_of(out.resolve())
    visited(workspace, {"http://four.example/": C}, at=NOW + DAY)
    copied = _copy(tmp_path, tmp_path / "whole", out)
    with monkeypatch.context() as patch:
        reached = _kill_at(patch, -1)  # never: how many there are
        publish(copied / "ws", copied / "public", days=1)
        total = len(reached)
    assert total > 8
    # Every kind of point at either end, and a few of the hundreds between: those write one file each.
    for point in sorted({*range(3), total // 2, *range(total - 7, total)}):
        trial = _copy(tmp_path, tmp_path / f"trial{point}", out)
        with monkeypatch.context() as patch:
            _kill_at(patch, point)
            with pytest.raises(Killed):
                publish(trial / "ws", trial / "public", days=1)
        shown = files_of((trial / "public").resolve())
        assert shown == old or verify(trial / "public", now=NOW + DAY).serial == 2
        assert verify(trial / "public", now=NOW + DAY).problems == ()
        again = publish(trial / "ws", trial / "public", days=2)
        assert verify(trial / "public", now=NOW + 2 * DAY).problems == ()
        assert again.release.serial in {2, 3}
        assert not list((trial / "public.releases").glob(".part-*"))
        shutil.rmtree(trial)


def _copy(source: Path, trial: Path, out: Path) -> Path:
    """Copy workspace and releases, so that one of many ends can be tried."""
    trial.mkdir()
    for name in ("ws", "public.releases"):
        shutil.copytree(source / name, trial / name)
    (trial / "public").symlink_to(out.readlink())
    return trial


# --- the moment -----------------------------------------------------------------------------------------


def test_the_moment_is_given_or_from_the_environment_or_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert moment("2026-03-01T13:00:00+01:00") == NOW
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    assert moment() == NOW
    assert moment("2026-03-01T12:00:00Z") == NOW
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert moment().microsecond == 0
    assert moment("2026-03-01T12:00:00.999999Z") == NOW


def test_a_release_is_stamped_in_whole_seconds(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    with open_workspace(workspace, create=False) as opened:
        for microsecond in (999_999, 1):  # the second is no step back in time
            at = NOW.replace(microsecond=microsecond)
            made = make_release(opened, out, now=at, pages=plain_pages)
            assert (made.now, made.release.issued_at) == (NOW, NOW)
    assert manifest(out)["issued_at"] == "2026-03-01T12:00:00Z"


def test_a_release_of_the_future_needs_a_name(tmp_path: Path) -> None:
    # Time does not run backwards, so a slip here would stop every release until then.
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out, clock=NOW - DAY)
    with pytest.raises(InputError, match=r"2026-03-02T12:00:00Z, is more than a day ahead .*--override"):
        publish(workspace, out, days=1, clock=NOW - DAY)
    assert manifest(out)["serial"] == 1
    made = publish(workspace, out, days=1, clock=NOW - DAY, override="Ann: a rehearsal")
    assert made.release.override == "Ann: a rehearsal"


@pytest.mark.parametrize(
    ("text", "epoch", "said"),
    [
        ("soon", None, "--now 'soon' is not a time"),
        ("2026-03-01T12:00:00", None, "has no offset"),
        (None, "soon", "SOURCE_DATE_EPOCH is not a number"),
        (None, "9" * 30, "SOURCE_DATE_EPOCH is not a number"),
        ("0001-01-01T00:00:00+14:00", None, "between the years 1970 and 9000"),
        ("9999-12-31T23:59:59Z", None, "between the years 1970 and 9000"),
        ("9999-12-31T23:59:59-14:00", None, "between the years 1970 and 9000"),
        (None, "-1", "between the years 1970 and 9000"),
        (None, "253402300799", "between the years 1970 and 9000"),
    ],
)
def test_a_moment_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str | None, epoch: str | None, said: str
) -> None:
    if epoch:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match=said):
        moment(text)


# --- verify ---------------------------------------------------------------------------------------------


def _edit(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def edit(out: Path) -> None:
        path = out / "list" / name
        data = path.read_bytes()
        assert old in data
        path.chmod(0o644)
        path.write_bytes(data.replace(old, new))

    return edit


def _reseal(*edits: Callable[[Path], None]) -> Callable[[Path], None]:
    """Edit files and make the manifest agree, as somebody who forges both would."""

    def edit(out: Path) -> None:
        for each in edits:
            each(out)
        path = out / "list" / "manifest.json"
        said = orjson.loads(path.read_bytes())
        for name, described in said["files"].items():
            data = (out / "list" / name).read_bytes()
            described["bytes"] = len(data)
            described["sha256"] = hashlib.sha256(data).hexdigest()
        path.chmod(0o644)
        path.write_bytes(orjson.dumps(said))

    return edit


def _pack(name: str, data: bytes | None) -> Callable[[Path], None]:
    """Put a packed file in the place of another; None: one that is broken."""

    def edit(out: Path) -> None:
        path = out / "list" / name
        path.chmod(0o644)
        path.write_bytes(b"\x1f\x8b" if data is None else gzip.compress(data))

    return edit


TABLE = "entries.csv"


def _forged_chain(out: Path) -> None:
    path = out / "list" / "manifest.json"
    path.chmod(0o644)
    path.write_bytes(orjson.dumps(orjson.loads(path.read_bytes()) | {"previous": "0" * 64}))


FORGED = [
    ("an edited file", _edit("rpz.zone", b"shop.example", b"evil.example"), "rpz.zone: is not the file"),
    ("a missing file", lambda out: (out / "list/hosts.txt").unlink(), "hosts.txt: is missing"),
    ("a file too many", lambda out: (out / "list/x.txt").write_text(""), "x.txt: is not in the manifest"),
    ("a serial", _edit("manifest.json", b'"serial": 2', b'"serial": 7'), "serial 7 in a folder named 000002"),
    ("a chain", _forged_chain, "not the digest of release 1"),
    (
        "a name slipped in",
        _reseal(_edit("rpz.zone", b"shop.example CNAME .", b"shop.example CNAME .\nevil.example CNAME .")),
        "rpz.zone: says evil.example/, which no entry says",
    ),
    (
        "an entry widened",
        _reseal(_edit("rpz.zone", b"shop.example CNAME .", b"shop.example CNAME .\n*.shop.example CNAME .")),
        "rpz.zone: says shop.example/, which no entry says at that scope",
    ),
    (
        "an entry dropped",
        _reseal(_edit("hosts.txt", b"0.0.0.0 shop.example\n:: shop.example\n", b"")),
        "hosts.txt: says 0 entries where the manifest counts 1",
    ),
    (
        "a broken line",
        _reseal(_edit("rpz.zone", b"shop.example CNAME .", b"shop.example A 1")),
        "rpz.zone line",
    ),
    (
        "a set with what is not in it",
        _reseal(
            _edit("by-category/adult/urls.txt", b"# Version", b"http://two.example/offer?id=7\n# Version")
        ),
        "by-category/adult/urls.txt: says two.example/offer?id=7, which no entry says",
    ),
    ("a table of other entries", _reseal(_edit(TABLE, b"LG-", b"LG-X")), f"{TABLE}: does not hold what"),
    ("a broken table", _reseal(_edit("entries.csv", b",3,", b",x,")), "entries.csv line 2"),
    (
        "a packed file of another",
        _reseal(_pack("urls.txt.gz", b"evil")),
        "urls.txt.gz: does not unpack to urls.txt",
    ),
    (
        "a packed file of nothing",
        _reseal(_pack("urls.txt.gz", None)),
        "urls.txt.gz: does not unpack to urls.txt",
    ),
    (
        "a packed file of nothing, the other way",
        _reseal(_pack("urls.txt.zst", None)),
        "urls.txt.zst: does not unpack to urls.txt",
    ),
    ("a broken record", _reseal(_edit("entries.jsonl", b'{"alias', b'{{"alias')), "entries.jsonl line 1"),
]


@pytest.mark.parametrize(("why", "forge", "said"), FORGED, ids=[row[0] for row in FORGED])
def test_verify_names_what_is_wrong(
    tmp_path: Path, why: str, forge: Callable[[Path], None], said: str
) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    publish(workspace, out, days=1)
    forge(out)
    assert any(said in problem for problem in verify(out, now=NOW + DAY).problems)


def test_verify_doubts_age_and_future(tmp_path: Path) -> None:
    workspace, out = visited(tmp_path / "ws", LISTED), tmp_path / "public"
    publish(workspace, out)
    (late,) = verify(out, now=NOW + 7 * DAY).problems
    assert "stale since 2026-03-08T12:00:00Z" in late
    (early,) = verify(out, now=NOW - DAY).problems
    assert "in the future" in early


def test_verify_needs_a_release(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no list/manifest\.json"):
        verify(tmp_path, now=NOW)
    with pytest.raises(InputError, match="is not there"):
        verify(tmp_path / "nowhere", now=NOW)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="is not a manifest"):
        verify(tmp_path, now=NOW)


def test_an_open_workspace_can_publish_again(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "ws", create=True) as opened:
        visit(opened, LISTED)
        for day in range(3):
            made = make_release(opened, tmp_path / "public", now=NOW + day * DAY, pages=plain_pages)
            assert made.release.serial == day + 1
            assert len(made.history) == day
