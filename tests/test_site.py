"""The built site as its readers meet it: whole, valid, small, linked, in both languages, stable."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from blocklist.errors import ConfigError
from blocklist.model import RemovalReason, Role, Tombstone
from blocklist.policy import Rung
from blocklist.public import site_pages
from blocklist.public.host_files import CSP
from tests.sample_site import NOW, POLICY, Site, sample_announcement, sample_context, sample_entry
from tests.site_reader import Read, read_html, target

pytestmark = pytest.mark.long

ATOM = "{http://www.w3.org/2005/Atom}"
CONTEXT = sample_context(130)
SITE = dict(site_pages(CONTEXT))
HTML = {path: read_html(body) for path, body in SITE.items() if path.endswith(".html")}
KINDS = (
    "index.html",
    "entries/index.html",
    next(path for path in sorted(SITE) if path.startswith("entries/page/")),
    "entries/LG-AAAAAAAAAB/index.html",
    "removed/index.html",
    "dates/index.html",
    "dates/2026-11/index.html",
    "domains/index.html",
    "domains/f/index.html",
    "categories/index.html",
    "categories/tobacco/index.html",
    "announcements/index.html",
    "announcements/2026-11-22/index.html",
    "statistics/index.html",
    "use/index.html",
    "lookup/index.html",
    "appeal/index.html",
    "about/index.html",
    "privacy/index.html",
    "releases/index.html",
    "rules/index.html",
    "rules/tobacco/index.html",
    "method/index.html",
    "contact/index.html",
    "licence/index.html",
    "404.html",
)

OUTSIDE = ("mailto:", "https://law.example/")  # contacts, and a link that an editor wrote


LOOKUPS = [HTML["lookup/index.html"], HTML["zh/lookup/index.html"]]
SCRIPTS = [
    {f"{top}static/lookup.js", f"{top}lookup/sites.js"} for top in ("../", "../../")
]  # of the English and of the Chinese page


def of_every_page(check) -> list[str]:
    return [f"{path}: {problem}" for path, page in HTML.items() for problem in check(page)]


def test_every_kind_of_page_is_there_in_both_languages() -> None:
    assert {*KINDS, *(f"zh/{kind}" for kind in KINDS)} <= SITE.keys()
    assert {"feed.xml", "zh/feed.xml", "robots.txt", "_headers", "static/style.css"} <= SITE.keys()


def test_no_path_is_made_twice_and_none_leaves_the_folder() -> None:
    paths = [path for path, _ in site_pages(CONTEXT)]
    assert len(paths) == len(set(paths))
    assert not [path for path in paths if path.startswith("/") or ".." in path.split("/") or "\\" in path]


def test_no_page_lies_where_the_machines_files_lie() -> None:
    assert not [path for path in SITE if path.startswith(("list/", "history/"))]


def test_every_page_balances() -> None:
    assert of_every_page(lambda page: page.problems) == []


def test_every_page_has_one_title_one_heading_one_main_and_a_language() -> None:
    def check(page: Read) -> list[str]:
        counts = {tag: page.inside(tag) for tag in ("h1", "main", "html", "body")}
        counts["title"] = page.elements.count(("title", ()))  # a picture's has an id
        return [f"{tag} {count} times" for tag, count in counts.items() if count != 1]

    assert of_every_page(check) == []
    assert {page.values("lang")[0] for path, page in HTML.items() if path.startswith("zh/")} == {"zh-Hans"}
    assert {page.values("lang")[0] for path, page in HTML.items() if not path.startswith("zh/")} == {"en"}


def test_headings_go_down_one_step_at_a_time() -> None:
    def check(page: Read) -> list[str]:
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        return [f"h{a} then h{b}" for a, b in pairwise(levels) if b > a + 1]

    assert of_every_page(check) == []


def test_ids_are_unique() -> None:
    def check(page: Read) -> list[str]:
        ids = page.values("id")
        return [] if len(ids) == len(set(ids)) else [str(ids)]

    assert of_every_page(check) == []


def test_titles_tell_pages_apart() -> None:
    titles = [re.search(r"<title>(.*?)</title>", SITE[kind].decode())[1] for kind in KINDS]
    assert len(titles) == len(set(titles))


def test_every_page_stays_below_50_kb() -> None:
    assert {path: len(body) for path, body in SITE.items() if len(body) >= 50_000} == {}


def test_every_internal_link_and_anchor_leads_somewhere() -> None:
    made = SITE.keys() | {f"list/{one.name}" for one in CONTEXT.files} | {"list/manifest.json"}
    made |= set(CONTEXT.proofs.values()) | {f"history/checkpoints/{CONTEXT.release.serial:06}"}
    broken = []
    for path, page in HTML.items():
        for href in (*page.values("href"), *page.values("src")):
            if href.startswith(OUTSIDE):
                continue
            there = path if href.startswith("#") else target(path, href)
            anchor = href.partition("#")[2]
            if there not in made or (anchor and anchor not in HTML[there].values("id")):
                broken.append(f"{path}: {href}")
    assert broken == []


def test_every_page_can_be_reached_from_the_first() -> None:
    seen, waiting = {"index.html"}, ["index.html"]
    while waiting:
        path = waiting.pop()
        for href in HTML[path].values("href"):
            found = target(path, href)
            if found in HTML and found not in seen:
                seen.add(found)
                waiting.append(found)
    assert HTML.keys() - seen == {"404.html", "zh/404.html"}


def test_links_are_relative_files_so_that_a_page_opens_from_a_disk() -> None:
    def check(page: Read) -> list[str]:
        hrefs = [href for href in page.values("href") if not href.startswith(("#", *OUTSIDE))]
        return [href for href in hrefs if href.startswith(("/", "http")) or href.endswith("/") or not href]

    assert of_every_page(check) == []


def test_there_is_no_script_but_the_lookups_no_style_of_its_own_and_nothing_from_elsewhere() -> None:
    def check(page: Read) -> list[str]:
        if page in LOOKUPS:
            return [] if set(page.values("src")) == SCRIPTS[page is LOOKUPS[1]] else page.values("src")
        tags = {tag for tag, _ in page.elements} & {
            "script",
            "style",
            "iframe",
            "img",
            "form",
            "base",
            "object",
        }
        names = {
            name for _, name, _ in page.attributes if name.startswith("on") or name in {"style", "srcset"}
        }
        return sorted(tags | names)

    assert of_every_page(check) == []
    assert b"url(" not in SITE["static/style.css"]
    assert b"@import" not in SITE["static/style.css"]


def test_the_pages_policy_is_the_one_that_the_headers_file_sends() -> None:
    def policy(path: str) -> str:
        return re.search(r'Content-Security-Policy" content="([^"]+)"', SITE[path].decode())[1]

    # frame-ancestors counts in a header only.
    assert f"{policy('lookup/index.html')}; frame-ancestors 'none'" == CSP
    assert policy("index.html") == policy("lookup/index.html").replace("script-src 'self'; ", "")
    assert CSP in SITE["_headers"].decode()


def test_search_engines_are_kept_off_the_list_files_and_the_entries() -> None:
    headers = SITE["_headers"].decode()
    assert re.search(r"^/list/\*\n  X-Robots-Tag: noindex", headers, re.MULTILINE)
    assert "Disallow: /list/" in SITE["robots.txt"].decode()
    for path, body in SITE.items():
        if path.endswith(".html") and "entries/" in path:
            assert b'<meta name="robots" content="noindex">' in body, path


def test_each_page_names_its_twin_in_the_other_language() -> None:
    for kind in KINDS[:-1]:
        for path in (kind, f"zh/{kind}"):
            alternates = re.findall(r'hreflang="([^"]+)" href="([^"]+)">', SITE[path].decode())
            assert {(tag, target(path, href)) for tag, href in alternates[:2]} == {
                ("en", kind),
                ("zh-Hans", f"zh/{kind}"),
            }


def test_one_language_alone_lies_at_the_root_and_offers_no_other() -> None:
    pages = dict(site_pages(sample_context(2, site=Site(languages=("zh",)))))
    assert not [path for path in pages if path.startswith("zh/")]
    assert b'lang="zh-Hans"' in pages["index.html"]
    assert b"hreflang" not in pages["index.html"]


def test_a_language_without_a_catalogue_is_refused_with_the_choice() -> None:
    with pytest.raises(ConfigError, match="choose from en, zh"):
        dict(site_pages(sample_context(1, site=Site(languages=("en", "fr")))))


def test_the_same_release_gives_the_same_bytes() -> None:
    assert dict(site_pages(sample_context(130))) == SITE


def test_the_order_of_entries_in_the_store_does_not_show() -> None:
    listing = CONTEXT.listing
    turned = type(listing)(
        entries=listing.entries[::-1],
        aliases=listing.aliases[::-1],
        tombstones=listing.tombstones[::-1],
        review=(),
    )
    assert dict(site_pages(sample_context(130, listing=turned))) == SITE


def test_an_unchanged_entry_keeps_its_page_when_the_release_changes() -> None:
    later = NOW + timedelta(days=1)
    release = type(CONTEXT.release)(
        serial=43, issued_at=later, expires_at=later, entries=131, digest="2" * 64, previous="0" * 64
    )
    listing = type(CONTEXT.listing)(
        entries=(*CONTEXT.listing.entries, sample_entry(5000, listed_at=later)),
        aliases=CONTEXT.listing.aliases,
        tombstones=CONTEXT.listing.tombstones,
        review=(),
    )
    after = dict(site_pages(sample_context(130, release=release, listing=listing, now=later)))
    changed = {path for path in SITE if after[path] != SITE[path]}
    assert not [path for path in changed if re.search(r"entries/LG-", path)]
    assert "index.html" in changed


def test_an_empty_list_is_a_whole_site() -> None:
    listing = type(CONTEXT.listing)(entries=(), aliases=(), tombstones=(), review=())
    pages = dict(site_pages(sample_context(0, listing=listing, announcements=(), files=())))
    for path, body in pages.items():
        if path.endswith(".html"):
            assert read_html(body).problems == [], path
    assert "The list is empty" in pages["index.html"].decode()
    assert read_feed(pages["feed.xml"]).findall(f"{ATOM}entry") == []


def test_a_listed_category_that_the_policy_dropped_still_has_a_page() -> None:
    entry = sample_entry(1, category="gone-goods")
    listing = type(CONTEXT.listing)(entries=(entry,), aliases=(), tombstones=(), review=())
    pages = dict(site_pages(sample_context(1, listing=listing)))
    assert "no longer has this category" in pages["categories/gone-goods/index.html"].decode()
    assert read_html(pages["zh/categories/gone-goods/index.html"]).problems == []


# --- what the pages say ----------------------------------------------------------------------------------


def test_an_entry_page_says_what_a_listed_person_needs_to_know() -> None:
    entry = CONTEXT.listing.entries[1]
    text = HTML[f"entries/{entry.id}/index.html"].text
    for needed in (
        entry.id,
        entry.expression.replace(".example", "[.]example"),
        "This one page: exactly this path and query",
        POLICY.categories[entry.category].title["en"],
        "2 of 4, serious",
        "Sample goods no. 1, plain wrapping",
        "First seen",
        "Last verified",
        "Expires",
        "How to appeal",
        entry.evidence_digest,
        entry.clause,
        entry.jurisdiction,
    ):
        assert needed in text


def test_a_removed_entry_has_its_history_and_no_accusation() -> None:
    for stone in CONTEXT.listing.tombstones:
        text = HTML[f"entries/{stone.id}/index.html"].text
        assert stone.id in text
        assert "no longer on the list" in text
        assert not [
            one for one in POLICY.categories.values() if one.title["en"] in text.replace("Categories", "")
        ]
        assert ("The error was ours" in text) == (stone.reason == "error")


def test_an_entry_that_came_back_has_its_own_page_and_no_tombstone() -> None:
    entry = CONTEXT.listing.entries[0]
    stone = type(CONTEXT.listing.tombstones[0])(
        id=entry.id, listed_at=NOW, removed_at=NOW, reason=CONTEXT.listing.tombstones[0].reason
    )
    listing = type(CONTEXT.listing)(entries=(entry,), aliases=(), tombstones=(stone,), review=())
    paths = [path for path, _ in site_pages(sample_context(1, listing=listing))]
    assert paths.count(f"entries/{entry.id}/index.html") == 1


def test_an_announcement_says_recommended_and_reminds() -> None:
    text = HTML["announcements/2026-11-22/index.html"].text
    for needed in (
        "1,204",
        "939",
        "recommended to the platform",
        "reported nothing back",
        "Har****",
        "sample goods, other goods",
        "not limited to",
        "answerable too",
        "Listed in error: 2",
    ):
        assert needed in text
    assert "同样需要承担责任" in HTML["zh/announcements/2026-11-22/index.html"].text


def test_an_announcement_of_what_the_platform_did_does_not_say_recommended() -> None:
    made = replace(CONTEXT.announcements[0], applied=True)
    pages = dict(site_pages(replace(CONTEXT, announcements=(made,))))
    page = read_html(pages[f"announcements/{made.slug}/index.html"]).text
    assert "accounts with a measure taken" in page
    assert "reported back which measures it took" in page
    assert "measure recommended" not in page
    assert "The platform took measures against 939 accounts" in read_html(pages["index.html"]).text
    assert b"the platform took measures against 939 accounts" in pages["feed.xml"]


def test_the_use_page_counts_what_a_format_leaves_out_and_says_how_to_load_it() -> None:
    text = HTML["use/index.html"].text
    for needed in (
        "hosts.txt 130 43",
        "response-policy",
        "rpz:",
        "addn-hosts=",
        "uBlock Origin",
        "curl -fsSO",
    ):
        assert needed in text


def test_the_use_page_shows_what_real_programs_made_of_the_files() -> None:
    text = HTML["use/index.html"].text
    assert "PowerDNS Recursor" in text
    assert "haproxy.hosts, haproxy.domains" in text
    assert "Last asked on" in text


def test_no_recipe_is_shown_for_a_file_that_is_not_published() -> None:
    pages = dict(site_pages(sample_context(1, files=CONTEXT.files[:1])))
    assert "response-policy" not in pages["use/index.html"].decode()


def test_the_404_page_works_at_any_depth_once_the_site_knows_its_address() -> None:
    pages = dict(site_pages(sample_context(1, site=Site(base_url="https://gazette.example/public/"))))
    page = read_html(pages["404.html"])
    hrefs = [href for href in page.values("href") if not href.startswith("#")]
    assert hrefs
    assert all(href.startswith("/public/") for href in hrefs)


# --- the feed --------------------------------------------------------------------------------------------


def read_feed(body: bytes) -> ET.Element:
    return ET.fromstring(body)


@pytest.mark.parametrize("path", ["feed.xml", "zh/feed.xml"])
@pytest.mark.parametrize("base", ["", "https://gazette.example/"])
def test_the_feed_has_what_rfc_4287_asks_for(path: str, base: str) -> None:
    feed = read_feed(dict(site_pages(sample_context(3, site=Site(base_url=base))))[path])
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for needed in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{needed}")) == 1
            assert element.findtext(f"{ATOM}{needed}")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.findtext(f"{ATOM}updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 1 + len(CONTEXT.announcements)
    assert all(one.startswith("urn:uuid:") for one in ids)
    links = [one.get("href") for one in feed.iter(f"{ATOM}link")]
    assert all(link.startswith(base) for link in links)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == ("zh-Hans" if "zh" in path else "en")


def test_the_feeds_links_lead_to_pages() -> None:
    for path in ("feed.xml", "zh/feed.xml"):
        for link in read_feed(SITE[path]).iter(f"{ATOM}link"):
            assert target(path, link.get("href")) in SITE


def test_steps_are_shown_mildest_first_as_the_ladder_has_them() -> None:
    rungs = tuple(
        Rung(subject="account", role=Role.SELLER, min_grade=1, min_links=1, step=step)
        for step in ("warn", "limit", "close")
    )
    policy = replace(POLICY, ladder=rungs)
    page = read_html(
        dict(site_pages(sample_context(1, policy=policy)))["announcements/2026-11-22/index.html"]
    ).text
    assert page.index("warning 812") < page.index("loss of functions 96") < page.index("closure 31")


def test_a_period_within_a_day_names_it_once() -> None:
    day = replace(sample_announcement("2026-11-22", 7), since=NOW - timedelta(hours=3))
    page = read_html(
        dict(site_pages(sample_context(1, announcements=(day,))))["announcements/2026-11-22/index.html"]
    )
    assert "Period: 22 November 2026 links blocked" in page.text


def test_every_time_an_entry_was_listed_before_stays_on_record() -> None:
    back, gone = CONTEXT.listing.entries[0], "LG-GONEAGAIN2"
    stones = tuple(
        Tombstone(
            id=name,
            listed_at=NOW - timedelta(days=days + 9),
            removed_at=NOW - timedelta(days=days),
            reason=reason,
        )
        for name in (back.id, gone)
        for days, reason in ((200, RemovalReason.EXPIRED), (100, RemovalReason.CLEANED))
    )
    listing = replace(CONTEXT.listing, entries=(back,), aliases=(), tombstones=stones)
    pages = {
        path: read_html(body).text
        for path, body in site_pages(sample_context(1, listing=listing))
        if "html" in path
    }
    here = pages[f"entries/{back.id}/index.html"]
    assert "On the list before" in here
    assert here.index("cleaned up") < here.index("expired")
    there = pages[f"entries/{gone}/index.html"]
    assert "no longer offers anything" in there
    assert "On the list before" in there
    assert "expired" in there
    assert pages["removed/index.html"].count("LG-") == 4
