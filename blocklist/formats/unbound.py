r"""Lines for unbound.conf(5), for those who have no policy zones.

::

    # Title: Linkgazette
    # Version: 42
    server:
    local-zone: "domain.example." always_nxdomain
    local-zone: "host.example." transparent
    local-data: "host.example. 300 A 0.0.0.0"
    local-data: "host.example. 300 AAAA ::"

``always_nxdomain`` takes everything below with it (``domain``). A ``transparent`` zone answers for the names
that have data in it and lets the others through, so that two records say one ``host`` and no more. An empty
label stops Unbound, a path or Unicode is taken silently and never matches (FORMATS.md): every name is
checked.
"""

import re
from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import DOMAIN, Claim, Format, Header, Rule, commented
from blocklist.formats.hosts import NOWHERE
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "unbound.conf"
_SUBTREE = "always_nxdomain"
_ZONE = re.compile(rf'local-zone: "([^"]*)\." ({_SUBTREE}|transparent)')
_DATA = re.compile(r'local-data: "([^"]*)\. 300 (?:A 0\.0\.0\.0|AAAA ::)"')
_RECORDS = tuple(zip(("A", "AAAA"), NOWHERE, strict=True))


def _head(header: Header) -> list[str]:
    return [*commented("#")(header), "server:"]


def _say(rule: Rule) -> Sequence[str] | str:
    if reason := rule.not_a_name:
        return reason
    name = f"{rule.host}."
    if rule.scope is DOMAIN:
        return [f'local-zone: "{name}" {_SUBTREE}']
    data = [f'local-data: "{name} 300 {kind} {address}"' for kind, address in _RECORDS]
    return [f'local-zone: "{name}" transparent', *data]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    claims: dict[Claim, None] = {}
    for number, line in numbered_lines(data, FILENAME, "#"):
        if line == "server:":
            continue
        if zone := _ZONE.fullmatch(line):
            scope = Scope.DOMAIN if zone[2] == _SUBTREE else Scope.HOST
            claims[Claim(scope, checked_name(zone[1], FILENAME, number))] = None
            continue
        found = _DATA.fullmatch(line)
        if not found or Claim(Scope.HOST, checked_name(found[1], FILENAME, number)) not in claims:
            raise FormatError(f"{FILENAME} line {number}: not a line that this list uses")
    return tuple(claims)


UNBOUND = Format(
    name="unbound",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.HOST, Scope.DOMAIN}),
    head=_head,
    say=_say,
    parse=parse,
)
