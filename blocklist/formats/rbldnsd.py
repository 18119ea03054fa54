r"""A ``dnset`` for rbldnsd(8), asked by mail filters about names (RFC 5782).

::

    # Title: Linkgazette
    # Version: 42
    :127.0.0.2:Listed; see https://gazette.example/
    test
    host.example
    .domain.example

``.name`` is the name and everything below it. ``test`` is what RFC 5782 section 5 wants listed for ever, so
that a reader sees that the list works. rbldnsd takes a malformed line silently (FORMATS.md): names are
checked here, and room is kept for the zone in which they are asked.
"""

from collections.abc import Sequence

from blocklist.formats.base import Claim, Format, Header, Rule, commented
from blocklist.formats.dotted import dotted, dotted_claim
from blocklist.formats.lines import numbered_lines
from blocklist.model import Scope

FILENAME = "rbldnsd.dnset"
ORIGIN_ROOM = 64  # octets kept for the reader's zone name
MAX_NAME = 253 - ORIGIN_ROOM
RESERVED = frozenset({"test", "invalid"})
"""RFC 5782: the one is always listed, the other never."""


def _head(header: Header) -> list[str]:
    see = next((f"; see {value}" for name, value in header.lines() if name == "Homepage"), "")
    return [*commented("#")(header), f":127.0.0.2:Listed{see}", "test"]


def _say(rule: Rule) -> Sequence[str] | str:
    if rule.host in RESERVED:
        return "reserved-name"
    if reason := rule.not_a_name:
        return reason
    return [dotted(rule)] if len(rule.host) <= MAX_NAME else "name-too-long"


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "#:")
    return tuple(dotted_claim(line, FILENAME, number) for number, line in lines if line != "test")


RBLDNSD = Format(
    name="rbldnsd",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.HOST, Scope.DOMAIN}),
    head=_head,
    say=_say,
    parse=parse,
)
