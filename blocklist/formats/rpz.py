r"""A DNS response policy zone, for BIND, Unbound, PowerDNS and Knot (draft-vixie-dnsop-dns-rpz).

::

    ; Title: Linkgazette
    $TTL 300
    @ SOA localhost. hostmaster.localhost. 42 3600 600 604800 300
    @ NS localhost.
    shop.example CNAME .
    *.shop.example CNAME .

``name CNAME .`` answers NXDOMAIN for that name alone (``host``); with ``*.name`` beside it, for everything
below as well (``domain``). Names are relative: the reader's own zone name is the origin, for which room is
kept. One bad name makes a reader drop the whole zone, so every name is checked here (FORMATS.md). Where BIND
hands the zone on with ``ixfr-from-differences yes``, a transfer (IXFR) carries what changed and no more.
"""

import re
from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import HOST, Claim, Format, Header, Rule
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Host, Scope

FILENAME = "rpz.zone"
SCOPES = frozenset({Scope.HOST, Scope.DOMAIN})
ORIGIN_ROOM = 64  # octets kept for the reader's zone name; a longer one is theirs to shorten
MAX_NAME = 253 - ORIGIN_ROOM - len("*.")
MAX_SERIAL = 2**32 - 1  # RFC 1035: SERIAL is an unsigned 32 bit number
TRIGGERS = frozenset(
    {"rpz-ip", "rpz-nsdname", "rpz-nsip", "rpz-client-ip", "rpz-passthru", "rpz-drop", "rpz-tcp-only"}
)
"""A last label that means something else in a policy zone."""
_HEAD = (
    re.compile(r"\$TTL 300"),
    re.compile(r"@ SOA localhost\. hostmaster\.localhost\. [1-9][0-9]{0,9} 3600 600 604800 300"),
    re.compile(r"@ NS localhost\."),
)


def _head(header: Header) -> list[str]:
    assert 0 < header.serial <= MAX_SERIAL
    return [
        *(f"; {name}: {value}" for name, value in header.lines()),
        "$TTL 300",
        f"@ SOA localhost. hostmaster.localhost. {header.serial} 3600 600 604800 300",
        "@ NS localhost.",
    ]


def _say(rule: Rule) -> Sequence[str] | str:
    host = rule.host
    if reason := rule.not_a_name or _not_a_trigger(host):
        return reason
    exact = f"{host} CNAME ."
    return [exact] if rule.scope is HOST else [exact, f"*.{host} CNAME ."]


def _not_a_trigger(host: Host) -> str:
    if len(host) > MAX_NAME:
        return "name-too-long"
    return "reserved-name" if host.rpartition(".")[2] in TRIGGERS else ""


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the zone back."""
    exact: dict[str, int] = {}
    below: dict[str, int] = {}
    head = list(_HEAD)
    for number, line in numbered_lines(data, FILENAME, ";"):
        if line.startswith(("$", "@")):  # each once, in order, before any name: $INCLUDE would say anything
            if exact or below or not head or not head.pop(0).fullmatch(line):
                raise FormatError(
                    f"{FILENAME} line {number}: {line[:64]!r} is not what this zone begins with"
                )
            continue
        name, _, record = line.partition(" ")
        if record != "CNAME .":
            raise FormatError(f"{FILENAME} line {number}: {record[:64]!r} is not 'CNAME .'")
        (below if name.startswith("*.") else exact)[name.removeprefix("*.")] = number
    if alone := sorted(below.keys() - exact.keys()):
        raise FormatError(f"{FILENAME} line {below[alone[0]]}: *.{alone[0]} stands without {alone[0]}")
    return tuple(
        Claim(Scope.DOMAIN if name in below else Scope.HOST, checked_name(name, FILENAME, number))
        for name, number in exact.items()
    )


RPZ = Format(
    name="rpz", filename=FILENAME, media_type="text/dns", scopes=SCOPES, head=_head, say=_say, parse=parse
)
