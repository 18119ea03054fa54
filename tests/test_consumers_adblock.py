"""The Adblock file in Brave's engine (PyPI ``adblock``): what it blocks as a page, and its neighbours."""

import pytest

from blocklist.formats import Header, rules_of
from blocklist.formats.adblock import ADBLOCK
from blocklist.model import Scope
from tests.list_makers import NOW, entry

pytestmark = pytest.mark.consumer
adblock = pytest.importorskip("adblock", reason="PyPI adblock has no wheel here")

ENTRIES = [
    entry(Scope.DOMAIN, "domain.example/", 1),
    entry(Scope.HOST, "host.example/", 2),
    entry(Scope.PATH, "homes.example/evil/", 3),
    entry(Scope.URL, "page.example/a?b=1", 4),
    entry(Scope.URL, "page.example/%E4%BD%A0", 5),
    entry(Scope.HOST, "192.0.2.7/", 6),
]
HEADER = Header(title="Gazette", homepage="", serial=1, issued_at=NOW, expires_at=NOW)
BLOCKED = [
    "http://domain.example/",
    "https://a.b.domain.example/x?y",
    "https://domain.example:8443/",
    "http://host.example/",
    "https://host.example/x/y?z",
    "https://homes.example/evil/",
    "http://homes.example/evil/x?y",
    "http://page.example/a?b=1",
    "https://page.example/a?b=1",
    "https://page.example/%E4%BD%A0",
    "https://page.example/%e4%bd%a0",
    "http://192.0.2.7/x",
]
OPEN = [
    "http://otherdomain.example/",
    "http://domain.example.evil.example/",
    "http://www.host.example/",
    "http://otherhost.example/",
    "http://host.example.evil.example/",
    "http://evil.example/?u=http://host.example/",
    "http://evil.example/http://host.example/x",
    "http://homes.example/",
    "http://homes.example/good/",
    "http://homes.example/evil",
    "http://homes.example/evilish/",
    "http://x.homes.example/evil/",
    "http://page.example/",
    "http://page.example/a",
    "http://page.example/a?b=12",
    "http://page.example/a?b=1&c",
    "http://evil.example/?u=http://page.example/a?b=1",
    "http://192.0.2.70/",
]


@pytest.fixture(scope="module")
def engine() -> object:
    rules = adblock.FilterSet()
    rules.add_filter_list(ADBLOCK.write(rules_of(ENTRIES), HEADER).data.decode())
    return adblock.Engine(rules)


@pytest.mark.parametrize(
    ("url", "blocked"), [*((url, True) for url in BLOCKED), *((url, False) for url in OPEN)]
)
def test_braves_engine_blocks_what_is_listed_and_nothing_else(
    engine: object, url: str, blocked: bool
) -> None:
    assert engine.check_network_urls(url, url, "document").matched is blocked  # type: ignore[attr-defined]
