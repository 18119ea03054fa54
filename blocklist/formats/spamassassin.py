r"""A named list of domains for SpamAssassin: mail that carries an address there.

::

    # Title: Linkgazette
    # Version: 42
    header LINKGAZETTE eval:check_uri_host_listed('LINKGAZETTE')
    describe LINKGAZETTE Carries an address that Linkgazette lists
    enlist_uri_host (LINKGAZETTE) domain.example

Only ``domain`` scope: a name is looked up with every name over it, the last ten labels of it. Single pages
are in ``feed.txt``, which SpamAssassin's Phishing plugin reads as it stands. The score is the reader's to
set; it is 1 where nobody does.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Header, Rule, commented
from blocklist.formats.lines import checked_name, numbered_lines
from blocklist.model import Scope

FILENAME = "spamassassin.cf"
MAX_LABELS = 10  # WLBLEval.pm keeps the last ten of a name ("sanity limit, keep tail")
_RULE = (
    "header LINKGAZETTE eval:check_uri_host_listed('LINKGAZETTE')",
    "describe LINKGAZETTE Carries an address that Linkgazette lists",
)
_OPEN = "enlist_uri_host (LINKGAZETTE) "


def _head(header: Header) -> list[str]:
    return [*commented("#")(header), *_RULE]


def _say(rule: Rule) -> Sequence[str] | str:
    if reason := rule.not_a_name:
        return reason
    return "too-many-labels" if rule.host.count(".") >= MAX_LABELS else [f"{_OPEN}{rule.host}"]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(_claim(line, number) for number, line in lines if line not in _RULE)


def _claim(line: str, number: int) -> Claim:
    if not line.startswith(_OPEN):
        raise FormatError(f"{FILENAME} line {number}: {line[:64]!r} is not '{_OPEN}name'")
    return Claim(Scope.DOMAIN, checked_name(line.removeprefix(_OPEN), FILENAME, number))


SPAMASSASSIN = Format(
    name="spamassassin",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset({Scope.DOMAIN}),
    head=_head,
    say=_say,
    parse=parse,
)
