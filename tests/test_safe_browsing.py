"""Safe Browsing's messages: what is written reads back, updates lead where they say, nothing is widened."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import FormatError, InputError
from blocklist.formats import Claim, rules_with
from blocklist.formats.base import Rule
from blocklist.formats.records import write_entries
from blocklist.formats.safe_browsing import EXPRESSIONS, FULL_HASHES, HASH_LIST, SAFE_BROWSING, forms_of
from blocklist.lookup.safe_browsing import Asked, answer
from blocklist.model import ListKey, Scope
from blocklist.safe_browsing import v2, v4, v5
from blocklist.safe_browsing.hashes import HashList, changes, serial_in
from blocklist.safe_browsing.rice import Coded, bound_bits, decode, encode
from blocklist.safe_browsing.wire import fields, last, message, repeated
from blocklist.urls import expressions, parse_url
from tests.consumer_list import ENTRIES, HEADER, QUESTIONS
from tests.list_makers import NOW, entry

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
numbers = st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=200).map(sorted)
close = st.sets(st.integers(0, 300), min_size=1, max_size=200).map(sorted)
names = st.sets(st.integers(0, 400), max_size=120).map(lambda found: [f"n{each}.example/" for each in found])


# --- the encodings --------------------------------------------------------------------------------------


def test_the_literal_bytes_of_a_message() -> None:
    assert message((1, 150), (2, b"hi"), (3, 0), (4, "")) == bytes.fromhex("089601 12026869")


@given(st.lists(st.tuples(st.integers(1, 2000), st.one_of(st.integers(1, 2**64 - 1), st.binary(min_size=1)))))
def test_a_message_reads_back(said: list[tuple[int, int | bytes]]) -> None:
    assert list(fields(message(*said), "x")) == said


def test_negative_numbers_are_the_twos_complement_of_64_bits() -> None:
    assert list(fields(message((1, -1)), "x")) == [(1, 2**64 - 1)]


@given(st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for reader in (lambda: list(fields(data, "x")), lambda: v5.parse_batch(data, "x")):
        try:
            reader()
        except FormatError as problem:
            assert "x" in str(problem)  # noqa: PT017 - either is fine


@given(st.one_of(numbers, close), st.sampled_from([(2, 28), (3, 30)]))
def test_numbers_are_coded_and_read_back(found: list[int], span: tuple[int, int]) -> None:
    coded = encode(found, least=span[0], most=span[1])
    assert coded.parameter in (0, *range(span[0], span[1] + 1))
    assert decode(coded, "x").tolist() == found


def test_the_literal_bits_of_a_coding() -> None:
    """No ones, a zero and three bits of 3; again for 5; from the lowest bit of each octet."""
    coded = encode([10, 13, 18], least=3, most=3)
    assert (coded.first, coded.parameter, coded.count) == (10, 3, 2)
    bits = "".join(f"{octet:08b}"[::-1] for octet in coded.data)
    assert bits == "0" + "110" + "0" + "101"


@pytest.mark.parametrize(
    "coded",
    [
        Coded(first=1, parameter=3, count=9, data=b"\x00"),
        Coded(first=1, parameter=3, count=1, data=b"\xff\xff"),
        Coded(first=1, parameter=0, count=1, data=b"\x00"),
        Coded(first=1, parameter=40, count=1, data=b"\x00" * 9),
        Coded(first=1, parameter=3, count=2**31, data=b"\x00"),
    ],
)
def test_a_coding_that_is_cut_short_is_refused(coded: Coded) -> None:
    with pytest.raises(FormatError, match="x"):
        decode(coded, "x")


def test_a_list_of_a_hundred_thousand_is_within_two_hundredths_of_the_bound() -> None:
    found = HashList.of((f"n{number}.example/" for number in range(100_000)), 1)
    size = len(v5.write_batch([v5.write_list(found)])) * 8
    assert size <= 1.02 * bound_bits(len(found.prefixes))


# --- updates --------------------------------------------------------------------------------------------


@given(names, names)
def test_an_update_leads_from_one_list_to_another(old: list[str], new: list[str]) -> None:
    before, after = HashList.of(old, 1), HashList.of(new, 2)
    (whole,) = v5.parse_batch(v5.write_batch([v5.write_list(after)]), "x")
    (partial,) = v5.parse_batch(v5.write_batch([v5.write_list(after, before)]), "x")
    assert (whole.partial, partial.partial) == (False, True)
    assert whole.applied().tolist() == after.prefixes.tolist()
    assert partial.applied(before.prefixes).tolist() == after.prefixes.tolist()
    assert partial.version == whole.version == after.version


def test_an_update_of_another_list_is_refused() -> None:
    before, after = HashList.of(["a.example/", "b.example/"], 1), HashList.of(["b.example/"], 2)
    (update,) = v5.parse_batch(v5.write_batch([v5.write_list(after, before)]), "x")
    with pytest.raises(FormatError, match="whole list"):
        update.applied(HashList.of(["c.example/", "d.example/"], 1).prefixes)
    with pytest.raises(FormatError, match="whole list"):
        update.applied()


@given(names)
def test_a_version_names_its_release_and_its_list(found: list[str]) -> None:
    assert serial_in(HashList.of(found, 41).version) == 41
    assert HashList.of([*found, "more.example/"], 41).version != HashList.of(found, 41).version


@pytest.mark.parametrize(
    "version", [b"", b"41", b".", b"x.0123456789abcdef", b"9" * 400 + b".0123456789abcdef"]
)
def test_what_is_no_version_names_no_release(version: bytes) -> None:
    assert serial_in(version) is None


def test_what_is_asked_for_often_is_told_once() -> None:
    # Found by reading: 262,144 bytes of repetitions asked for 17,000,000,000 lists of matches.
    held = HashList.of(["n1.example/"], 1)
    (one,) = held.hashes
    packed = message((1, b"\x05" * 900), (2, b"\x02" * 900)) + repeated(3, [message((1, one[:4]))] * 900)
    found = v4.full_hashes(message((3, packed)), held, as_json=False)
    assert [number for number, _ in fields(found, "x")] == [1, 3]
    info = {
        "threatTypes": ["SOCIAL_ENGINEERING"],
        "platformTypes": ["LINUX"] * 900,
        "threatEntries": [{"hash": base64.b64encode(one[:4]).decode()}] * 900,
    }
    told = v4.full_hashes(orjson.dumps({"threatInfo": info}), held, as_json=True)
    assert len(orjson.loads(told)["matches"]) == 1
    wanted = message((1, 5), (2, 2), (4, message((4, 1))), (5, 1))
    updates = v4.updates(repeated(3, [wanted] * 900), held, lambda _: None, as_json=False)
    assert [number for number, _ in fields(updates, "x")] == [1, 2]


def _rice(said: bytes) -> Any:
    values: dict[int, Any] = dict(last(said, "x"))
    first, k, count = (values.get(number, 0) for number in (1, 2, 3))
    return decode(Coded(first=first, parameter=k, count=count, data=values.get(4, b"")), "x")


def _told_json(before: HashList, after: HashList) -> tuple[Any, Any, bytes]:
    wanted = {"threatType": "SOCIAL_ENGINEERING", "platformType": "LINUX", "threatEntryType": "URL"}
    body = orjson.dumps({"listUpdateRequests": [wanted]})
    (said,) = orjson.loads(v4.updates(body, after, lambda _: before, as_json=True))["listUpdateResponses"]
    gone = [each for one in said.get("removals", []) for each in one["rawIndices"]["indices"]]
    came = b"".join(base64.b64decode(one["rawHashes"]["rawHashes"]) for one in said.get("additions", []))
    return gone, came, base64.b64decode(said["checksum"]["sha256"])


def _told_message(before: HashList, after: HashList, *, rice: bool) -> tuple[Any, Any, bytes]:
    wanted = message((1, 5), (2, 2), (4, message((4, 1 + rice))), (5, 1))
    told = v4.updates(repeated(3, [wanted]), after, lambda _: before, as_json=False)
    (response,) = (value for number, value in fields(told, "x") if number == 1)
    said: dict[int, Any] = dict(last(response, "x"))  # type: ignore[arg-type]
    added: dict[int, Any] = dict(last(said.get(5, b""), "x"))
    removed: dict[int, Any] = dict(last(said.get(6, b""), "x"))
    digest = last(said[8], "x")[1]
    if rice:
        gone = _rice(removed[5]) if removed else []
        came = _rice(added[4]).astype("<u4").tobytes() if added else b""
    else:
        gone = [value for _, value in fields(removed.get(3, b""), "x")]
        came = dict(last(added[2], "x"))[2] if added else b""
    return gone, came, digest  # type: ignore[return-value]


@given(names, names, st.sampled_from(["json", "raw", "rice"]))
def test_version_4_leads_there_too(old: list[str], new: list[str], way: str) -> None:
    before, after = HashList.of(old, 1), HashList.of(new, 2)
    if way == "json":
        gone, came, digest = _told_json(before, after)
    else:
        gone, came, digest = _told_message(before, after, rice=way == "rice")
    kept = np.delete(before.prefixes, np.array(gone, dtype=np.int64))
    found = np.union1d(kept, np.frombuffer(came, dtype=">u4").astype(np.int64))
    assert found.tolist() == after.prefixes.tolist()
    assert hashlib.sha256(found.astype(">u4").tobytes()).digest() == digest


def test_removed_places_are_of_the_sorted_list() -> None:
    removed, added = changes(np.array([1, 5, 9]), np.array([5, 7]))
    assert (removed.tolist(), added.tolist()) == ([0, 2], [7])


def test_version_2_forgets_the_old_chunk_and_names_the_new() -> None:
    found = HashList.of(["a.example/"], 42)
    body = f"other-table;\n{v2.TABLE};a:40-41:s:3\n".encode()
    assert v2.downloads(body, found, "g.example/chunk/42").decode().split() == [
        "n:1800", f"i:{v2.TABLE}", "ad:40-41", "u:g.example/chunk/42",
    ]  # fmt: skip
    same = v2.downloads(f"{v2.TABLE};a:42\n".encode(), found, "g.example/chunk/42")
    assert same.decode().split() == ["n:1800", f"i:{v2.TABLE}"]
    assert v2.chunk(found) == b"a:42:32:32\n" + hashlib.sha256(b"a.example/").digest()
    with pytest.raises(FormatError, match=v2.TABLE):
        v2.downloads(b"goog-phish-shavar;\n", found, "")


# --- what can be said -----------------------------------------------------------------------------------

SAYABLE = [
    (D, "shop.example/", ("shop.example/",)),
    (D, "a.b.c.shop.example/", ("a.b.c.shop.example/",)),
    (D, "a.b.c.d.shop.example/", "too-deep"),
    (D, "example/", "too-deep"),
    (H, "shop.example/", "covers-subdomains"),
    (U, "shop.example/a?b", "covers-subdomains"),
    (P, "shop.example/a/", "covers-subdomains"),
    (H, "192.0.2.7/", ("192.0.2.7/",)),
    (H, "[2001:db8::1]/", "address"),
    (D, "*.star.example/", "not-a-dns-name"),
    (U, "192.0.2.7/a?b=1", ("192.0.2.7/a?b=1",)),
    (U, "192.0.2.7/%E4%BD%A0?b", ("192.0.2.7/%E4%BD%A0?b", "192.0.2.7/%e4%bd%a0?b")),
    (U, "192.0.2.7/a", "covers-queries"),
    (P, "192.0.2.7/a/b/c/", ("192.0.2.7/a/b/c/",)),
    (P, "192.0.2.7/a/b/c/d/", "too-deep"),
    (U, "192.0.2.7/a|b?c", "odd-characters"),
]


@pytest.mark.parametrize(("scope", "expression", "said"), SAYABLE)
def test_what_can_be_said_exactly(scope: Scope, expression: str, said: Sequence[str] | str) -> None:
    assert forms_of(Rule(ListKey(expression), scope, False, False)) == said


def test_people_are_not_said() -> None:
    assert forms_of(Rule(ListKey("192.0.2.7/a?b=1"), U, False, True)) == "sensitive"


def test_the_specification_finds_what_is_listed_and_nothing_else() -> None:
    parcel = SAFE_BROWSING.write(rules_with(ENTRIES), HEADER)
    claims = set(SAFE_BROWSING.parse(parcel.files))
    hashes = set(v5.parse_found(parcel.files[FULL_HASHES], "x"))
    assert claims
    for question in QUESTIONS:
        asked = expressions(parse_url(question.url))
        is_found = any(hashlib.sha256(each.encode()).digest() in hashes for each in asked)
        assert is_found is (question.claim in claims), question
    assert parcel.emitted + sum(parcel.omitted.values()) == len(ENTRIES)


def test_the_hashes_must_be_those_of_the_expressions() -> None:
    files = dict(SAFE_BROWSING.write(rules_with([entry(D, "shop.example/", 1)]), HEADER).files)
    other = SAFE_BROWSING.write(rules_with([entry(D, "other.example/", 1)]), HEADER).files
    assert SAFE_BROWSING.parse(files) == (Claim(D, ListKey("shop.example/")),)
    for name in (HASH_LIST, FULL_HASHES, EXPRESSIONS):
        with pytest.raises(FormatError, match=r"safe-browsing/.*\.pb"):
            SAFE_BROWSING.parse({**files, name: other[name]})


# --- answers from a published folder --------------------------------------------------------------------


def publish(root: Path, serial: int, expressions_of: Sequence[str]) -> Path:
    """Lay out as much of a release as answers need, and show it."""
    entries = [
        entry(D, each, number, category="tobacco" if number == 1 else "gambling")
        for number, each in enumerate(expressions_of, start=1)
    ]
    target = root / f"public.releases/{serial:06}/list"
    (target / "by-category/tobacco").mkdir(parents=True)
    (target / "entries.jsonl").write_bytes(write_entries(entries))
    (target / "manifest.json").write_bytes(orjson.dumps({"serial": serial, "issued_at": NOW}))
    (root / "public").unlink(missing_ok=True)
    (root / "public").symlink_to(f"public.releases/{serial:06}")
    return root / "public"


def _updates(folder: Path, *versions: bytes, chosen: str = "", names: Sequence[str] = ("se-4b",)) -> Any:
    query = "&".join(
        [f"names={name}" for name in names]
        + [f"version={quote(base64.b64encode(each))}" for each in versions]
    )
    found = answer(folder, Asked(path=f"{chosen}v5/hashLists:batchGet", query=query))
    assert found is not None
    return v5.parse_batch(found.body, "x")


def test_a_client_is_given_what_changed_where_its_release_still_lies_there(tmp_path: Path) -> None:
    folder = publish(tmp_path, 1, ["a.example/", "b.example/"])
    (first,) = _updates(folder)
    folder = publish(tmp_path, 2, ["b.example/", "c.example/"])
    (second,) = _updates(folder, first.version)
    assert (first.partial, second.partial) == (False, True)
    assert second.applied(first.applied()).tolist() == _updates(folder)[0].applied().tolist()
    (again,) = _updates(folder, second.version)
    assert (again.partial, len(again.additions), len(again.removals)) == (True, 0, 0)
    forged = first.version[:-1] + (b"0" if first.version[-1:] != b"0" else b"1")
    assert not _updates(folder, forged)[0].partial
    assert not _updates(folder, b"7.0123456789abcdef")[0].partial


def test_other_lists_than_ours_are_empty(tmp_path: Path) -> None:
    folder = publish(tmp_path, 1, ["a.example/"])
    other, ours = _updates(folder, names=("mw-4b", "se-4b"))
    assert (other.name, len(other.applied()), ours.name, len(ours.applied())) == ("mw-4b", 0, "se-4b", 1)


def test_each_set_is_given_by_itself(tmp_path: Path) -> None:
    folder = publish(tmp_path, 1, ["a.example/", "b.example/"])
    (part,) = _updates(folder, chosen="by-category/tobacco/")
    assert len(part.applied()) == 1
    for path in ("by-category/other/v5/hashLists:batchGet", "../v5/hashes:search", "v5/else", "v3/x", ""):
        assert answer(folder, Asked(path=path, query="names=se-4b")) is None


def test_a_search_gives_the_hashes_behind_a_prefix(tmp_path: Path) -> None:
    folder = publish(tmp_path, 1, ["a.example/", "b.example/"])
    digest = hashlib.sha256(b"a.example/").digest()
    query = f"hashPrefixes={quote(base64.b64encode(digest[:4]))}&hashPrefixes=AAAAAA%3D%3D"
    found = answer(folder, Asked(path="v5/hashes:search", query=query))
    assert found is not None
    assert v5.parse_found(found.body, "x") == (digest,)
    assert last(found.body, "x")[2] == message((1, 300))


@pytest.mark.parametrize(
    "asked",
    [
        Asked(path="v5/hashLists:batchGet"),
        Asked(path="v5/hashes:search", query="hashPrefixes=%%%"),
        Asked(path="v5/hashes:search", query="hashPrefixes=AAAA"),
        Asked(path="v4/threatListUpdates:fetch", body=b"{"),
        Asked(path="v4/threatListUpdates:fetch", body=b"[]"),
        Asked(path="v4/threatListUpdates:fetch", query="$req=AA"),
        Asked(path="v4/fullHashes:find", body=b'{"threatInfo":{"threatTypes":["SOCIAL_ENGINEERING"]}}'),
        Asked(path="v4/fullHashes:find", query="$req=eA"),
        Asked(path="v2/downloads", body=b"\xff"),
    ],
)
def test_what_is_no_request_is_refused_with_a_reason(tmp_path: Path, asked: Asked) -> None:
    folder = publish(tmp_path, 1, ["a.example/"])
    with pytest.raises(FormatError):
        answer(folder, asked)


def test_a_folder_without_a_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a published folder"):
        answer(tmp_path, Asked(path="v4/threatLists"))
