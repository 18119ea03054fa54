"""Written a few rules at a time for all sets at once, each file is what it would be written alone."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.formats import Header, all_bundles, all_formats, rules_of, rules_with
from blocklist.formats.entry_index import INDEX, write_index
from blocklist.formats.literal import literal_forms
from blocklist.formats.prefixes import write_prefixes
from blocklist.formats.records import ENTRIES, TOMBSTONES, write_entries, write_tombstones
from blocklist.formats.table import TABLE, write_table
from blocklist.model import Alias, Entry, Listing, ListKey, RemovalReason, Scope, Tombstone
from blocklist.release import set_files, tally
from blocklist.release.digest import sha256
from blocklist.release.files import write_list
from blocklist.release.packed import SUFFIXES, packings, unpacks_to
from blocklist.release.sets import kind_of, sets_of, since
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
    tallies, digests = write_list(listing, FEW, HEADER, Spool(folder))
    files = files_of(folder)
    for each in digests:
        assert (each.sha256, each.size) == (sha256(files[each.name]), len(files[each.name]))
    return files, tallies


@pytest.fixture(scope="module", autouse=True)
def short_turns() -> object:
    """Three rules a turn, so that few entries make several; files packed by themselves and in pieces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(set_files, "JOINED", 400)
        yield patch.setattr(tally, "TURN", 3)


@settings(max_examples=20, deadline=None)
@given(listings())
def test_each_file_holds_what_it_would_alone(listing: Listing) -> None:
    with TemporaryDirectory() as folder:
        files, tallies = written(listing, Path(folder))
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
        assert files[name] == data
    for chosen in sets_of(FEW):
        entries = [each for each in listing.entries if chosen.has(kind_of(each, since(NOW)))]
        ids = {each.id for each in entries}
        aliases = [each for each in listing.aliases if each.entry in ids]
        for form in all_formats():
            name = chosen.folder + form.filename
            alone = form.write(rules_of(entries, aliases), HEADER)
            assert sorted(files[name].split(b"\n")) == sorted(alone.data.split(b"\n"))
            assert files[name].startswith(form.first_lines(HEADER))
            assert (tallies[name].entries, tallies[name].aliases) == (alone.emitted, alone.aliases)
            assert dict(sorted((+tallies[name].omitted).items())) == alone.omitted
            expected[name] = files[name]
    for name in [each for each in tallies if each != "prefixes.sha256"]:
        for suffix in SUFFIXES:
            assert unpacks_to(name + suffix, files[name + suffix], files[name])
            expected[name + suffix] = files[name + suffix]
    assert files.keys() - expected.keys() <= {f"prefixes.sha256{suffix}" for suffix in SUFFIXES}


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
