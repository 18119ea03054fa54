r"""An action file for Privoxy: it blocks, and says why.

::

    # Title: Linkgazette
    # Version: 42
    {+block{Listed in Linkgazette}}
    .domain.example/
    host.example/
    homes.example/(?-i)tenant/
    page.example/(?-i)offer\?id=7$

A dot in front means the name and everything below it. What follows the first slash is a Perl pattern,
anchored on the left; ``(?-i)`` keeps it from ignoring letter case. Any port is meant. A root page alone is
left out: Privoxy takes a tunnel (CONNECT) for a request for ``/``, and would block the whole host over
HTTPS.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import DOMAIN, HOST, NOT_A_NAME, URL, Claim, Format, Header, Rule, commented
from blocklist.formats.dotted import dotted, dotted_claim, not_dotted
from blocklist.formats.lines import checked_url, is_longer, numbered_lines
from blocklist.formats.patterns import ends_here, unescape
from blocklist.model import Scope
from blocklist.scopes import key_host

FILENAME = "privoxy.action"
MAX_LINE = 4000  # octets; Privoxy reads lines into a buffer of 5,000
_ACTION = "{+block{Listed in Linkgazette}}"
_CASE = "/(?-i)"


def _head(header: Header) -> list[str]:
    return [*commented("#")(header), _ACTION]


def _say(rule: Rule) -> Sequence[str] | str:
    if reason := not_dotted(rule):
        return reason
    if rule.scope is HOST or rule.scope is DOMAIN:
        return [f"{dotted(rule)}/"]
    if rule.expression == f"{rule.host}/":
        return "root-page"
    end = "$" if rule.scope is URL else ""
    lines = [f"{rule.host}{_CASE}{path[1:]}{end}" for path in rule.pattern_paths]
    if is_longer(lines, MAX_LINE):
        return "too-long"
    return lines or NOT_A_NAME


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each claim once."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(dict.fromkeys(_claim(line, number) for number, line in lines if line != _ACTION))


def _claim(line: str, number: int) -> Claim:
    host, case, pattern = line.partition(_CASE)
    if not case and line.endswith("/"):
        return dotted_claim(line[:-1], FILENAME, number)
    exact, is_url = ends_here(pattern)
    path = unescape(exact)
    if not case or path is None:
        raise FormatError(f"{FILENAME} line {number}: not a pattern that this list uses")
    expression = checked_url(f"http://{host}/{path}", FILENAME, number)
    if key_host(expression) != host:
        raise FormatError(f"{FILENAME} line {number}: {host[:64]!r} is not a host")
    return Claim(Scope.URL if is_url else Scope.PATH, expression)


PRIVOXY = Format(
    name="privoxy",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset(Scope),
    head=_head,
    say=_say,
    parse=parse,
)
