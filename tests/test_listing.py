"""DESIGN.md section 5, rule by rule: what is listed, at which scope, and what waits for a moderator."""

import random
from dataclasses import replace

import pytest

from blocklist.model import Evidence, EvidenceKind, Failure, Label, Scope
from tests.list_makers import (
    CATEGORY,
    DAY,
    EXCUSE,
    GOODS,
    NOW,
    OFFER,
    POLICY,
    Web,
    claims,
    cleared,
    confirmed,
    held,
    listing_of,
)

C, K, U, X = Label.CONTRABAND, Label.CLEAR, Label.UNSURE, Label.UNREACHABLE


# --- rule 1: the landing is listed, what leads there is an alias -----------------------------------------


def test_the_landing_page_is_listed_and_what_leads_there_becomes_an_alias() -> None:
    web = Web().add(
        "http://short.example/x", landing="http://shop.example/offer", hops=("http://hop.example/r?u=1",)
    )
    listing = listing_of(web)
    assert claims(listing) == {("url", "shop.example/offer")}
    assert [alias.expression for alias in listing.aliases] == ["hop.example/r?u=1", "short.example/x"]
    assert {alias.entry for alias in listing.aliases} == {listing.entries[0].id}


ALIAS_NEVER = [
    ("the front page of a shortener", "http://short.example/", "http://shop.example/offer"),
    ("a canary", "http://canary.example/r?u=1", "http://shop.example/offer"),
    ("the landing itself", "http://shop.example/offer#top", "http://shop.example/offer"),
]


@pytest.mark.parametrize(("why", "shared", "landing"), ALIAS_NEVER, ids=[row[0] for row in ALIAS_NEVER])
def test_never_an_alias(why: str, shared: str, landing: str) -> None:
    assert not listing_of(Web().add(shared, landing=landing)).aliases


def test_what_an_entry_covers_needs_no_alias() -> None:
    web = Web().add("http://shop.example/in", landing="http://shop.example/")
    assert not listing_of(web).aliases


def test_a_page_that_is_judged_itself_is_no_alias() -> None:
    web = Web().add("http://news.example/out?u=1", landing="http://shop.example/offer")
    web.add("http://news.example/out?u=1", K)
    assert not listing_of(web).aliases


def test_a_shared_url_that_may_carry_a_person_is_an_alias_but_never_raw() -> None:
    web = Web().add("http://hop.example/go?email=a.person@mail.example", landing="http://shop.example/offer")
    (alias,) = listing_of(web).aliases
    assert alias.sensitive


# --- rule 2: thresholds, and two kinds of evidence -----------------------------------------------------

CONTACT = Evidence(rule="c/contact/d", kind=EvidenceKind.CONTACT, category=CATEGORY, excerpt="", weight=1.0)
ALONE = [
    ("publishable", C, {}, True, []),
    ("goods and a contact", C, {"evidence": (GOODS, CONTACT)}, True, []),
    ("between the thresholds", C, {"publishable": False}, False, ["below-publish-threshold"]),
    ("below what the policy now asks", C, {"confidence": 0.1}, False, ["below-publish-threshold"]),
    ("goods only", C, {"evidence": (GOODS,)}, False, ["one-kind-of-evidence"]),
    ("an offer of nothing named", C, {"evidence": (OFFER,)}, False, ["one-kind-of-evidence"]),
    ("an excuse is no offer", C, {"evidence": (GOODS, EXCUSE)}, False, ["one-kind-of-evidence"]),
    ("unsure is not contraband", U, {}, False, ["unsure"]),
    ("unsure without a leaning", U, {"category": None}, False, []),
    ("clear", K, {}, False, []),
    ("unreachable", X, {}, False, []),
    ("of a category the policy has no more", C, {"category": "no-such"}, False, []),
]


@pytest.mark.parametrize(
    ("why", "label", "judged", "listed", "waiting"), ALONE, ids=[row[0] for row in ALONE]
)
def test_a_verdict_alone(
    why: str, label: Label, judged: dict[str, object], listed: bool, waiting: list[str]
) -> None:
    listing = listing_of(Web().add("http://shop.example/offer", label, **judged))
    assert bool(listing.entries) is listed
    assert held(listing) == waiting


@pytest.mark.parametrize("label", [C, U, K])
def test_a_moderator_overrides_the_machine(label: Label) -> None:
    yes = listing_of(
        Web().add(
            "http://shop.example/offer", label, decision=confirmed(category=CATEGORY), publishable=False
        )
    )
    assert claims(yes) == {("url", "shop.example/offer")}
    assert yes.entries[0].decided_by == "moderator"
    no = listing_of(Web().add("http://shop.example/offer", label, decision=cleared()))
    assert not no.entries
    assert not no.review


def test_a_moderator_gives_category_and_grade() -> None:
    decision = confirmed(category="wildlife", grade=4)
    (made,) = listing_of(Web().add("http://shop.example/offer", U, decision=decision)).entries
    assert (made.category, made.grade) == ("wildlife", 4)


def test_a_confirmation_of_nothing_named_waits_for_a_category() -> None:
    listing = listing_of(Web().add("http://shop.example/offer", K, decision=confirmed()))
    assert not listing.entries
    assert held(listing) == ["category-missing"]


def test_a_word_on_a_redirect_ends_when_its_target_is_exchanged() -> None:
    # Confirmed on a short link that later leads to somebody innocent: the innocent must not inherit it.
    innocent = Web().add(
        "http://hop.example/x",
        K,
        landing="http://innocent.example/",
        decision=confirmed(category=CATEGORY, at=NOW - DAY),
    )
    assert not listing_of(innocent).entries
    # Cleared on a short link that later leads to an offer: a moderator looks, nothing is automatic.
    turned = Web().add(
        "http://hop.example/x", C, landing="http://shop.example/", decision=cleared(at=NOW - DAY)
    )
    assert not listing_of(turned).entries
    assert held(listing_of(turned)) == ["changed-since-decision"]


# --- rule 3: the narrowest scope that is true ----------------------------------------------------------

OFFERS = ["http://shop.example/a", "http://shop.example/b", "http://shop.example/c"]
HOMES = ["http://homes.example/evil/a", "http://homes.example/evil/b", "http://homes.example/evil/c"]
SCOPES: list[tuple[str, list[tuple[str, Label]], set[tuple[str, str]]]] = [
    ("one page", [(OFFERS[0], C)], {("url", "shop.example/a")}),
    ("two pages", [(each, C) for each in OFFERS[:2]], {("url", "shop.example/a"), ("url", "shop.example/b")}),
    ("three pages are the host", [(each, C) for each in OFFERS], {("host", "shop.example/")}),
    ("the root is the host", [("http://shop.example/", C)], {("host", "shop.example/")}),
    ("a port is no other host", [("http://shop.example:8080/", C)], {("host", "shop.example/")}),
    ("an address is a host too", [("http://192.0.2.7/", C)], {("host", "192.0.2.7/")}),
    (
        "one clear page keeps it narrow",
        [*((each, C) for each in OFFERS), ("http://shop.example/about", K)],
        {("url", f"shop.example/{each}") for each in "abc"},
    ),
    ("unreachable is not clear", [("http://shop.example/", C), (OFFERS[0], X)], {("host", "shop.example/")}),
    ("unsure is not clear", [("http://shop.example/", C), (OFFERS[0], U)], {("host", "shop.example/")}),
    ("a subdomain is another host", [("http://a.shop.example/", C)], {("host", "a.shop.example/")}),
    (
        "two hosts are the domain",
        [("http://a.shop.example/", C), ("http://b.shop.example/", C)],
        {("domain", "shop.example/")},
    ),
    (
        "twins count as one host",
        [("http://shop.example/", C), ("http://www.shop.example/", C)],
        {("host", "shop.example/"), ("host", "www.shop.example/")},
    ),
    (
        "a clear host keeps the domain off",
        [("http://a.shop.example/", C), ("http://b.shop.example/", C), ("http://c.shop.example/", K)],
        {("host", "a.shop.example/"), ("host", "b.shop.example/")},
    ),
    (
        "tenants of a public suffix are strangers",
        [("http://a.github.io/", C), ("http://b.github.io/", C)],
        {("host", "a.github.io/"), ("host", "b.github.io/")},
    ),
    (
        "tenants of a landlord are strangers",
        [("http://a.landlord.example/", C), ("http://b.landlord.example/", C)],
        {("host", "a.landlord.example/"), ("host", "b.landlord.example/")},
    ),
    (
        "two hosts of one tenant are the tenant's domain",
        [("http://x.a.landlord.example/", C), ("http://y.a.landlord.example/", C)],
        {("domain", "a.landlord.example/")},
    ),
    (
        "a tenant's directory, by its root",
        [("http://homes.example/evil/", C)],
        {("path", "homes.example/evil/")},
    ),
    (
        "a tenant's directory, by three pages",
        [(each, C) for each in HOMES],
        {("path", "homes.example/evil/")},
    ),
    (
        "a neighbour's clear page changes nothing",
        [("http://homes.example/evil/", C), ("http://homes.example/good/", K), ("http://homes.example/", K)],
        {("path", "homes.example/evil/")},
    ),
    ("the root of a shared host stays a page", [("http://homes.example/", C)], {("url", "homes.example/")}),
    (
        "a directory at its depth",
        [("http://deep.example/view/evil/", C)],
        {("path", "deep.example/view/evil/")},
    ),
    ("too shallow for a tenant", [("http://deep.example/view/", C)], {("url", "deep.example/view/")}),
    ("a tilde is a tenant anywhere", [("http://isp.example/~bob/", C)], {("path", "isp.example/~bob/")}),
    (
        # Found by a property: a tenant is another place, and yet a page of the host.
        "a tenant's clear page keeps the host off",
        [("http://isp.example/", C), ("http://isp.example/~bob/", K)],
        {("url", "isp.example/")},
    ),
    (
        "tenants by tilde never make the host",
        [(f"http://isp.example/~{name}/", C) for name in "abc"],
        {("path", f"isp.example/~{name}/") for name in "abc"},
    ),
]


@pytest.mark.parametrize(("why", "pages", "expected"), SCOPES, ids=[row[0] for row in SCOPES])
def test_the_narrowest_scope_that_is_true(
    why: str, pages: list[tuple[str, Label]], expected: set[tuple[str, str]]
) -> None:
    web = Web()
    for url, label in pages:
        web.add(url, label)
    assert claims(listing_of(web)) == expected


def test_pages_that_differ_only_in_their_query_are_one() -> None:
    web = Web()
    for number in range(5):
        web.add(f"http://shop.example/offer?ref={number}", title="Offer")
    assert {scope for scope, _ in claims(listing_of(web))} == {"url"}


def test_the_root_counts_by_where_it_lands() -> None:
    web = Web().add("http://shop.example/", landing="http://shop.example/home.html")
    assert claims(listing_of(web)) == {("host", "shop.example/")}


def test_the_twin_is_listed_where_both_lead_to_the_same_page() -> None:
    web = Web().add("http://www.shop.example/", landing="https://shop.example/")
    assert claims(listing_of(web)) == {("host", "shop.example/"), ("host", "www.shop.example/")}
    assert claims(listing_of(Web().add("https://shop.example/"))) == {("host", "shop.example/")}


def test_the_twin_is_not_listed_when_it_has_a_clear_page() -> None:
    web = Web().add("http://www.shop.example/", landing="https://shop.example/")
    web.add("http://www.shop.example/about", K)
    assert ("host", "www.shop.example/") not in claims(listing_of(web))


MODERATED: list[tuple[str, str, Scope | None, tuple[str, str]]] = [
    ("no scope: narrowest", "http://shop.example/a", None, ("url", "shop.example/a")),
    ("url keeps a root narrow", "http://shop.example/", Scope.URL, ("url", "shop.example/")),
    ("host", "http://shop.example/a", Scope.HOST, ("host", "shop.example/")),
    ("domain", "http://www.shop.example/a", Scope.DOMAIN, ("domain", "shop.example/")),
    ("path", "http://shop.example/a/b.html", Scope.PATH, ("path", "shop.example/a/")),
    (
        "path of the root is the host in disguise",
        "http://top.example/a",
        Scope.PATH,
        ("url", "top.example/a"),
    ),
    ("a shared host, never", "http://homes.example/a", Scope.HOST, ("url", "homes.example/a")),
    ("its tenant, yes", "http://homes.example/evil/a/b", Scope.PATH, ("path", "homes.example/evil/a/")),
    ("a guarded host, never", "http://top.example/a/b", Scope.HOST, ("url", "top.example/a/b")),
    ("a guarded domain, never", "http://x.top.example/a", Scope.DOMAIN, ("url", "x.top.example/a")),
    ("a tenant's domain", "http://x.landlord.example/a", Scope.DOMAIN, ("domain", "x.landlord.example/")),
    ("the landlord's, never", "http://landlord.example/a", Scope.DOMAIN, ("url", "landlord.example/a")),
    ("a public suffix, never", "http://github.io/a", Scope.DOMAIN, ("url", "github.io/a")),
    (
        "a domain above a canary, never",
        "http://x.canary.example/a",
        Scope.DOMAIN,
        ("url", "x.canary.example/a"),
    ),
    ("the same on an open host", "http://shop.example/a", Scope.PATH, ("url", "shop.example/a")),
    (
        "a domain above a guarded name, never",
        "http://w.estate.example/a",
        Scope.DOMAIN,
        ("url", "w.estate.example/a"),
    ),
    (
        "a domain above a landlord, never",
        "http://w.rents.example/a",
        Scope.DOMAIN,
        ("url", "w.rents.example/a"),
    ),
    (
        "a domain above a suffix, never",
        "http://w.amazonaws.com/a",
        Scope.DOMAIN,
        ("url", "w.amazonaws.com/a"),
    ),
]


@pytest.mark.parametrize(("why", "url", "scope", "expected"), MODERATED, ids=[row[0] for row in MODERATED])
def test_a_moderator_chooses_the_scope_within_the_guards(
    why: str, url: str, scope: Scope | None, expected: tuple[str, str]
) -> None:
    assert claims(listing_of(Web().add(url, decision=confirmed(scope)))) == {expected}


def test_two_listed_hosts_do_not_make_a_domain_that_holds_a_landlord() -> None:
    web = Web().add("http://a.rents.example/").add("http://b.rents.example/")
    assert claims(listing_of(web)) == {("host", "a.rents.example/"), ("host", "b.rents.example/")}


# --- rule 4: guards and compromise ---------------------------------------------------------------------

GUARDED = [
    ("shortener", "http://short.example/x"),
    ("below a guarded name", "http://m.top.example/x"),
    ("a landlord himself", "http://landlord.example/x"),
    ("a landlord's own label", "http://www.landlord.example/x"),
    ("a public body", "http://town.gov.example/x"),
    ("a bare top level", "http://example/x"),
    ("a private suffix", "http://github.io/x"),
]


@pytest.mark.parametrize(("why", "url"), GUARDED, ids=[row[0] for row in GUARDED])
def test_a_guarded_host_is_listed_page_by_page_and_only_by_a_moderator(why: str, url: str) -> None:
    alone = listing_of(Web().add(url))
    assert not alone.entries
    assert held(alone) == ["guarded-host"]
    assert [made.scope for made in listing_of(Web().add(url, decision=confirmed())).entries] == [Scope.URL]


@pytest.mark.parametrize("decision", [None, confirmed(), confirmed(Scope.HOST)])
def test_a_canary_is_never_listed(decision: object) -> None:
    for host in ("canary.example", "www.canary.example"):
        listing = listing_of(Web().add(f"http://{host}/x", decision=decision))  # type: ignore[arg-type]
        assert not listing.entries
        assert held(listing) == ["canary-host"]


COMPROMISE: list[tuple[str, list[tuple[str, Label]], bool]] = [
    ("a clear root, a foreign page", [("http://shop.example/", K), (OFFERS[0], C)], True),
    (
        "a clear root, many foreign pages",
        [("http://shop.example/", K), *((each, C) for each in OFFERS)],
        True,
    ),
    ("as many clear as not", [("http://shop.example/about", K), (OFFERS[0], C)], True),
    ("mostly offers", [("http://shop.example/about", K), *((each, C) for each in OFFERS[:2])], False),
    ("nothing clear", [(OFFERS[0], C)], False),
]


@pytest.mark.parametrize(("why", "pages", "waits"), COMPROMISE, ids=[row[0] for row in COMPROMISE])
def test_signs_of_compromise_go_to_a_moderator(why: str, pages: list[tuple[str, Label]], waits: bool) -> None:
    web = Web()
    for url, label in pages:
        web.add(url, label)
    listing = listing_of(web)
    assert ("compromise-signs" in held(listing)) is waits
    assert bool(listing.entries) is not waits


def test_a_moderator_settles_a_compromise() -> None:
    web = Web().add("http://shop.example/", K).add(OFFERS[0], decision=confirmed())
    assert claims(listing_of(web)) == {("url", "shop.example/a")}


# --- rule 9: addresses that carry people ---------------------------------------------------------------

PEOPLE = ["http://shop.example/u?email=a.person@mail.example", "http://shop.example/x?token=abcdef0123456789"]


@pytest.mark.parametrize("url", PEOPLE)
def test_an_address_that_may_carry_a_person_waits_and_is_never_published_raw(url: str) -> None:
    assert held(listing_of(Web().add(url))) == ["sensitive-url"]
    (made,) = listing_of(Web().add(url, decision=confirmed())).entries
    assert made.sensitive
    (host,) = listing_of(Web().add(url, decision=confirmed(Scope.HOST))).entries
    assert not host.sensitive


# --- the list as a whole -------------------------------------------------------------------------------


def test_the_order_of_findings_does_not_matter() -> None:
    web = Web()
    for number in range(12):
        label = (C, K, U, X)[number % 4]
        web.add(f"http://h{number % 5}.shop{number % 3}.example/{number}", label)
        web.add(f"http://short.example/{number}", landing=f"http://shop{number % 3}.example/{number % 2}")
    first = listing_of(web)
    random.Random(7).shuffle(web.findings)
    assert listing_of(web) == first


def test_the_queue_is_ordered_by_gravity_and_asks_of_each_page_once() -> None:
    web = Web().add("http://a.example/1", U, grade=1).add("http://b.example/1", U, grade=4)
    web.add("http://c.example/1", U, grade=4, confidence=0.8)
    web.add("http://short.example/1", U, landing="http://b.example/1", grade=4)
    assert [item.link for item in listing_of(web).review] == [3, 2, 1]


def test_a_link_that_robots_keep_us_from_is_a_persons_to_look_at() -> None:
    web = Web().add("http://shop.example/x", X, failure=Failure.ROBOTS)
    assert held(listing_of(web)) == ["robots"]
    assert held(listing_of(Web().add("http://shop.example/x", X, failure=Failure.TIMEOUT))) == []
    assert held(listing_of(web.add("http://shop.example/"))) == []


def test_what_a_wider_entry_covers_is_not_asked_again() -> None:
    web = Web().add("http://shop.example/").add("http://shop.example/maybe", U)
    assert held(listing_of(web)) == []


def test_evidence_of_other_categories_is_no_reason() -> None:
    other = Evidence(rule="o/goods/z", kind=EvidenceKind.GOODS, category="wildlife", excerpt="", weight=1.0)
    (made,) = listing_of(Web().add("http://shop.example/a", evidence=(GOODS, OFFER, other))).entries
    assert made.evidence == (GOODS, OFFER)


# --- corners of the rules -------------------------------------------------------------------------------


def test_half_of_the_last_digit_of_a_confidence_does_not_unlist() -> None:
    publish = POLICY.categories[CATEGORY].publish
    assert listing_of(Web().add("http://shop.example/a", confidence=publish - 4e-5)).entries
    assert not listing_of(Web().add("http://shop.example/a", confidence=publish - 1e-4)).entries


def test_a_word_on_the_page_itself_holds_against_a_newer_verdict_and_is_asked_again() -> None:
    web = Web().add("http://shop.example/a", K, at=NOW, decision=confirmed(at=NOW - DAY, category=CATEGORY))
    found = listing_of(web)
    assert claims(found) == {("url", "shop.example/a")}
    assert held(found) == ["changed-since-decision"]


def test_a_doubt_about_a_host_that_a_moderator_listed_is_asked() -> None:
    word = confirmed(Scope.HOST, at=NOW - DAY, category=CATEGORY)
    found = listing_of(Web().add("http://shop.example/a", K, at=NOW, decision=word))
    assert claims(found) == {("host", "shop.example/")}
    assert held(found) == ["changed-since-decision"]


def test_a_page_that_only_a_moderator_named_gets_the_grade_of_the_policy() -> None:
    web = Web().add("http://shop.example/a", K, decision=confirmed(category="tobacco"))
    (entry,) = listing_of(web).entries
    assert entry.grade == POLICY.categories["tobacco"].grade


def test_pages_of_one_script_under_different_titles_are_different() -> None:
    web = Web()
    for number in (1, 2, 3):
        web.add(f"http://shop.example/item?id={number}", title=f"item {number}")
    assert claims(listing_of(web)) == {("host", "shop.example/")}


def test_the_root_of_a_shared_host_is_not_the_root_of_the_tenant_it_leads_to() -> None:
    web = Web().add("http://homes.example/", landing="http://homes.example/evil/x")
    assert claims(listing_of(web)) == {("url", "homes.example/evil/x")}


def test_the_twin_is_not_listed_when_its_root_leads_deeper() -> None:
    web = Web().add("http://shop.example/").add("http://www.shop.example/", landing="http://shop.example/x")
    assert claims(listing_of(web)) == {("host", "shop.example/")}


def test_the_root_stands_for_its_host_and_the_newest_page_dates_it() -> None:
    web = Web().add("http://shop.example/", at=NOW - 3 * DAY)
    web.add("http://shop.example/a", at=NOW - DAY, decision=confirmed(at=NOW - 2 * DAY, category="tobacco"))
    (entry,) = listing_of(web).entries
    assert (entry.category, entry.verified_at) == (CATEGORY, NOW - DAY)


def test_what_robots_keep_from_us_is_not_asked_once_a_moderator_has_spoken() -> None:
    refused = Web().add("http://shop.example/a", X, failure=Failure.ROBOTS, decision=cleared())
    assert held(listing_of(refused)) == []


def test_an_offer_that_speaks_for_the_page_is_no_second_kind() -> None:
    web = Web().add("http://shop.example/a", evidence=(GOODS, replace(OFFER, weight=-1.0)))
    assert held(listing_of(web)) == ["one-kind-of-evidence"]
