r"""Anchored patterns for Squid's ``url_regex`` (POSIX extended, letter case kept).

::

    # Title: Linkgazette
    # Version: 42
    ^https?://page\.example(:[0-9]+)?/offer\?id=7$
    ^https?://homes\.example(:[0-9]+)?/tenant/

``url`` entries end in ``$``, ``path`` entries are open below their directory. Squid unescapes an address
before it compares, so the patterns are written from the list key, whose escapes are gone but for bytes that
no line of ASCII can hold; those entries are left out. So is a line that Squid would cut at its 2,048 octets:
a pattern without its end matches more. The path of an HTTPS page is invisible in CONNECT, where nothing
matches.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import NOT_A_NAME, URL, Claim, Format, Rule, commented
from blocklist.formats.lines import checked_url, numbered_lines
from blocklist.formats.patterns import ends_here, escape, unescape
from blocklist.model import Scope

FILENAME = "squid.url_regex"
MAX_LINE = 2000  # octets
_OPEN = "^https?://"
_PORT = "(:[0-9]+)?"


def _say(rule: Rule) -> Sequence[str] | str:
    if reason := rule.not_a_host:
        return reason
    if not rule.forms:
        return NOT_A_NAME
    if "%" in rule.expression:
        return "escaped"
    path = rule.expression[len(rule.host) :]
    end = "$" if rule.scope is URL else ""
    line = f"{_OPEN}{rule.pattern_host}{_PORT}{escape(path)}{end}"
    return [line] if len(line) <= MAX_LINE else "too-long"


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    return tuple(_claim(line, number) for number, line in numbered_lines(data, FILENAME, "#"))


def _claim(line: str, number: int) -> Claim:
    host, port, pattern = line.removeprefix(_OPEN).partition(_PORT)
    exact, is_url = ends_here(pattern)
    text = unescape(host + exact)
    if not line.startswith(_OPEN) or not port or text is None:
        raise FormatError(f"{FILENAME} line {number}: not a pattern that this list uses")
    return Claim(Scope.URL if is_url else Scope.PATH, checked_url(f"http://{text}", FILENAME, number))


SQUID_URLS = Format(
    name="squid-urls",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.URL, Scope.PATH}),
    head=commented("#"),
    say=_say,
    parse=parse,
)
