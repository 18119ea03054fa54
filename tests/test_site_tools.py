"""What strangers' tools say of every kind of page: axe-core, Chromium, the Nu checker, a keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from blocklist.model import Amendment, Words
from blocklist.policy import Category
from tests.sample_site import (
    HOSTILE,
    NOW,
    POLICY,
    Site,
    sample_announcement,
    sample_context,
    sample_entry,
    write_site,
)
from tests.site_browser import JAVA, VNU, browse, kinds, missing, nu_errors, served

needs_browser = pytest.mark.skipif(bool(missing()), reason=missing())
LISTED = 130
LANGUAGES = ("en", "zh")
ALONE = (
    "statistics/category.svg",
    "zh/statistics/month.svg",
    "announcements/2026-10-01/card.svg",
    "announcements/2026-10-02/announcement.txt",
    "feed.json",
)
"""Files that a browser shows by themselves; Atom it shows by a style of its own, which the policy stops."""
WALKED = ("zh/index", "zh/entries/LG-", "zh/statistics/i", "zh/announcements/i", "zh/lookup", "zh/domains/f")
"""How pages begin that a keyboard walks through: each kind of control is on one of them."""


def titled(category: Category) -> Category:
    """The category under a hostile name, which charts and cards show too."""
    return replace(category, title={name: f"{words} {HOSTILE[0]}" for name, words in category.title.items()})


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The sample with its pages full: hostile words on some entries, a long list, removals, announcements."""
    folder = tmp_path_factory.mktemp("site")
    known = sample_context(LISTED)
    hostile = tuple(
        sample_entry(number, excerpts=(words, f"{words} again")) for number, words in enumerate(HOSTILE)
    )
    listing = replace(known.listing, entries=(*hostile, *known.listing.entries[len(hostile) :]))
    announcements = tuple(
        replace(
            sample_announcement(f"2026-10-{number + 1:02}", 50 - number),
            words=tuple(
                Words(language=code, title=text, body=f"{text}\n\n# {text}") for code in ("en", "zh")
            ),
            accounts={text: 3},
            amendments=(Amendment(at=NOW, withdrawn=False, reason=text),) if number % 2 else (),
        )
        for number, text in enumerate(HOSTILE)
    )
    policy = replace(POLICY, categories={name: titled(one) for name, one in POLICY.categories.items()})
    context = sample_context(
        LISTED,
        site=Site(base_url="https://gazette.example/", title=HOSTILE[0], publisher=HOSTILE[1]),
        listing=listing,
        announcements=(*known.announcements, *announcements[::-1]),
        policy=policy,
    )
    write_site(folder, context)
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
                "axe": page.endswith(".html"),
                "keys": page.startswith(WALKED),
            }
            for page in (*kinds(folder), *ALONE)
        ]
    )


def of_every(reports, what: str) -> list[str]:
    return [f"{urlsplit(one['url']).path}: {found}" for one in reports for found in one.get(what, ())]


@needs_browser
def test_axe_finds_no_violation_on_any_kind_of_page(reports) -> None:
    assert of_every(reports, "axe") == []


@needs_browser
def test_no_page_breaks_its_own_content_security_policy(reports) -> None:
    assert of_every(reports, "refused") == []
    pages = [one for one in reports if one["url"].endswith(".html")]  # others have no icon, and ask for one
    assert of_every(pages, "console") == []


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
    pages = [one for one in reports if one["url"].endswith(".html")]
    assert [one["url"] for one in pages if one["overflow"] > 0] == []


@needs_browser
def test_a_keyboard_reaches_every_stop_in_order_and_sees_where_it_is(reports) -> None:
    walked = [one for one in reports if "stops" in one]
    assert len(walked) >= len(WALKED)
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


@needs_browser
def test_a_keyboard_looks_a_link_up_no_script_is_needed_to_learn_how_and_paper_has_no_controls(site) -> None:
    _, address = site
    asked = {"into": "#link", "text": "http://nothing.example/", "answer": "#answer"}
    with_scripts, without, printed = browse(
        [
            {"url": f"{address}lookup/index.html", "type": asked},
            {"url": f"{address}lookup/index.html", "scripts": False, "see": ["noscript", "#ask"]},
            {"url": f"{address}statistics/index.html", "media": "print", "see": ["nav", "summary", "svg"]},
        ]
    )
    assert with_scripts["answer"] == "Not listed."
    assert with_scripts["refused"] == []
    assert without["seen"] == {"noscript": True, "#ask": False}
    assert printed["seen"] == {"nav": False, "summary": False, "svg": True}
