r"""Lines for dnsmasq(8): a name and everything below it does not exist.

::

    # Title: Linkgazette
    # Version: 42
    local=/shop.example/

Only ``domain`` scope: ``local=`` always means the whole subtree. ``address=/x/0.0.0.0`` would answer AAAA
from upstream (FORMATS.md); ``local=`` answers NXDOMAIN for every type. Single hosts are in ``hosts.txt``,
which dnsmasq reads by ``addn-hosts``.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "dnsmasq.conf"
_OPEN = "local=/"


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_name or [f"{_OPEN}{rule.host}/"]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    return tuple(_claim(line, number) for number, line in numbered_lines(data, FILENAME, "#"))


def _claim(line: str, number: int) -> Claim:
    if not (line.startswith(_OPEN) and line.endswith("/")):
        raise FormatError(f"{FILENAME} line {number}: {line[:64]!r} is not 'local=/name/'")
    return Claim(Scope.DOMAIN, checked_name(line[len(_OPEN) : -1], FILENAME, number))


DNSMASQ = Format(
    name="dnsmasq",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.DOMAIN}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
