r"""Patterns for a multimap of rspamd, ``type = "url"`` with ``filter = "full"`` and ``regexp = true``.

::

    # Title: Linkgazette
    # Version: 42
    /^https?:\/\/page\.example(:[0-9]+)?\/offer\?id=7(#.*)?$/
    /^https?:\/\/homes\.example(:[0-9]+)?\/tenant\//
    /^https?:\/\/host\.example(:[0-9]+)?([\/?#]|$)/
    /^https?:\/\/([a-z0-9_.-]+\.)?domain\.example(:[0-9]+)?([\/?#]|$)/

Compared with each address of a message as rspamd writes it: host in lower case, letter case of the path
kept. Anchored, so that an address inside another is not taken for it; rspamd itself follows what an address
carries. What is escaped in an address it unescapes: such entries are left out.
"""

from collections.abc import Sequence

from blocklist.formats.anchored import Anchored
from blocklist.formats.base import Claim, Format, Rule, commented
from blocklist.formats.lines import numbered_lines
from blocklist.model import Scope

FILENAME = "rspamd.map"
_LINES = Anchored(begin="/^", url="(#.*)?$/", path="/", host=r"([\/?#]|$)/", max_line=2000)


def _say(rule: Rule) -> Sequence[str] | str:
    return "escaped" if "%" in rule.expression else _LINES.say(rule)


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each claim once."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(dict.fromkeys(_LINES.read(line, FILENAME, number) for number, line in lines))


RSPAMD = Format(
    name="rspamd",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset(Scope),
    head=commented("#"),
    say=_say,
    parse=parse,
)
