"""Private look-up: one shard answers as the whole list would, and asking for it tells 12 bits."""

import hashlib
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.errors import FormatError
from blocklist.formats.prefixes import (
    DIGESTS,
    SITES,
    parse_digests,
    parse_shard,
    parse_sites,
    shard_of,
    site_of,
    write_prefixes,
)
from blocklist.formats.records import parse_entries, write_entries
from blocklist.lookup import Lookup
from blocklist.lookup.private import covering, shard_for
from blocklist.model import Alias, Scope, WebUrl
from blocklist.release.shards import shard_problems
from blocklist.scopes import expression_for
from blocklist.urls import list_key, parse_url
from tests.list_makers import entry

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
ENTRIES = [
    entry(U, "page.example/a?b=1", 1),
    entry(P, "homes.example/evil/", 2),
    entry(H, "shop.co.uk/", 3),
    entry(D, "domain.example/", 4),
    entry(U, "secret.example/u?email=x", 5, sensitive=True),
    entry(H, "192.0.2.7/", 6),
]
ALIASES = [Alias(expression=list_key(parse_url("http://short.example/1")), entry=ENTRIES[0].id)]
FILES = write_prefixes(ENTRIES, ALIASES)


def asked(files: dict[str, bytes], url: str) -> list[tuple[str, str]]:
    """What a reader finds: kind and entry."""
    name = shard_for(url, parse_sites(files[SITES]))
    return [(told.kind, told.entry) for told in covering(url, parse_shard(files.get(name, b"{}"), name))]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://page.example/a?b=1#x", [("url", ENTRIES[0].id)]),
        ("http://page.example/a", []),
        ("http://homes.example/evil/x", [("path", ENTRIES[1].id)]),
        ("http://shop.co.uk:81/x", [("host", ENTRIES[2].id)]),
        ("http://www.shop.co.uk/", []),
        ("http://a.b.domain.example/", [("domain", ENTRIES[3].id)]),
        ("http://secret.example/u?email=x", [("url", ENTRIES[4].id)]),
        ("http://192.0.2.7/x", [("host", ENTRIES[5].id)]),
        ("http://short.example/1", [("alias", ENTRIES[0].id)]),
        ("http://good.example/", []),
    ],
)
def test_a_shard_answers(url: str, said: list[tuple[str, str]]) -> None:
    assert asked(FILES, url) == said


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("a.b.shop.example", "shop.example"),
        ("shop.example", "shop.example"),
        ("example", "example"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("co.uk", "co.uk"),
        ("a.b.github.io", "b.github.io"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_the_site_of_a_host(host: str, site: str) -> None:
    assert site_of(host, frozenset({"co.uk", "github.io"})) == site


def test_what_is_asked_for_depends_on_the_site_alone() -> None:
    deeper = parse_sites(FILES[SITES])
    assert deeper == {"co.uk"}
    asked_for = {
        shard_for(f"http://{host}/{path}", deeper) for host in ("a.b.example", "b.example") for path in "xy"
    }
    assert asked_for == {shard_of("b.example")}
    assert shard_of("b.example") == f"prefixes/{hashlib.sha256(b'b.example').hexdigest()[:3]}.json"


def test_the_bytes_are_what_the_docstring_shows() -> None:
    name = shard_of("shop.co.uk")
    digest = hashlib.sha256(b"shop.co.uk/").hexdigest()
    assert orjson.loads(FILES[name]) == {digest: [["host", ENTRIES[2].id, "2026-03-31T12:00:00Z"]]}
    assert b"secret" not in b"".join(FILES.values())
    assert parse_digests(FILES[DIGESTS]) == {
        each: hashlib.sha256(data).hexdigest() for each, data in FILES.items() if each != DIGESTS
    }


urls = st.builds(
    lambda host, path: parse_url(f"http://{host}/{path}"),
    st.sampled_from(["example", "a.example", "b.a.example", "co.uk", "a.co.uk", "b.a.co.uk", "192.0.2.1"]),
    st.sampled_from(["", "a", "a/", "a/b", "a/b?c", "?c"]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([U, P, H]), urls, st.booleans()), max_size=5),
    st.lists(st.sampled_from(["a.example", "b.a.example", "a.co.uk", "b.a.co.uk"]), max_size=2),
    st.lists(st.tuples(urls, st.booleans()), max_size=3),
    urls,
)
def test_one_shard_says_what_the_whole_list_says(
    pairs: list[tuple[Scope, WebUrl, bool]], whole: list[str], led: list[tuple[WebUrl, bool]], url: WebUrl
) -> None:
    entries = [
        entry(scope, expression_for(scope, made), number, sensitive=hidden)
        for number, (scope, made, hidden) in enumerate(pairs)
    ]
    entries += [entry(D, f"{name}/", 50 + number) for number, name in enumerate(whole)]
    aliases = [
        Alias(expression=list_key(made), entry=entries[0].id, sensitive=hidden)
        for made, hidden in (led if entries else [])
    ]
    files = write_prefixes(entries, aliases)
    hits = Lookup(write_entries(entries, aliases)).hits(url)
    expected = {("alias" if hit.is_alias else hit.scope.value, hit.record.id) for hit in hits}
    assert set(asked(files, url)) == expected
    shards = {name: data for name, data in files.items() if name != DIGESTS}
    records = tuple(parse_entries(write_entries(entries, aliases)))
    assert list(shard_problems(shards, files[DIGESTS], records)) == []


def test_shards_that_say_something_else_are_found() -> None:
    records = tuple(parse_entries(write_entries(ENTRIES, ALIASES)))
    shards = {name: data for name, data in FILES.items() if name != DIGESTS}
    name = shard_of("shop.co.uk")
    said = list(shard_problems({**shards, name: b"{}"}, FILES[DIGESTS], records))
    assert said == [f"{name}: is not what {DIGESTS} names (1 of its files)"]
    fewer, more = write_prefixes(ENTRIES[:-1], ALIASES), write_prefixes([*ENTRIES, entry(H, "x.example/", 9)])
    for files, problem in ((fewer, "nowhere says host"), (more, "says host of LG-0000000009")):
        others = {each: data for each, data in files.items() if each != DIGESTS}
        assert problem in " ".join(shard_problems(others, files[DIGESTS], records))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"a":1}', b'{"a":[["host","LG-1"]]}', b'{"a":[["x","y","z"]]}']
)
def test_a_shard_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^prefixes/abc\.json: "):
        list(parse_shard(data, "prefixes/abc.json"))
    with pytest.raises(FormatError, match=r"^prefixes/sites\.json: "):
        parse_sites(data)


def test_a_published_folder_holds_them(tmp_path: Path) -> None:
    assert parse_digests(b"") == {}
    with pytest.raises(FormatError, match=r"prefixes\.sha256 line 2"):
        parse_digests(FILES[DIGESTS].splitlines()[0] + b"\nnonsense\n")


@pytest.mark.parametrize("name", ["prefixes/../../etc/passwd", "prefixes//etc/passwd", "prefixes/4be.json/x"])
def test_a_name_that_is_no_shard_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match=r"prefixes\.sha256 line 1"):
        parse_digests(f"{'0' * 64}  {name}\n".encode())
