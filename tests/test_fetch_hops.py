"""From the shared URL to the landing page."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Failure
from blocklist.urls import parse_url
from crawler.fetch.failures import VisitError
from crawler.fetch.hops import Trail, location_of, refresh_of


def trail(start: str = "http://go.example/a", max_hops: int = 3) -> Trail:
    return Trail(parse_url(start), max_hops)


def test_a_trail_tells_how_it_came_to_the_landing_page() -> None:
    way = trail()
    way.leads_to("/b", 302, "http")
    way.leads_to("https://shop.example/", 200, "meta")
    assert [(hop.url, hop.status, hop.via) for hop in way.hops(200)] == [
        ("http://go.example/a", 302, "http"),
        ("http://go.example/b", 200, "meta"),
        ("https://shop.example/", 200, "landing"),
    ]


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "data:text/html,hello",
        "ftp://files.example/",
        "javascript:alert(1)",
        "http://user:secret@shop.example/",
        "http://",
        "http://shop.example:99999/",
    ],
)
def test_a_target_nobody_may_follow_is_a_bad_redirect(target: str) -> None:
    way = trail()
    with pytest.raises(VisitError) as caught:
        way.leads_to(target, 302, "http")
    assert caught.value.kind is Failure.BAD_REDIRECT
    assert "secret" not in caught.value.detail
    assert [hop.via for hop in way.hops(302)] == ["http"]


@pytest.mark.parametrize("target", ["/a", "#top", "http://go.example/a#x", ""])
def test_a_loop_ends_at_once(target: str) -> None:
    with pytest.raises(VisitError) as caught:
        trail().leads_to(target, 302, "http")
    assert caught.value.kind is Failure.TOO_MANY_HOPS


def test_one_hop_too_many_ends_the_visit() -> None:
    way = trail(max_hops=2)
    way.leads_to("/1", 302, "http")
    way.leads_to("/2", 302, "http")
    with pytest.raises(VisitError) as caught:
        way.leads_to("/3", 302, "http")
    assert caught.value.kind is Failure.TOO_MANY_HOPS
    assert len(way.hops(302)) == 3


@pytest.mark.parametrize(
    ("reference", "moves"),
    [("/other", True), ("", False), ("#top", False), ("/a", False), ("javascript:x()", False)],
)
def test_a_refresh_of_the_page_itself_moves_nobody(reference: str, moves: bool) -> None:
    assert trail().may_lead_to(reference) is moves


@pytest.mark.parametrize(
    ("status", "location", "target"),
    [(200, "/x", None), (404, "/x", None), (301, "/x", "/x"), (308, "/x", "/x"), (303, "/x", "/x")],
)
def test_only_a_redirect_redirects(status: int, location: str, target: str | None) -> None:
    assert location_of(status, location) == target


@pytest.mark.parametrize(("status", "location"), [(302, None), (302, ""), (304, "/x"), (300, "/x")])
def test_a_redirect_to_nowhere_is_a_bad_one(status: int, location: str | None) -> None:
    with pytest.raises(VisitError) as caught:
        location_of(status, location)
    assert caught.value.kind is Failure.BAD_REDIRECT


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("0;url=/shop", (0.0, "/shop")),
        ("3; URL='http://shop.example/'", (3.0, "http://shop.example/")),
        ("1.5,/shop", (1.5, "/shop")),
        ("5", None),
        ("", None),
        ("soon; url=/shop", None),
    ],
)
def test_the_refresh_header_is_read_as_browsers_read_it(value: str, found: tuple[float, str] | None) -> None:
    assert refresh_of(value) == found


@given(st.text())
def test_any_header_and_any_target_gets_an_answer(text: str) -> None:
    refresh_of(text)
    try:
        trail().leads_to(text, 302, "http")
    except VisitError as error:
        assert error.kind in {Failure.BAD_REDIRECT, Failure.TOO_MANY_HOPS}  # noqa: PT017 - either may come


@pytest.mark.parametrize("value", ["0; url=x" + " " * 60_000 + "x", "0; url=x" + "' " * 30_000 + "x"])
def test_a_header_made_of_spaces_holds_up_nobody(value: str) -> None:
    # Its end was sought at every space: 64 KB of them held the event loop for 20 s.
    began = process_time()
    assert refresh_of(value) == (0.0, value.removeprefix("0; url="))
    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("value", "target"),
    [("0; url='/a' ", "/a"), ('0;URL="/a', "/a"), ('0; /a"', "/a"), ("0; '\"", None), ("0; url= ", None)],
)
def test_one_quote_at_either_end_is_no_part_of_the_target(value: str, target: str | None) -> None:
    assert refresh_of(value) == (None if target is None else (0.0, target))
