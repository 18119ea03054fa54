from collections.abc import Iterator

import ada_url
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blocklist.errors import UrlError
from blocklist.model import Host
from blocklist.urls import (
    MAX_URL_CHARS,
    expressions,
    has_suffix_below,
    host_of,
    is_dns_name,
    is_ip,
    is_known_suffix,
    is_private_suffix,
    is_public_suffix,
    join_url,
    key_hash,
    list_key,
    parse_host,
    parse_url,
    place_of,
    registrable_domain,
    without_fragment,
)
from blocklist.urls.domains import _extractor, _rules, _suffix

# Pieces that hide something from one parser or another.
_PIECES = st.sampled_from(
    [
        "%25",
        "%2e",
        "%2F",
        "%5C",
        "%3F",
        "%23",
        "%0a",
        "..",
        ".",
        "/",
        "//",
        "\\",
        "?",
        "#",
        "&",
        "=",
        "a",
        "é",
        "谢",
        " ",
        "@",
        ":",
        ";",
        "%",
        "%zz",
        "|",
    ]
)
_HOSTS = st.sampled_from(
    [
        "shop.example",
        "SHOP.Example.",
        "a..b.test",
        "例子.测试",
        "0x7f.1",
        "[::ffff:1.2.3.4]",
        "[2001:db8::1]",
        "a.b.c.d.e.f.g.test",
        "x_y.test",
    ]
)
urls = st.builds(
    lambda scheme, host, port, rest: f"{scheme}://{host}{port}/{''.join(rest)}",
    st.sampled_from(["http", "HTTPS"]),
    _HOSTS,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.lists(_PIECES, max_size=12),
)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Shop.Example", "https://shop.example/"),
        ("  http://shop.example/a b#frag\n", "http://shop.example/a%20b#frag"),
        ("http://shop.example:80/x", "http://shop.example/x"),
        ("https://shop.example:8443/", "https://shop.example:8443/"),
        ("http://good.example\\@evil.example/", "http://good.example/@evil.example/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://例子.测试/路", "http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF"),
        ("http://\uff53hop\u3002example/", "http://shop.example/"),
        ("http:shop.example", "http://shop.example/"),
        ("http://shop.example/a/../b", "http://shop.example/b"),
        ("ht\ntp://sh\top.example/", "http://shop.example/"),
        (
            "http://\u0440\u0430ypal.example/",
            "http://xn--ypal-43d9g.example/",
        ),  # two Cyrillic letters: another name, and seen as one
        ("http://@shop.example/", "http://shop.example/"),
    ],
)
def test_a_url_is_read_as_a_browser_reads_it(text, url):
    assert parse_url(text) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("shop.example/x", "does not begin with http"),
        ("//shop.example/x", "does not begin with http"),
        ("javascript:alert(1)", 'scheme "javascript"'),
        ("file:///etc/passwd", 'scheme "file"'),
        ("FTP://shop.example/", 'scheme "ftp"'),
        ("data:text/html,x", 'scheme "data"'),
        ("http://", "no host"),
        ("http://a b/", "no host"),
        ("http://[::1/", "no host"),
        ("http://256.256.256.256/", "no host"),
        ("http://.../", "nothing but dots"),
        (f"http://{'a' * 64}.example/", "longer than DNS"),
        (f"http://{'a.' * 130}example/", "longer than DNS"),
        (f"http://shop.example/{'a' * MAX_URL_CHARS}", "characters"),
        (f"http://shop.example/{'谢' * (MAX_URL_CHARS // 2)}", "once percent-encoded"),
        ("http://x/\ud800", "no host"),
    ],
)
def test_what_may_not_be_followed_is_refused_with_its_reason(text, reason):
    with pytest.raises(UrlError, match=reason):
        parse_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://bob:hunter2@shop.example/",
        "https://hunter2@shop.example/",
        "http://:hunter2@shop.example",
        "http:hunter2@x.example",
        "http://go.example/?u=http://bob:hunter2@in.example/",
        "http://go.example/?u=http%3A%2F%2Fbob%3Ahunter2%40in.example%2F",
        "http://go.example/?u=http%253A%252F%252Fbob%253Ahunter2%2540in.example%252F",
        "http://go.example/to/https://bob:hunter2@in.example/",
    ],
)
def test_userinfo_is_refused_and_never_quoted_back(text):
    with pytest.raises(UrlError, match="user name or password") as caught:
        parse_url(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "http://hunter2 x:y@a b/",
        "ftp://u:hunter2@x/",
        "hunter2",
        "foo://u:hunter2@[/",
        "bob:hunter2@shop.example/",
        "hunter2:bob@shop.example/",
        "hunter2:bob%40shop.example/",
    ],
)
def test_no_refusal_quotes_the_url(text):
    with pytest.raises(UrlError) as caught:
        parse_url(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/y", "https://shop.example/y"),
        ("y?z", "https://shop.example/a/y?z"),
        ("//other.example/y", "https://other.example/y"),
        ("http://other.example", "http://other.example/"),
        ("#top", "https://shop.example/a/b?q#top"),
        ("", "https://shop.example/a/b?q"),
        ("\\\\evil.example/x", "https://evil.example/x"),
    ],
)
def test_references_resolve_as_in_a_browser(reference, url):
    assert join_url(parse_url("https://shop.example/a/b?q#old"), reference) == url


@pytest.mark.parametrize(
    "reference", ["javascript:1", "http://u:p@x.example/", "//", "x" * 9000, "http://[", "ftp:x"]
)
def test_references_are_refused_as_urls_are(reference):
    with pytest.raises(UrlError):
        join_url(parse_url("https://shop.example/"), reference)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://WWW.Shop.Example.:8080/x", "www.shop.example"),
        ("http://..a...b.test./", "a.b.test"),
        ("http://[2001:DB8::1]:80/", "[2001:db8::1]"),
        ("http://[::ffff:127.0.0.1]/", "127.0.0.1"),
        ("http://[64:ff9b::7f00:1]/", "127.0.0.1"),
        ("http://127.1/", "127.0.0.1"),
    ],
)
def test_a_host_has_one_spelling(url, host):
    assert host_of(parse_url(url)) == host


def test_the_fragment_is_kept_until_it_is_cut():
    url = parse_url("http://shop.example/#/item?x#y")
    assert url == "http://shop.example/#/item?x#y"
    assert without_fragment(url) == "http://shop.example/"


@pytest.mark.parametrize(
    ("host", "ip", "dns"),
    [
        ("127.0.0.1", True, False),
        ("[::1]", True, False),
        ("2001:db8::1", True, False),
        ("shop.example", False, True),
        ("a_b.test", False, True),
        ("xn--fsqu00a.test", False, True),
        ("localhost", False, True),
        ("a;b.example", False, False),
        ("*.example", False, False),
        ("-a.example", False, False),
        ("a..b", False, False),
        ("", False, False),
        ("1.2.3.4.5", False, True),
    ],
)
def test_addresses_and_names_are_told_apart(host, ip, dns):
    assert is_ip(host) is ip
    assert is_dns_name(host) is dns


# --- list keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://A.Shop.example:8443/x//%41.html?q=1#top", "a.shop.example/x/A.html?q=1"),
        ("http://shop.example", "shop.example/"),
        ("http://shop.example/?", "shop.example/"),
        ("http://shop.example/a?b?c", "shop.example/a?b?c"),
        ("http://shop.example/%25%32%35", "shop.example/%25"),
        ("http://shop.example/%2525252525252525", "shop.example/%25"),
        ("http://shop.example/asdf%25%32%35asd", "shop.example/asdf%25asd"),
        ("http://shop.example/%%%25%32%35asd%%", "shop.example/%25%25%25asd%25%25"),
        ("http://shop.example/a/%252e%252e/b", "shop.example/b"),
        ("http://shop.example/a/%252e", "shop.example/a/"),
        ("http://shop.example/%252e%252e/%252e%252e", "shop.example/"),
        ("http://shop.example/a//b///", "shop.example/a/b/"),
        ("http://shop.example/a?u=http://x.example//y", "shop.example/a?u=http://x.example//y"),
        ("http://shop.example/a b?c d", "shop.example/a%20b?c%20d"),
        ("http://shop.example/谢", "shop.example/%E8%B0%A2"),
        ("http://shop.example/%e8%b0%a2", "shop.example/%E8%B0%A2"),
        ("http://shop.example/a%23b", "shop.example/a%23b"),
        ("http://shop.example/a%5Cb", "shop.example/a%5Cb"),
        ("http://shop.example/%0d%0a", "shop.example/%0D%0A"),
        ("http://shop.example/'^`{}|", "shop.example/'^`{}|"),
        ("http://[::ffff:1.2.3.4]/x", "1.2.3.4/x"),
        ("http://shop.example./x", "shop.example/x"),
    ],
)
def test_the_list_key_is_the_safe_browsing_canonical_form(url, key):
    assert list_key(parse_url(url)) == key


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "http://a.b.test/1/2.html?param=1",
            """a.b.test/1/2.html?param=1 a.b.test/1/2.html a.b.test/1/ a.b.test/
               b.test/1/2.html?param=1 b.test/1/2.html b.test/1/ b.test/""",
        ),
        ("http://a.test/1/2/3/4/5/", "a.test/1/2/3/4/5/ a.test/1/2/3/ a.test/1/2/ a.test/1/ a.test/"),
        ("http://b/", "b/"),
        ("http://1.2.3.4/a/b", "1.2.3.4/a/b 1.2.3.4/a/ 1.2.3.4/"),
        ("http://[2001:db8::1]/a", "[2001:db8::1]/a [2001:db8::1]/"),
        (
            "http://a.b.c.d.e.f.test/",
            "a.b.c.d.e.f.test/ c.d.e.f.test/ d.e.f.test/ e.f.test/ f.test/",
        ),
        ("http://a.test/x?", "a.test/x a.test/"),
    ],
)
def test_the_expressions_under_which_a_url_may_be_listed(url, wanted):
    assert expressions(parse_url(url)) == tuple(wanted.split())


def test_a_key_is_hashed_with_sha256():
    assert key_hash(list_key(parse_url("http://shop.example/"))).hex().startswith("5b7f51f342a36995")


@given(urls)
@example("http://shop.example/%5C%2e%2e%5Cx?%5C")
def test_parsing_what_was_parsed_changes_nothing(text):
    try:
        url = parse_url(text)
    except UrlError:
        return
    assert parse_url(url) == url
    assert join_url(url, url) == url
    assert url.isascii()


@given(urls)
@example("http://shop.example/a%3Fb/%252e%252e/c")
@example("http://shop.example/a%255Cb")
def test_a_list_key_written_as_a_url_has_itself_as_its_key(text):
    try:
        key = list_key(parse_url(text))
    except UrlError:
        return
    assert list_key(parse_url(f"http://{key}")) == key
    assert "#" not in key


@given(urls)
def test_every_expression_covers_the_url_and_is_a_key_itself(text):
    try:
        url = parse_url(text)
    except UrlError:
        return
    found = expressions(url)
    key, host = list_key(url), host_of(url)
    assert found[0] == key
    assert len(found) == len(set(found)) <= 30
    path = key[len(host) :]
    for expression in found:
        name, _, rest = expression.partition("/")
        assert host == name or host.endswith(f".{name}")
        assert path.startswith(f"/{rest}")
        assert list_key(parse_url(f"http://{expression}")) == expression


@given(st.text(max_size=200))
def test_any_text_is_a_url_or_refused(text):
    for candidate in (text, f"http://{text}", f"https://shop.example/{text}"):
        try:
            url = parse_url(candidate)
        except UrlError:
            continue
        assert host_of(url)
        assert list_key(url) in expressions(url)


# --- domains ------------------------------------------------------------------------------------------


def test_the_rules_are_those_that_tldextract_reads():
    assert _rules() == frozenset(_extractor().tlds)


def test_a_registrable_domain_is_the_one_that_tldextract_finds_for_every_rule_of_the_list():
    """The names of a list are looked up in a way of our own, which must not give one another owner."""
    names = {
        name for rule in _rules() for base in [rule.lstrip("!").replace("*", "w")] for name in _around(base)
    }
    hosts = [Host(name) for name in names if name.isascii()]
    assert [host for host in hosts if registrable_domain(host) != _suffix.__wrapped__(host).registrable] == []


def _around(base: str) -> Iterator[str]:
    yield from (base, f"a.{base}", f"b.a.{base}")
    while "." in base:
        base = base.partition(".")[2]
        yield base


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("shop.example", "shop.example"),  # tldextract alone: none
        ("a.b.shop.example", "shop.example"),
        ("example", None),
        ("com", None),
        ("shop.com", "shop.com"),
        ("a.shop.co.uk", "shop.co.uk"),
        ("co.uk", None),
        ("evil.github.io", "evil.github.io"),  # tldextract alone: github.io
        ("www.evil.github.io", "evil.github.io"),
        ("github.io", None),
        ("b.c.kobe.jp", "b.c.kobe.jp"),
        ("city.kobe.jp", "city.kobe.jp"),
        ("a.www.ck", "www.ck"),
        ("shishi.xn--55qx5d.cn", "shishi.xn--55qx5d.cn"),
        ("xn--fiqs8s", None),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("localhost", None),
    ],
)
def test_registrable_domains_know_private_suffixes_and_the_default_rule(host, domain):
    assert registrable_domain(Host(host)) == domain


def test_a_host_is_parsed_as_in_a_url_and_nothing_beside_it():
    assert parse_host(" Shop.EXAMPLE ") == "shop.example"
    assert parse_host("例子.example") == "xn--fsqu00a.example"
    for text in ("shop.example/x", "shop.example:8080", "shop.example?q", "a b", ""):
        with pytest.raises(UrlError):
            parse_host(text)


@pytest.mark.parametrize(
    ("host", "below"),
    [
        ("amazonaws.com", True),  # registrable, and s3.amazonaws.com is a suffix
        ("kobe.jp", True),  # *.kobe.jp
        ("city.kobe.jp", False),  # !city.kobe.jp
        ("com", True),
        ("shop.example", False),
        ("127.0.0.1", False),
    ],
)
def test_suffixes_below_a_name(host, below):
    assert has_suffix_below(Host(host)) is below


@pytest.mark.parametrize(
    ("host", "public", "private", "known"),
    [
        ("com", True, False, True),
        ("github.io", True, True, True),
        ("evil.github.io", False, False, True),
        ("example", True, False, False),
        ("shop.example", False, False, False),
        ("127.0.0.1", False, False, False),
        ("shop.com", False, False, True),
    ],
)
def test_suffixes_are_told_by_kind(host, public, private, known):
    assert is_public_suffix(Host(host)) is public
    assert is_private_suffix(Host(host)) is private
    assert is_known_suffix(Host(host)) is known


# --- plain URLs ------------------------------------------------------------------------------------------

plain_like = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.from_regex(r"(?:[a-z0-9_-]{1,4}\.){0,3}(?:[a-z0-9-]{1,4}|example|xn--p1ai|xn--a)\.?", fullmatch=True),
    st.text(st.sampled_from("abAZ09-._~!$&'()*+,;=:@/%?|^`{}\\ "), max_size=12).map(lambda text: f"/{text}"),
    st.text(st.sampled_from("ab.?=&/#%:@"), max_size=6),
)


@pytest.mark.long
@settings(max_examples=2000, deadline=None)
@given(plain_like)
def test_a_plain_url_is_read_as_the_parser_reads_it(text: str) -> None:
    try:
        url = parse_url(text)
    except UrlError:
        with pytest.raises(UrlError):
            place_of(text)
        return
    assert place_of(text) == (host_of(url), list_key(url))
    assert url == ada_url.normalize_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.shop.example/a/b.html?x=1&y=a/b?c",
        "http://shop.example",
        "http://shop.example/#top",
        "http://a.b-.example/",
        "http://x.1e/",
        "http://" + "a" * 60 + ".example/",
    ],
)
def test_places_of_common_urls(text: str) -> None:
    url = parse_url(text)
    assert place_of(text) == (host_of(url), list_key(url))


@pytest.mark.parametrize("text", ["http://x.0x1/", "http://1.2.3/", "http://a.example/" + "a" * 9000])
def test_what_only_looks_plain_is_parsed(text: str) -> None:
    try:
        expected = list_key(parse_url(text))
    except UrlError:
        with pytest.raises(UrlError):
            place_of(text)
    else:
        assert place_of(text)[1] == expected
