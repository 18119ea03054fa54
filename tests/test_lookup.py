"""Is it listed, and why: the library and the command."""

import dataclasses
import re
from array import array
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError, InputError, UrlError
from blocklist.formats.entry_index import INDEX, parse_index, write_index
from blocklist.formats.records import write_entries
from blocklist.lookup import Lookup, open_list
from blocklist.model import Alias, Label, ListKey, Scope, WebUrl
from blocklist.release.publish import make_release
from blocklist.scopes import covers, expression_for
from blocklist.store import open_workspace
from blocklist.urls import key_hash, list_key, parse_url
from tests.list_makers import DAY, NOW, entry
from tests.list_workspace import SHOPS, plain_pages, visited

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
ENTRIES = [
    entry(U, "page.example/a?b=1", 1),
    entry(P, "homes.example/evil/", 2),
    entry(H, "host.example/", 3),
    entry(D, "domain.example/", 4),
    entry(U, "secret.example/u?email=x", 5, sensitive=True),
    entry(U, "host.example/own", 6),
]
ALIASES = [
    Alias(expression=ListKey("short.example/1"), entry=ENTRIES[0].id),
    Alias(expression=ListKey("hop.example/?email=x"), entry=ENTRIES[0].id, sensitive=True),
]


def lookup_of() -> Lookup:
    return Lookup(write_entries(ENTRIES, ALIASES))


ANSWERS = [
    ("https://page.example/a?b=1#x", 1),
    ("http://page.example:8080/a?b=1", 1),
    ("http://page.example/a", None),
    ("http://homes.example/evil/x/y", 2),
    ("http://homes.example/good/", None),
    ("http://host.example/x", 3),
    ("http://host.example/own", 6),
    ("http://www.host.example/", None),
    ("http://a.b.domain.example/x", 4),
    ("http://otherdomain.example/", None),
    ("http://secret.example/u?email=x", 5),
    ("http://secret.example/u?email=y", None),
    ("http://short.example/1", 1),
    ("http://short.example/2", None),
    ("http://hop.example/?email=x", 1),
    (r"http://domain.example\@good.example/", 4),
]


@pytest.mark.parametrize(("url", "number"), ANSWERS)
def test_what_lists_a_url(url: str, number: int | None) -> None:
    hit = lookup_of().check(url, now=NOW)
    assert (hit.record.id if hit else None) == (f"LG-{number:010}" if number else None)


def test_an_alias_says_so() -> None:
    hit = lookup_of().check("http://short.example/1", now=NOW)
    assert hit is not None
    assert (hit.is_alias, hit.scope, hit.record.expression) == (True, U, "page.example/a?b=1")
    assert len(lookup_of()) == len(ENTRIES)


def test_an_expired_entry_lists_nothing_and_hides_nothing() -> None:
    older = entry(D, "host.example/", 7, expires_at=NOW + 60 * DAY)
    found = Lookup(write_entries([*ENTRIES, older], ALIASES))
    last = NOW + 30 * DAY - timedelta(seconds=1)
    for url, number in (("http://host.example/own", 6), ("http://short.example/1", 1)):
        hit = found.check(url, now=last)
        assert hit is not None
        assert hit.record.id == f"LG-{number:010}"
    wider = found.check("http://host.example/own", now=NOW + 30 * DAY)
    assert wider is not None
    assert (wider.record.id, wider.scope) == (older.id, D)
    assert found.check("http://short.example/1", now=NOW + 30 * DAY) is None
    assert [each.record.id for each in found.hits("http://short.example/1")] == [ENTRIES[0].id]


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(UrlError):
        lookup_of().check("javascript:alert(1)", now=NOW)


urls = st.builds(
    lambda host, path: parse_url(f"http://{host}example/{path}"),
    st.sampled_from(["", "a.", "b.a.", "www."]),
    st.sampled_from(["", "a", "a/", "a/b", "a/b?c", "?c"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Scope), urls), max_size=5), urls)
def test_the_index_answers_as_asking_every_entry_would(
    pairs: list[tuple[Scope, WebUrl]], url: WebUrl
) -> None:
    entries = [
        entry(scope, expression_for(scope, made), number) for number, (scope, made) in enumerate(pairs)
    ]
    hit = Lookup(write_entries(entries)).check(url, now=NOW)
    assert (hit is not None) is any(covers(each.scope, each.expression, url) for each in entries)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(Scope), urls, st.booleans()), max_size=5),
    st.lists(st.tuples(urls, st.booleans()), max_size=3),
    urls,
)
def test_hidden_addresses_and_aliases_are_found_as_well(
    pairs: list[tuple[Scope, WebUrl, bool]], led: list[tuple[WebUrl, bool]], url: WebUrl
) -> None:
    entries = [
        entry(scope, expression_for(scope, made), number, sensitive=hidden)
        for number, (scope, made, hidden) in enumerate(pairs)
    ]
    aliases = [
        Alias(expression=list_key(made), entry=entries[0].id, sensitive=hidden)
        for made, hidden in (led if entries else [])
    ]
    hits = list(Lookup(write_entries(entries, aliases)).hits(url))
    covering = {each.id for each in entries if covers(each.scope, each.expression, url)}
    assert {hit.record.id for hit in hits if not hit.is_alias} == covering
    assert any(hit.is_alias for hit in hits) is any(each.expression == list_key(url) for each in aliases)


# --- the index ------------------------------------------------------------------------------------------


def test_what_has_the_hash_of_a_claim_is_not_the_claim() -> None:
    """No two keys that share eight bytes of hash are known, so every claim gets the hash of what is asked."""
    data = write_entries(ENTRIES, ALIASES)
    index = parse_index(write_index(data))
    asked = parse_url("http://other.example/x")
    same = array("Q", [int.from_bytes(key_hash(list_key(asked))[:8], "big")] * len(index.hashes))
    collided = dataclasses.replace(index, hashes=same)
    assert len(list(collided.at(key_hash(list_key(asked))))) == len(ENTRIES) + len(ALIASES)
    assert Lookup(data, collided).check(asked, now=NOW) is None


@pytest.mark.parametrize("cut", [0, 7, 40, 79, 81, -1])
def test_an_index_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(FormatError, match=r"^entries\.index: is not an index of entries.*publish it again"):
        parse_index(write_index(write_entries(ENTRIES, ALIASES))[:cut])


@pytest.mark.edge
def test_an_index_of_other_entries_is_not_asked(published: Path, tmp_path: Path) -> None:
    folder = copied(published, tmp_path)
    (folder / INDEX).write_bytes(write_index(write_entries(ENTRIES)))
    assert open_list(folder).check("http://host.example/", now=NOW) is None
    assert open_list(folder).check("http://shop.example/x", now=NOW) is not None


def test_an_index_that_points_nowhere_says_so() -> None:
    data = write_entries(ENTRIES)
    found = Lookup(data[: len(data) // 2], parse_index(write_index(data)))
    with pytest.raises(FormatError, match=r"entries\.jsonl: no entry at byte \d+, where its index says one"):
        [found.check(url, now=NOW) for url, _ in ANSWERS]


# --- folders and the command ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lookup")
    visited(folder / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    with open_workspace(folder / "ws", create=False) as opened:
        make_release(opened, folder / "public", now=NOW, pages=plain_pages)
    return folder


@pytest.mark.edge
@pytest.mark.parametrize(
    "name", ["public", "public/list", "public/list/entries.jsonl", "public.releases/000001"]
)
def test_a_list_opens_from_anywhere_in_the_published_folder(published: Path, name: str) -> None:
    assert open_list(published / name).check("http://shop.example/x", now=NOW) is not None


def test_what_is_no_list_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a published folder"):
        open_list(tmp_path)
    (tmp_path / "entries.jsonl").write_text("nonsense\n")
    with pytest.raises(FormatError, match=r"entries\.jsonl line 1"):
        open_list(tmp_path)
    (tmp_path / "mine.jsonl").write_text("\n7\n")
    with pytest.raises(FormatError, match=r"^mine\.jsonl line 2: not an entry"):
        open_list(tmp_path / "mine.jsonl")


def copied(published: Path, folder: Path) -> Path:
    """The two files that a look-up reads, where they can be written to."""
    for name in ("entries.jsonl", "manifest.json"):
        (folder / name).write_bytes((published / "public/list" / name).read_bytes())
    return folder


@pytest.mark.edge
@pytest.mark.parametrize("data", [b"", b"{}\n"])
def test_a_list_is_what_the_manifest_beside_it_says(published: Path, tmp_path: Path, data: bytes) -> None:
    folder = copied(published, tmp_path)
    assert open_list(folder).expires_at == NOW + 7 * DAY
    (folder / "entries.jsonl").write_bytes(data)
    for path in (folder, folder / "entries.jsonl"):
        with pytest.raises(InputError, match=r"is not the file that manifest\.json beside it names; fetch"):
            open_list(path)


@pytest.mark.edge
@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"expires_at":7}', b"\xff", b'{"files":[]}'])
def test_a_broken_manifest_is_no_reason_to_trust(published: Path, tmp_path: Path, data: bytes) -> None:
    (copied(published, tmp_path) / "manifest.json").write_bytes(data)
    with pytest.raises(InputError, match=r"manifest\.json: is not a manifest"):
        open_list(tmp_path)


def test_an_empty_file_alone_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_bytes(b"")
    with pytest.raises(InputError, match="is empty, and no manifest beside it says that it should be"):
        open_list(tmp_path / "mine.jsonl")


def run(*arguments: object) -> tuple[int, str]:
    result = invoked(*arguments)
    return result.exit_code, result.stdout


def invoked(*arguments: object) -> Result:
    asked = [str(each) for each in arguments]
    if "lookup" in asked and "--now" not in asked:
        asked += ["--now", "2026-03-02T12:00:00Z"]
    result = CliRunner().invoke(root, asked)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.edge
def test_the_command_says_why_and_exits_1(published: Path) -> None:
    code, said = run(
        "lookup", "http://shop.example:81/x", "http://good.example/", "--list", published / "public"
    )
    assert code == 1
    assert "LISTED      hxxp://shop[.]example:81/x" in said
    assert "this host, every page and port of it" in said
    assert "not listed  hxxp://good[.]example/" in said


@pytest.mark.edge
def test_what_a_terminal_would_obey_is_written_out(published: Path) -> None:
    """Scripts look up what strangers wrote: no sequence of theirs may colour or overwrite the answer."""
    asked = "http://quiet.example/\x07\u202egpj"
    shown = invoked("lookup", asked, "--list", published / "public").output
    assert r"hxxp://quiet[.]example/\u0007\u202egpj" in shown


@pytest.mark.edge
def test_the_command_answers_machines_and_exits_0_when_nothing_is_listed(published: Path) -> None:
    code, said = run("lookup", "http://good.example/", "--list", published / "public", "--json")
    assert code == 0
    assert orjson.loads(said) == {
        "listed": 0,
        "entries": 3,
        "stale": False,
        "unusable": 0,
        "results": [{"url": "http://good.example/", "listed": False}],
    }
    code, said = run("lookup", SHOPS[1], "--list", published / "public", "--json")
    (answer,) = orjson.loads(said)["results"]
    assert (code, answer["scope"], answer["expression"]) == (1, "url", "two.example/offer?id=7")


@pytest.mark.edge
def test_without_a_list_the_workspace_answers(published: Path) -> None:
    assert run("--workspace", published / "ws", "lookup", SHOPS[2])[0] == 1


def test_looking_up_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no linkgazette\.db"):
        run("--workspace", tmp_path / "none", "lookup", "http://a.example/")
    with pytest.raises(InputError, match="name a published folder"):
        run("--workspace", tmp_path / "none", "lookup", "http://a.example/", "--list", "ftp://x.example/")
    assert not list(tmp_path.iterdir())


@pytest.mark.edge
def test_an_expired_entry_is_not_listed_and_says_so(published: Path) -> None:
    late = ("--now", "2026-08-01T12:00:00Z")
    result = invoked("lookup", SHOPS[0], "--list", published / "public", *late)
    assert result.exit_code == 0
    assert result.stdout.startswith("not listed  hxxp://shop[.]example/")
    assert re.search(r"was listed by LG-\w{10}, which expired on 2026-", result.stdout)
    assert "stale since 2026-03-08T12:00:00Z; fetch a newer one" in result.stderr
    code, said = run("lookup", SHOPS[0], "--list", published / "public", "--json", *late)
    report = orjson.loads(said)
    assert (code, report["listed"], report["stale"]) == (0, 0, True)
    assert report["results"][0]["listed"] is False
    assert report["results"][0]["expired"]["entry"].startswith("LG-")


@pytest.mark.edge
def test_every_url_is_answered_before_the_exit(published: Path) -> None:
    asked = (
        "lookup",
        SHOPS[0],
        "javascript:alert(1)",
        "http://good.example/",
        "--list",
        published / "public",
    )
    result = invoked(*asked)
    assert result.exit_code == 2
    assert [line[:12].strip() for line in result.stdout.splitlines() if line[:1] != " "] == [
        "LISTED",
        "not a URL",
        "not listed",
    ]
    code, said = run(*asked, "--json")
    report = orjson.loads(said)
    assert (code, report["listed"], report["unusable"]) == (2, 1, 1)
    assert [each["listed"] for each in report["results"]] == [True, None, False]
    assert report["results"][1]["error"]


@pytest.mark.edge
@pytest.mark.parametrize("flags", [(), ("--json",)])
@pytest.mark.parametrize("url", ["http://a:secret@b.example/", "http://a:secret\udcff@b.example/"])
def test_an_error_never_quotes_a_password(published: Path, flags: tuple[str, ...], url: str) -> None:
    result = invoked("lookup", url, "\udcff", "--list", published / "public", *flags)
    assert result.exit_code == 2
    assert "secret" not in result.output


@pytest.mark.edge
def test_publish_and_verify_from_the_command_line(published: Path) -> None:
    home = published / "again"
    visited(published / "fresh", {SHOPS[0]: Label.CONTRABAND})
    arguments = ("--workspace", published / "fresh", "publish", "--out", home / "public")
    code, said = run(*arguments, "--now", "2026-03-01T12:00:00Z", "--json")
    assert code == 0
    report = orjson.loads(said)
    assert (report["serial"], report["counts"]["entries"]) == (1, 1)
    assert report["files"]["urls.txt"]["omitted"] == {"scope-host": 1}
    assert (home / "public" / "index.html").exists()
    code, said = run(*arguments, "--now", "2026-03-02T12:00:00Z")
    assert code == 0
    assert said.startswith("release 2: 1 entries (0 new, 0 removed)")
    code, said = run("verify", home / "public", "--now", "2026-03-02T12:00:00Z", "--json")
    assert (code, orjson.loads(said)["ok"]) == (0, True)
    code, said = run("verify", home / "public", "--now", "2027-03-02T12:00:00Z")
    assert code == 1
    assert "stale since" in said
    with pytest.raises(InputError, match="pull --all` the published list first"):
        run("verify", "https://gazette.example/")
