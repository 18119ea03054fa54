"""Written a few rules at a time for all sets at once, each file is what it would be written alone."""

import math
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from errno import EINVAL
from fcntl import F_GETFL, fcntl
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.formats import Header, all_bundles, all_formats, rules_of, rules_with
from blocklist.formats.delta import difference
from blocklist.formats.entry_index import INDEX, write_index
from blocklist.formats.literal import literal_forms
from blocklist.formats.prefixes import write_prefixes
from blocklist.formats.records import ENTRIES, TOMBSTONES, write_entries, write_tombstones
from blocklist.formats.table import TABLE, write_table
from blocklist.model import Alias, Entry, Listing, ListKey, RemovalReason, Scope, Tombstone
from blocklist.release import columns, disk, files, set_files, strips, tally
from blocklist.release.claims import Claims
from blocklist.release.columns import recall, remember
from blocklist.release.digest import sha256
from blocklist.release.files import Known, write_list
from blocklist.release.packed import SUFFIXES, packings, unpacks_to
from blocklist.release.sets import kind_of, set_in, sets_of, since
from blocklist.release.spool import Earlier, Spool
from blocklist.release.tally import Tallies
from blocklist.urls import list_key, parse_url
from tests.list_makers import DAY, NOW, POLICY, entry
from tests.list_workspace import files_of

HEADER = Header(
    title="T\u00eftle", homepage="https://g.example/", serial=7, issued_at=NOW, expires_at=NOW + 7 * DAY
)
CATEGORIES = sorted(POLICY.categories)[:3]
FEW = replace(POLICY, categories={name: POLICY.categories[name] for name in CATEGORIES})
GONE = Tombstone(id="LG-GONE", listed_at=NOW, removed_at=NOW, reason=RemovalReason.CLEANED)

SOME_FORMATS = tuple(each for each in all_formats() if each.name in {"adblock", "feed", "rpz", "privoxy"})
SOME_SETS = ("", f"by-category/{CATEGORIES[0]}/", "min-grade/3/", "recent/")

HOSTS = (
    "shop.example a.shop.example a-b.co.uk x.github.io 192.0.2.7 [2001:db8::1] und_er.test a;b.example "
    f"1.2.test xn--fiqs8s.example 0x7.test {'l' * 63}.test rpz-drop default"
).split()
PATHS = (
    'a b.html ?a=1&c %41%2f %E4 " ^|* / ./ .. ~u // $(){}[]+ a,b;c =1 .well-known ? % \\ U.P-_ ' + "p" * 2000
).split()
paths = st.lists(st.sampled_from(PATHS), max_size=4).map("".join)
keys = st.builds(
    lambda host, path: list_key(parse_url(f"http://{host}/{path}")), st.sampled_from(HOSTS), paths
)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    claims: dict[tuple[Scope, ListKey], Entry] = {}
    for number, key in enumerate(draw(st.lists(keys, max_size=9))):
        scope = draw(st.sampled_from(Scope))
        host = key.partition("/")[0]
        narrowed = {Scope.URL: key, Scope.PATH: key.partition("?")[0].rpartition("/")[0] + "/"}
        said = ListKey(narrowed.get(scope, f"{host}/"))
        claims[scope, said] = replace(
            entry(scope, said, number, sensitive=draw(st.sampled_from([False, False, True]))),
            category=draw(st.sampled_from(CATEGORIES)),
            grade=draw(st.integers(1, 4)),
            listed_at=NOW - draw(st.sampled_from([0, 29, 30, 31])) * DAY,
        )
    entries = tuple(claims.values())
    aliases = {
        key: Alias(expression=key, entry=draw(st.sampled_from(entries)).id, sensitive=draw(st.booleans()))
        for key in draw(st.lists(keys, max_size=4))
        if entries
    }
    return Listing(entries=entries, aliases=tuple(aliases.values()), tombstones=(GONE,), review=())


def written(listing: Listing, folder: Path) -> tuple[dict[str, bytes], Tallies]:
    made = write_list(listing, FEW, HEADER, Spool(folder))
    found = files_of(folder)
    for each in made.digests:
        assert (each.sha256, each.size) == (sha256(found[each.name]), len(found[each.name]))
    return found, made.tallies


@pytest.fixture(scope="module", autouse=True)
def short_turns() -> object:
    """Three rules a turn, so that few entries make several; files packed by themselves and in pieces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(set_files, "JOINED", 400)
        yield patch.setattr(tally, "TURN", 3)


@settings(max_examples=8, deadline=None)
@given(listings())
def test_each_file_holds_what_it_would_alone(listing: Listing) -> None:
    with TemporaryDirectory() as folder:
        found, tallies = written(listing, Path(folder))
    whole = write_entries(listing.entries, listing.aliases)
    expected = {
        TOMBSTONES: write_tombstones([GONE]),
        INDEX: write_index(whole),
        ENTRIES: whole,
        TABLE: write_table(listing.entries, listing.aliases),
    }
    expected |= write_prefixes(listing.entries, listing.aliases)
    for bundle in all_bundles():
        expected |= bundle.write(rules_with(listing.entries, listing.aliases), HEADER).files
    for name, data in expected.items():
        assert found[name] == data
    for chosen in sets_of(FEW):
        entries = [each for each in listing.entries if chosen.has(kind_of(each, since(NOW)))]
        ids = {each.id for each in entries}
        aliases = [each for each in listing.aliases if each.entry in ids]
        for form in all_formats():
            name = chosen.folder + form.filename
            alone = form.write(rules_of(entries, aliases), HEADER)
            assert sorted(found[name].split(b"\n")) == sorted(alone.data.split(b"\n"))
            assert found[name].startswith(form.first_lines(HEADER))
            assert (tallies[name].entries, tallies[name].aliases) == (alone.emitted, alone.aliases)
            assert dict(sorted((+tallies[name].omitted).items())) == alone.omitted
            expected[name] = found[name]
    for form in all_formats():
        grave = [
            found[f"{folder}{form.filename}"]
            for folder in ("min-grade/4/", "min-grade/3/", "min-grade/2/", "")
        ]
        assert all(after.startswith(before) for before, after in pairwise(grave))
    for name in [each for each in tallies if each != "prefixes.sha256"]:
        for suffix in SUFFIXES:
            assert unpacks_to(name + suffix, found[name + suffix], found[name])
            expected[name + suffix] = found[name + suffix]
    assert found.keys() - expected.keys() <= {f"prefixes.sha256{suffix}" for suffix in SUFFIXES}


@st.composite
def changes(draw: st.DrawFn) -> tuple[Listing, Listing]:
    """A list, and the next: some left, some came, some are another in part, some lost or got an alias."""
    old, other = draw(listings()), draw(listings())
    kept = [each for each in old.entries if draw(st.booleans())]
    now = [replace(each, verified_at=NOW + DAY) if draw(st.integers(0, 4)) == 0 else each for each in kept]
    claims = {(each.scope, each.expression) for each in now}
    come = [replace(each, id=f"{each.id[:-4]}9{each.id[-3:]}") for each in other.entries]
    now += [each for each in come if (each.scope, each.expression) not in claims]
    ids = sorted(each.id for each in now)
    aliases = [each for each in old.aliases if each.entry in ids and draw(st.booleans())]
    taken = {each.expression for each in aliases}
    new = [each for each in other.aliases if each.expression not in taken and ids]
    aliases += [replace(each, entry=draw(st.sampled_from(ids))) for each in new]
    return old, Listing(entries=tuple(now), aliases=tuple(aliases), tombstones=(GONE,), review=())


@settings(max_examples=12, deadline=None)
@given(changes(), st.sampled_from([0, 1, 2]))
def test_made_from_the_release_before_a_list_is_what_it_would_be_made_anew(
    change: tuple[Listing, Listing], days: int
) -> None:
    old, new = change
    later = replace(HEADER, serial=8, issued_at=NOW + days * DAY)
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_MOST_CHANGED", math.inf)
        for room in (files, strips, columns):
            patch.setattr(room, "all_formats", lambda: SOME_FORMATS)
        patch.setattr(files, "all_bundles", lambda: ())
        patch.setattr(files, "sets_of", lambda _: [set_in(each) for each in SOME_SETS])
        spliced = Mock(wraps=strips.splice_strips)
        patch.setattr(files, "splice_strips", spliced)
        one, two, memory = Path(home, "1"), Path(home, "2"), Path(home, "memory")
        made = write_list(old, FEW, HEADER, Spool(one))
        remember(memory, made.columns, made.claims, "digest")
        told = {each.name: {"sha256": each.sha256} for each in made.digests}
        claims = Claims(old.entries, old.aliases, since(NOW))
        recalled = recall(memory, claims, "digest")
        assert recalled is not None
        spool = Spool(two, Earlier(folder=one, files=told))
        quick = write_list(new, FEW, later, spool, Known(claims=claims, columns=recalled))
        assert spliced.called
        slow = write_list(new, FEW, later, Spool(Path(home, "3")))
        assert files_of(two) == files_of(Path(home, "3"))
        assert quick.steps == difference(*(BytesIO((folder / ENTRIES).read_bytes()) for folder in (one, two)))
    assert quick.tallies == slow.tallies
    assert sorted(quick.digests, key=str) == sorted(slow.digests, key=str)
    for name, strip in quick.columns.strips.items():
        assert strip.lengths.tolist() == slow.columns.strips[name].lengths.tolist()
    assert [each.tolist() for each in quick.columns.record.index] == [
        each.tolist() for each in slow.columns.record.index
    ]


def test_what_somebody_altered_is_not_taken_over(tmp_path: Path) -> None:
    listing = Listing(
        entries=(entry(Scope.DOMAIN, "shop.example/", 1),), aliases=(), tombstones=(), review=()
    )
    made = write_list(listing, FEW, HEADER, Spool(tmp_path / "1"))
    known = Known(claims=made.claims, columns=made.columns)
    told = {each.name: {"sha256": each.sha256} for each in made.digests}
    altered = tmp_path / "1" / "rpz.zone"
    altered.chmod(0o644)
    altered.write_bytes(altered.read_bytes().replace(b"shop", b"good"))
    spool = Spool(tmp_path / "2", Earlier(folder=tmp_path / "1", files=told))
    write_list(listing, FEW, replace(HEADER, serial=8), spool, known)
    assert b"\nshop.example CNAME ." in (tmp_path / "2/rpz.zone").read_bytes()


def test_what_is_remembered_by_half_is_forgotten(tmp_path: Path) -> None:
    listing = Listing(
        entries=(entry(Scope.DOMAIN, "shop.example/", 1),), aliases=(), tombstones=(), review=()
    )
    made = write_list(listing, FEW, HEADER, Spool(tmp_path / "1"))
    remember(tmp_path / "memory", made.columns, made.claims, "digest")
    assert recall(tmp_path / "memory", made.claims, "digest") is not None
    (tmp_path / "memory" / "lines.npy").write_bytes(b"")
    assert recall(tmp_path / "memory", made.claims, "digest") is None


@settings(max_examples=300, deadline=None)
@given(keys)
def test_a_plain_key_is_the_form_that_a_parser_would_find(key: ListKey) -> None:
    if len(forms := literal_forms(key)) == 1:
        assert parse_url(f"http://{forms[0]}") == f"http://{forms[0]}"
        assert list_key(parse_url(f"http://{forms[0]}")) == key


# --- on disk --------------------------------------------------------------------------------------------


def spooled(folder: Path, files: dict[str, bytes], earlier: Earlier | None = None) -> dict[str, str]:
    folder.mkdir()
    spool = Spool(folder, earlier)
    for name, data in files.items():
        spool.put(name, data[:5])
        spool.put(name, data[5:])
    return {each.name: each.sha256 for each in spool.seal(files)}


def test_what_is_put_in_pieces_lies_there_whole_and_packed(tmp_path: Path) -> None:
    files = {"a.txt": b"one\ntwo\n", "set/b.txt": b"", "c.txt": bytes(3 << 20)}
    told = spooled(tmp_path / "list", files)
    for name, data in files.items():
        assert (tmp_path / "list" / name).read_bytes() == data
        for suffix, packed in packings(data):
            assert (tmp_path / "list" / (name + suffix)).read_bytes() == packed
    assert told.keys() == {name + suffix for name in files for suffix in ("", *SUFFIXES)}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "list").rglob("*.*")} == {0o444}


def test_what_has_not_changed_is_the_same_file_packed_forms_included(tmp_path: Path) -> None:
    files = {"a.txt": b"one\ntwo\n", "b.txt": b"three"}
    told = spooled(tmp_path / "1", files)
    before = Earlier(folder=tmp_path / "1", files={name: {"sha256": told[name]} for name in told})
    assert spooled(tmp_path / "2", {**files, "b.txt": b"four"}, before).keys() == told.keys()
    for name in told:
        is_same = (tmp_path / "1" / name).samefile(tmp_path / "2" / name)
        assert is_same is name.startswith("a.")


def test_a_packed_file_that_somebody_broke_is_not_taken_over(tmp_path: Path) -> None:
    files = {"a.txt": b"one\ntwo\n"}
    told = spooled(tmp_path / "1", files)
    before = Earlier(folder=tmp_path / "1", files={name: {"sha256": told[name]} for name in told})
    packed = tmp_path / "1" / "a.txt.gz"
    packed.chmod(0o644)
    packed.write_bytes(b"broken")
    assert spooled(tmp_path / "2", files, before) == told
    assert (tmp_path / "2" / "a.txt.gz").read_bytes() != b"broken"


def refusing(call: Callable[..., int]) -> Callable[..., int]:
    """Return a system call of a file system that says it knows the flag, and then does not."""

    def refused(file: int, *given: object) -> int:
        if fcntl(file, F_GETFL) & disk._DIRECT:
            raise OSError(EINVAL, "not of these blocks")
        return call(file, *given)

    return refused


@pytest.mark.parametrize("flag", ["as it is", "none", "of other blocks"])
@pytest.mark.parametrize("size", [0, 1, 4096, 65_537, disk.PIECE, disk.PIECE + 65_536, 3 * disk.PIECE - 1])
def test_what_is_written_past_the_cache_is_read_as_it_was(
    size: int, flag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if flag == "none":
        monkeypatch.setattr(disk, "_DIRECT", 0)
    if flag == "of other blocks":
        monkeypatch.setattr(os, "write", refusing(os.write))
        monkeypatch.setattr(os, "preadv", refusing(os.preadv))
    data = bytes(range(251)) * (size // 251 + 1)
    with disk.create(tmp_path / "file") as out:
        out.writelines(
            [data[:7], data[7 : size // 2], data[size // 2 : size]] if size > 14 else [data[:size]]
        )
    assert (tmp_path / "file").read_bytes() == data[:size]
    with closing(disk.In(tmp_path / "file")) as file:
        assert b"".join(map(bytes, file.pieces())) == data[:size]
        assert bytes(file.at(size // 3)) == data[size // 3 : size][: disk.PIECE - size // 3 % 4096]
        assert file.whole()[:size] == data[:size]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        disk.create(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"old"
