r"""A hosts file: exact names, to addresses that answer nothing (hosts(5)).

::

    # Title: Linkgazette
    # Version: 42
    0.0.0.0 shop.example
    :: shop.example

Only ``host`` scope: a hosts file cannot say "and everything below". Both families are said, because dnsmasq
answers AAAA from upstream when only 0.0.0.0 is given (FORMATS.md).
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import ListKey, Scope

FILENAME = "hosts.txt"
SCOPES = frozenset({Scope.HOST})
NOWHERE = ("0.0.0.0", "::")  # noqa: S104 - written into a file, nothing is bound to it


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_name or [f"{address} {rule.host}" for address in NOWHERE]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each name once."""
    names: dict[ListKey, None] = {}
    for number, line in numbered_lines(data, FILENAME, "#"):
        address, _, name = line.partition(" ")
        if address not in NOWHERE:
            raise FormatError(f"{FILENAME} line {number}: {address[:64]!r} is not 0.0.0.0 or ::")
        names[checked_name(name, FILENAME, number)] = None
    return tuple(Claim(Scope.HOST, name) for name in names)


HOSTS = Format(
    name="hosts",
    filename=FILENAME,
    media_type="text/plain",
    scopes=SCOPES,
    head=commented("#"),
    say=_say,
    parse=parse,
)
