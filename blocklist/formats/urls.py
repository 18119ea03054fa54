r"""Plain addresses, one a line, for programs that compare whole URLs.

::

    # Title: Linkgazette
    # Version: 42
    http://shop.example/offer?id=7
    https://shop.example/offer?id=7

Only ``url`` scope: a line says one page. Entries have no scheme, so each is said with both.
"""

from collections.abc import Sequence

from blocklist.formats.base import NOT_A_NAME, Claim, Format, Rule, commented
from blocklist.formats.lines import checked_url, numbered_lines
from blocklist.model import Scope

FILENAME = "urls.txt"
SCOPES = frozenset({Scope.URL})


def _say(rule: Rule) -> Sequence[str] | str:
    lines: list[str] = []
    for form in rule.forms:
        lines += (f"http://{form}", f"https://{form}")
    return lines or NOT_A_NAME


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each page once."""
    lines = numbered_lines(data, FILENAME, "#")
    keys = dict.fromkeys(checked_url(line, FILENAME, number) for number, line in lines)
    return tuple(Claim(Scope.URL, key) for key in keys)


URLS = Format(
    name="urls",
    filename=FILENAME,
    media_type="text/plain",
    scopes=SCOPES,
    head=commented("#"),
    say=_say,
    parse=parse,
)
