"""What the judge makes of pages we wrote ourselves: the house's checks and a floor that refuses to sink.

The pages were written blind, from the categories' definitions (``own_pages`` says how). First contact, with
the judge of commit a6cba5f that nobody could have tuned to them: of 154 English innocents 22 published and
49 more suspected, of 42 offers 29 listed and 35 seen; of 154 Chinese innocents 16 published and 47 more
suspected, of 43 offers 33 listed and 42 seen. The floors started there. Whoever tuned since (``voice``) read
only failing pages whose address has an even SHA-256, and moved both halves alike.
101 harder pages came later, blind again (research that quotes advertisements, police notices, refused
licences, private sales, euphemisms, chat menus). First contact with the judge of commit 6014c88: of 37
English innocents 0 published and 10 more suspected, of 15 offers 5 listed and 13 seen; of 34 Chinese
innocents 2 published and 2 more suspected, of 15 offers 11 listed and 14 seen.
132 came after those, blind too, with what no set had held (job advertisements, school exercises, games that
sell, recipes, reviews, court reports, charities). First contact with the judge of commit b31c9f6: of 45
English innocents 3 published and 20 more suspected, of 20 offers 11 listed and 20 seen; of 46 Chinese
innocents 2 published and 14 more suspected, of 21 offers 19 listed and 19 seen.
120 came then, blind again and written to be the hardest: shops whose goods are lawful where they stand
(dispensaries, clinics, exempt ivory), clubs, auctions, courses, insurers, customs. First contact with the
judge of commit b38fc87: of 44 English innocents 2 published and 24 more suspected, of 15 offers 13 listed and
15 seen; of 46 Chinese innocents 4 published and 15 more suspected, of 15 offers 14 listed and 15 seen.
52 innocents more were written before anything was mended, and judged when the first rules of ``aloof`` had
been made from the 120: 6 published (1 English, 5 Chinese), 22 more suspected. ``priced`` was made from them.
48 innocents more came when both were done: 6 published (4 English, 2 Chinese), 20 more suspected, where the
judge of commit 1e455dc, without either, would have published 10. Whoever wrote these 100 had seen some of the
policy's small words.
Then a rule was taken from all of them at once: what is listed unseen bears a mark of unlawful sale that
outweighs what excuses it (``goods_alone`` apart). Of the 23 innocents that the judge of commit 1e455dc
publishes it would have kept 12 back; on the shared corpus 54 of 614 offers outside of controlled-drugs wait
for a person besides. That is why fewer offers are listed since: 53 and 69, where it was 61 and 86.
80 came last, blind again: lawful shops and services that talk like the other kind, some in jest. At first
contact, with that rule: of 32 English innocents 4 published and 23 more suspected, of 8 offers 3 listed and 6
seen; of 32 Chinese innocents 1 published and 27 more suspected, of 8 offers 7 listed and 8 seen. Without it
(commit 7256152) 8 innocents would have been published, and the same offers. Since then an excuse in the title
lists nothing unseen.
Raise a floor when the judge gets better; never lower one, and never reword a page, to make a run look good:
say why in the changelog.
"""

import re
import subprocess
import sys
import tarfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from blocklist.model import Judgement, Label
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.urls import parse_url
from crawler.judge import judge
from crawler.read import read_page
from tests.own_pages import INNOCENT_KINDS, LANGUAGES, OwnPage, goods_terms, own_pages

CHECKOUT = Path(__file__).parent.parent
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        (CHECKOUT / "PKG-INFO").exists(), reason="a source release carries no pages that look like offers"
    ),
]

FEWEST_PAGES = 300
FEWEST_INNOCENT_KINDS = 8  # of thirteen, in each language and category
SHARED_TERMS = 5
MOST_STRAYS = {"en": 10, "zh": 15}
"""Innocents of the last set that share fewer with an offer: as hard, but nobody's twin."""
NAMESPACES = {"schema.org", "ogp.me", "www.w3.org"}  # a vocabulary's name, not a link
CATEGORIES = tuple(sorted(load_policy(None).categories))


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Counts of pages; the first two are ceilings on innocents, the last two floors under offers."""

    most_published_innocents: int
    most_suspected_innocents: int
    """Published ones included: what is neither published nor a moderator's work is ``clear``."""
    fewest_offers_seen: int
    fewest_offers_listed: int


FLOORS = {
    "en": Floor(
        most_published_innocents=0,
        most_suspected_innocents=128,
        fewest_offers_seen=97,
        fewest_offers_listed=56,
    ),
    "zh": Floor(
        most_published_innocents=0,
        most_suspected_innocents=116,
        fewest_offers_seen=102,
        fewest_offers_listed=74,
    ),
}

PAGES = {lang: own_pages(lang) for lang in LANGUAGES}
ALL = [page for pages in PAGES.values() for page in pages]


def _uses(page: OwnPage, term: str) -> bool:
    """Whether a page says a term; a term in Latin letters must begin a word (no ``pod`` in ``tripod``)."""
    if term.isascii():
        return re.search(rf"(?<!\w){re.escape(term)}", page.text) is not None
    return term in page.text


@pytest.fixture(scope="module")
def judged() -> dict[OwnPage, Judgement]:
    policy, pseudonymiser = load_policy(None), Pseudonymiser(bytes(32))
    url = parse_url("https://page.example/")  # the same for all: an address must not give the kind away
    return {
        page: judge(
            read_page(page.body, content_type="text/html", url=url, pseudonymiser=pseudonymiser), policy
        )
        for page in ALL
    }


def test_there_are_enough_pages():
    assert len(ALL) >= FEWEST_PAGES


def test_a_page_is_named_by_its_kind():
    assert [page.address for page in ALL if not page.kind] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_an_offer_and_its_innocent_twins(lang, category):
    kinds = {page.kind for page in PAGES[lang] if page.category == category}
    assert "offer" in kinds
    assert len(kinds.intersection(INNOCENT_KINDS)) >= FEWEST_INNOCENT_KINDS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_lies_in_a_folder_that_is_no_category(lang):
    assert {page.category for page in PAGES[lang]} <= set(CATEGORIES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_innocent_pages_share_their_goods_with_the_offers(lang):
    offered = defaultdict(set)
    for page in PAGES[lang]:
        if page.is_offer:
            offered[page.category] |= {t for t in goods_terms(lang, page.category) if _uses(page, t)}
    innocents = [page for page in PAGES[lang] if not page.is_offer]  # an offer may call nothing by its name
    shared = {page.address: sum(_uses(page, term) for term in offered[page.category]) for page in innocents}
    strays = {address: count for address, count in shared.items() if count < SHARED_TERMS}
    assert len(strays) <= MOST_STRAYS[lang], strays


def test_no_page_points_at_anybody_real():
    """Every host ends in .example or .test, every number that can be dialled is of the fiction block."""
    found = defaultdict(set)
    for page in ALL:
        source = page.source
        hosts = set(re.findall(r"(?:https?:)?//([\w-]+(?:\.[\w-]+)+)", source))
        hosts |= set(re.findall(r"[\w.+-]@([\w-]+(?:\.[\w-]+)+)", source))
        found[page.address] |= {
            h for h in hosts if not h.endswith((".example", ".test")) and h not in NAMESPACES
        }
        found[page.address] |= set(
            re.findall(r"(?:\+1 |tel:\D*)(?!\d{3}[ -]?555[ -]?01\d\d)[\d -]{7,}", source)
        )
    assert {address: bad for address, bad in found.items() if bad} == {}


@pytest.mark.parametrize("lang", FLOORS)
def test_hardly_an_innocent_page_is_published(lang, judged):
    published = [page.address for page in PAGES[lang] if not page.is_offer and judged[page].publishable]
    assert len(published) <= FLOORS[lang].most_published_innocents, published


@pytest.mark.parametrize("lang", FLOORS)
def test_few_innocent_pages_are_suspected(lang, judged):
    suspected = [p.address for p in PAGES[lang] if not p.is_offer and judged[p].label != Label.CLEAR]
    assert len(suspected) <= FLOORS[lang].most_suspected_innocents, suspected


@pytest.mark.parametrize("lang", FLOORS)
def test_offers_are_seen(lang, judged):
    offers = [page for page in PAGES[lang] if page.is_offer]
    missed = [page.address for page in offers if judged[page].label not in (Label.CONTRABAND, Label.UNSURE)]
    assert len(offers) - len(missed) >= FLOORS[lang].fewest_offers_seen, missed


@pytest.mark.parametrize("lang", FLOORS)
def test_most_offers_are_listed_without_asking(lang, judged):
    offers = [page for page in PAGES[lang] if page.is_offer]
    waiting = [page.address for page in offers if not judged[page].publishable]
    assert len(offers) - len(waiting) >= FLOORS[lang].fewest_offers_listed, waiting


@pytest.mark.edge
def test_the_pages_stay_out_of_what_is_released(tmp_path):
    """Pages that look like offers belong in the checkout alone, never on an index's mirrors."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert "tests/test_own_pages.py" in names
    assert [name for name in names if name.startswith("tests/pages")] == []
