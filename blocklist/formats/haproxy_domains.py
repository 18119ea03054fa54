r"""Endings of names for HAProxy's ``-m end -f``.

::

    # Title: Linkgazette
    # Version: 42
    .domain.example

Compared with a dot and the ``Host`` of a request, lower-cased and without its port: ``.domain.example`` is
how both ``.domain.example`` and ``.a.domain.example`` end, and ``.otherdomain.example`` does not.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "haproxy.domains"


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_name or [f".{rule.host}"]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    return tuple(_claim(line, number) for number, line in numbered_lines(data, FILENAME, "#"))


def _claim(line: str, number: int) -> Claim:
    if not line.startswith("."):
        raise FormatError(f"{FILENAME} line {number}: {line[:64]!r} does not begin with a dot")
    return Claim(Scope.DOMAIN, checked_name(line[1:], FILENAME, number))


HAPROXY_DOMAINS = Format(
    name="haproxy-domains",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.DOMAIN}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
