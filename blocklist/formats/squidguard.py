r"""Names for squidGuard's ``domainlist``.

::

    # Title: Linkgazette
    # Version: 42
    domain.example

Only ``domain`` scope: squidGuard always takes the names below with it. Its ``urllist`` can say none of ours:
lines are beginnings (``/42`` blocks ``/421``), and it drops a ``www.`` or ``web3.`` from what it compares.
"""

from collections.abc import Sequence

from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "squidguard.domains"


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_name or [rule.host]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(Claim(Scope.DOMAIN, checked_name(line, FILENAME, number)) for number, line in lines)


SQUIDGUARD = Format(
    name="squidguard",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.DOMAIN}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
