r"""Plain names, one a line; each stands for the name and everything below it.

::

    # Title: Linkgazette
    # Version: 42
    shop.example

Only ``domain`` scope: some programs read a plain name as a whole subtree (uBlock Origin), so a single host
here would be widened. Hosts are in ``hosts.txt``, whose lines nobody reads as subtrees.
"""

from collections.abc import Sequence

from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "domains.txt"
SCOPES = frozenset({Scope.DOMAIN})


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_name or [rule.host]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(Claim(Scope.DOMAIN, checked_name(line, FILENAME, number)) for number, line in lines)


DOMAINS = Format(
    name="domains",
    filename=FILENAME,
    media_type="text/plain",
    scopes=SCOPES,
    head=commented("#"),
    say=_say,
    parse=parse,
)
