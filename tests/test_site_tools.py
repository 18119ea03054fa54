"""What strangers' tools say of every kind of page: axe-core, Chromium, the Nu checker, a keyboard."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from blocklist.model import Alias, Amendment, Entry, ListKey, Scope, Words
from blocklist.policy import Category, load_policy
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

pytestmark = pytest.mark.edge

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


def worded(said: Mapping[str, Any], text: str) -> dict[str, Any]:
    """What a policy says in each language, with ``text`` behind it."""
    return {
        name: (*words, text) if isinstance(words, tuple) else f"{words} {text}"
        for name, words in said.items()
    }


def hostile_category(category: Category, text: str) -> Category:
    """The category with ``text`` wherever a policy may hold words that a page shows."""
    return replace(
        category,
        title=worded(category.title, text),
        summary=worded(category.summary, text),
        goods=worded(category.goods, text),
        jurisdiction=worded(category.jurisdiction, text),
        clause=text,
        reason=text,
        terms=tuple(replace(one, gloss=worded(one.gloss, text)) for one in category.terms),
        **{
            name: tuple(replace(one, gloss=worded(one.gloss, text)) for one in getattr(category, name))
            for name in ("offers", "aggravating", "excuses")
        },
    )


def hostile_entry(number: int, text: str) -> Entry:
    """An entry whose page said ``text``, at an address that holds what an address may."""
    path = "/\"><script>alert(1)</script>'{{7*7}}=1+1&#60;b&#62;?q=javascript:alert(1)"
    entry = sample_entry(number, excerpts=(text, f"{text} again"), scope=Scope.URL)
    return replace(
        entry,
        expression=ListKey(f"{entry.host}{path}"),
        clause=text,
        jurisdiction=text,
        decided_by=text,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The sample with its pages full: hostile words on some entries, a long list, removals, announcements."""
    folder = tmp_path_factory.mktemp("site")
    known = sample_context(LISTED)
    hostile = tuple(hostile_entry(number, words) for number, words in enumerate(HOSTILE))
    aliases = tuple(Alias(expression=one.expression, entry=known.listing.entries[30].id) for one in hostile)
    listing = replace(
        known.listing,
        entries=(*hostile, *known.listing.entries[len(hostile) :]),
        aliases=(*known.listing.aliases, *aliases),
    )
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
    policy = replace(
        POLICY,
        name=HOSTILE[0],
        version=HOSTILE[1],
        categories={
            name: hostile_category(one, HOSTILE[place % len(HOSTILE)])
            for place, (name, one) in enumerate(POLICY.categories.items())
        },
        ladder=tuple(replace(one, step=HOSTILE[0]) for one in load_policy(None).ladder),
    )
    context = sample_context(
        LISTED,
        site=Site(
            base_url="https://gazette.example/",
            title=HOSTILE[0],
            publisher=HOSTILE[1],
            contact=HOSTILE[2],
            licence=HOSTILE[6],
        ),
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
