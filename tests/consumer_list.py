"""The list that every real program is given, and what it is asked: each claim, its neighbours, its tenants.

A question names the claim that covers its address, or none. A program must block it exactly where one of the
files it was given says that claim; everything else must get through.
"""

from typing import NamedTuple

from blocklist.formats import Claim, Header
from blocklist.model import ListKey, Scope
from tests.list_makers import NOW, entry

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
LONG = ".".join(["a" * 60, "b" * 60, "c" * 45, "example"])
WIDE = f"{'x' * 63}.example"
# Every kind of claim that a list may hold, among them those that would break a file if they got into it.
CLAIMS = [
    (H, "host.example/"),
    (D, "domain.example/"),
    (U, "page.example/a.b?b=1"),
    (P, "homes.example/Evil/"),
    (U, "root.example/"),
    (H, "192.0.2.7/"),
    (H, f"{LONG}/"),
    (D, "sub.host.example/"),
    (H, "_under.score.example/"),
    (H, "xn--fiq228c.example/"),
    (H, "0x7f.2.example/"),
    (D, f"{WIDE}/"),
    (U, f"page.example/{'l' * 5000}"),
    (U, f"page.example/{'m' * 3000}"),
    (U, "page.example/%E4%BD%A0"),
    (U, "page.example/d$(1)"),
    (U, "page.example/{x}[y]+'z'"),
    (U, "t.homes.example/@sid-tenant"),
    (H, "[2001:db8::1]/"),
    (H, "a;b.example/"),
    (H, "*.star.example/"),
    (H, 'quo"te.example/'),
    (H, f"{'l' * 64}.example/"),
    (D, f"{'d.' * 110}example/"),
    (H, "-dash.example/"),
    (H, "32.1.2.0.192.rpz-ip/"),
]
ENTRIES = [entry(scope, expression, number) for number, (scope, expression) in enumerate(CLAIMS, start=1)]
HEADER = Header(
    title="Gazette; \x22 \n", homepage="https://gazette.example/", serial=7, issued_at=NOW, expires_at=NOW
)


class Question(NamedTuple):
    """One address and what covers it."""

    about: str
    """The kind of neighbour: a column of nothing, a word for whom it fails."""
    url: str
    claim: Claim | None
    """None: nothing of the list."""


def _claims(about: str, covered: dict[tuple[Scope, str], list[str]]) -> list[Question]:
    return [
        Question(about, url, Claim(scope, ListKey(expression)))
        for (scope, expression), urls in covered.items()
        for url in urls
    ]


def _nothing(about: str, *urls: str) -> list[Question]:
    return [Question(about, url, None) for url in urls]


QUESTIONS = [
    *_claims(
        "listed",
        {
            (H, "host.example/"): ["http://host.example/", "https://host.example/x/y?z"],
            (H, f"{LONG}/"): [f"http://{LONG}/x"],
            (H, "_under.score.example/"): ["http://_under.score.example/"],
            (H, "xn--fiq228c.example/"): ["http://xn--fiq228c.example/"],
            (H, "0x7f.2.example/"): ["http://0x7f.2.example/"],
            (H, "192.0.2.7/"): ["http://192.0.2.7/x"],
            (D, "domain.example/"): ["http://domain.example/", "https://domain.example/x?y"],
            (D, f"{WIDE}/"): [f"http://{WIDE}/"],
            (D, "sub.host.example/"): ["http://sub.host.example/"],
            (U, "page.example/a.b?b=1"): ["http://page.example/a.b?b=1", "https://page.example/a.b?b=1"],
            (U, "root.example/"): ["http://root.example/"],
            (U, "page.example/d$(1)"): ["http://page.example/d$(1)"],
            (U, "page.example/%E4%BD%A0"): [
                "http://page.example/%E4%BD%A0",
                "http://page.example/%e4%bd%a0",
            ],
            (U, "t.homes.example/@sid-tenant"): ["https://t.homes.example/@sid-tenant"],
            (P, "homes.example/Evil/"): ["http://homes.example/Evil/"],
        },
    ),
    *_claims(
        "below",
        {
            (D, "domain.example/"): ["http://a.b.domain.example/x", "https://www.domain.example/"],
            (D, f"{WIDE}/"): [f"http://a.{WIDE}/"],
            (D, "sub.host.example/"): ["http://x.sub.host.example/"],
            (P, "homes.example/Evil/"): ["https://homes.example/Evil/x?y", "http://homes.example/Evil/a/b"],
        },
    ),
    *_claims(
        "port",
        {
            (H, "host.example/"): ["http://host.example:8080/x"],
            (D, "domain.example/"): ["https://a.domain.example:8443/"],
            (U, "page.example/a.b?b=1"): ["http://page.example:8080/a.b?b=1"],
            (P, "homes.example/Evil/"): ["http://homes.example:8080/Evil/x"],
        },
    ),
    *_claims("case", {(H, "host.example/"): ["http://HOST.example/"]}),
    *_nothing(
        "subdomain of a host",
        "http://www.host.example/",
        "https://a.b.host.example/",
        "http://x.page.example/a.b?b=1",
        "http://x.homes.example/Evil/",
        "http://a._under.score.example/",
        "http://1.0x7f.2.example/",
        "http://1.192.0.2.7.example/",
    ),
    *_nothing(
        "sibling",
        "http://otherhost.example/",
        "http://otherdomain.example/",
        "http://host.example.test/",
        "http://domain.example.test/",
        "http://sibling.example/",
        "http://score.example/",
        "http://any.star.example/",
        "http://dash.example/",
        "http://192.0.2.70/",
        "http://pageXexample.test/a.b?b=1",
        "http://example/",
    ),
    *_nothing(
        "other tenant",
        "http://homes.example/",
        "http://homes.example/Evil",
        "http://homes.example/Evilish/",
        "http://homes.example/good/",
        "http://homes.example/good/Evil/",
        "https://t.homes.example/@sid-tenant2",
        "https://t.homes.example/@other",
        "https://t.homes.example/",
    ),
    *_nothing(
        "neighbour page",
        "http://page.example/",
        "http://page.example/a.b",
        "http://page.example/a.b?b=12",
        "http://page.example/a.b?b=1&c",
        "http://page.example/a.b/?b=1",
        "http://page.example/axb?b=1",
        "http://root.example/x",
        "http://root.example/?x",
        f"http://page.example/{'l' * 1900}",
        f"http://page.example/{'m' * 2100}",
    ),
]
CASES = [
    Question("other letter case", "http://page.example/A.b?b=1", Claim(U, ListKey("page.example/a.b?b=1"))),
    Question("other letter case", "http://homes.example/evil/", Claim(P, ListKey("homes.example/Evil/"))),
]
"""Other pages than those whose claim they name: only an engine that ignores letter case takes them for it."""
INSIDE = [
    Question("inside another", f"http://evil.test/?u={url}", claim)
    for url, claim in (
        ("http://page.example/a.b?b=1", Claim(U, ListKey("page.example/a.b?b=1"))),
        ("http://host.example/", Claim(H, ListKey("host.example/"))),
        ("http://domain.example/", Claim(D, ListKey("domain.example/"))),
    )
]
"""Addresses that carry a listed one. They are not listed; a mail filter may follow what they carry."""
