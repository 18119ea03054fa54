r"""Exact names for HAProxy's ``-m str -f``.

::

    # Title: Linkgazette
    # Version: 42
    host.example

Compared with the ``Host`` of a request, lower-cased and without its port. Domains are in
``haproxy.domains``; HAProxy's ``-m dom`` is for neither: it finds a name anywhere in another (FORMATS.md).
"""

from collections.abc import Sequence

from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import checked_host, numbered_lines
from blocklist.model import Scope

FILENAME = "haproxy.hosts"


def _say(rule: Rule) -> Sequence[str] | str:
    return rule.not_a_host or [rule.host]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(Claim(Scope.HOST, checked_host(line, FILENAME, number)) for number, line in lines)


HAPROXY_HOSTS = Format(
    name="haproxy-hosts",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.HOST}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
