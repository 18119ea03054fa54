"""Formats of several files: what they say reads back, and what they cannot is counted."""

import contextlib
import hashlib
import json
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.errors import FormatError
from blocklist.formats import Bundle, Claim, all_bundles, rules_with
from blocklist.formats import bundle as bundles
from blocklist.formats.misp import HASHES, MANIFEST
from blocklist.formats.stix import OBJECTS, STIX
from blocklist.formats.stix_pattern import read, say
from blocklist.model import Alias, ListKey, Scope
from tests.consumer_list import CLAIMS, ENTRIES, HEADER
from tests.list_makers import DAY, NOW, entry, key
from tests.test_formats import HEADER as HOSTILE
from tests.test_formats import few, rule, rules

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
BUNDLES = {each.name: each for each in all_bundles()}
OBJECTS_OF = ("misp", "stix")
"""Bundles of objects, which hold the newest claims only."""

PATTERNS = [
    (H, "host.example/", "[domain-name:value = 'host.example']"),
    (D, "domain.example/", r"[domain-name:value MATCHES '^(.*\\.)?domain\\.example$']"),
    (P, "homes.example/a/", r"[url:value MATCHES '^https?://homes\\.example(:[0-9]+)?/a/']"),
    (U, "page.example/'", r"[url:value = 'http://page.example/\'' OR url:value = 'https://page.example/\'']"),
    (
        U,
        "page.example/a?b='",
        r"[url:value = 'http://page.example/a?b=%27' OR url:value = 'https://page.example/a?b=%27']",
    ),
]


@pytest.mark.parametrize(("scope", "expression", "pattern"), PATTERNS)
def test_the_literal_patterns(scope: Scope, expression: str, pattern: str) -> None:
    assert say(rule(scope, expression)) == (pattern, "")
    assert read(pattern, "x", 1) == Claim(scope, ListKey(expression))


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[url:value = 'x']",
        "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
        "[domain-name:value MATCHES '^(.*\\\\.)?a.example$']",
        "[domain-name:value LIKE '%.example']",
        "[url:value MATCHES 'a']",
    ],
)
def test_a_pattern_that_is_not_ours_is_refused(pattern: str) -> None:
    with pytest.raises(FormatError, match="x line 1"):
        read(pattern, "x", 1)


@pytest.mark.parametrize("name", BUNDLES)
@few
@given(found=rules)
def test_what_is_written_reads_back_and_says_nothing_else(name: str, found: list[object]) -> None:
    made = BUNDLES[name]
    entries = [
        entry(each.scope, each.expression, number)  # type: ignore[attr-defined]
        for number, each in enumerate(found)
        if not each.alias  # type: ignore[attr-defined]
    ]
    parcel = made.write(rules_with(entries), HOSTILE)
    assert all(map(made.owns, parcel.files))
    assert set(made.always) <= parcel.files.keys()
    claims = made.parse(parcel.files)
    assert len(set(claims)) == len(claims) == parcel.emitted
    assert set(claims) <= {Claim(each.scope, each.expression) for each in entries}
    assert parcel.emitted + sum(parcel.omitted.values()) == len(entries)
    again = made.write(rules_with(reversed(entries)), HOSTILE)
    assert again == parcel


@pytest.mark.parametrize("name", OBJECTS_OF)
def test_people_and_what_cannot_be_said_are_left_out_and_counted(name: str) -> None:
    secret = entry(U, "shop.example/u?email=x", 1, sensitive=True)
    shown = entry(U, "shop.example/a", 2)
    aliases = [
        Alias(expression=key("http://short.example/1"), entry=shown.id),
        Alias(expression=key("http://hop.example/?email=x"), entry=shown.id, sensitive=True),
    ]
    address = entry(H, "192.0.2.1/", 3)
    parcel = BUNDLES[name].write(rules_with([secret, shown, address], aliases), HEADER)
    assert (parcel.emitted, parcel.aliases) == (1, 1)
    assert parcel.omitted == {"sensitive": 1, "address": 1}
    assert not any(b"email" in data for data in parcel.files.values())


def test_misp_has_no_type_for_a_directory() -> None:
    parcel = BUNDLES["misp"].write(rules_with([entry(P, "homes.example/a/", 1)]), HEADER)
    assert (parcel.emitted, parcel.omitted) == (0, {"scope-path": 1})


def test_only_the_newest_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST", 3)
    entries = [entry(H, f"h{day}.example/", day, listed_at=NOW - day * DAY) for day in range(1, 6)]
    for made in map(BUNDLES.__getitem__, OBJECTS_OF):
        parcel = made.write(rules_with(entries), HEADER)
        assert parcel.omitted == {"older": 2}
        assert {claim.expression for claim in made.parse(parcel.files)} == {
            "h1.example/", "h2.example/", "h3.example/",
        }  # fmt: skip


def test_an_object_keeps_its_id_from_release_to_release() -> None:
    one = entry(H, "host.example/", 1)
    later = replace(one, verified_at=NOW + DAY, expires_at=NOW + 31 * DAY)
    ids = []
    for found, header in ((one, HEADER), (later, replace(HEADER, serial=8, issued_at=NOW + DAY))):
        stix = orjson.loads(BUNDLES["stix"].write(rules_with([found]), header).files[STIX])
        misp = BUNDLES["misp"].write(rules_with([found]), header).files
        events = [
            orjson.loads(misp[name])["Event"] for name in sorted(misp) if name not in {MANIFEST, HASHES}
        ]
        ids.append(
            (
                [each["id"] for each in stix["objects"]],
                [(event["uuid"], event["Attribute"][0]["uuid"]) for event in events],
            )
        )
    assert ids[0] == ids[1]


def _forged(made: Bundle) -> list[tuple[str, bytes]]:
    """Give every file of a bundle with each of some changes."""
    files = made.write(rules_with(ENTRIES), HEADER).files
    return [(name, data) for name in files for data in (b"", b"[]", b"{}", files[name][:-3])]


@pytest.mark.parametrize("name", BUNDLES)
def test_a_broken_file_is_named(name: str) -> None:
    made = BUNDLES[name]
    files = dict(made.write(rules_with(ENTRIES), HEADER).files)
    named = {made.main, OBJECTS, HASHES} & files.keys()
    for broken, data in _forged(made):
        if broken in named:
            with pytest.raises(FormatError, match=r"\.(json|csv|txt|pb)"):
                made.parse({**files, broken: data})
    with pytest.raises(FormatError, match="extra"):
        made.parse({**files, f"{made.folder}extra.json": b"{}"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=5,
)


@pytest.mark.parametrize("name", BUNDLES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_a_file_holds_it_is_read_or_refused(name: str, data: st.DataObject) -> None:
    made = BUNDLES[name]
    files = dict(made.write(rules_with(ENTRIES[:3]), HEADER).files)
    broken = data.draw(st.sampled_from(sorted(files)))
    files[broken] = json.dumps(data.draw(json_values)).encode()
    with contextlib.suppress(FormatError):
        made.parse(files)


def test_hashes_are_of_the_values() -> None:
    files = BUNDLES["misp"].write(rules_with([entry(H, "host.example/", 1)]), HEADER).files
    (uuid,) = orjson.loads(files[MANIFEST])
    assert files[HASHES].decode() == f"{hashlib.md5(b'host.example').hexdigest()},{uuid}\n"


def test_the_list_of_the_gate_is_said_as_far_as_it_can_be() -> None:
    parcel = BUNDLES["stix"].write(rules_with(ENTRIES), HEADER)
    assert parcel.emitted + sum(parcel.omitted.values()) == len(CLAIMS)
    assert parcel.omitted == {"address": 2, "not-a-dns-name": 5}
