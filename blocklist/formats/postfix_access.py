r"""An access(5) table for Postfix: mail from and to listed domains.

::

    # Title: Linkgazette
    # Version: 42
    domain.example REJECT
    .domain.example REJECT

Read as ``texthash:`` by check_helo_access, check_sender_access and the like. Only ``domain`` scope: by
parent_domain_matches_subdomains, which is on unless somebody turned it off, a plain name takes the names
below it too; where it is off, the second line does.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "postfix.access"
_END = " REJECT"


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_name or [f"{rule.host}{_END}", f".{rule.host}{_END}"]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each name once."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(dict.fromkeys(_claim(line, number) for number, line in lines))


def _claim(line: str, number: int) -> Claim:
    if not line.endswith(_END):
        raise FormatError(f"{FILENAME} line {number}: {line[:64]!r} is not 'name REJECT'")
    name = line.removesuffix(_END).removeprefix(".")
    return Claim(Scope.DOMAIN, checked_name(name, FILENAME, number))


POSTFIX_ACCESS = Format(
    name="postfix-access",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.DOMAIN}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
