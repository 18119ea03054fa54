"""What each scope covers, and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import ListKey, Scope
from blocklist.scopes import covers, covers_key, directory_of, expression_for, parents, wider
from blocklist.urls import list_key, parse_url

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN

COVERS = [
    (U, "shop.example/a?b=1", "https://shop.example/a?b=1#c", True),
    (U, "shop.example/a?b=1", "http://shop.example:8080/a?b=1", True),
    (U, "shop.example/a?b=1", "http://shop.example/a?b=2", False),
    (U, "shop.example/a?b=1", "http://shop.example/a", False),
    (U, "shop.example/a", "http://www.shop.example/a", False),
    (U, "shop.example/%E4%BD%A0", "http://shop.example/%e4%bd%a0", True),
    (U, "shop.example/a", "http://shop.example/%61", True),
    (U, "shop.example/a", "http://shop.example/A", False),
    (P, "shop.example/a/", "http://shop.example/a/b/c?d", True),
    (P, "shop.example/a/", "http://shop.example/a/", True),
    (P, "shop.example/a/", "http://shop.example/a", False),
    (P, "shop.example/a/", "http://shop.example/ab/", False),
    (P, "shop.example/a/", "http://shop.example/?/a/", False),
    (P, "shop.example/a/", "http://x.shop.example/a/b", False),
    (P, "shop.example/a/", "http://shop.example/a/../b", False),
    (H, "shop.example/", "https://shop.example:8443/x?y", True),
    (H, "shop.example/", "http://www.shop.example/", False),
    (H, "shop.example/", "http://shop.example.evil.example/", False),
    (H, "192.0.2.1/", "http://0xc0.0.2.1/", True),
    (D, "shop.example/", "http://shop.example/", True),
    (D, "shop.example/", "http://a.b.shop.example/x", True),
    (D, "shop.example/", "http://otherwishop.example/", False),
    (D, "shop.example/", "http://shop.example.evil.example/", False),
]


@pytest.mark.parametrize(("scope", "expression", "url", "covered"), COVERS)
def test_covers(scope: Scope, expression: str, url: str, covered: bool) -> None:
    assert covers(scope, ListKey(expression), parse_url(url)) is covered


EXPRESSIONS = [
    (U, "http://a.shop.example/x/y?z#f", "a.shop.example/x/y?z"),
    (P, "http://a.shop.example/x/y?z", "a.shop.example/x/"),
    (P, "http://a.shop.example/?z=/q/", "a.shop.example/"),
    (H, "http://a.shop.example/x/y?z", "a.shop.example/"),
    (D, "http://a.shop.example/x/y?z", "shop.example/"),
    (D, "http://a.evil.github.io/", "evil.github.io/"),
    (D, "http://192.0.2.1/x", "192.0.2.1/"),
    (D, "http://github.io/x", "github.io/"),
]


@pytest.mark.parametrize(("scope", "url", "expression"), EXPRESSIONS)
def test_expression_for(scope: Scope, url: str, expression: str) -> None:
    assert expression_for(scope, parse_url(url)) == expression


def test_directories_by_depth() -> None:
    key = ListKey("shop.example/a/b/c?d/e/")
    found = [directory_of(key, depth) for depth in (0, 1, 2, 9, None)]
    assert found == ["shop.example/", "shop.example/a/", *["shop.example/a/b/"] * 3]


hosts = st.lists(st.sampled_from(["a", "b", "shop", "www"]), min_size=0, max_size=3).map(
    lambda labels: ".".join([*labels, "example"])
)
paths = st.lists(st.sampled_from(["a", "b", "~x", "%20"]), max_size=3).map(
    lambda parts: "/" + "".join(f"{part}/" for part in parts)
)
urls = st.builds(
    lambda host, path, end: parse_url(f"http://{host}{path}{end}"),
    hosts,
    paths,
    st.sampled_from(["", "p", "p?q=/a/", "?q"]),
)


@given(urls)
def test_what_is_made_for_a_url_covers_it(url: str) -> None:
    for scope in Scope:
        assert covers(scope, expression_for(scope, url), url)


@given(urls, urls)
def test_parents_are_exactly_what_covers(one: str, other: str) -> None:
    key = list_key(other)
    known = set(parents(key))
    for scope in Scope:
        expression = expression_for(scope, one)
        assert ((scope, expression) in known) is covers_key(scope, expression, key)


@given(urls, urls, st.sampled_from(Scope))
def test_what_is_wider_covers_all_that_the_narrow_one_covers(one: str, seen: str, scope: Scope) -> None:
    narrow = expression_for(scope, one)
    outer = wider(scope, narrow)
    assert (scope, narrow) not in outer
    if covers(scope, narrow, seen):
        assert all(covers(wide, expression, seen) for wide, expression in outer)
