"""The tables of the pretend web are whole: pages are there, decode, twins are twins, names are reserved."""

import re
import tomllib
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from blocklist.model import Failure, Label
from crawler.pretend import sites as room
from crawler.pretend.behaviours import BEHAVIOURS
from crawler.pretend.certificates import FAULTS
from crawler.pretend.sites import ROBOTS, SITES, Site, page_bytes, page_text

PAGES = Path(room.__file__).parent / "pages"
TABLES = Path(room.__file__).parent / "tables"
BY_ADDRESS = {site.address: site for site in SITES}
WITH_PAGE = [site for site in SITES if site.file]
OFFERS = [site for site in SITES if site.kind == "offer"]
TWINS = [site for site in SITES if site.of]
CATEGORIES = [
    "wildlife",
    "personal-data",
    "fake-documents",
    "controlled-weapons",
    "adult",
    "controlled-drugs",
    "illegal-tools",
    "medicines",
    "health-products",
    "tobacco",
    "counterfeit-goods",
    "counterfeit-money",
    "illegal-credit",
    "gambling",
]
FEWEST_GOODS = 5
RESERVED = re.compile(r"[a-z0-9.-]+\.(example|test)")


def words(site: Site) -> str:
    return LexborHTMLParser(page_text(site)).text(separator=" ").lower()


def address(site: Site) -> str:
    return site.address


def test_addresses_are_unique():
    assert len(BY_ADDRESS) == len(SITES)


def test_every_page_is_declared_and_every_declared_page_is_there():
    kept = {file.relative_to(PAGES).as_posix() for file in PAGES.rglob("*.html")}
    assert kept == {site.file for site in WITH_PAGE}


@pytest.mark.parametrize("site", WITH_PAGE, ids=address)
def test_every_page_decodes_as_declared(site):
    assert page_bytes(site).decode(site.charset) == page_text(site)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_an_offer_and_two_twins_in_each_language(category, lang):
    offers = [
        site.address for site in OFFERS if (site.category, site.lang) == (category, lang) and site.goods
    ]
    assert offers
    assert len([twin for twin in TWINS if twin.of in offers]) >= 2


def test_there_are_no_other_categories():
    assert {site.category for site in SITES} - {""} == set(CATEGORIES)


@pytest.mark.parametrize("site", [site for site in SITES if site.goods], ids=address)
def test_an_offer_names_the_goods_it_is_said_to_sell(site):
    assert len(site.goods) >= FEWEST_GOODS
    assert not [word for word in site.goods if word.lower() not in words(site)]


@pytest.mark.parametrize("site", TWINS, ids=address)
def test_a_twin_is_clear_and_shares_five_goods_words_with_its_offer(site):
    offer = BY_ADDRESS[site.of]
    assert (offer.kind, site.truth, site.lang, site.category) == (
        "offer",
        Label.CLEAR,
        offer.lang,
        offer.category,
    )
    assert len([word for word in offer.goods if word.lower() in words(site)]) >= FEWEST_GOODS


def test_the_twins_are_innocent_in_many_ways():
    assert {
        "encyclopaedia",
        "fiction",
        "forum",
        "harm-reduction",
        "health-advice",
        "law",
        "licensed-dealer",
        "licensed-pharmacy",
        "museum",
        "news",
        "recall",
        "research",
        "satire",
    } <= {site.kind for site in TWINS}


@pytest.mark.parametrize("site", [site for site in SITES if site.goods or site.of], ids=address)
def test_an_offer_or_twin_is_long_enough_to_be_judged(site):
    text = words(site)
    assert len(text.split()) >= 120 if site.lang == "en" else len(text) >= 200


def test_one_host_has_an_offer_at_its_root_and_three_in_all():
    pages = [site for site in OFFERS if site.host == "tusk-and-scale.example"]
    assert "/" in {site.path for site in pages}
    assert len(pages) >= 3


@pytest.mark.parametrize("site", SITES, ids=address)
def test_every_host_lies_under_a_reserved_name(site):
    assert RESERVED.fullmatch(site.host)


@pytest.mark.parametrize("site", WITH_PAGE, ids=address)
def test_no_page_names_a_host_or_mailbox_of_the_real_world(site):
    text = page_text(site).replace("https://schema.org", "")  # a vocabulary, fetched by nobody
    hosts = re.findall(r"(?:https?:)?//([^/\s\"'<>:]+)", text) + re.findall(r"@([\w-]+\.[\w.-]+)", text)
    assert not [host for host in hosts if not RESERVED.fullmatch(host) and host != "127.0.0.1"]


@pytest.mark.parametrize("site", WITH_PAGE, ids=address)
def test_telephone_numbers_are_those_that_are_nobodys(site):
    # Reserved for drama: +1 … 555 01xx (NANPA) and 01632 960 xxx (Ofcom); in China a row of noughts.
    numbers = re.findall(r"(?:\+\d[\d ]{8,}|\b0\d{3,4}[ -]\d[\d -]{5,}|\b1[3-9]\d{9}\b)", page_text(site))
    assert not [n for n in numbers if not re.search(r"555 01\d\d|01632 960 \d{3}|0000", n)]


def test_every_trap_has_its_behaviour_and_every_behaviour_its_trap():
    assert {site.behaviour for site in SITES} - {""} == set(BEHAVIOURS)


def test_every_certificate_fault_is_there():
    assert {site.certificate for site in SITES} == set(FAULTS)


def test_only_what_cannot_be_reached_fails():
    assert all((site.failure is not None) == (site.truth == Label.UNREACHABLE) for site in SITES)


def test_the_kinds_of_failure_that_loopback_can_show_are_there():
    # Names always resolve here and somebody always answers; certificates are recorded, not refused.
    elsewhere = {Failure.DNS, Failure.REFUSED, Failure.TLS, Failure.MALFORMED}
    assert {site.failure for site in SITES} - {None} == set(Failure) - elsewhere


def test_hops_lead_to_the_truth_they_claim():
    for site in SITES:
        target = site.to.partition("://")[2]
        if site.kind == "hop" and target in BY_ADDRESS:
            assert (site.address, BY_ADDRESS[target].truth) == (site.address, site.truth)


def test_robots_are_of_known_hosts():
    assert set(ROBOTS) <= {site.host for site in SITES}


def test_a_wrong_row_is_named_with_its_table():
    with pytest.raises(ValueError, match=r"tables/shops\.toml: a\.example"):
        room._site("shops", {"host": "a.example", "kind": "offer", "truth": "clear", "colour": "red"})


@pytest.mark.parametrize("file", sorted(TABLES.glob("*.toml")), ids=lambda file: file.stem)
def test_tables_parse(file):
    assert tomllib.loads(file.read_text(encoding="utf-8"))
