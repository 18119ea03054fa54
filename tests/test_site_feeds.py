"""The feeds as strangers' parsers read them: feedparser the Atom, feedparser-rs both."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import feedparser
import feedparser_rs
import orjson
import pytest

from blocklist.model import Words
from blocklist.public import site_pages
from tests.sample_site import HOSTILE, Site, sample_announcement, sample_context
from tests.site_reader import target

BASE = "https://gazette.example/"
MADE = sample_announcement("2026-11-22", 7)


@cache
def site(base: str = BASE) -> dict[str, bytes]:
    hostile = tuple(
        replace(
            MADE,
            slug=f"2026-10-{number + 1:02}",
            words=tuple(Words(language=code, title=text, body=text) for code in ("en", "zh")),
        )
        for number, text in enumerate(HOSTILE)
    )
    context = sample_context(3, site=Site(base_url=base))
    return dict(
        site_pages(sample_context(3, site=context.site, announcements=(*context.announcements, *hostile)))
    )


@pytest.mark.parametrize("root", ["", "zh/"])
@pytest.mark.parametrize("base", ["", BASE])
class TestFeeds:
    def test_feedparser_finds_nothing_wrong_with_the_atom_feed(self, root: str, base: str) -> None:
        found = feedparser.parse(site(base)[f"{root}feed.xml"])
        assert (found.version, bool(found.bozo)) == ("atom10", False)
        assert found.feed.language == ("zh-Hans" if root else "en")
        assert all(one.title and one.id and one.summary and one.updated_parsed for one in found.entries)

    def test_another_parser_finds_the_same_in_both_feeds(self, root: str, base: str) -> None:
        atom = feedparser_rs.parse(site(base)[f"{root}feed.xml"])
        json = feedparser_rs.parse(site(base)[f"{root}feed.json"])
        assert (atom.version, atom.bozo, json.version, json.bozo) == ("atom10", False, "json11", False)
        assert [one.id for one in json.entries] == [one.id for one in atom.entries]
        assert [one.title for one in json.entries] == [one.title for one in atom.entries]
        assert len(json.entries) == 4 + len(HOSTILE)

    def test_the_json_feed_has_what_its_specification_asks_for(self, root: str, base: str) -> None:
        feed = orjson.loads(site(base)[f"{root}feed.json"])
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"]
        assert ("feed_url" in feed) is ("home_page_url" in feed) is bool(base)
        for item in feed["items"]:
            assert isinstance(item["id"], str)
            assert item["content_text"]
            assert ("url" in item) is bool(base)
            for name in ("date_published", "date_modified"):
                assert datetime.fromisoformat(item[name]).tzinfo == UTC


def test_every_address_in_the_json_feed_leads_to_a_file() -> None:
    for root in ("", "zh/"):
        feed = orjson.loads(site()[f"{root}feed.json"])
        found = [feed["home_page_url"], feed["feed_url"]]
        found += [item[name] for item in feed["items"] for name in ("url", "image")]
        assert all(one.startswith(BASE) for one in found)
        assert [one for one in found if target("index.html", one.removeprefix(BASE)) not in site()] == []
