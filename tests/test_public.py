"""Hostile words stay words: on every kind of page, in the feed, in both languages."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.model import Alias, Entry, Evidence, EvidenceKind, Host, ListKey, Scope
from blocklist.policy import TermKind, load_policy
from blocklist.public import site_pages
from blocklist.public.assets import site_folder
from blocklist.public.categories import category_views
from blocklist.public.entries import entry_view
from blocklist.public.language import Language, load_languages
from blocklist.public.outlines import OUTLINES
from blocklist.public.paging import PAGE, paged
from blocklist.public.quotes import MAX_EXCERPT
from blocklist.public.render import Plan, Renderer, SiteFacts
from blocklist.public.rows import row
from blocklist.public.text import _DOT, address, harmless, readable, shortened
from blocklist.urls import defang
from crawler.judge.evidence import rule_of
from crawler.judge.groups import Part
from crawler.judge.lexicon import lexicon_of
from tests.sample_site import HOSTILE, POLICY, Site, sample_announcement, sample_context, sample_entry
from tests.site_reader import Read, read_html

INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
CATEGORIES = category_views(POLICY, frozenset(), "en")


# --- text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain words, 普通文字。", "plain words, 普通文字。"),
        ("two\r\n\tlines", "two lines"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\x00b\x1b[31m", "a[U+0000]b[U+001B][31m"),
        ("\ud800", "[U+D800]"),
        ("\ufffe", "[U+FFFE]"),
        ("\U000e0041", "[U+E0041]"),
        ("\u3164", "[U+3164]"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 3),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(raw: str, shown: str) -> None:
    assert readable(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("see https://shop.example/a", "see hxxps://shop[.]example/a"),
        ("shop.example and t.me/x", "shop[.]example and t[.]me/x"),
        ("现货shop.example下单", "现货shop[.]example下单"),
        ("shop。example", "shop[.]example"),
        ("商城。example", "商城[.]example"),
        ("shop。商城", "shop[.]商城"),
        ("例子。中国", "例子[.]中国"),
        ("不见面。新客先看公告｡再说", "不见面。新客先看公告｡再说"),
        ("only 3.5 g for 12.00", "only 3.5 g for 12.00"),
        ("End. Next", "End. Next"),
    ],
)
def test_addresses_in_words_lead_nowhere(raw: str, shown: str) -> None:
    assert harmless(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("shop.example/a/b.html?x=1", "shop[.]example/a/b[.]html?x=1"),
        ("a.b.shop.example/", "a[.]b[.]shop[.]example/"),
        ("192.0.2.7/x", "192[.]0[.]2[.]7/x"),
        ("go.example/?to=http://other.example/", "go[.]example/?to=hxxp://other[.]example/"),
        ("xn--fsq.example/%E5%95%86", "xn--fsq[.]example/%E5%95%86"),
    ],
)
def test_an_address_is_shown_defanged(raw: str, shown: str) -> None:
    assert address(raw) == shown


@given(st.text(alphabet=st.characters(), max_size=200))
def test_readable_text_has_nothing_invisible_and_can_be_written(raw: str) -> None:
    shown = readable(raw)
    assert not {unicodedata.category(letter) for letter in shown} & INVISIBLE
    shown.encode()
    assert readable(shown) == shown


@given(st.text(max_size=60), st.integers(8, 40))
def test_shortened_text_keeps_both_ends_and_its_limit(raw: str, limit: int) -> None:
    shown = shortened(raw, limit)
    assert len(shown) <= limit
    assert shown == raw or ("…" in shown and raw.startswith(shown.partition("…")[0]))


# --- pages -----------------------------------------------------------------------------------------------


def of_entry(*entries: Entry) -> dict[str, bytes]:
    listing = sample_context(0).listing
    made = type(listing)(
        entries=entries,
        aliases=tuple(Alias(expression=one.expression, entry=one.id) for one in entries),
        tombstones=listing.tombstones,
        review=(),
    )
    return dict(site_pages(sample_context(len(entries), listing=made)))


def shapes(pages: dict[str, bytes]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    return {path: read_html(body).elements for path, body in pages.items() if path.endswith(".html")}


def hostile_entry(text: str) -> Entry:
    return sample_entry(
        1,
        excerpts=(text, text, text),
        expression=ListKey(
            f"evil.example/{text.encode(errors='replace').decode()}"
        ),  # no key holds half a character
        host=Host("evil.example"),
        scope=Scope.URL,
    )


PLAIN = of_entry(hostile_entry("plain"))


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_change_no_page(text: str) -> None:
    pages = of_entry(hostile_entry(text))
    assert shapes(pages) == shapes(PLAIN)
    check_links(pages)
    body = read_html(pages["entries/LG-AAAAAAAAAB/index.html"])
    assert body.problems == []
    assert harmless(text)[:40] in body.text or "…" in body.text or "****" in body.text


def check_links(pages: dict[str, bytes]) -> None:
    for path, body in pages.items():
        if not path.endswith((".html", ".xml")):
            continue
        assert b"http://evil" not in body, path
        assert b"evil.example" not in body, path
        if path.endswith(".html"):
            hrefs = read_html(body).values("href")
            assert not [
                one
                for one in hrefs
                if "evil" in one or re.match(r"(?i)\s*(https?:(?!//law\.example/)|javascript:|data:)", one)
            ]


@cache
def english() -> tuple[Renderer, Language]:
    folder = site_folder()
    languages = load_languages(("en", "zh"), folder / "locale")
    facts = SiteFacts(title="T", publisher="P", contact="", appeal_url="", licence="", base_url="")
    return Renderer(folder, facts, languages[0], languages, OUTLINES), languages[0]


def entry_page(text: str) -> Read:
    view = entry_view(hostile_entry(text), [], CATEGORIES["tobacco"])
    _, body = english()[0].render(Plan(path="entries/x/index.html", template="entry.html", view=view))
    return read_html(body)


MARKUP = st.lists(
    st.sampled_from(
        ["<", ">", '"', "'", "&", "/", "=", "{{", "}}", "{%", "%}", "%s", "%(x)s", "]]>", "<!--", "-->"]
    )
    | st.sampled_from(["script", "onload", "href", "http://", "evil.example", " ", "\x00", "\u202e", "&#60;"])
    | st.text(max_size=4),
    min_size=1,
    max_size=12,
).map("".join)


@settings(max_examples=150)
@given(MARKUP)
def test_no_words_become_markup(text: str) -> None:
    page = entry_page(f"x{text}x")
    assert page.elements == entry_page("xx").elements
    assert page.problems == []


@given(MARKUP | st.text(st.sampled_from("a.\u3002\uff0e\uff61:/ ws\u4e2d[]-_@1\n"), max_size=20))
def test_what_cannot_be_an_address_is_passed_over_and_nothing_else(text: str) -> None:
    assert harmless(text) == _DOT.sub("[.]", defang(readable(text)))


@given(MARKUP)
def test_no_words_break_the_row_of_a_list(text: str) -> None:
    one = row(hostile_entry(text), CATEGORIES)
    assert "evil.example" not in one.address
    assert len(one.address) <= 80


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE[:8])
def test_hostile_words_of_the_publisher_and_the_policy_stay_words(text: str) -> None:
    """They are not attackers, but a title with an ampersand must not break a page either."""
    categories = {
        name: replace(
            one,
            title={"en": text, "zh": text},
            summary={"en": text, "zh": text},
            goods={"en": (text,), "zh": (text,)},
        )
        for name, one in POLICY.categories.items()
    }
    policy = replace(POLICY, categories=categories)
    announcement = sample_announcement("2026-11-22", 7)
    context = sample_context(
        2, policy=policy, site=Site(title=text, publisher=text, contact=text), announcements=(announcement,)
    )
    for path, body in site_pages(context):
        if path.endswith(".html"):
            page = read_html(body)
            assert page.problems == [], path
            ours = {"script"} if path.endswith("lookup/index.html") else set()
            assert not {tag for tag, _ in page.elements} & ({"script", "img", "textarea"} - ours), path
            assert len(page.values("src")) == 2 * len(ours), path
        elif path.endswith(".xml"):
            ET.fromstring(body)


def test_an_announcement_shows_only_masked_names_whatever_is_stored() -> None:
    one = sample_announcement("2026-11-22", 7)
    names = ("Har****", "Hardman", "138****", "<b>****", "x@y.example", "Li\u202e****")
    stored = replace(one, examples=names)
    pages = dict(site_pages(sample_context(1, announcements=(stored,))))
    page = pages["announcements/2026-11-22/index.html"].decode()
    assert "Har****" in page
    for name in names[1:]:
        assert name not in page


def test_a_url_that_may_carry_a_person_shows_its_host_alone() -> None:
    secret = "reset/token-8f3a2/jane.doe@mail.example"
    entry = sample_entry(
        1,
        expression=ListKey(f"evil.example/{secret}"),
        host=Host("evil.example"),
        sensitive=True,
        scope=Scope.URL,
    )
    listing = sample_context(0).listing
    made = type(listing)(
        entries=(entry,),
        aliases=(
            Alias(expression=ListKey(f"go.example/{secret}"), entry=entry.id, sensitive=True),
            Alias(expression=ListKey("go.example/open"), entry=entry.id),
        ),
        tombstones=(),
        review=(),
    )
    pages = dict(site_pages(sample_context(1, listing=made)))
    for path, body in pages.items():
        assert b"token-8f3a2" not in body, path
        assert b"jane" not in body, path
    page = pages[f"entries/{entry.id}/index.html"].decode()
    assert "evil[.]example/****" in page
    assert "go[.]example/open" in page
    assert "and 1 more" in page


def test_contacts_in_excerpts_are_masked_once_more() -> None:
    entry = sample_entry(1, excerpts=("write to jane@mail.example or wechat: jane_8812",))
    page = of_entry(entry)[f"entries/{entry.id}/index.html"].decode()
    assert "jane" not in page


def test_a_page_with_endless_evidence_and_address_stays_small() -> None:
    kinds = list(EvidenceKind)
    first = sample_entry(1)
    evidence = tuple(
        first.evidence[0].__class__(
            rule="r",
            kind=kinds[number % len(kinds)],
            category=None,
            excerpt=f"{number}<&\u202e>" * 400,
            weight=1.0,
        )
        for number in range(500)
    )
    entry = sample_entry(
        1, evidence=evidence, expression=ListKey("evil.example/" + "<'&\">" * 1500), scope=Scope.URL
    )
    listing = sample_context(0).listing
    aliases = tuple(
        Alias(expression=ListKey(f"s.example/{n}" + "<&" * 3000), entry=entry.id) for n in range(300)
    )
    made = type(listing)(entries=(entry,), aliases=aliases, tombstones=(), review=())
    for path, body in site_pages(sample_context(1, listing=made)):
        assert len(body) < 50_000, path


def test_a_list_of_the_longest_addresses_stays_small() -> None:
    entries = tuple(
        sample_entry(number, expression=ListKey(f"evil{number}.example/" + "<'&\">" * 500))
        for number in range(PAGE)
    )
    pages = of_entry(*entries)
    assert len(pages["entries/index.html"]) < 50_000
    assert len(pages["zh/entries/index.html"]) < 50_000


@given(st.integers(0, 500), st.integers(3, 60))
def test_pages_of_a_list_hold_everything_once_and_in_order(count: int, size: int) -> None:
    found = list(paged("entries", range(count), str, size))
    assert [one for part in found for one in part.items] == list(range(count))
    assert {len(part.items) <= size for part in found} == {True}
    paths = [part.pager.path for part in found]
    assert len(set(paths)) == len(paths)
    assert [part.pager.older for part in found] == [*paths[1:], ""]
    assert [part.pager.newer for part in found] == ["", *paths[:-1]]
    assert [part.pager.first for part in found] == [True] + [False] * (len(found) - 1)


@given(st.sets(st.integers(0, 9999), min_size=1, max_size=20), st.integers(0, 19))
def test_a_change_of_the_list_leaves_nearly_all_its_pages_alone(gone: set[int], added: int) -> None:
    before = set(_parts(range(9999, -1, -1)))
    left = [one for one in range(9999 + added, -1, -1) if one not in gone]
    changed = set(_parts(left)) - before
    assert len(changed) <= 6 * (len(gone) + 1)


def _parts(items: Sequence[int]) -> Iterator[tuple[object, ...]]:
    for part in paged("entries", items, str):
        yield part.pager, tuple(part.items)


def test_an_excerpt_is_cut_where_a_reader_would_stop() -> None:
    view = entry_view(hostile_entry("word " * 400), [], CATEGORIES["tobacco"])
    assert {len(each.text) for one in view.reasons for each in one.excerpts} == {MAX_EXCERPT}


def test_an_excerpt_in_a_foreign_tongue_says_what_it_means() -> None:
    policy = load_policy(None)
    facts = [
        Evidence(rule=rule, kind=kind, category="tobacco", excerpt=excerpt, weight=1.0)
        for rule, kind, excerpt in (
            ("tobacco/goods/tobacco-en", EvidenceKind.GOODS, "云霄香烟 一条起"),
            ("tobacco/offer/untaxed", EvidenceKind.OFFER, "免税烟 下单"),
            ("tobacco/offer/order", EvidenceKind.OFFER, "免税烟 下单"),
            ("tobacco/evasion/disguised-tobacco-en", EvidenceKind.EVASION, "c1garettes"),
            ("tobacco/price/CNY", EvidenceKind.PRICE, "90 元"),
            ("gone/goods/gone", EvidenceKind.QUANTITY, "10 packs"),
        )
    ]
    entry = sample_entry(6, category="tobacco", evidence=tuple(facts))
    said = {}
    for language in ("en", "zh"):
        category = category_views(policy, frozenset(), language)["tobacco"]
        shown = [each for one in entry_view(entry, [], category).reasons for each in one.excerpts]
        said[language] = [(each.text, each.lang, each.gloss) for each in shown]
    tobacco = policy.categories["tobacco"]
    goods, untaxed = tobacco.terms[1].gloss, tobacco.offers[0].gloss
    assert said["en"] == [
        ("云霄香烟 一条起", "zh", goods["en"]),
        ("免税烟 下单", "zh", f"{untaxed['en']} · asks the reader to order"),
        ("90 元", "zh", ""),
        ("10 packs", "", ""),
        ("c1garettes", "", goods["en"]),
    ]
    assert [gloss for _, _, gloss in said["zh"]][:2] == [goods["zh"], f"{untaxed['zh']} · 招揽下单"]


def test_words_quoted_twice_are_shown_once_with_all_they_mean() -> None:
    facts = [
        Evidence(
            rule=f"tobacco/offer/{name}",
            kind=EvidenceKind.OFFER,
            category="tobacco",
            excerpt=text,
            weight=1.0,
        )
        for name, text in (
            ("order", "…order now"),
            ("price", "order now, $40"),
            ("payment", "order now, $40…"),
            ("stock", "in stock"),
        )
    ]
    category = category_views(load_policy(None), frozenset(), "en")["tobacco"]
    (reasons,) = entry_view(sample_entry(6, category="tobacco", evidence=tuple(facts)), [], category).reasons
    assert [(one.text, one.gloss) for one in reasons.excerpts] == [
        ("order now, $40", "asks the reader to order · speaks of prices · ways to pay"),
        ("in stock", "says what is in stock"),
    ]


def test_the_rules_that_the_judge_names_are_the_rules_that_have_a_gloss() -> None:
    """But amounts and names of shops; two rooms that may not import each other spell them alike."""
    policy = load_policy(None)
    shelf = category_views(policy, frozenset(), "zh")
    parts = (Part.TERM, Part.OFFER, Part.EXCUSE, Part.AGGRAVATING)
    groups = [one for one in lexicon_of(policy).groups if one.part in parts]
    silent = (TermKind.QUANTITY, TermKind.NAME)
    named = {
        (name, rule_of(name, one))
        for name in shelf
        for one in groups
        if one.category in (name, None) and not (one.part is Part.TERM and one.kind in silent)
    }
    assert {rule for name, rule in named if rule not in shelf[name].glosses} == set()
    assert len(named) > len(shelf) * 30  # what all share, and their own


def test_where_it_is_unlawful_is_said_in_the_pages_language() -> None:
    entry = sample_entry(3)
    for language in ("en", "zh"):
        category = category_views(POLICY, frozenset(), language)[entry.category]
        assert category.jurisdiction == POLICY.categories[entry.category].jurisdiction[language]
        assert entry_view(entry, [], category).jurisdiction == category.jurisdiction
    lost = category_views(POLICY, frozenset({"gone"}), "zh")["gone"]
    assert entry_view(entry, [], lost).jurisdiction == entry.jurisdiction
