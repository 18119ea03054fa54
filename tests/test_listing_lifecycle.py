"""How entries go on, change and leave: verification, expiry, tombstones, ids, and the brake."""

from dataclasses import replace

import pytest

from blocklist.errors import BrakeError, InputError
from blocklist.listing import check_brake, check_override
from blocklist.listing.entries import entry_id
from blocklist.model import (
    Alias,
    Evidence,
    EvidenceKind,
    Host,
    Label,
    Listing,
    ListKey,
    RemovalReason,
    Scope,
    Tombstone,
)
from tests.list_makers import (
    CATEGORY,
    DAY,
    GUARDS,
    NOW,
    POLICY,
    SETTINGS,
    Web,
    claims,
    cleared,
    confirmed,
    entry,
    held,
    listing_of,
    reasons,
)

C, K, U, X = Label.CONTRABAND, Label.CLEAR, Label.UNSURE, Label.UNREACHABLE
PAGE, ROOT = "http://shop.example/a", "http://shop.example/"


def first(url: str = PAGE) -> Listing:
    return listing_of(Web().add(url))


def test_an_entry_that_is_verified_again_keeps_its_id_and_its_day() -> None:
    before = first()
    later = NOW + 5 * DAY
    (made,) = listing_of(Web().add(PAGE, at=later), before, later).entries
    assert (made.id, made.listed_at) == (before.entries[0].id, NOW)
    assert (made.verified_at, made.expires_at) == (later, later + 30 * DAY)


PARKED = Evidence(rule="page/parked", kind=EvidenceKind.STATE, category=None, excerpt="", weight=0.0)
# What the next crawl sees; days since; what became of the entry (None: it stays); what waits.
NEXT: list[tuple[str, Web, int, str | None, list[str]]] = [
    ("clear now", Web().add(PAGE, K), 1, "cleaned", []),
    ("cleared by a moderator", Web().add(PAGE, C, decision=cleared()), 1, "error", []),
    ("cleared while out of reach", Web().add(PAGE, X, decision=cleared()), 1, "error", []),
    ("unsure stays", Web().add(PAGE, U), 29, None, ["unsure"]),
    ("unsure expires", Web().add(PAGE, U), 30, "expired", ["unsure"]),
    ("parked for long", Web().add(PAGE, U, category=None, evidence=(PARKED,)), 30, "re-registered", []),
    ("parked stays a while", Web().add(PAGE, U, category=None, evidence=(PARKED,)), 29, None, []),
    ("weaker evidence stays", Web().add(PAGE, publishable=False), 29, None, ["below-publish-threshold"]),
    ("out of reach stays", Web().add(PAGE, X, since=NOW), 13, None, []),
    ("out of reach for long leaves", Web().add(PAGE, X, since=NOW), 14, "unreachable", []),
    ("out of reach since yesterday stays", Web().add(PAGE, X, since=NOW + 19 * DAY), 20, None, []),
    ("nobody watches it any more", Web(), 29, None, []),
    ("nobody watched it for long", Web(), 30, "expired", []),
    (
        "its address leads to a clear page",
        Web().add(PAGE, K, landing="http://other.example/"),
        1,
        "cleaned",
        [],
    ),
    (
        "its address leads to another offer",
        Web().add(PAGE, C, landing="http://other.example/x"),
        1,
        "widened",
        [],
    ),
    ("a wider entry covers it", Web().add(PAGE).add(ROOT), 1, "widened", []),
    ("a clear page beside it changes nothing", Web().add(PAGE).add(ROOT, K), 1, None, ["compromise-signs"]),
]


@pytest.mark.parametrize(("why", "web", "days", "left", "waiting"), NEXT, ids=[row[0] for row in NEXT])
def test_what_becomes_of_an_entry(
    why: str, web: Web, days: int, left: str | None, waiting: list[str]
) -> None:
    before = first()
    after = listing_of(web, before, NOW + days * DAY)
    own = before.entries[0].id
    assert (own in {each.id for each in after.entries}) is (left is None)
    assert {each.id: each.reason.value for each in after.tombstones}.get(own) == left
    assert held(after) == waiting


WIDE: list[tuple[str, Web, set[tuple[str, str]], list[str]]] = [
    (
        "its root out of reach, a page still offers",
        Web().add(ROOT, X).add(PAGE),
        {("host", "shop.example/")},
        [],
    ),
    ("a part is clear", Web().add(ROOT, K).add(PAGE), {("url", "shop.example/a")}, ["narrowed"]),
    ("all of it is clear", Web().add(ROOT, K), set(), ["cleaned"]),
    ("all of it is out of reach", Web().add(ROOT, X), {("host", "shop.example/")}, []),
    (
        "a moderator narrows it",
        Web().add(ROOT, decision=confirmed(Scope.URL)),
        {("url", "shop.example/")},
        ["narrowed"],
    ),
    (
        "the domain is listed now",
        Web().add(ROOT).add("http://b.shop.example/"),
        {("domain", "shop.example/")},
        ["widened"],
    ),
]


@pytest.mark.parametrize(("why", "web", "expected", "left"), WIDE, ids=[row[0] for row in WIDE])
def test_what_becomes_of_a_host(why: str, web: Web, expected: set[tuple[str, str]], left: list[str]) -> None:
    after = listing_of(web, first(ROOT), NOW + DAY)
    assert claims(after) == expected
    assert reasons(after) == left


def test_a_host_that_nobody_verified_expires_whole() -> None:
    assert reasons(listing_of(Web().add(ROOT), first(ROOT), NOW + 30 * DAY)) == ["expired"]


def test_a_domain_stays_while_one_host_of_it_offers_and_none_is_clear() -> None:
    before = listing_of(Web().add(ROOT).add("http://b.shop.example/"))
    after = listing_of(Web().add(ROOT).add("http://b.shop.example/", X), before, NOW + DAY)
    assert claims(after) == {("domain", "shop.example/")}


@pytest.mark.parametrize(
    "web",
    [
        Web().add("http://short.example/x", X, since=NOW + 19 * DAY).add(PAGE, X, since=NOW),
        Web().add(PAGE, X, since=NOW).add("http://new.example/r", U, landing=PAGE),
    ],
    ids=["a link to it was alive yesterday", "another way still leads there"],
)
def test_a_page_is_not_out_of_reach_by_one_link_alone(web: Web) -> None:
    before = listing_of(Web().add("http://short.example/x", landing=PAGE))
    assert claims(listing_of(web, before, NOW + 20 * DAY)) == {("url", "shop.example/a")}


def test_a_new_way_to_a_listed_page_that_is_in_doubt_is_an_alias() -> None:
    doubted = Web().add("http://short.example/x", U, landing=PAGE)
    assert [each.expression for each in listing_of(doubted, first(), NOW + DAY).aliases] == [
        "short.example/x"
    ]


def test_guards_that_come_later_take_a_host_off() -> None:
    guards = replace(GUARDS, platforms={"shop.example": "shortener"})
    after = listing_of(Web().add(ROOT), first(ROOT), NOW + DAY, guards=guards)
    assert not after.entries
    assert reasons(after) == ["policy"]


def test_a_canary_that_comes_later_takes_the_domain_above_it_off() -> None:
    before = Listing(entries=(entry(Scope.DOMAIN, "shop.example/"),), aliases=(), tombstones=(), review=())
    guards = replace(GUARDS, canaries=frozenset({"good.shop.example"}))
    dark = Web().add(ROOT, Label.UNREACHABLE)
    assert reasons(listing_of(dark, before, guards=guards)) == ["policy"]


def test_a_category_that_the_policy_drops_takes_its_entries_off() -> None:
    fewer = {name: each for name, each in POLICY.categories.items() if name != CATEGORY}
    after = listing_of(Web().add(PAGE), first(), NOW + DAY, policy=replace(POLICY, categories=fewer))
    assert reasons(after) == ["policy"]


def test_a_tombstone_stays_and_what_returns_gets_a_new_id() -> None:
    before = first()
    gone = listing_of(Web().add(PAGE, K), before, NOW + DAY)
    back = listing_of(Web().add(PAGE, at=NOW + 2 * DAY), gone, NOW + 2 * DAY)
    assert reasons(back) == ["cleaned"]
    assert back.entries[0].id != before.entries[0].id
    assert back.entries[0].listed_at == NOW + 2 * DAY


def test_a_moderators_word_is_not_verified_by_a_machine_that_says_clear() -> None:
    word = confirmed(category=CATEGORY, at=NOW)
    before = listing_of(Web().add(PAGE, K, decision=word))
    soon = listing_of(Web().add(PAGE, K, at=NOW + 9 * DAY, decision=word), before, NOW + 9 * DAY)
    assert soon.entries[0].verified_at == NOW
    assert held(soon) == ["changed-since-decision"]
    late = listing_of(Web().add(PAGE, K, at=NOW + 30 * DAY, decision=word), soon, NOW + 30 * DAY)
    assert reasons(late) == ["expired"]


def test_a_verdict_too_old_lists_nothing() -> None:
    assert not listing_of(Web().add(PAGE, at=NOW - 30 * DAY)).entries


def test_aliases_outlive_an_unreachable_page_but_not_a_changed_redirect() -> None:
    before = listing_of(Web().add("http://short.example/x", landing=PAGE))
    dark = listing_of(Web().add("http://short.example/x", X), before, NOW + DAY)
    assert dark.aliases == before.aliases
    gone = listing_of(Web().add("http://short.example/x", X, since=NOW), dark, NOW + 15 * DAY)
    assert reasons(gone) == ["unreachable"]
    assert not gone.aliases
    moved = Web().add("http://short.example/x", K, landing="http://innocent.example/")
    assert not listing_of(moved, before, NOW + DAY).aliases


def test_a_hop_is_an_alias_only_while_the_way_may_lead_over_it() -> None:
    shared, hop = "http://short.example/x", "http://hop.example/y"
    before = listing_of(Web().add(shared, landing=PAGE, hops=(hop,)))
    assert [each.expression for each in before.aliases] == ["hop.example/y", "short.example/x"]
    dark = listing_of(Web().add(shared, X).add(PAGE), before, NOW + DAY)
    assert dark.aliases == before.aliases
    straight = listing_of(Web().add(shared, landing=PAGE), before, NOW + DAY)
    assert [each.expression for each in straight.aliases] == ["short.example/x"]


def test_a_lapsed_word_on_a_redirect_is_no_word_on_its_new_target() -> None:
    # Found by a property: the word, given on a link that now leads here, must not remove what is listed here.
    before = listing_of(Web().add(PAGE))
    turned = Web().add("http://short.example/x", landing=PAGE, at=NOW + DAY, decision=cleared(at=NOW))
    after = listing_of(turned, before, NOW + DAY)
    again = listing_of(turned, after, NOW + DAY)
    assert claims(again) == claims(after) == {("url", "shop.example/a")}


# --- ids -----------------------------------------------------------------------------------------------


def test_ids_are_permanent() -> None:
    # Published ids must never change: this one is written down on purpose.
    assert entry_id(Scope.HOST, ListKey("shop.example/"), ()) == "LG-KN7LFVSFTH"
    assert entry_id(Scope.DOMAIN, ListKey("shop.example/"), ()) != entry_id(
        Scope.HOST, ListKey("shop.example/"), ()
    )


def test_a_taken_id_is_not_given_again() -> None:
    one = entry_id(Scope.HOST, ListKey("shop.example/"), ())
    assert entry_id(Scope.HOST, ListKey("shop.example/"), {one}) != one


# --- the brake (rule 6) --------------------------------------------------------------------------------


def listing(*names: str, buried: tuple[str, ...] = ()) -> Listing:
    entries = tuple(entry(Scope.HOST, f"{name}/", hash_of(name)) for name in names)
    stones = tuple(
        Tombstone(id=f"LG-{hash_of(name):010}", listed_at=NOW, removed_at=NOW, reason=RemovalReason.WIDENED)
        for name in buried
    )
    return Listing(entries=entries, aliases=(), tombstones=stones, review=())


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode()[:3], "big")


HUNDRED = [f"{number:02}.example" for number in range(100)]
SHARE = [
    ("a fifth is allowed", HUNDRED[:80], None),
    ("more is not", HUNDRED[:79], "adds 0 and removes 21 of 100 entries, 21%"),
    ("growth counts", [*HUNDRED, *(f"x{number}.example" for number in range(10, 32))], "adds 22"),
    ("nothing left", [], "empty the list of 100 entries"),
]


@pytest.mark.parametrize(("why", "names", "said"), SHARE, ids=[row[0] for row in SHARE])
def test_the_brake_stops_a_large_change(why: str, names: list[str], said: str | None) -> None:
    before = listing(*HUNDRED).entries
    if said is None:
        check_brake(before, listing(*names), SETTINGS, first=False)
        return
    with pytest.raises(BrakeError, match=said) as caught:
        check_brake(before, listing(*names), SETTINGS, first=False)
    assert '--override "NAME: reason"' in str(caught.value)


def test_the_brake_lets_small_lists_grow_and_the_first_release_through() -> None:
    check_brake(listing(*HUNDRED[:10]).entries, listing(*HUNDRED), SETTINGS, first=False)
    check_brake((), listing(*HUNDRED), SETTINGS, first=True)
    with pytest.raises(BrakeError, match="empty the list of 10"):
        check_brake(listing(*HUNDRED[:10]).entries, listing(), SETTINGS, first=False)


def test_the_brake_bites_from_the_smallest_list_that_it_names() -> None:
    least = SETTINGS.brake_min_entries
    with pytest.raises(BrakeError, match="removes 25 of 50"):
        check_brake(listing(*HUNDRED[:least]).entries, listing(*HUNDRED[25:least]), SETTINGS, first=False)


def test_a_canary_is_also_listed_by_what_covers_it_and_by_an_alias() -> None:
    settings = replace(SETTINGS, canaries_good=(Host("good.shop.example"),))
    wide = Listing(entries=(entry(Scope.DOMAIN, "shop.example/"),), aliases=(), tombstones=(), review=())
    led = Alias(expression=ListKey("good.shop.example/x"), entry="LG-1")
    for found in (wide, Listing(entries=(), aliases=(led,), tombstones=(), review=())):
        with pytest.raises(BrakeError, match="canaries_good"):
            check_brake((), found, settings, first=True)


def test_what_a_wider_entry_took_over_is_no_loss() -> None:
    before = listing(*HUNDRED).entries
    after = listing(*HUNDRED[:50], buried=tuple(HUNDRED[50:]))
    check_brake(before, after, SETTINGS, first=False)


CANARIES = [
    ("dropped", {"canaries_listed": ("test.example/",)}, "test.example/ of \\[list\\] canaries_listed"),
    ("covered", {"canaries_good": ("a.example",)}, "a.example of \\[list\\] canaries_good"),
]


@pytest.mark.parametrize(("why", "changed", "said"), CANARIES, ids=[row[0] for row in CANARIES])
@pytest.mark.parametrize("is_first", [True, False])
def test_canaries_stop_even_the_first_release(
    why: str, changed: dict[str, tuple[str, ...]], said: str, is_first: bool
) -> None:
    with pytest.raises(BrakeError, match=said):
        check_brake((), listing("a.example"), replace(SETTINGS, **changed), first=is_first)  # type: ignore[arg-type]


def test_canaries_that_are_as_they_should_be_stop_nothing() -> None:
    good = (Host("b.example"), Host("x.a.example"))
    settings = replace(SETTINGS, canaries_listed=(ListKey("a.example/"),), canaries_good=good)
    check_brake((), listing("a.example"), settings, first=True)


@pytest.mark.parametrize("text", ["because", ": because", "Ann:", "Ann: "])
def test_an_override_names_a_person_and_a_reason(text: str) -> None:
    with pytest.raises(InputError, match="NAME: reason"):
        check_override(text)
    assert check_override(" Ann: a cleaned campaign ") == "Ann: a cleaned campaign"


# --- verdicts made again of a stored capture (reclassify) ------------------------------------------------


def test_judging_a_capture_again_verifies_nothing_anew() -> None:
    again = listing_of(Web().add("http://shop.example/x", at=NOW, fetched_at=NOW - 5 * DAY))
    assert again.entries[0].verified_at == NOW - 5 * DAY
    assert listing_of(Web().add("http://shop.example/x", at=NOW, fetched_at=NOW - 31 * DAY)).entries == ()


def test_a_page_that_only_the_policy_sees_otherwise_leaves_for_the_policy() -> None:
    before = listing_of(Web().add("http://shop.example/x"))
    later = NOW + DAY
    same_page = Web().add("http://shop.example/x", Label.CLEAR, at=later, fetched_at=NOW)
    assert reasons(listing_of(same_page, before, later)) == ["policy"]
    other_page = Web().add("http://shop.example/x", Label.CLEAR, at=later, fetched_at=later)
    assert reasons(listing_of(other_page, before, later)) == ["cleaned"]


def test_what_was_fetched_last_speaks_for_a_page_not_what_was_judged_last() -> None:
    web = Web().add("http://a.example/", landing="http://shop.example/x", at=NOW + DAY, fetched_at=NOW - DAY)
    web.add("http://b.example/", Label.CLEAR, landing="http://shop.example/x", at=NOW, fetched_at=NOW)
    assert listing_of(web, now=NOW + DAY).entries == ()


def test_a_moderators_word_is_not_disputed_by_a_capture_older_than_it() -> None:
    word = confirmed(at=NOW, category=CATEGORY)
    again = Web().add("http://shop.example/x", Label.CLEAR, at=NOW + DAY, fetched_at=NOW - DAY, decision=word)
    found = listing_of(again, now=NOW + DAY)
    assert len(found.entries) == 1
    assert held(found) == []
