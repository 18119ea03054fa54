r"""Rules for AdGuard's DNS filters (AdGuard Home, AdGuard DNS, and what converts their syntax).

::

    ! Title: Linkgazette
    ! Version: 42
    ||domain.example^
    |host.example^

``||name^`` is the name and everything below it, ``|name^`` that name alone. A host as a hosts line
(``0.0.0.0 name``) would be exact too, until hostlist-compiler's Compress makes ``||name^`` of it; as a bare
name, AdGuard's engine (tsurlfilter 6) finds it anywhere in a longer one.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import DOMAIN, Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "adguard-dns.txt"
_END = "^"


def _say(rule: Rule) -> Sequence[str] | str:
    mark = "||" if rule.scope is DOMAIN else "|"
    return rule.not_a_name or [f"{mark}{rule.host}{_END}"]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "")
    return tuple(_claim(line, number) for number, line in lines if not line.startswith("! "))


def _claim(line: str, number: int) -> Claim:
    if not (line.startswith("|") and line.endswith(_END)):
        raise FormatError(f"{FILENAME} line {number}: {line[:64]!r} is not '||name^' or '|name^'")
    scope = Scope.DOMAIN if line.startswith("||") else Scope.HOST
    name = line.removeprefix("||" if scope is Scope.DOMAIN else "|").removesuffix(_END)
    return Claim(scope, checked_name(name, FILENAME, number))


ADGUARD_DNS = Format(
    name="adguard-dns",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.HOST, Scope.DOMAIN}),
    head=commented("!"),
    say=_say,
    parse=parse,
)
