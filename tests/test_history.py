"""The log of what was ever listed: trees that strangers check, bodies that can be erased, no second past."""

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError, InputError, VerificationError
from blocklist.formats.records import public_facts
from blocklist.history import Event, events_of
from blocklist.history.events import REMOVED, erased, opens, past_of, standing
from blocklist.history.merkle import (
    EMPTY,
    consistency_path,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
    roots_at,
)
from blocklist.history.note import (
    Checkpoint,
    check_signature,
    parse_checkpoint,
    verifier_key,
    write_checkpoint,
)
from blocklist.history.proofs import check_grown, parse_proof, roots_of, write_proof
from blocklist.history.tiles import WIDTH, entry_tiles, parse_entries, tile_files, tile_path
from blocklist.model import Entry, Label, Release, RemovalReason, Tombstone
from blocklist.release.key_files import load_signing_key, make_key
from blocklist.release.past import held_checkpoint
from blocklist.release.publish import make_release
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.list_makers import DAY, NOW, entry
from tests.list_workspace import SHOPS, plain_pages, visit, visited

SEED = bytes(range(32))
PUBLIC = base64.b64decode("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")  # of RFC 8032's algorithm for SEED


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


# --- the tree ----------------------------------------------------------------------------------------------


def test_the_tree_is_rfc_6962s() -> None:
    """The roots of the example trees that RFC 6962's reference implementation publishes."""
    data = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43"]
    hashes = [leaf_hash(each) for each in data]
    assert hashes[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(hashes[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(hashes[:6]).hex() == "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"
    assert root_of([]) == EMPTY


@given(st.integers(1, 70), st.data())
def test_every_leaf_is_shown_to_be_in_the_tree_and_nowhere_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof, top = inclusion_proof(hashes, index), root_of(hashes)
    assert is_included(hashes[index], index, size, proof, top)
    other = data.draw(st.integers(0, size + 1))
    assert is_included(hashes[index], other, size, proof, top) is (other == index)
    assert not is_included(leaf_hash(b"x"), index, size, proof, top)
    assert not is_included(hashes[index], index, size, [*proof, EMPTY], top)


@given(st.integers(1, 70), st.data())
def test_a_tree_is_shown_to_have_grown_from_its_beginning(size: int, data: st.DataObject) -> None:
    before = data.draw(st.integers(1, size))
    hashes = leaves(size)
    proof = consistency_proof(hashes, before)
    old, new = root_of(hashes[:before]), root_of(hashes)
    assert is_consistent(before, old, size, new, proof)
    if before < size:
        changed = root_of([*hashes[: before - 1], leaf_hash(b"x"), *hashes[before:]])
        assert not is_consistent(before, old, size, changed, proof)
    assert not is_consistent(before, EMPTY, size, new, proof)
    assert roots_at(hashes, {0, before, size + 1}) == {0: EMPTY, before: old}


# --- its files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (1, 5, "tile/0/001.p/5"),
        (1234, 256, "tile/0/x001/234"),
        (1234067, 1, "tile/0/x001/x234/067.p/1"),
    ],
)
def test_a_tiles_path(number: int, width: int, path: str) -> None:
    assert tile_path(0, number, width) == path


@given(st.sampled_from([0, 1, 255, 256, 257, 600]), st.binary(max_size=4))
def test_tiles_hold_the_entries_and_the_tree(count: int, tail: bytes) -> None:
    entries = [b"%d" % number + tail for number in range(count)]
    files = dict(tile_files(entries))
    found = [each for path in entry_tiles(count) for each in parse_entries(files[path], path)]
    assert found == entries
    hashes = [leaf_hash(each) for each in entries]
    assert b"".join(files[path.replace("entries", "0")] for path in entry_tiles(count)) == b"".join(hashes)
    if count >= WIDTH:
        assert files[tile_path(1, 0, count // WIDTH)][:32] == root_of(hashes[:WIDTH])


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x05abc"])
def test_a_tile_cut_short_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="is cut short"):
        list(parse_entries(data, "tile"))


def test_a_checkpoint_is_a_signed_note() -> None:
    made = Checkpoint(origin="list.example/history", size=3, root=hashlib.sha256(b"x").digest())
    data = write_checkpoint(made, SEED)
    text, signature = data.decode().split("\n\n")
    assert text == f"list.example/history\n3\n{base64.b64encode(made.root).decode()}"
    assert signature.startswith("\u2014 list.example/history ")
    assert parse_checkpoint(data, "note") == made
    check_signature(data, PUBLIC, "note")
    for wrong in (
        data.replace(b"\n3\n", b"\n4\n"),
        write_checkpoint(made, bytes(32)),
        write_checkpoint(made, None),
        write_checkpoint(replace(made, origin="other.example"), SEED).replace(
            b"other.example\n3", b"list.example\n3"
        ),
    ):
        with pytest.raises(VerificationError, match="note: is not signed by the list's key"):
            check_signature(wrong, PUBLIC, "note")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\n\n\n\n",
        b"a\n1\nAAAA\n\n",
        b"a\nx\n\n\n",
        b"\xff",
        b"a\n01\n" + b"A" * 43 + b"=\n\n",
        b"a\n-5\n" + b"A" * 43 + b"=\n\n",  # the paths of its tiles had no end
    ],
)
def test_what_is_no_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="note: is not a checkpoint"):
        parse_checkpoint(data, "note")


# --- events -------------------------------------------------------------------------------------------------


def release(serial: int) -> Release:
    return Release(
        serial=serial,
        issued_at=NOW + serial * DAY,
        expires_at=NOW + 60 * DAY,
        entries=0,
        digest=f"{serial:064}",
        previous="",
    )


def logged(steps: Iterable[tuple[list[Entry], list[Tombstone]]]) -> list[Event]:
    found: list[Event] = []
    for serial, (entries, tombstones) in enumerate(steps, start=1):
        fresh = events_of(
            entries,
            tombstones,
            release(serial),
            said=public_facts,
            before=past_of(found, [each.body for each in found].__getitem__),
            salt=lambda context: hashlib.sha256(context.encode()).digest(),
        )
        fresh_events = list(fresh)
        gone = [each.entry for each in fresh_events if each.kind == REMOVED]
        found = list(erased([*found, *fresh_events], gone))
    return found


ONE, TWO = entry("host", "one.example/", 1), entry("host", "two.example/", 2)  # type: ignore[arg-type] # a scope's name
GONE = Tombstone(id=ONE.id, listed_at=NOW, removed_at=NOW + DAY, reason=RemovalReason.ERROR)


def test_what_happens_to_an_entry_is_logged_once() -> None:
    later = replace(ONE, verified_at=NOW + DAY)
    steps = [
        ([ONE], []),
        ([ONE, TWO], []),
        ([later, TWO], []),
        ([replace(later, grade=4), TWO], []),
        ([TWO], [GONE]),
    ]
    events = logged(steps)
    assert [(each.kind, each.entry) for each in events] == [
        ("listed", ONE.id), ("released", ""),
        ("listed", TWO.id), ("released", ""),
        ("verified", ONE.id), ("released", ""),
        ("changed", ONE.id), ("released", ""),
        ("removed", ONE.id), ("released", ""),
    ]  # fmt: skip
    assert all(map(opens, events))
    assert standing(events).keys() == {TWO.id}


def test_a_removed_entry_keeps_id_dates_and_the_fact_and_not_the_accusation() -> None:
    events = logged([([ONE], []), ([], [GONE])])
    listed, _, removed, _ = events
    assert (listed.salt, listed.body) == (b"", b"")
    assert orjson.loads(removed.body) == {
        "id": ONE.id, "listed_at": "2026-03-01T12:00:00Z", "reason": "error"
    }  # fmt: skip
    assert orjson.loads(listed.leaf)["entry"] == ONE.id
    assert not any(b"one.example" in each.leaf + each.body for each in events)
    assert root_of([leaf_hash(each.leaf) for each in logged([([ONE], [])])]) == root_of(
        [leaf_hash(each.leaf) for each in events[:2]]
    )


# --- a published folder -----------------------------------------------------------------------------------


def publish(folder: Path, days: int = 0) -> None:
    with open_workspace(folder / "ws", create=False) as opened:
        visit(opened, dict.fromkeys(SHOPS[: 2 + days], Label.CONTRABAND), at=NOW + days * DAY)
        make_release(opened, folder / "public", now=NOW + days * DAY, pages=plain_pages)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two releases, signed."""
    visited(tmp_path / "ws", dict.fromkeys(SHOPS[:2], Label.CONTRABAND))
    make_key(tmp_path / "ws" / "sign.key")
    (tmp_path / "ws" / "linkgazette.toml").write_text(
        '[sign]\nkey = "sign.key"\n[site]\nbase_url = "https://list.example/"\n'
    )
    publish(tmp_path)
    publish(tmp_path, days=1)
    return tmp_path


def problems(folder: Path, **named: object) -> tuple[str, ...]:
    found = verify(folder, now=NOW + DAY, **named).problems  # type: ignore[arg-type] # as verify has them
    return tuple(each for each in found if each.startswith(("history/", "mine", "release ")))


@pytest.mark.edge
def test_a_release_brings_its_history(home: Path) -> None:
    history = home / "public" / "history"
    checkpoint = parse_checkpoint((history / "checkpoint").read_bytes(), "note")
    assert checkpoint.origin == "list.example/history"
    assert (history / "checkpoints/000002").read_bytes() == (history / "checkpoint").read_bytes()
    bodies = [orjson.loads(line) for line in (history / "bodies/000.jsonl").read_bytes().splitlines()]
    assert len(bodies) == checkpoint.size
    said = {each["body"].get("expression") for each in bodies}
    assert said >= {"shop.example/", "two.example/offer?id=7"}
    assert problems(home / "public") == ()
    key = load_signing_key(home / "ws" / "sign.key").public
    check_signature((history / "checkpoint").read_bytes(), key.key, "note")
    assert held_checkpoint(home / "public", "1").size < checkpoint.size


def rewritten(home: Path, change: Callable[[Path], None]) -> Path:
    """The newest release with its history changed by somebody, as a folder of its own."""
    other = home / "other"
    shutil.copytree((home / "public").resolve(), other)
    change(other / "history")
    return other


def changed(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data.replace(old, new, 1))


CHANGES = [
    ("checkpoint", b"\n7\n", b"\n8\n", "is not signed by the list's key"),
    ("bodies/000.jsonl", b"shop.example", b"good.example", "commits to another body"),
    ("bodies/000.jsonl", b'"index":0', b'"index":9', "the line of event 0 is none"),
    ("tile/0/000.p/7", b"", b"x", "is not the tile of these entries"),
    ("tile/entries/000.p/7", b"listed", b"leased", "commits to other entries than"),
    ("checkpoints/000001", b"\n3\n", b"\n2\n", "its 2 events are not those of this history"),
]


@pytest.mark.edge
@pytest.mark.parametrize(("name", "old", "new", "problem"), CHANGES)
def test_what_was_changed_is_found(home: Path, name: str, old: bytes, new: bytes, problem: str) -> None:
    assert old in (home / "public" / "history" / name).read_bytes()
    other = rewritten(home, lambda history: changed(history / name, old, new))
    assert any(problem in each for each in problems(other)), problems(other)


@pytest.mark.edge
@pytest.mark.parametrize("name", ["checkpoint", "bodies/000.jsonl", "checkpoints/000001"])
def test_what_is_missing_is_found(home: Path, name: str) -> None:
    other = rewritten(home, lambda history: (history / name).unlink())
    assert problems(other)


@pytest.mark.edge
def test_a_past_that_was_rewritten_is_caught_even_when_signed_with_the_same_key(
    tmp_path: Path, home: Path
) -> None:
    kept = tmp_path / "mine"
    kept.write_bytes((home / "public/history/checkpoint").read_bytes())
    liar = tmp_path / "liar"
    shutil.copytree(home / "ws", liar / "ws")
    with open_workspace(liar / "ws", create=False) as opened:
        for table in ("history", "checkpoints", "releases"):
            opened.db.execute(
                f"DROP TRIGGER {table}_is_not_deleted"
                if table == "history"
                else f"DROP TRIGGER {table}_are_not_deleted"
            )
        for table in ("checkpoints", "history", "releases", "entries"):
            opened.db.execute(f"DELETE FROM {table}")
    with open_workspace(liar / "ws", create=False) as opened:
        make_release(opened, liar / "public", now=NOW, pages=plain_pages)
        visit(opened, dict.fromkeys(SHOPS, Label.CONTRABAND), at=NOW + DAY)
        for _ in range(4):
            make_release(opened, liar / "public", now=NOW + DAY, pages=plain_pages)
    assert problems(liar / "public") == ()
    (problem,) = problems(liar / "public", since={"mine": held_checkpoint(home / "public", str(kept))})
    assert problem == "mine: its 7 events are not those of this history: the past was rewritten"


@pytest.mark.edge
def test_the_command_takes_a_kept_checkpoint_or_a_serial(home: Path) -> None:
    kept = home / "kept"
    shutil.copy(home / "public/history/checkpoints/000001", kept)
    asked = ["verify", str(home / "public"), "--now", "2026-03-02T12:00:00Z"]
    for since in (str(kept), "1"):
        assert CliRunner().invoke(root, [*asked, "--since", since]).exit_code == 0
    kept.write_bytes(write_checkpoint(Checkpoint(origin="list.example/history", size=2, root=EMPTY), None))
    result = CliRunner().invoke(root, [*asked, "--since", str(kept)])
    assert result.exit_code == 1
    assert f"{kept}: its 2 events are not those of this history" in result.stdout
    with pytest.raises(InputError, match=r"--since 9: no checkpoint at .*000009; name a file that you kept"):
        held_checkpoint(home / "public", "9")


@pytest.mark.edge
def test_the_log_cannot_be_changed_in_the_store_but_for_a_body_that_is_erased(home: Path) -> None:
    with open_workspace(home / "ws", create=False) as opened:
        for statement in (
            "DELETE FROM history",
            "UPDATE history SET leaf = x'00'",
            "UPDATE history SET body = x'00'",
            "DELETE FROM checkpoints",
        ):
            with pytest.raises(Exception, match="append-only"):
                opened.db.execute(statement)
        opened.db.execute("UPDATE history SET salt = x'', body = x'' WHERE number = 0")


# --- somebody else's verifier -----------------------------------------------------------------------------

GO = """
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type files string

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	folder, key, leaf := os.Args[1], os.Args[2], os.Args[3]
	verifier, err := note.NewVerifier(key)
	must(err)
	tree := func(name string) (found tlog.Tree) {
		data, err := os.ReadFile(filepath.Join(folder, name))
		must(err)
		opened, err := note.Open(data, note.VerifierList(verifier))
		must(err)
		lines := strings.SplitN(opened.Text, "\\n", 2)
		found, err = tlog.ParseTree([]byte("go.sum database tree\\n" + lines[1]))
		must(err)
		return found
	}
	before, now := tree("checkpoints/000001"), tree("checkpoint")
	reader := tlog.TileHashReader(now, files(folder))
	grown, err := tlog.ProveTree(now.N, before.N, reader)
	must(err)
	must(tlog.CheckTree(grown, now.N, now.Hash, before.N, before.Hash))
	record, err := tlog.ProveRecord(now.N, 0, reader)
	must(err)
	must(tlog.CheckRecord(record, now.N, now.Hash, 0, tlog.Hash(sha256.Sum256([]byte("\\x00"+leaf)))))
	fmt.Println("agreed on", now.N)
}
"""
MODULES = Path("/usr/share/gocode/src/golang.org/x/mod")


@pytest.mark.edge
@pytest.mark.skipif(
    not shutil.which("go") or not MODULES.is_dir(),
    reason="Debian's golang-go and golang-golang-x-mod-dev are not installed",
)
def test_gos_own_verifier_agrees(home: Path, tmp_path: Path) -> None:
    source = tmp_path / "src" / "check"
    source.mkdir(parents=True)
    (source / "main.go").write_text(GO)
    history = home / "public" / "history"
    (tile,) = entry_tiles(7)
    first = next(parse_entries((history / tile).read_bytes(), tile))
    public = load_signing_key(home / "ws" / "sign.key").public.key
    environment = {
        "GOPATH": f"{tmp_path}:/usr/share/gocode",
        "GO111MODULE": "off",
        "GOCACHE": str(tmp_path / "cache"),
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin:/usr/local/go/bin",
    }
    result = subprocess.run(
        ["go", "run", "main.go", str(history), verifier_key("list.example/history", public), first.decode()],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "agreed on 7\n"), result.stdout + result.stderr


@pytest.mark.edge
def test_the_command_proves_what_the_history_says_of_an_entry(home: Path) -> None:
    listed = orjson.loads((home / "public/list/entries.jsonl").read_bytes().splitlines()[0])["id"]
    asked = ["verify", str(home / "public"), "--now", "2026-03-02T12:00:00Z", "--entry", listed]
    result = CliRunner().invoke(root, asked)
    assert (result.exit_code, result.stdout.count("proven by history/checkpoint")) == (0, 2)
    assert f"{listed}: listed 2026-03-01T12:00:00Z in release 1; event " in result.stdout
    for event in orjson.loads(CliRunner().invoke(root, [*asked, "--json"]).stdout)["events"]:
        index, path, note = parse_proof(event["proof"].encode(), "x")
        checkpoint = parse_checkpoint(note, "x")
        found = leaf_hash(event["leaf"].encode())
        assert is_included(found, index, checkpoint.size, path, checkpoint.root)
    with pytest.raises(InputError, match="--entry LG-NO: the history says nothing of it"):
        CliRunner().invoke(root, [*asked[:-1], "LG-NO"], catch_exceptions=False)


# --- what somebody hostile may put there ----------------------------------------------------------------

ODD = [
    b"[]",
    b"3",
    b'"x"',
    b"null",
    b"{}",
    b'{"kind":[],"serial":1,"commitment":""}',
    b'{"kind":"released","serial":' + b"9" * 5000 + b',"commitment":""}',
    b'{"kind":"released","serial":true,"commitment":""}',
    b'{"kind":"listed","serial":1,"commitment":"","entry":["x"]}',
    b'{"kind":"listed","serial":1,"commitment":"","entry":{}}',
    b'{"kind":"removed","serial":1,"commitment":""}',
    b'{"kind":"released","serial":-1,"commitment":""}',
    b"\xff",
    b"",
]


@pytest.mark.edge
def test_a_line_of_any_kind_is_a_problem_and_no_traceback(home: Path) -> None:
    seed = load_signing_key(home / "ws" / "sign.key").seed
    other = rewritten(home, lambda _: None)
    true = list(parse_entries((other / "history/tile/entries/000.p/7").read_bytes(), "x"))
    for leaf in ODD:
        leaves = [leaf, *true[1:]]
        root_hash = root_of([leaf_hash(each) for each in leaves])
        note = write_checkpoint(Checkpoint(origin="list.example/history", size=7, root=root_hash), seed)
        for path, data in (*tile_files(leaves), ("checkpoint", note), ("checkpoints/000002", note)):
            (other / "history" / path).unlink()
            (other / "history" / path).write_bytes(data)
        assert problems(other), leaf


@pytest.mark.edge
def test_a_damaged_checkpoint_of_an_older_release_is_a_problem(home: Path) -> None:
    older = home / "public.releases/000001/history/checkpoint"
    for data in (b"", b"x", b"a\n1\nb\n", b"a\n-1\n" + b"A" * 43 + b"=\n\n"):
        older.unlink()
        older.write_bytes(data)
        result = CliRunner().invoke(root, ["verify", str(home / "public"), "--now", "2026-03-02T12:00:00Z"])
        assert result.exit_code == 1, result.output


@pytest.mark.parametrize("since", ["", ".", "9" * 5000, "\u0663", "x" * 5001], ids=range(5))
def test_what_names_no_checkpoint_is_unusable_input(tmp_path: Path, since: str) -> None:
    with pytest.raises(InputError, match=r"--since"):
        held_checkpoint(tmp_path, since)


# --- proofs from tiles ----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 1200), st.data())
def test_proofs_from_tiles_are_those_of_the_tree(size: int, data: st.DataObject) -> None:
    leaves = [b"%d" % number for number in range(size)]
    hashes = [leaf_hash(each) for each in leaves]
    tiles = dict(tile_files(leaves))
    index = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(1, size))
    note = write_checkpoint(Checkpoint(origin="x", size=size, root=root_of(hashes)), None)
    found, path, checkpoint = parse_proof(write_proof(tiles.__getitem__, index, note, size), "x")
    assert (found, path, checkpoint) == (index, inclusion_proof(hashes, index), note)
    assert consistency_path(roots_of(tiles.__getitem__, size), earlier, size) == consistency_proof(
        hashes, earlier
    )
    now = Checkpoint(origin="x", size=size, root=root_of(hashes))
    then = Checkpoint(origin="x", size=earlier, root=root_of(hashes[:earlier]))
    check_grown(then, now, tiles.__getitem__, "x")
    check_grown(Checkpoint(origin="x", size=0, root=EMPTY), now, tiles.__getitem__, "x")
    with pytest.raises(VerificationError, match="x: its history is not the one that it had"):
        check_grown(replace(then, root=EMPTY), now, tiles.__getitem__, "x")
    with pytest.raises(VerificationError, match="cut short"):
        check_grown(replace(now, size=size + 1), now, tiles.__getitem__, "x")


def test_a_tile_that_is_cut_short_is_refused() -> None:
    tiles = dict(tile_files([b"%d" % number for number in range(300)]))
    with pytest.raises(FormatError, match=r"history/tile/0/000: is cut short"):
        roots_of(lambda path: tiles[path][:-1], 300)(128, 256)


@pytest.mark.parametrize(
    "data",
    [b"", b"c2sp.org/tlog-proof@v1\nindex 0\n\n", b"c2sp.org/tlog-proof@v1\nindex 0\nAA\n\nx", b"\xff"],
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="x: is not a proof"):
        parse_proof(data, "x")
