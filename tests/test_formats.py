"""Every format: exact bytes, what it leaves out and why, and nothing that could break its file."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.errors import FormatError, UrlError
from blocklist.formats import Claim, Format, Header, Rule, all_formats, rules_of
from blocklist.formats.records import parse_entries, parse_tombstones, write_entries, write_tombstones
from blocklist.formats.rpz import MAX_NAME
from blocklist.formats.table import parse_table, write_table
from blocklist.model import Alias, ListKey, RemovalReason, Scope, Tombstone
from blocklist.scopes import wider
from blocklist.urls import is_dns_name, key_hash, list_key, parse_url
from tests.list_makers import NOW, entry, key

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
FORMATS = {each.name: each for each in all_formats()}
HEADER = Header(
    title="Gazette\n; evil CNAME .\u4f60",
    homepage="https://gazette.example/",
    serial=42,
    issued_at=NOW,
    expires_at=datetime(2026, 3, 8, 12, tzinfo=UTC),
)


def rule(scope: Scope, expression: str, *, alias: bool = False, sensitive: bool = False) -> Rule:
    return Rule(ListKey(expression), scope, alias, sensitive)


def body(form: Format, *rules: Rule) -> list[str]:
    """The lines a format writes beyond its header."""
    head = form.write((), HEADER).data.decode().splitlines()
    return form.write(rules, HEADER).data.decode().splitlines()[len(head) :]


def test_the_formats_of_the_design_are_installed() -> None:
    files = {each.filename for each in all_formats()}
    assert files >= {"urls.txt", "domains.txt", "hosts.txt", "adblock.txt", "rpz.zone"}
    assert files >= {"dnsmasq.conf", "unbound.conf", "squid.dstdomain", "squid.url_regex", "feed.txt"}
    assert len(files) == len(all_formats())


LINES = [
    ("urls", U, "shop.example/a?b=1", ["http://shop.example/a?b=1", "https://shop.example/a?b=1"]),
    ("urls", U, "192.0.2.1/a", ["http://192.0.2.1/a", "https://192.0.2.1/a"]),
    ("urls", U, "[2001:db8::1]/a", ["http://[2001:db8::1]/a", "https://[2001:db8::1]/a"]),
    ("domains", D, "shop.example/", ["shop.example"]),
    ("hosts", H, "shop.example/", ["0.0.0.0 shop.example", ":: shop.example"]),
    ("hosts", H, "xn--fiq228c.example/", ["0.0.0.0 xn--fiq228c.example", ":: xn--fiq228c.example"]),
    ("adblock", D, "shop.example/", ["||shop.example^", "||shop.example^$document"]),
    (
        "adblock",
        U,
        "shop.example/a?b=$1",
        [r"/^https?:\/\/shop\.example(:[0-9]+)?\/a\?b=\$1$/$document,match-case"],
    ),
    ("adblock", H, "shop.example/", ["|http://shop.example/$document", "|https://shop.example/$document"]),
    ("adblock", H, "192.0.2.1/", ["|http://192.0.2.1/$document", "|https://192.0.2.1/$document"]),
    (
        "adblock",
        P,
        "shop.example/a/",
        [r"/^https?:\/\/shop\.example(:[0-9]+)?\/a\//$document,match-case"],
    ),
    ("rpz", H, "shop.example/", ["shop.example CNAME ."]),
    ("dnsmasq", D, "shop.example/", ["local=/shop.example/"]),
    ("unbound", D, "shop.example/", ['local-zone: "shop.example." always_nxdomain']),
    (
        "unbound",
        H,
        "shop.example/",
        [
            'local-zone: "shop.example." transparent',
            'local-data: "shop.example. 300 A 0.0.0.0"',
            'local-data: "shop.example. 300 AAAA ::"',
        ],
    ),
    *((name, H, "shop.example/", ["shop.example"]) for name in ("squid-domains", "haproxy-hosts", "rbldnsd")),
    *(
        (name, D, "shop.example/", [".shop.example"])
        for name in ("squid-domains", "haproxy-domains", "rbldnsd")
    ),
    *((name, H, "192.0.2.1/", ["192.0.2.1"]) for name in ("squid-domains", "haproxy-hosts")),
    ("squid-urls", U, "shop.example/a.b?c=(1)", [r"^https?://shop\.example(:[0-9]+)?/a\.b\?c=\(1\)$"]),
    ("squid-urls", U, "shop.example/a$", [r"^https?://shop\.example(:[0-9]+)?/a\$$"]),
    ("squid-urls", P, "shop.example/a$/", [r"^https?://shop\.example(:[0-9]+)?/a\$/"]),
    ("nginx", H, "shop.example/", ["shop.example 1;"]),
    ("nginx", D, "shop.example/", [".shop.example 1;"]),
    ("privoxy", D, "shop.example/", [".shop.example/"]),
    ("privoxy", H, "shop.example/", ["shop.example/"]),
    ("privoxy", P, "shop.example/a/", ["shop.example/(?-i)a/"]),
    (
        "privoxy",
        U,
        "shop.example/a?%E4=$",
        [r"shop.example/(?-i)a\?%E4=\$$", r"shop.example/(?-i)a\?%e4=\$$"],
    ),
    ("squidguard", D, "shop.example/", ["shop.example"]),
    ("postfix-access", D, "shop.example/", ["shop.example REJECT", ".shop.example REJECT"]),
    (
        "postfix-body",
        U,
        "shop.example/a?b",
        [r'/(^|[[:space:]"<>])https?:\/\/shop\.example(:[0-9]+)?\/a\?b([[:space:]"<>]|$)/i REJECT'],
    ),
    ("feed", U, "shop.example/a", ["http://shop.example/a", "https://shop.example/a"]),
    ("rpz", D, "shop.example/", ["shop.example CNAME .", "*.shop.example CNAME ."]),
    ("rpz", H, "_dmarc.shop.example/", ["_dmarc.shop.example CNAME ."]),
    ("adguard-dns", D, "shop.example/", ["||shop.example^"]),
    ("adguard-dns", H, "shop.example/", ["|shop.example^"]),
    ("spamassassin", D, "shop.example/", ["enlist_uri_host (LINKGAZETTE) shop.example"]),
    ("rspamd", H, "shop.example/", [r"/^https?:\/\/shop\.example(:[0-9]+)?([\/?#]|$)/"]),
    (
        "rspamd",
        D,
        "shop.example/",
        [r"/^https?:\/\/([a-z0-9_.-]+\.)?shop\.example(:[0-9]+)?([\/?#]|$)/"],
    ),
    ("rspamd", P, "shop.example/a/", [r"/^https?:\/\/shop\.example(:[0-9]+)?\/a\//"]),
    ("rspamd", U, "shop.example/a?b", [r"/^https?:\/\/shop\.example(:[0-9]+)?\/a\?b(#.*)?$/"]),
]


@pytest.mark.parametrize(("name", "scope", "expression", "lines"), LINES)
def test_the_literal_lines(name: str, scope: Scope, expression: str, lines: list[str]) -> None:
    assert body(FORMATS[name], rule(scope, expression)) == lines


def test_escapes_are_said_in_both_cases_because_browsers_keep_what_they_were_given() -> None:
    assert body(FORMATS["urls"], rule(U, "shop.example/%E4%BD")) == [
        "http://shop.example/%E4%BD",
        "https://shop.example/%E4%BD",
        "http://shop.example/%e4%bd",
        "https://shop.example/%e4%bd",
    ]


LONG = "a" * 60 + "." + "b" * 60 + "." + "c" * 60 + ".example"
LEFT_OUT = [
    *((name, H, "shop.example/", "scope-host") for name in ("urls", "domains")),
    *((name, D, "shop.example/", "scope-domain") for name in ("urls", "hosts")),
    *((name, U, "shop.example/a", "scope-url") for name in ("domains", "hosts", "rpz")),
    *((name, P, "shop.example/a/", "scope-path") for name in ("urls", "domains", "hosts", "rpz")),
    ("rpz", H, "192.0.2.1/", "address"),
    ("rpz", H, "[2001:db8::1]/", "address"),
    ("hosts", H, "192.0.2.1/", "address"),
    ("rpz", H, "a;b.example/", "not-a-dns-name"),
    ("rpz", D, "*.example/", "not-a-dns-name"),
    ("rpz", H, 'a"b.example/', "not-a-dns-name"),
    ("hosts", H, "a b.example/", "not-a-dns-name"),
    ("domains", D, "a$b.example/", "not-a-dns-name"),
    ("adblock", D, "a^b.example/", "not-a-dns-name"),
    ("adblock", U, "a,b.example/x", "not-a-dns-name"),
    ("rpz", H, "-a.example/", "not-a-dns-name"),
    ("rpz", H, f"{'a' * 64}.example/", "not-a-dns-name"),
    ("rpz", H, "a..example/", "not-a-dns-name"),
    ("rpz", H, f"{LONG}/", "name-too-long"),
    ("rpz", H, "32.1.2.0.192.rpz-ip/", "reserved-name"),
    ("adblock", U, "shop.example/a*b", "pattern-character"),
    ("adblock", U, "shop.example/?a^b", "pattern-character"),
    ("adblock", U, "shop.example/a|b", "pattern-character"),
    ("adblock", P, "shop.example/a*b/", "pattern-character"),
    ("adblock", H, "a,b.example/", "not-a-dns-name"),
    *((name, H, "shop.example/", "scope-host") for name in ("dnsmasq", "squidguard", "postfix-access")),
    *((name, U, "shop.example/a", "scope-url") for name in ("squid-domains", "nginx", "haproxy-hosts")),
    ("squid-urls", U, "shop.example/%E4", "escaped"),
    ("squid-urls", U, f"shop.example/{'a' * 2000}", "too-long"),
    ("privoxy", U, f"shop.example/{'a' * 4000}", "too-long"),
    ("privoxy", U, "shop.example/", "root-page"),
    ("postfix-body", P, f"shop.example/{'a' * 2000}/", "too-long"),
    ("squid-urls", U, "[2001:db8::1]/a", "address"),
    ("squid-domains", D, "192.0.2.1/", "address"),
    ("nginx", H, "[2001:db8::1]/", "address"),
    ("nginx", H, "default/", "reserved-name"),
    ("rbldnsd", H, "192.0.2.1/", "address"),
    ("rbldnsd", D, "test/", "reserved-name"),
    ("rbldnsd", H, f"{LONG}/", "name-too-long"),
    ("unbound", H, 'quo"te.example/', "not-a-dns-name"),
    ("privoxy", H, "*.star.example/", "not-a-dns-name"),
    ("adguard-dns", H, "192.0.2.1/", "address"),
    ("adguard-dns", U, "shop.example/a", "scope-url"),
    ("adguard-dns", H, "a^b.example/", "not-a-dns-name"),
    ("spamassassin", H, "shop.example/", "scope-host"),
    ("spamassassin", D, f"{'a.' * 10}example/", "too-many-labels"),
    ("rspamd", U, f"shop.example/{'a' * 2000}", "too-long"),
    ("rspamd", H, "[2001:db8::1]/", "address"),
    ("rspamd", U, "shop.example/%E4%BD", "escaped"),
    ("adblock", U, "[2001:db8::1]/a", "address"),
]


@pytest.mark.parametrize(("name", "scope", "expression", "reason"), LEFT_OUT)
def test_what_cannot_be_said_is_left_out_and_counted(
    name: str, scope: Scope, expression: str, reason: str
) -> None:
    written = FORMATS[name].write([rule(scope, expression)], HEADER)
    assert (written.emitted, written.omitted) == (0, {reason: 1})
    assert not FORMATS[name].parse(written.data)


@pytest.mark.parametrize("name", FORMATS)
def test_an_address_that_may_carry_a_person_is_in_no_format(name: str) -> None:
    rules = [rule(scope, "shop.example/", sensitive=True) for scope in Scope]
    rules.append(rule(U, "shop.example/x", alias=True, sensitive=True))
    written = FORMATS[name].write(rules, HEADER)
    assert not FORMATS[name].parse(written.data)
    assert written.omitted["sensitive"] == len(FORMATS[name].scopes)


def test_aliases_are_said_and_counted_apart() -> None:
    rules = [rule(U, "a.example/x"), rule(U, "short.example/1", alias=True)]
    written = FORMATS["urls"].write(rules, HEADER)
    assert (written.emitted, written.aliases, written.omitted) == (1, 1, {})
    written = FORMATS["rpz"].write(rules, HEADER)
    assert (written.emitted, written.aliases, written.omitted) == (0, 0, {"scope-url": 1})


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_title_stays_in_its_line(name: str) -> None:
    data = FORMATS[name].write((), HEADER).data
    assert data.isascii()
    assert not FORMATS[name].parse(data)
    assert data.count(b"evil") == (0 if name == "feed" else 1)  # a feed has no header


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"feed"}))
def test_the_head_says_licence_version_and_time(name: str) -> None:
    said = FORMATS[name].write((), HEADER).data.decode()
    assert re.search(r"Licen[cs]e: CC0-1\.0\n", said)  # the manifest says it of files without a head
    for line in ("Version: 42\n", "Issued: 2026-03-01T12:00:00Z\n", "Homepage: https://gazette.example/\n"):
        assert line in said


def test_the_zone_has_what_a_zone_needs() -> None:
    lines = FORMATS["rpz"].write((), HEADER).data.decode().splitlines()
    assert lines[-3:] == [
        "$TTL 300",
        "@ SOA localhost. hostmaster.localhost. 42 3600 600 604800 300",
        "@ NS localhost.",
    ]
    assert all(line.startswith(";") for line in lines[:-3])


def test_names_leave_room_for_the_readers_origin() -> None:
    name = ("a" * 61 + ".") * 2 + "b" * (MAX_NAME - 124 - len(".example")) + ".example"
    assert len(name) == MAX_NAME
    assert FORMATS["rpz"].write([rule(D, f"{name}/")], HEADER).emitted == 1


BROKEN = [
    ("rpz", b"shop.example. CNAME .\n", "rpz.zone line 1"),
    ("rpz", b"$TTL 300\nshop.example A 1.2.3.4\n", "rpz.zone line 2"),
    ("rpz", b"*.shop.example CNAME .\n", "stands without"),
    ("hosts", b"127.0.0.1 shop.example\n", "hosts.txt line 1"),
    ("hosts", b"0.0.0.0 Shop.example\n", "not a lower-case DNS name"),
    ("domains", b"# x\nshop.example/x\n", "domains.txt line 2"),
    ("domains", "sh\u00f6p.example\n".encode(), "domains.txt line 1: is not ASCII"),
    ("urls", b"ftp://shop.example/\n", "urls.txt line 1"),
    ("dnsmasq", b"address=/shop.example/\n", "dnsmasq.conf line 1"),
    ("unbound", b'local-zone: "shop.example." redirect\n', "unbound.conf line 1"),
    ("unbound", b'local-data: "shop.example. 300 A 0.0.0.0"\n', "unbound.conf line 1"),
    ("squid-domains", b"# x\nshop.example.\n", "squid.dstdomain line 2"),
    ("squid-urls", b"^https?://shop.example(:[0-9]+)?/a$\n", "squid.url_regex line 1"),
    ("squid-urls", b"shop\\.example/a\n", "squid.url_regex line 1"),
    ("nginx", b"~shop 1;\n", "nginx.map line 1"),
    ("nginx", b"shop.example 2;\n", "nginx.map line 1"),
    ("haproxy-hosts", b".shop.example\n", "haproxy.hosts line 1"),
    ("haproxy-domains", b"shop.example\n", "haproxy.domains line 1"),
    ("rbldnsd", b"*.shop.example\n", "rbldnsd.dnset line 1"),
    ("privoxy", b"shop.example/a\n", "privoxy.action line 1"),
    ("privoxy", b"shop.example/(?-i)a.b$\n", "privoxy.action line 1"),
    ("privoxy", b"shop/x.example/(?-i)a$\n", "privoxy.action line 1"),
    ("squidguard", b"shop.example/a\n", "squidguard.domains line 1"),
    ("postfix-access", b"shop.example OK\n", "postfix.access line 1"),
    ("postfix-body", b"/shop/ REJECT\n", "postfix.body_checks line 1"),
    ("feed", b"# shop\n", "feed.txt line 1"),
    ("rpz", b"$INCLUDE evil.zone\n", "rpz.zone line 1"),
    ("rpz", b"$TTL 300\n$ORIGIN evil.example.\n", "rpz.zone line 2"),
    ("rpz", b"$GENERATE 1-9 a$ CNAME .\n", "rpz.zone line 1"),
    ("rpz", b"@ CNAME .\n", "rpz.zone line 1"),
    ("rpz", b"@ NS evil.example.\n", "rpz.zone line 1"),
    ("rpz", b"@ SOA evil.example. hostmaster.localhost. 1 3600 600 604800 300\n", "rpz.zone line 1"),
    ("rpz", b"$TTL 300\n$TTL 300\n", "rpz.zone line 2"),
    ("rpz", b"shop.example CNAME .\n$TTL 300\n", "rpz.zone line 2"),
    ("rpz", b"; x\revil.example CNAME .\n", "rpz.zone line 1"),
    ("hosts", b"# x\r0.0.0.0 evil.example\n", "hosts.txt line 1"),
    ("adblock", b"!#include evil.txt\n", "adblock.txt line 1"),
    ("adblock", b"!+ NOT_OPTIMIZED\n", "adblock.txt line 1"),
    ("adblock", b"[$path=/x]||evil.example^\n", "adblock.txt line 1"),
    ("adblock", b"||com\n", "adblock.txt line 1"),
    ("adblock", b"|https://shop.example/a$document\n", "adblock.txt line 1"),
    ("adblock", b"@@||shop.example^\n", "adblock.txt line 1"),
    ("adblock", rb"/^https?:\/\/shop\.example(:[0-9]+)?\/a$/$document" + b"\n", "adblock.txt line 1"),
    ("adblock", b"|https://shop.example/a/$document\n", "adblock.txt line 1"),
    ("adblock", b"|ftp://shop.example/$document\n", "adblock.txt line 1"),
    ("adguard-dns", b"shop.example\n", "adguard-dns.txt line 1"),
    ("adguard-dns", b"@@||shop.example^\n", "adguard-dns.txt line 1"),
    ("adguard-dns", b"||com\n", "adguard-dns.txt line 1"),
    ("adguard-dns", b"|||shop.example^\n", "adguard-dns.txt line 1"),
    ("spamassassin", b"enlist_uri_host (OTHER) shop.example\n", "spamassassin.cf line 1"),
    ("spamassassin", b"enlist_uri_host (LINKGAZETTE) !shop.example\n", "spamassassin.cf line 1"),
    ("spamassassin", b"include evil.cf\n", "spamassassin.cf line 1"),
    ("rspamd", b"/shop/\n", "rspamd.map line 1"),
    ("rspamd", rb"/^https?:\/\/shop.example(:[0-9]+)?\/a\//" + b"\n", "rspamd.map line 1"),
]


@pytest.mark.parametrize(("name", "data", "said"), BROKEN)
def test_a_file_that_does_not_parse_names_its_line(name: str, data: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        FORMATS[name].parse(data)


# --- properties ----------------------------------------------------------------------------------------

nasty = st.text(st.sampled_from("aB1-_.;\"'$|^*,~!#@%&=?/\\: \t\r\n\u4f60\u00fc\u3002%41"), max_size=12)


def _key(text: str) -> ListKey | None:
    try:
        return list_key(parse_url(f"http://{text}"))
    except UrlError:
        return None


keys = st.one_of(
    st.builds(lambda host, path: _key(f"{host}.example/{path}"), nasty, nasty),
    st.builds(lambda path: _key(f"192.0.2.1/{path}"), nasty),
    st.builds(
        lambda label, count: _key(f"{label * count}.example/"), st.sampled_from("ab."), st.integers(1, 80)
    ),
).filter(lambda found: found is not None)


def _rule(found: ListKey, scope: Scope, alias: bool) -> Rule:
    if alias or scope is U:
        return Rule(found, U, alias, False)
    host = found.partition("/")[0]
    return Rule(ListKey(f"{host}/" if scope is not P else f"{host}/dir/"), scope, False, False)


def _listed(found: list[Rule]) -> list[Rule]:
    """Drop what a wider rule covers, as listing does."""
    known = {each.claim for each in found}
    return [each for each in found if known.isdisjoint(wider(*each.claim))]


rules = st.lists(
    st.builds(_rule, keys, st.sampled_from(Scope), st.booleans()),
    max_size=6,
    unique_by=lambda each: each.claim,
).map(_listed)
few = settings(max_examples=60, deadline=None)  # a URL parser behind every key


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
@few
@given(found=rules)
def test_what_is_written_reads_back_and_says_nothing_else(name: str, found: list[Rule]) -> None:
    form = FORMATS[name]
    ordered = sorted(set(found))
    written = form.write(ordered, HEADER)
    claims = form.parse(written.data)
    assert len(set(claims)) == len(claims)
    assert set(claims) <= {each.claim for each in ordered}
    assert {claim.scope for claim in claims} <= form.scopes
    entries = [each for each in ordered if not each.alias]
    assert written.emitted + sum(written.omitted.values()) == len(entries)
    assert sum(each.claim in set(claims) for each in entries) == written.emitted
    assert written.emitted + written.aliases == len(claims)


@few
@given(found=rules)
def test_no_name_can_break_a_zone_or_a_hosts_file(found: list[Rule]) -> None:
    for name in ("rpz", "hosts", "domains"):
        for line in body(FORMATS[name], *sorted(set(found))):
            written = line.split()[1] if name == "hosts" else line.split()[0]
            assert is_dns_name(written.removeprefix("*."))
            assert not written.endswith(".")


@few
@given(found=rules)
def test_the_order_of_entries_does_not_matter(found: list[Rule]) -> None:
    entries = [
        entry(each.scope, each.expression, number) for number, each in enumerate(found) if not each.alias
    ]
    assert rules_of(entries) == rules_of(reversed(entries))
    assert write_entries(entries) == write_entries(entries[::-1])


# --- the record ----------------------------------------------------------------------------------------


def test_the_record_gives_an_expression_unless_it_may_carry_a_person() -> None:
    open_one = entry(U, "shop.example/a", 1)
    secret = entry(U, "shop.example/u?email=x", 2, sensitive=True)
    aliases = [
        Alias(expression=key("http://short.example/1"), entry=open_one.id),
        Alias(expression=key("http://hop.example/?email=x"), entry=open_one.id, sensitive=True),
    ]
    data = write_entries([secret, open_one], aliases)
    first, second = parse_entries(data)
    assert (first.expression, first.key_sha256) == ("shop.example/a", "")
    assert first.aliases == ("short.example/1",)
    assert first.alias_sha256 == (key_hash(aliases[1].expression).hex(),)
    assert second.expression is None
    assert second.key_sha256 == key_hash(secret.expression).hex()
    assert b"email=x" not in data


def test_tombstones_read_back() -> None:
    made = Tombstone(id="LG-A", listed_at=NOW, removed_at=NOW, reason=RemovalReason.CLEANED)
    assert write_tombstones([made]) == (
        b'{"id":"LG-A","listed_at":"2026-03-01T12:00:00Z","reason":"cleaned",'
        b'"removed_at":"2026-03-01T12:00:00Z"}\n'
    )
    assert list(parse_tombstones(write_tombstones([made]))) == [made]


@pytest.mark.parametrize("data", [b"{}\n", b"nonsense\n", b"[]\n", b'{"id":1}\n'])
def test_a_broken_record_names_its_line(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"entries\.jsonl line 1"):
        list(parse_entries(data))
    with pytest.raises(FormatError, match=r"tombstones\.jsonl line 1"):
        list(parse_tombstones(data))


def test_a_claim_is_what_a_rule_says() -> None:
    assert rule(H, "shop.example/").claim == Claim(H, ListKey("shop.example/"))


# --- the table -------------------------------------------------------------------------------------------


def test_the_table_says_what_the_record_says() -> None:
    entries = [entry(U, "shop.example/a?b=1,2", 1), entry(U, "shop.example/u?email=x", 2, sensitive=True)]
    aliases = [
        Alias(expression=key("http://short.example/1"), entry=entries[0].id),
        Alias(expression=key("http://hop.example/?email=x"), entry=entries[0].id, sensitive=True),
    ]
    table = write_table(reversed(entries), aliases)
    assert parse_table(table) == tuple(parse_entries(write_entries(entries, aliases)))
    assert b"email" not in table


@few
@given(found=rules)
def test_no_cell_is_a_formula(found: list[Rule]) -> None:
    entries = [
        entry(each.scope, each.expression, number) for number, each in enumerate(found) if not each.alias
    ]
    table = write_table(entries)
    for row in csv.reader(io.StringIO(table.decode(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert parse_table(table) == tuple(parse_entries(write_entries(entries)))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "'a", "''=a"])
def test_a_formula_is_text_and_reads_back(cell: str) -> None:
    hostile = entry(U, "shop.example/a", 1, clause=cell)
    table = write_table([hostile])
    assert cell not in next(iter(list(csv.reader(io.StringIO(table.decode(), newline="")))[1:]))
    assert parse_table(table)[0].clause == cell


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"", 1), (b"id,scope\n", 1), (write_table([]) + b"a,b\r\n", 2), (write_table([]) + b"\xff\n", 2)],
)
def test_a_broken_table_names_its_line(data: bytes, line: int) -> None:
    with pytest.raises(FormatError, match=rf"entries\.csv line {line}"):
        parse_table(data)
