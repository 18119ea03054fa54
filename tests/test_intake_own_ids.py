"""An address says no more who shared it; what names the page stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.intake.own_ids import ids_in, without_ids
from blocklist.intake.rows import Rows
from blocklist.privacy import Pseudonymiser
from blocklist.urls import parse_url

IDS = ("member-4711", "群 友一号", "8839201", "a+b=c")


@pytest.mark.parametrize(
    ("shared", "kept"),
    [
        ("http://a.example/p?from=member-4711", "http://a.example/p"),
        ("http://a.example/p?x=1&from=member-4711&y=2", "http://a.example/p?x=1&y=2"),
        ("http://a.example/p?from=member%2D4711#top", "http://a.example/p#top"),
        ("http://a.example/p?who=%E7%BE%A4%20%E5%8F%8B%E4%B8%80%E5%8F%B7", "http://a.example/p"),
        ("http://a.example/p?who=%E7%BE%A4+%E5%8F%8B%E4%B8%80%E5%8F%B7", "http://a.example/p"),
        ("http://a.example/p#member-4711", "http://a.example/p"),
        ("http://a.example/p#/by/8839201/list", "http://a.example/p#/by//list"),
        ("http://a.example/p?way=a.8839201.b", "http://a.example/p?way=a..b"),
        ("http://a.example/p?ref=x#from=8839201&t=1", "http://a.example/p?ref=x#t=1"),
        ("http://a.example/p?q=of%208839201%20now", "http://a.example/p?q=of%20%20now"),
        ("http://a.example/p#by/a+b=c", "http://a.example/p#by/"),
        ("http://a.example/p?by=a%2Bb%3Dc", "http://a.example/p"),
        # another number, another name
        ("http://a.example/p?id=88392017", "http://a.example/p?id=88392017"),
        ("http://a.example/p?id=xmember-4711", "http://a.example/p?id=xmember-4711"),
        # the page's own name
        ("http://8839201.example/member-4711/", "http://8839201.example/member-4711/"),
        ("http://a.example/p?", "http://a.example/p?"),
    ],
)
def test_the_row_s_own_ids_leave_query_and_fragment(shared: str, kept: str) -> None:
    assert without_ids(parse_url(shared), IDS) == parse_url(kept)


def test_short_ids_are_not_looked_for_and_numbers_are_ids_too() -> None:
    assert ids_in({"account": "u77", "group": 8839201, "reporter": " member-4711 "}) == (
        "8839201",
        "member-4711",
    )
    assert ids_in({"account": None, "group": ["x"]}) == ()


def test_a_row_s_url_and_the_urls_in_its_text_lose_them() -> None:
    fields = {
        "url": "http://a.example/?s=8839201",
        "text": "see http://b.example/?s=member-4711",
        "account": 8839201,
        "reporter": "member-4711",
    }
    row = Rows("x", Pseudonymiser(bytes(32))).from_fields(1, fields)
    assert [url for url, *_ in row.shares] == ["http://a.example/", "http://b.example/"]


TAIL = st.text(st.sampled_from("ab1/=&?#.-%"), max_size=20)


@given(before=TAIL, after=TAIL, identity=st.sampled_from(("member-4711", "8839201")))
def test_an_id_between_signs_never_stays(before: str, after: str, identity: str) -> None:
    url = parse_url(f"http://a.example/?{before}={identity}&{after}")
    kept = without_ids(url, (identity,))
    assert f"={identity}&" not in kept
    assert without_ids(kept, (identity,)) == kept
