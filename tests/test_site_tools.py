"""What strangers' tools say of every kind of page: axe-core, Chromium, the Nu checker, a keyboard."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sample_site import HOSTILE, Site, sample_context, sample_entry, write_site
from tests.site_browser import JAVA, VNU, browse, kinds, missing, nu_errors, served

needs_browser = pytest.mark.skipif(bool(missing()), reason=missing())
LISTED = 130


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The sample with its pages full: hostile words on some entries, a long list, removals, announcements."""
    folder = tmp_path_factory.mktemp("site")
    context = sample_context(LISTED, site=Site(base_url="https://gazette.example/"))
    hostile = tuple(
        sample_entry(number, excerpts=(words, f"{words} again")) for number, words in enumerate(HOSTILE)
    )
    listing = type(context.listing)(
        entries=(*hostile, *context.listing.entries[len(hostile) :]),
        aliases=context.listing.aliases,
        tombstones=context.listing.tombstones,
        review=(),
    )
    write_site(folder, sample_context(LISTED, site=context.site, listing=listing))
    with served(folder) as address:
        yield folder, address


@pytest.fixture(scope="module")
def reports(site) -> list[dict]:
    """Every kind of page, once as a desktop by day and in Chinese as a phone by night."""
    folder, address = site
    return browse(
        [
            {
                "url": address + page,
                "width": 390 if page.startswith("zh/") else 1280,
                "dark": page.startswith("zh/"),
                "axe": True,
                "keys": page.startswith("zh/"),
            }
            for page in kinds(folder)
        ]
    )


def of_every(reports, what: str) -> list[str]:
    return [f"{urlsplit(one['url']).path}: {found}" for one in reports for found in one[what]]


@needs_browser
def test_axe_finds_no_violation_on_any_kind_of_page(reports) -> None:
    assert of_every(reports, "axe") == []


@needs_browser
def test_no_page_breaks_its_own_content_security_policy(reports) -> None:
    assert of_every(reports, "refused") == []
    assert of_every(reports, "console") == []


@needs_browser
def test_no_page_asks_anybody_else(site, reports) -> None:
    _, address = site
    assert [one for one in of_every(reports, "requests") if address not in one] == []


@needs_browser
def test_no_hostile_word_does_anything(reports) -> None:
    assert of_every(reports, "dialogs") == []
    assert all(one["frames"] == [one["url"]] for one in reports)


@needs_browser
def test_no_page_is_wider_than_a_phone(reports) -> None:
    assert [one["url"] for one in reports if one["overflow"] > 0] == []


@needs_browser
def test_a_keyboard_reaches_every_stop_in_order_and_sees_where_it_is(reports) -> None:
    walked = [one for one in reports if "stops" in one]
    assert walked
    for one in walked:
        assert [stop["at"] for stop in one["stops"]] == list(range(one["wanted"])), one["url"]
        assert [stop for stop in one["stops"] if not (stop["shown"] and stop["ringed"])] == [], one["url"]
        assert one["stops"][0]["tag"] == "a"
        assert all(stop["name"] for stop in one["stops"]), one["url"]


@needs_browser
@pytest.mark.skipif(JAVA is None or not VNU.is_file(), reason="no Java, or no vnu-jar in tests/engines")
def test_the_nu_checker_finds_nothing_wrong_on_any_kind_of_page(site) -> None:
    folder, _ = site
    assert nu_errors(folder / page for page in kinds(folder)) == []
