r"""Patterns for Postfix's ``body_checks`` (regexp_table(5)): mail that carries a listed address.

::

    # Title: Linkgazette
    # Version: 42
    /(^|[[:space:]"<>])https?:\/\/page\.example(:[0-9]+)?\/offer\?id=7([[:space:]"<>]|$)/i REJECT
    /(^|[[:space:]"<>])https?:\/\/homes\.example(:[0-9]+)?\/tenant\//i REJECT
    /(^|[[:space:]"<>])https?:\/\/host\.example(:[0-9]+)?([\/?#[:space:]"<>]|$)/ REJECT
    /(^|[[:space:]"<>])https?:\/\/([a-z0-9_.-]+\.)?domain\.example(:[0-9]+)?([\/?#[:space:]"<>]|$)/ REJECT

An address begins and ends at white space, a quotation mark or an angle bracket, so that one inside another
(``?u=http://…``) is not taken for it. ``i`` turns Postfix's blindness to letter case off, for paths.
"""

from blocklist.formats.anchored import Anchored
from blocklist.formats.base import Claim, Format, commented
from blocklist.formats.lines import numbered_lines
from blocklist.model import Scope

FILENAME = "postfix.body_checks"
_LINES = Anchored(
    begin=r'/(^|[[:space:]"<>])',
    url=r'([[:space:]"<>]|$)/i REJECT',
    path="/i REJECT",
    host=r'([\/?#[:space:]"<>]|$)/ REJECT',
    max_line=2000,  # Postfix cuts body lines at line_length_limit, 2,048
)


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each claim once."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(dict.fromkeys(_LINES.read(line, FILENAME, number) for number, line in lines))


POSTFIX_BODY = Format(
    name="postfix-body",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset(Scope),
    head=commented("#"),
    say=_LINES.say,
    parse=parse,
)
