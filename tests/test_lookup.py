"""Is it listed, and why: the library and the command."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError, InputError, UrlError
from blocklist.formats.records import parse_entries, write_entries
from blocklist.lookup import Lookup, open_list
from blocklist.model import Alias, Label, ListKey, Scope
from blocklist.release.publish import make_release
from blocklist.scopes import covers, expression_for
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from tests.list_makers import NOW, entry
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
    return Lookup(parse_entries(write_entries(ENTRIES, ALIASES)))


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
    hit = lookup_of().check(url)
    assert (hit.record.id if hit else None) == (f"LG-{number:010}" if number else None)


def test_an_alias_says_so() -> None:
    hit = lookup_of().check("http://short.example/1")
    assert hit is not None
    assert (hit.is_alias, hit.scope, hit.record.expression) == (True, U, "page.example/a?b=1")
    assert len(lookup_of()) == len(ENTRIES)


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(UrlError):
        lookup_of().check("javascript:alert(1)")


urls = st.builds(
    lambda host, path: parse_url(f"http://{host}example/{path}"),
    st.sampled_from(["", "a.", "b.a.", "www."]),
    st.sampled_from(["", "a", "a/", "a/b", "a/b?c", "?c"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Scope), urls), max_size=5), urls)
def test_the_index_answers_as_asking_every_entry_would(pairs: list[tuple[Scope, str]], url: str) -> None:
    entries = [
        entry(scope, expression_for(scope, made), number) for number, (scope, made) in enumerate(pairs)
    ]
    hit = Lookup(parse_entries(write_entries(entries))).check(url)
    assert (hit is not None) is any(covers(each.scope, each.expression, url) for each in entries)


# --- folders and the command ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lookup")
    visited(folder / "ws", dict.fromkeys(SHOPS, Label.CONTRABAND))
    with open_workspace(folder / "ws", create=False) as opened:
        make_release(opened, folder / "public", now=NOW, pages=plain_pages)
    return folder


@pytest.mark.parametrize(
    "name", ["public", "public/list", "public/list/entries.jsonl", "public.releases/000001"]
)
def test_a_list_opens_from_anywhere_in_the_published_folder(published: Path, name: str) -> None:
    assert open_list(published / name).check("http://shop.example/x") is not None


def test_what_is_no_list_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a published folder"):
        open_list(tmp_path)
    (tmp_path / "entries.jsonl").write_text("nonsense\n")
    with pytest.raises(FormatError, match=r"entries\.jsonl line 1"):
        open_list(tmp_path)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(root, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_the_command_says_why_and_exits_1(published: Path) -> None:
    code, said = run(
        "lookup", "http://shop.example:81/x", "http://good.example/", "--list", published / "public"
    )
    assert code == 1
    assert "LISTED      hxxp://shop[.]example:81/x" in said
    assert "this host, every page and port of it" in said
    assert "not listed  hxxp://good[.]example/" in said


def test_the_command_answers_machines_and_exits_0_when_nothing_is_listed(published: Path) -> None:
    code, said = run("lookup", "http://good.example/", "--list", published / "public", "--json")
    assert code == 0
    assert orjson.loads(said) == {
        "listed": 0,
        "entries": 3,
        "results": [{"url": "http://good.example/", "listed": False}],
    }
    code, said = run("lookup", SHOPS[1], "--list", published / "public", "--json")
    (answer,) = orjson.loads(said)["results"]
    assert (code, answer["scope"], answer["expression"]) == (1, "url", "two.example/offer?id=7")


def test_without_a_list_the_workspace_answers(published: Path) -> None:
    assert run("--workspace", published / "ws", "lookup", SHOPS[2])[0] == 1


def test_looking_up_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no linkgazette\.db"):
        run("--workspace", tmp_path / "none", "lookup", "http://a.example/")
    with pytest.raises(InputError, match="so far"):
        run("--workspace", tmp_path / "none", "lookup", "http://a.example/", "--list", "https://x.example/")
    assert not list(tmp_path.iterdir())


def test_an_error_never_quotes_a_password(published: Path) -> None:
    with pytest.raises(UrlError) as caught:
        run("lookup", "http://a:secret@b.example/", "--list", published / "public")
    assert "secret" not in str(caught.value)


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
    with pytest.raises(InputError, match="fetch the published list first"):
        run("verify", "https://gazette.example/")
