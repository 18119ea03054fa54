r"""Names for Squid's ``dstdomain``: every request to them, CONNECT included.

::

    # Title: Linkgazette
    # Version: 42
    host.example
    .domain.example

A dot in front means the name and everything below it. A name beside its own subtree is fatal to Squid: the
list never holds both. Load it with ``dstdomain -n``: without it Squid looks the name of an address up, and
would block by what anybody's reverse zone says.
"""

from collections.abc import Sequence

from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.dotted import dotted, dotted_claim, not_dotted
from blocklist.formats.lines import numbered_lines
from blocklist.model import Scope

FILENAME = "squid.dstdomain"


def _say(rule: Rule) -> Sequence[str] | str:
    return not_dotted(rule) or [dotted(rule)]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    return tuple(dotted_claim(line, FILENAME, number) for number, line in numbered_lines(data, FILENAME, "#"))


SQUID_DOMAINS = Format(
    name="squid-domains",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.HOST, Scope.DOMAIN}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
