r"""Lines for nginx's ``map``: a host becomes 1.

::

    # Title: Linkgazette
    # Version: 42
    hostnames;
    host.example 1;
    .domain.example 1;

With ``hostnames``, ``.name`` is the name and everything below it. A name said twice stops nginx: the list
never holds a host beside its own subtree. Long names need a larger ``map_hash_bucket_size``.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Header, Rule, commented
from blocklist.formats.dotted import dotted, dotted_claim, not_dotted
from blocklist.formats.lines import numbered_lines
from blocklist.model import Scope

FILENAME = "nginx.map"
PARAMETERS = frozenset({"default", "hostnames", "include", "volatile"})
"""Names that ``map`` reads as its own words."""
_HOSTNAMES = "hostnames;"
_END = " 1;"


def _head(header: Header) -> list[str]:
    return [*commented("#")(header), _HOSTNAMES]


def _say(rule: Rule) -> Sequence[str] | str:
    if rule.host in PARAMETERS:
        return "reserved-name"
    return not_dotted(rule) or [f"{dotted(rule)}{_END}"]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(_claim(line, number) for number, line in lines if line != _HOSTNAMES)


def _claim(line: str, number: int) -> Claim:
    if not line.endswith(_END):
        raise FormatError(f"{FILENAME} line {number}: {line[:64]!r} is not 'name 1;'")
    return dotted_claim(line.removesuffix(_END), FILENAME, number)


NGINX = Format(
    name="nginx",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.HOST, Scope.DOMAIN}),
    head=_head,
    say=_say,
    parse=parse,
)
