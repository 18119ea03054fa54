"""What makes a suspect, which vantage comes next, and what the sights of a page come to: tables."""
# ruff: noqa: E501 - tables

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.config import CrawlConfig
from blocklist.listing.evidence import has_two_kinds
from blocklist.model import (
    Capture,
    Evidence,
    EvidenceKind,
    Failure,
    Host,
    Judgement,
    Label,
    Link,
    Page,
    PageState,
    Vantage,
    WebUrl,
)
from blocklist.urls import parse_url
from crawler.vantage import (
    Circumstances,
    Seen,
    Suspicion,
    compare,
    conclude,
    next_vantage,
    request_headers,
    signs_of,
    suspects,
)
from crawler.vantage.compare import similarity
from crawler.vantage.conclude import BY_SCRIPT, CHANGING, CLOAKING
from crawler.vantage.signs import ASKS_TO_LEAVE, COOKIES, LOOKS, SCRIPTED, THIN, UNSEEN, VARIES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = parse_url("http://shop.example/")
LINK = Link(id=1, url=URL, host=Host("shop.example"))
EVERY = tuple(Vantage)
NEW = Circumstances(reported=True, host_since=NOW)
GARDEN = "A friendly page about gardens and all the birds that live in them, told week by week. " * 3
SHOP = "Order here today: everything in stock, sent in plain parcels, write to us for the price. " * 3


def judged(label: Label, *, publishable: bool = False, category: str | None = None) -> Judgement:
    evidence = tuple(
        Evidence(rule=f"x/{kind}/y", kind=kind, category=category, excerpt="", weight=1.0)
        for kind in (EvidenceKind.GOODS, EvidenceKind.OFFER)
        if category
    )
    return Judgement(
        label=label, category=category, grade=2 if category else 0, confidence=0.9 if category else 0.1,
        publishable=publishable, reason="says so", evidence=evidence, policy="p",
    )  # fmt: skip


CLEAR = judged(Label.CLEAR)
OFFER = judged(Label.CONTRABAND, publishable=True, category="tobacco")
LEANS = judged(Label.UNSURE, category="tobacco")
UNREAD = judged(Label.UNSURE)


def seen(
    vantage: Vantage = Vantage.DECLARED,
    judgement: Judgement = CLEAR,
    *signs: str,
    url: WebUrl = URL,
    **facts: Any,
) -> Seen:
    text = SHOP if judgement.category else GARDEN
    capture = Capture(link=1, vantage=vantage, fetched_at=NOW, final_url=url, status=200)
    return Seen(
        capture=replace(capture, **facts), judgement=judgement, title=text[:9], text=text, signs=signs
    )


# --- suspects -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sight", "circumstances", "reason"),
    [
        (seen(), Circumstances(), ""),
        (seen(Vantage.DECLARED, UNREAD, UNSEEN), Circumstances(), "a plain fetch cannot see the page"),
        (seen(Vantage.DECLARED, CLEAR, THIN), Circumstances(), "next to nothing"),
        (seen(url=parse_url("http://other.example/")), Circumstances(), "another site"),
        (seen(url=parse_url("http://m.shop.example/")), Circumstances(), ""),
        (seen(), Circumstances(judged_at=Vantage.IN_APP), "hid its offer"),
        (seen(), Circumstances(judged_at=Vantage.AGAIN), ""),
        (seen(), Circumstances(reported=True), ""),
        (seen(), Circumstances(host_since=NOW), ""),
        (seen(), NEW, "reported"),
        (seen(), replace(NEW, host_since=NOW - timedelta(days=99)), ""),
        (seen(Vantage.DECLARED, CLEAR, VARIES), Circumstances(), ""),
        (seen(Vantage.DECLARED, CLEAR, VARIES, COOKIES, SCRIPTED), Circumstances(), ""),
        (seen(Vantage.DECLARED, CLEAR, VARIES), Circumstances(reported=True), "tell its visitors apart"),
        (seen(Vantage.DECLARED, CLEAR, LOOKS), Circumstances(reported=True), "tell its visitors apart"),
        (seen(Vantage.DECLARED, CLEAR, SCRIPTED), Circumstances(reported=True), ""),
        (seen(), replace(NEW, climbed_at=NOW - timedelta(days=1)), ""),
        (seen(), replace(NEW, climbed_at=NOW - timedelta(days=8)), "reported"),
        (seen(Vantage.DECLARED, OFFER, UNSEEN), NEW, ""),
        (seen(Vantage.DECLARED, CLEAR, ASKS_TO_LEAVE), NEW, ""),
        (seen(Vantage.DECLARED, CLEAR, THIN, failure=Failure.ROBOTS), NEW, ""),
        (seen(Vantage.DECLARED, CLEAR, THIN, failure=Failure.HTTP_4XX), NEW, ""),
    ],
)  # fmt: skip
def test_what_makes_a_suspect(sight: Seen, circumstances: Circumstances, reason: str) -> None:
    found = suspects(sight, LINK, circumstances, NOW, in_browser=False)
    assert bool(found) == bool(reason)
    assert reason in "; ".join(found.reasons)


def test_what_only_a_browser_would_see_makes_a_suspect_only_where_there_is_one() -> None:
    framed = seen(Vantage.DECLARED, CLEAR, SCRIPTED)
    assert suspects(framed, LINK, Circumstances(host_since=NOW), NOW, in_browser=True).scripted
    assert not suspects(framed, LINK, Circumstances(host_since=NOW), NOW, in_browser=False)


@pytest.mark.parametrize(
    ("page", "headers", "body", "signs"),
    [
        (Page(url=None, state=PageState.SCRIPT_ONLY), (), b"", (UNSEEN,)),
        (Page(url=None, state=PageState.EMPTY), (), b"", (UNSEEN,)),
        (Page(url=None, state=PageState.READABLE), (), b"", (THIN,)),
        (Page(url=None, state=PageState.ERROR, state_reason="says “not found”"), (), b"", (THIN,)),
        (Page(url=None, state=PageState.ERROR, state_reason="says “access denied”"), (), b"", (ASKS_TO_LEAVE,)),
        (Page(url=None, state=PageState.CAPTCHA), (("Vary", "User-Agent"),), b"", (ASKS_TO_LEAVE,)),
        (Page(url=None, state=PageState.PARKED), (("Vary", "Accept-Encoding, Referer"),), b"", (VARIES,)),
        (Page(url=None, state=PageState.PARKED), (("vary", "Accept-Encoding"),), b"", ()),
        (Page(url=None, state=PageState.PARKED), (("SET-COOKIE", "a=b"),), b"", (COOKIES,)),
        (Page(url=None, state=PageState.PARKED), (), b"<script>location.replace('/')", (SCRIPTED,)),
        (Page(url=None, state=PageState.PARKED), (), b"<script>var a", ()),
        (Page(url=None, state=PageState.PARKED), (), b"<p>location.replace", ()),
        (Page(url=None, state=PageState.PARKED), (), b"<script>if(navigator.webdriver)", (LOOKS, SCRIPTED)),
        (Page(url=None, state=PageState.PARKED), (), b"<iframe src=x>", (SCRIPTED,)),
        (Page(url=None, state=PageState.PARKED, refresh="/in"), (), b"", (SCRIPTED,)),
    ],
)  # fmt: skip
def test_signs_on_a_page(
    page: Page, headers: tuple[tuple[str, str], ...], body: bytes, signs: tuple[str, ...]
) -> None:
    assert signs_of(page, body, headers) == signs


# --- the climb ----------------------------------------------------------------------------------------

WEAK = Suspicion(reasons=("x",))
STRONG = replace(WEAK, thorough=True)
SHELL = replace(WEAK, thorough=True, unseen=True)
DECLARED = seen()


def hides(vantage: Vantage) -> Seen:
    return seen(vantage, OFFER)


@pytest.mark.parametrize(
    ("sights", "suspicion", "wanted"),
    [
        ([DECLARED], Suspicion(), None),
        ([DECLARED], WEAK, Vantage.IN_APP),
        ([DECLARED, seen(Vantage.IN_APP)], WEAK, None),
        ([DECLARED, seen(Vantage.IN_APP)], replace(WEAK, came_back_changed=True), Vantage.RETURNING),
        ([DECLARED, seen(Vantage.IN_APP)], replace(WEAK, scripted=True), Vantage.BROWSER),
        ([DECLARED, seen(Vantage.IN_APP)], STRONG, Vantage.DESKTOP),
        ([DECLARED], SHELL, Vantage.BROWSER),
        ([DECLARED, hides(Vantage.BROWSER)], SHELL, None),
        ([DECLARED, hides(Vantage.BROWSER)], STRONG, Vantage.AGAIN),
        ([DECLARED], replace(STRONG, hid_before=Vantage.DESKTOP), Vantage.DESKTOP),
        ([DECLARED], replace(STRONG, hid_before=Vantage.RETURNING), Vantage.IN_APP),
        ([DECLARED, hides(Vantage.IN_APP)], WEAK, Vantage.AGAIN),
        ([DECLARED, hides(Vantage.IN_APP), seen(Vantage.AGAIN)], WEAK, Vantage.NO_REFERER),
        ([DECLARED, hides(Vantage.IN_APP), seen(Vantage.AGAIN), hides(Vantage.NO_REFERER)], WEAK, None),
    ],
)  # fmt: skip
def test_which_vantage_comes_next(sights: list[Seen], suspicion: Suspicion, wanted: Vantage | None) -> None:
    assert next_vantage(sights, suspicion, EVERY) == wanted


@pytest.mark.parametrize(
    "refusal",
    [
        seen(Vantage.IN_APP, UNREAD, failure=Failure.ROBOTS, status=None),
        *(
            seen(Vantage.IN_APP, UNREAD, failure=Failure.HTTP_4XX, status=status)
            for status in (401, 403, 429, 451)
        ),
        seen(Vantage.IN_APP, UNREAD, failure=Failure.HTTP_5XX, status=503),
        seen(Vantage.IN_APP, UNREAD, ASKS_TO_LEAVE),
    ],
)
def test_nobody_goes_on_where_one_was_refused(refusal: Seen) -> None:
    assert next_vantage([DECLARED, refusal], STRONG, EVERY) is None


def test_only_what_is_allowed_is_tried_but_our_own_agent_may_always_come_again() -> None:
    assert next_vantage([DECLARED], STRONG, ()) is None
    assert next_vantage([DECLARED], STRONG, ("desktop",)) is Vantage.DESKTOP
    assert next_vantage([DECLARED, hides(Vantage.DESKTOP)], STRONG, ("desktop",)) is Vantage.AGAIN


@given(st.lists(st.sampled_from([CLEAR, OFFER, LEANS, UNREAD])), st.booleans(), st.booleans(), st.booleans())
def test_every_climb_ends_and_visits_no_vantage_twice(
    judgements: list[Judgement], unseen: bool, thorough: bool, scripted: bool
) -> None:
    suspicion = replace(WEAK, unseen=unseen, thorough=thorough, scripted=scripted, came_back_changed=scripted)
    sights, more = [DECLARED], iter(judgements)
    while vantage := next_vantage(sights, suspicion, EVERY):
        assert vantage not in {each.vantage for each in sights}
        sights.append(seen(vantage, next(more, CLEAR)))
    assert len(sights) <= len(EVERY)


def test_headers_name_us_or_the_platform_and_never_both() -> None:
    config = CrawlConfig(user_agent="Linkgazette/1", platform_origin="https://chat.example")
    for vantage in Vantage:
        headers = request_headers(vantage, config)
        own = vantage in {Vantage.DECLARED, Vantage.AGAIN}
        assert (headers["User-Agent"] == "Linkgazette/1") == own
        wanted = None if own or vantage is Vantage.NO_REFERER else "https://chat.example/"
        assert headers.get("Referer") == wanted
    assert "Referer" not in request_headers(Vantage.IN_APP, CrawlConfig(user_agent="a"))


# --- comparing and concluding -------------------------------------------------------------------------


@given(st.text(), st.text())
def test_similarity_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1


def test_a_comparison_in_words() -> None:
    elsewhere = seen(Vantage.IN_APP, OFFER, url=parse_url("http://shop.other.example/x"))
    assert (
        compare(DECLARED, elsewhere).words().startswith("it ends on another site, it bears another title, ")
    )
    assert compare(DECLARED, seen(Vantage.IN_APP)).words() == ""
    assert not compare(DECLARED, seen(Vantage.IN_APP, url=parse_url("http://www.shop.example/"))).elsewhere


def rules(judgement: Judgement) -> set[str]:
    return {each.rule for each in judgement.evidence}


def test_differences_without_an_offer_accuse_nobody() -> None:
    other = seen(Vantage.IN_APP, CLEAR, url=parse_url("http://elsewhere.example/"))
    concluded = conclude([DECLARED, replace(other, title="Quite another", text="nothing alike at all")])
    assert concluded.judged is DECLARED
    assert concluded.judgement is DECLARED.judgement


def test_a_shorter_page_in_words_that_our_agent_saw_too_hides_nothing() -> None:
    """A page for telephones that leaves out what excuses the long one is no cloak."""
    long = replace(DECLARED, text=GARDEN + SHOP)
    short = [seen(each, OFFER) for each in (Vantage.IN_APP, Vantage.NO_REFERER)]
    assert conclude([long, *short]).judged is long
    assert next_vantage([long, short[0]], WEAK, EVERY) is None


def test_an_offer_seen_twice_elsewhere_is_cloaking_and_keeps_its_standing() -> None:
    there = parse_url("http://offer.example/")
    sights = [DECLARED, *(seen(each, OFFER, url=there) for each in (Vantage.IN_APP, Vantage.NO_REFERER))]
    concluded = conclude([*sights, seen(Vantage.AGAIN)])
    assert concluded.judged is sights[1]
    assert CLOAKING in rules(concluded.judgement)
    assert concluded.judgement.publishable


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ([hides(Vantage.IN_APP), hides(Vantage.DESKTOP)], "the same site shows our declared agent a harmless page"),
        ([seen(Vantage.IN_APP, OFFER, url=parse_url("http://offer.example/"))], "it was seen only once"),
    ],
)  # fmt: skip
def test_what_a_moderator_must_see(others: list[Seen], why: str) -> None:
    judgement = conclude([DECLARED, *others, seen(Vantage.AGAIN)]).judgement
    assert judgement.label is Label.CONTRABAND
    assert not judgement.publishable
    assert why in judgement.reason


def test_a_page_that_changes_by_itself_is_told_so_and_judged_by_our_own_sight() -> None:
    again = hides(Vantage.AGAIN)
    concluded = conclude([DECLARED, hides(Vantage.IN_APP), again])
    assert concluded.judged is again
    assert CHANGING in rules(concluded.judgement)
    assert CLOAKING not in rules(concluded.judgement)
    assert not concluded.judgement.publishable


def test_a_page_made_by_scripts_hides_nothing() -> None:
    shell = seen(Vantage.DECLARED, UNREAD, UNSEEN)
    for judgement in (CLEAR, OFFER):
        concluded = conclude([shell, seen(Vantage.BROWSER, judgement)])
        assert concluded.judged.vantage is Vantage.BROWSER
        assert BY_SCRIPT in rules(concluded.judgement)
        assert not any(each.kind is EvidenceKind.CLOAKING for each in concluded.judgement.evidence)
        assert concluded.judgement.publishable is judgement.publishable


def test_what_another_vantage_suspects_goes_to_a_moderator() -> None:
    concluded = conclude([DECLARED, seen(Vantage.IN_APP, LEANS), seen(Vantage.AGAIN)])
    assert concluded.judgement.label is Label.UNSURE
    assert concluded.judgement.category == "tobacco"


@given(
    st.lists(
        st.tuples(st.sampled_from(EVERY[2:]), st.sampled_from([CLEAR, OFFER, LEANS, UNREAD])), max_size=6
    )
)
def test_cloaking_never_lists_by_itself(sights: list[tuple[Vantage, Judgement]]) -> None:
    """Whatever is listed names goods and sells them on the page that was seen: cloaking weighs nothing."""
    judgement = conclude([DECLARED, *(seen(vantage, said) for vantage, said in sights)]).judgement
    told = [each for each in judgement.evidence if each.kind is EvidenceKind.CLOAKING]
    assert all(each.weight == 0 for each in told)
    assert not has_two_kinds(told)
    if judgement.publishable:
        assert has_two_kinds(judgement.evidence)
