"""``safe-browsing/``: the list as browsers' own Safe Browsing takes it, version 5, in static files.

::

    safe-browsing/expressions.txt    # Version: 42
                                     domain shop.example/
                                     url 192.0.2.7/offer?id=7
    safe-browsing/hash-list.pb       what hashLists:batchGet answers: prefixes of four bytes, Rice-coded
    safe-browsing/full-hashes.pb     what hashes:search answers: every hash, of which a client picks its own

A client makes of an address its host and the four suffixes of it from five labels to two, each with the path
with and without the query and with up to four directories of it, and no port. So ``host/`` covers what lies
below the host too, and a page's expression the same page on every subdomain: what is said here is ``domain``
entries of two to five labels, and of IPv4 addresses, which have no subdomains, whatever else is exact. All
else is left out and counted. Clients write escapes in either case, so both are said.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from blocklist.errors import FormatError
from blocklist.formats.base import (
    ADDRESS,
    DOMAIN,
    NOT_A_NAME,
    PATH,
    SENSITIVE,
    URL,
    Claim,
    Header,
    Pairs,
    Rule,
)
from blocklist.formats.bundle import Bundle, Parcel
from blocklist.formats.lines import checked_url, is_quad, numbered_lines
from blocklist.model import ListKey, Scope
from blocklist.safe_browsing.hashes import HashList
from blocklist.safe_browsing.v5 import parse_batch, parse_found, write_batch, write_found, write_list
from blocklist.urls import is_dns_name, is_ip

FOLDER = "safe-browsing/"
EXPRESSIONS = f"{FOLDER}expressions.txt"
HASH_LIST = f"{FOLDER}hash-list.pb"
FULL_HASHES = f"{FOLDER}full-hashes.pb"
SUBDOMAINS = "covers-subdomains"
QUERIES = "covers-queries"
TOO_DEEP = "too-deep"
ODD = "odd-characters"
_LABELS = range(2, 6)
_DIRECTORIES = 4  # a client makes "/" and three more
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_ODD = re.compile(r"%5C|[^!-~]|[\\^`{|}\"<>]")  # clients differ in what they escape of these
_MOST = 20_000  # hashes in the one file that a client of static files fetches for every search


def forms_of(rule: Rule) -> tuple[str, ...] | str:
    """Return the expressions that say ``rule`` exactly in every client, or why there are none."""
    if rule.sensitive:
        return SENSITIVE
    host, _, path = rule.expression.partition("/")
    is_address = host[-1:].isdigit() and is_quad(host)
    if reason := _in_address(rule.scope, path) if is_address else _in_name(rule.scope, host):
        return reason
    if "%" not in path:
        return (rule.expression,)
    lower = _ESCAPE.sub(lambda found: found[0].lower(), rule.expression)
    return tuple(dict.fromkeys((rule.expression, lower)))


def _in_name(scope: Scope, host: str) -> str:
    """Return why an expression of a name is not exact; empty: it is."""
    if is_ip(host):
        return ADDRESS
    if scope is not DOMAIN:
        return SUBDOMAINS
    if not is_dns_name(host):
        return NOT_A_NAME
    return "" if host.count(".") + 1 in _LABELS else TOO_DEEP


def _in_address(scope: Scope, path: str) -> str:
    """Return why an expression of an IPv4 address is not exact; empty: it is."""
    if scope is URL and "?" not in path:
        return QUERIES
    if scope is PATH and path.count("/") >= _DIRECTORIES:
        return TOO_DEEP
    return ODD if _ODD.search(path) else ""


def hash_list(rules: Iterable[Rule], serial: int) -> HashList:
    """Return the hashes of what can be said of ``rules``."""
    said = (forms for rule in rules if not isinstance(forms := forms_of(rule), str))
    return HashList.of(chain.from_iterable(said), serial)


def _write(pairs: Pairs, header: Header) -> Parcel:
    lines = [f"# {name}: {value}\n" for name, value in header.lines()]
    said: list[tuple[str, ...]] = []
    aliases = 0
    odd = pairs.odd  # what all others say surely covers subdomains
    omitted = Counter({SUBDOMAINS: len(pairs.entries) - len(odd.entries)})
    for rule, _ in odd:
        forms = forms_of(rule)
        if not isinstance(forms, str):
            said.append(forms)
            aliases += rule.alias
            lines.append(f"{rule.scope} {rule.expression}\n")
        elif not rule.alias:
            omitted[forms] += 1
    found = HashList.of(chain.from_iterable(said), header.serial)
    files = {EXPRESSIONS: "".join(lines).encode("ascii"), HASH_LIST: write_batch([write_list(found)])}
    if len(found.hashes) <= _MOST:
        files[FULL_HASHES] = write_found(found.hashes)
    return Parcel(
        files=files,
        emitted=len(said) - aliases,
        aliases=aliases,
        omitted=dict(sorted((+omitted).items())),
    )


def _parse(files: Mapping[str, bytes]) -> tuple[Claim, ...]:
    if extra := files.keys() - {EXPRESSIONS, HASH_LIST, FULL_HASHES}:
        raise FormatError(f"{min(extra)}: is no file of this list")
    claims = tuple(_claims(files[EXPRESSIONS]))
    found = hash_list((Rule(each.expression, each.scope, False, False) for each in claims), 0)
    if (batch := files.get(HASH_LIST)) is not None:
        updates = parse_batch(batch, HASH_LIST)
        if len(updates) != 1 or updates[0].applied().tolist() != found.prefixes.tolist():
            raise FormatError(f"{HASH_LIST}: does not hold the hashes of {EXPRESSIONS}")
    if (whole := files.get(FULL_HASHES)) is not None and parse_found(whole, FULL_HASHES) != found.hashes:
        raise FormatError(f"{FULL_HASHES}: does not hold the hashes of {EXPRESSIONS}")
    return claims


def _claims(data: bytes) -> Iterator[Claim]:
    for number, line in numbered_lines(data, EXPRESSIONS, "#"):
        scope, _, text = line.partition(" ")
        expression = checked_url(f"http://{text}", EXPRESSIONS, number)
        if scope not in tuple(Scope) or expression != text:
            raise FormatError(f"{EXPRESSIONS} line {number}: is no scope and expression")
        yield Claim(Scope(scope), ListKey(expression))


SAFE_BROWSING = Bundle(
    name="safe-browsing",
    main=EXPRESSIONS,
    always=(EXPRESSIONS, HASH_LIST),
    folder=FOLDER,
    scopes=frozenset({Scope.DOMAIN}),
    write=_write,
    parse=_parse,
)
