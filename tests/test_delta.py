"""Deltas: from any of the last thirty releases, replaying gives the newest file to the byte."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError
from blocklist.formats.delta import (
    KEPT,
    Delta,
    State,
    Steps,
    apply_delta,
    delta_name,
    deltas_from,
    difference,
    joined,
    parse_delta,
    write_delta,
)
from blocklist.formats.records import ENTRIES
from blocklist.mirror import open_source, pull
from blocklist.model import Label
from blocklist.release.publish import make_release
from blocklist.release.verify import verify
from blocklist.store import open_workspace
from tests.list_makers import DAY, NOW
from tests.list_workspace import SHOPS, plain_pages, visit, visited

lists = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 3), max_size=8)


def file_of(entries: dict[str, int]) -> bytes:
    return joined({name: orjson.dumps({"id": name, "value": value}) for name, value in entries.items()})


def state(serial: int, data: bytes) -> State:
    return State(serial=serial, entries=hashlib.sha256(data).hexdigest())


def steps(old: bytes, new: bytes) -> Steps:
    return difference(BytesIO(old), BytesIO(new))


@settings(max_examples=200, deadline=None)
@given(st.lists(lists, min_size=2, max_size=6))
def test_replay_from_any_release_gives_the_newest_to_the_byte(years: list[dict[str, int]]) -> None:
    files = [file_of(each) for each in years]
    deltas: list[Delta] = []
    for serial in range(1, len(files)):
        old, new = files[serial - 1], files[serial]
        deltas = deltas_from(deltas, state(serial, old), state(serial + 1, new), steps(old, new))
        assert [each.before.serial for each in deltas] == list(range(serial, 0, -1))
        for delta in deltas:
            read = parse_delta(write_delta(delta), "delta")
            assert read == delta
            assert apply_delta(files[delta.before.serial - 1], read, "delta") == new
            direct = steps(files[delta.before.serial - 1], new)
            assert direct.items() <= delta.steps.items()  # what left and came back unchanged is said


def test_the_file_is_a_json_patch() -> None:
    old, new = file_of({"A": 1, "B": 1}), file_of({"B": 2, "C": 3})
    (delta,) = deltas_from([], state(41, old), state(42, new), steps(old, new))
    assert orjson.loads(write_delta(delta)) == {
        "from": {"entries": hashlib.sha256(old).hexdigest(), "serial": 41},
        "patch": [
            {"op": "remove", "path": "/A"},
            {"op": "replace", "path": "/B", "value": {"id": "B", "value": 2}},
            {"op": "add", "path": "/C", "value": {"id": "C", "value": 3}},
        ],
        "to": {"entries": hashlib.sha256(new).hexdigest(), "serial": 42},
    }
    assert delta_name(41) == "delta/000041.json"


def test_a_delta_that_does_not_fit_says_to_take_the_whole_file() -> None:
    old, new = file_of({"A": 1}), file_of({"B": 2})
    (delta,) = deltas_from([], state(1, old), state(2, new), steps(old, new))
    for wrong, problem in (
        (delta, "does not lead from this"),
        (replace(delta, before=state(1, new)), r"cannot remove A"),
        (replace(delta, before=state(1, new), steps={}, after=state(2, old)), "does not lead to the"),
    ):
        with pytest.raises(FormatError, match=rf"^delta: {problem}.*; take the whole file$"):
            apply_delta(new, wrong, "delta")


@pytest.mark.parametrize(
    "patch",
    ['[{"op":"move","path":"/A"}]', '[{"op":"add","path":"/A"}]', '[{"op":"remove","path":"/"}]', "[7]", "7"],
)
def test_what_is_no_delta_is_refused(patch: str) -> None:
    data = b'{"from":{"serial":1,"entries":""},"to":{"serial":2,"entries":""},"patch":%b}' % patch.encode()
    with pytest.raises(FormatError, match=r"^delta: (is not a delta|patch\[0\] is no step)"):
        parse_delta(data, "delta")


def publish(home: Path, days: int) -> None:
    with open_workspace(home / "ws", create=False) as opened:
        visit(opened, dict.fromkeys(SHOPS[: 1 + days % 3], Label.CONTRABAND), at=NOW + days * DAY)
        make_release(opened, home / "public", now=NOW + days * DAY, pages=plain_pages)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three releases."""
    visited(tmp_path / "ws", dict.fromkeys(SHOPS[:1], Label.CONTRABAND))
    for day in range(3):
        publish(tmp_path, day)
    return tmp_path


@pytest.mark.edge
def test_a_release_brings_a_delta_from_each_before(home: Path) -> None:
    folder = home / "public" / "list"
    assert sorted(path.name for path in (folder / "delta").glob("*.json")) == ["000001.json", "000002.json"]
    for serial in (1, 2):
        old = (home / "public.releases" / f"{serial:06}" / "list" / ENTRIES).read_bytes()
        delta = parse_delta((folder / delta_name(serial)).read_bytes(), "delta")
        assert apply_delta(old, delta, "delta") == (folder / ENTRIES).read_bytes()
    assert verify(home / "public", now=NOW + 2 * DAY).problems == ()


@pytest.mark.edge
@pytest.mark.parametrize(
    ("name", "change"),
    [
        (delta_name(1), lambda _: b"{"),
        (ENTRIES, lambda data: data[:40]),
        (ENTRIES, lambda _: b""),
    ],
    ids=["no JSON", "half the entries", "no entries"],
)
def test_what_somebody_altered_is_not_led_on_from(
    home: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    # Found by reading: any of these stopped all releases that followed.
    path = home / "public" / "list" / name
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(change(data))
    publish(home, 3)
    assert verify(home / "public", now=NOW + 3 * DAY, since={}).problems == ()
    deltas = {each.name for each in (home / "public" / "list" / "delta").glob("*.json")}
    assert deltas == ({"000002.json", "000003.json"} if name != ENTRIES else set())


@pytest.mark.edge
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b'"serial":3', b'"serial":4', "does not lead to this release"),
        (b'"grade":3', b'"grade":4', "says otherwise of LG-"),
        (b'"op"', b'"po"', r"patch\[0\] is no step"),
    ],
)
def test_a_delta_that_lies_is_found(home: Path, old: bytes, new: bytes, problem: str) -> None:
    path = home / "public" / "list" / delta_name(1)
    data = path.read_bytes()
    assert old in data
    path.unlink()
    path.write_bytes(data.replace(old, new, 1))
    found = verify(home / "public", now=NOW + 2 * DAY).problems
    assert any(re.search(f"delta/000001.json: {problem}", each) for each in found), found


@pytest.mark.edge
def test_a_consumer_fetches_what_changed(home: Path) -> None:
    asked: list[str] = []
    first = home / "public.releases" / "000001"
    pull(open_source(str(first)), home / "copy", now=NOW, only=[ENTRIES])
    source = open_source(str(home / "public"))
    done = pull(
        source, home / "copy", now=NOW + 2 * DAY, only=[ENTRIES], told=lambda name, _: asked.append(name)
    )
    assert (done.before, done.serial, done.whole) == (1, 3, False)
    assert "delta/000001.json.zst" in asked
    assert not any(name.startswith(ENTRIES) for name in asked)
    assert (home / "copy/list" / ENTRIES).read_bytes() == (home / "public/list" / ENTRIES).read_bytes()


@pytest.mark.edge
@pytest.mark.parametrize("left", [None, b""])
def test_a_consumer_whom_no_delta_reaches_takes_the_whole_file(home: Path, left: bytes | None) -> None:
    pull(open_source(str(home / "public.releases" / "000001")), home / "copy", now=NOW, only=[ENTRIES])
    path = home / "public" / "list" / (delta_name(1) + ".zst")
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    said = CliRunner().invoke(
        root,
        [
            "pull",
            str(home / "public"),
            str(home / "copy"),
            "--only",
            ENTRIES,
            "--now",
            "2026-03-03T12:00:00Z",
        ],
    )
    assert "no delta leads here from release 1: the whole list was fetched\n" in said.stderr
    assert said.stdout.startswith("release 3 (was 1)")
    assert (home / "copy/list" / ENTRIES).read_bytes() == (home / "public/list" / ENTRIES).read_bytes()


def test_a_delta_on_which_nothing_can_follow_is_left_out() -> None:
    old, new = state(2, b"old"), state(3, b"new")
    altered = Delta(before=state(1, b"first"), after=old, steps={"A": ("add", b"{}")})
    (found,) = deltas_from([altered], old, new, {"A": ("add", b"{}")})
    assert found.before == old


def test_thirty_are_kept() -> None:
    data = file_of({"A": 1})
    deltas: list[Delta] = []
    for serial in range(1, KEPT + 5):
        deltas = deltas_from(deltas, state(serial, data), state(serial + 1, data), {})
    assert len(deltas) == KEPT
    assert [deltas[0].before.serial, deltas[-1].before.serial] == [KEPT + 4, 5]
