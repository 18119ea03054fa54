"""What is known of shared and protected names, and how it is read."""

import time
from pathlib import Path

import pytest

from blocklist.errors import ConfigError
from blocklist.listing import Guards, load_guards
from blocklist.model import Host
from tests.list_makers import GUARDS, key

BUILT_IN = load_guards()

KNOWN = [
    ("bit.ly", "shortener"),
    ("linktr.ee", "link-in-bio"),
    ("drive.google.com", "file-host"),
    ("docs.google.com", "document-host"),
    ("t.me", "social"),
    ("m.facebook.com", "social"),
    ("weibo.com", "social"),
    ("item.taobao.com", "marketplace"),
    ("github.io", "public-suffix"),
    ("co.uk", "public-suffix"),
    ("weebly.com", "tenant-parent"),
    ("login.myshopify.com", None),  # on the Public Suffix List: every name below is a tenant
    ("somebody.weebly.com", None),
    ("somebody.github.io", None),
    ("www.gov.uk", "public-suffix"),
    ("hmrc.gov.uk", "top-site"),
    ("small-town.gov.uk", "institution"),
    ("shop.example", None),
    ("192.0.2.1", None),
]


@pytest.mark.parametrize(("host", "kind"), KNOWN)
def test_well_known_names(host: str, kind: str | None) -> None:
    found = BUILT_IN.guard_of(Host(host))
    assert (found is not None) is (kind is not None)
    if host not in {
        "item.taobao.com",
        "www.gov.uk",
        "hmrc.gov.uk",
    }:  # lists beside ours may know them under another kind
        assert found == kind


def test_guards_without_any_knowledge_still_know_public_suffixes() -> None:
    assert Guards().guard_of(Host("co.uk")) == "public-suffix"


def test_an_address_may_be_guarded_too() -> None:
    guards = Guards(platforms={"192.0.2.9": "top-site"})
    assert guards.guard_of(Host("192.0.2.9")) == "top-site"
    assert guards.guard_of(Host("192.0.2.8")) is None


SITES = [
    ("www.shop.example", "shop.example"),
    ("a.b.landlord.example", "b.landlord.example"),
    ("landlord.example", None),
    ("a.github.io", "a.github.io"),
    ("github.io", None),
    ("192.0.2.1", None),
]


@pytest.mark.parametrize(("host", "site"), SITES)
def test_the_name_below_which_all_is_one_owners(host: str, site: str | None) -> None:
    assert GUARDS.site_of(Host(host)) == site


DIRECTORIES = [
    ("http://homes.example/evil/x/y?z", "homes.example/evil/"),
    ("http://homes.example/evil", None),
    ("http://deep.example/view/evil/x", "deep.example/view/evil/"),
    ("http://deep.example/view/evil", None),
    ("http://any.example/~bob/x", "any.example/~bob/"),
    ("http://any.example/bob/x", None),
    ("http://any.example/?/~bob/", None),
]


@pytest.mark.parametrize(("url", "directory"), DIRECTORIES)
def test_the_directory_of_one_tenant(url: str, directory: str | None) -> None:
    assert GUARDS.tenant_directory(key(url)) == directory


def test_a_file_of_our_own_is_read_beside_the_built_in_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[tenants]\nhosts = ["homes.test"]\n[[platforms]]\nkind = "forum"\nhosts = ["forum.test"]\n'
        '[[directories]]\ndepth = 1\nplatform = true\nhosts = ["dirs.test"]\n'
        '[institutions]\nsuffixes = ["city.test"]\n'
    )
    top = tmp_path / "top.txt"
    top.write_text("# the largest\nbig.test\n\nlarge.test # too\n")
    guards = load_guards(extra=[own], top_sites=top, canaries=[Host("good.test")], warning_lists=False)
    expected = {
        "homes.test": "tenant-parent",
        "forum.test": "forum",
        "dirs.test": "shared-platform",
        "x.city.test": "institution",
        "big.test": "top-site",
        "large.test": "top-site",
        "bit.ly": "shortener",
    }
    assert {host: guards.guard_of(Host(host)) for host in expected} == expected
    assert guards.is_canary(Host("good.test"))
    assert guards.is_canary(Host("www.good.test"))


BAD = [
    ("[nonsense]\n", r"own.toml line 1: \[nonsense\] is not a section"),
    ('[tenants]\nhost = ["a.test"]\n', "host is not known here; known are hosts"),
    ('[tenants]\nhosts = "a.test"\n', "line 2: hosts must be a list"),
    ('[tenants]\nhosts = ["a.test/x"]\n', "line 2: 'a.test/x' is not a host name"),
    ('[tenants]\nhosts = ["a b"]\n', "line 2: 'a b' is not a host name"),
    ('[[directories]]\nhosts = ["a.test"]\n', "line 1: depth must be a number from 1 to 8"),
    ('[[directories]]\ndepth = 1\nplatform = "yes"\n', "line 3: platform must be true or false"),
    ("tenants = 3\n", r"line 1: \[tenants\] must be a table"),
    ("[tenants\n", "see https://toml.io"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_guard_file_that_cannot_be_used_is_refused_with_line_and_cure(
    tmp_path: Path, text: str, said: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_guards(extra=[own], warning_lists=False)


def test_top_sites_that_are_no_text_are_refused(tmp_path: Path) -> None:
    top = tmp_path / "top.txt"
    top.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"top_sites: top.txt cannot be read"):
        load_guards(top_sites=top, warning_lists=False)


def test_guards_load_fast_enough_for_every_publication() -> None:
    start = time.process_time()
    load_guards()
    assert time.process_time() - start < 1.0  # seconds; about 0.05 here
