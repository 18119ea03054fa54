"""What proves the site's claims: releases to quote, rules as published, times for which things are kept."""

import re
from dataclasses import replace
from datetime import timedelta

from blocklist.config import Config, CrawlConfig, ListConfig, PrivacyConfig, ServeConfig
from blocklist.model import Amendment, Release
from blocklist.policy import load_policy
from blocklist.public import site_pages
from blocklist.release.context import retention_of
from tests.sample_site import NOW, Site, sample_announcement, sample_context
from tests.site_reader import read_html

BASE = sample_context(3)


def release(serial: int, **changes: object) -> Release:
    return replace(BASE.release, serial=serial, issued_at=NOW + timedelta(days=serial), **changes)


def pages(**changes: object) -> dict[str, str]:
    made = site_pages(replace(BASE, **changes))
    return {path: body.decode() for path, body in made if path.endswith((".html", ".txt"))}


def test_an_announcement_names_the_release_that_brought_it_and_leads_to_it() -> None:
    history = tuple(map(release, range(1, 200)))
    told = replace(sample_announcement("2026-12-20", 7), published_at=NOW + timedelta(days=27, seconds=0.5))
    made = pages(history=history, release=release(200), announcements=(told,))
    page, text = (made[f"announcements/2026-12-20/{name}"] for name in ("index.html", "announcement.txt"))
    [path, anchor] = re.findall(r'href="\.\./\.\./(releases/[^"#]*)#([^"]+)">Release 27<', page)[0]
    assert anchor in read_html(made[path].encode()).values("id")
    assert "Published with release 27 of the list." in text
    assert "第 27 期" in made["zh/announcements/2026-12-20/index.html"]


def test_an_announcement_that_no_release_brought_yet_names_none() -> None:
    told = replace(sample_announcement("2026-12-20", 7), published_at=NOW + timedelta(days=27))
    page = pages(announcements=(told,))["announcements/2026-12-20/index.html"]
    assert "releases/index.html#" not in page


def test_every_release_is_listed_once_newest_first() -> None:
    history = tuple(release(serial, digest=f"{serial:064x}") for serial in range(1, 200))
    made = pages(history=history, release=release(200, digest=f"{200:064x}"))
    at, seen = "releases/index.html", []
    while at:
        seen += [int(one, 16) for one in re.findall(r'class="digest">([0-9a-f]+)<', made[at])]
        older = re.search(r'rel="next" href="(?:\.\./)+([^"]+)"', made[at])
        at = older[1] if older else ""
    assert seen == list(range(200, 0, -1))


def test_a_reason_in_another_language_is_marked_as_such() -> None:
    amended = Amendment(at=NOW, withdrawn=False, reason="It counted twice.")
    both = replace(amended, others={"zh": "重复计数。"})
    for one, marked in ((amended, '<span lang="en">It counted twice.'), (both, "<span>重复计数。")):
        told = replace(sample_announcement("2026-11-22", 7), amendments=(one,))
        made = pages(announcements=(told,))
        assert "<span>It counted twice." in made["announcements/2026-11-22/index.html"]
        assert marked in made["zh/announcements/2026-11-22/index.html"]
    chinese = pages(announcements=(told,), site=Site(languages=("zh", "en")))
    assert '<span lang="zh-Hans">It counted' not in chinese["announcements/2026-11-22/index.html"]


def test_every_rule_of_the_policy_is_published_by_what_it_means() -> None:
    policy = load_policy(None)
    made = pages(policy=policy, listing=replace(BASE.listing, entries=()))
    for language, root in (("en", ""), ("zh", "zh/")):
        shared = made[f"{root}rules/index.html"]
        for one in (*policy.offers, *policy.excuses):
            assert f"<code>{one.id}</code>" in shared
        for category in policy.categories.values():
            page = made[f"{root}rules/{category.id}/index.html"]
            assert f"{category.clause}</dd>" in page
            text = re.sub(r"<[^>]+>", "", page)
            for one in (*category.terms, *category.offers, *category.aggravating, *category.excuses):
                assert f"<code>{one.id}</code>" in page
                assert one.gloss.get(language, "").replace("'", "&#39;") in text


def test_no_word_of_a_rule_is_published() -> None:
    policy = load_policy(None)
    tobacco = policy.categories["tobacco"]
    planted = replace(tobacco, terms=tuple(replace(one, words=("zqword",)) for one in tobacco.terms))
    changed = replace(policy, categories={"tobacco": planted})
    assert not [text for text in pages(policy=changed).values() if "zqword" in text]


def test_what_an_entry_says_of_its_rules_leads_to_them() -> None:
    made = pages()
    found = re.findall(
        r'href="\.\./\.\./(rules/[^"]+)">the machine', made["entries/LG-AAAAAAAAAB/index.html"]
    )
    assert len(found) == 1
    assert found[0] in made


def test_times_for_which_things_are_kept_are_those_that_the_program_goes_by() -> None:
    config = Config(
        crawl=CrawlConfig(keep_clear_days=1001, keep_unsure_days=1002, keep_contraband_days=1003),
        privacy=PrivacyConfig(keep_people_days=1004),
        serve=ServeConfig(contact_days=1005),
        listing=ListConfig(entry_days=1006, unreachable_days=1007),
    )
    made = pages(retention=retention_of(config))
    for days in range(1001, 1008):
        assert f"{days:,} days" in made["privacy/index.html"]
        assert f"{days:,} 天" in made["zh/privacy/index.html"]
