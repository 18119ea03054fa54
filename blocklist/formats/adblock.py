r"""Adblock syntax, for uBlock Origin, Brave, AdGuard and Ghostery.

::

    [Adblock Plus]
    ! Title: Linkgazette
    ! Version: 42
    ! Expires: 6 hours
    ||domain.example^
    ||domain.example^$document
    |http://page.example/offer?id=7|$document
    |https://page.example/offer?id=7|$document
    |http://host.example/$document
    |https://host.example/$document
    |http://homes.example/tenant/$document
    |https://homes.example/tenant/$document

``domain`` entries as ``||name^``, once for what pages load from there and once for the page itself: without
``$document`` Brave and uBlock let the page through. ``url`` entries between two anchors, an exact address.
``host`` and ``path`` entries by how an address begins, slash included: asked for subdomains, siblings, longer
names and addresses inside other addresses, uBlock (ubo-core), Brave (adblock), AdGuard (tsurlfilter 6) and
Ghostery all matched these and nothing else, where ``://h^`` and ``|https://h^`` divide them. All but
``domain`` say the usual ports only: no pattern for the others stays within the host. An address with ``*``,
``^`` or ``|`` is left out: in a pattern these match more than themselves.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Format, Header, Rule, not_a_name
from blocklist.formats.lines import checked_name, checked_url, numbered_lines
from blocklist.formats.literal import literal_forms
from blocklist.model import Scope
from blocklist.urls import is_ip

FILENAME = "adblock.txt"
SCOPES = frozenset(Scope)
PATTERN_CHARS = frozenset("*^|")
_PAGE = "$document"
_FIRST = "[Adblock Plus]"


def _head(header: Header) -> list[str]:
    # To these readers "Expires" is how often to ask for updates, and the licence is spelt the other way.
    own = {"Licence": "License", "Expires": "Stale after"}
    head = [_FIRST, *(f"! {own.get(name, name)}: {value}" for name, value in header.lines())]
    return [*head, "! Expires: 6 hours"]


def _say(rule: Rule) -> Sequence[str] | str:
    name = not_a_name(rule.host)
    if rule.scope is Scope.DOMAIN:
        return name or [f"||{rule.host}^", f"||{rule.host}^{_PAGE}"]
    forms = literal_forms(rule.expression)
    if (name and not is_ip(rule.host)) or not forms:
        return name or "not-a-url"
    if not PATTERN_CHARS.isdisjoint("".join(forms)):
        return "pattern-character"
    end = "|" if rule.scope is Scope.URL else ""
    return [f"|{scheme}://{form}{end}{_PAGE}" for form in forms for scheme in ("http", "https")]


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each claim once."""
    claims: dict[Claim, None] = {}
    for number, line in numbered_lines(data, FILENAME, ""):
        if line == _FIRST or line.startswith("! "):  # "!#include" and "[$path=/]…" are no comments
            continue
        rule = line.removesuffix(_PAGE)
        if rule.startswith("||") and rule.endswith("^"):
            claim = Claim(Scope.DOMAIN, checked_name(rule[2:-1], FILENAME, number))
        elif line.endswith(f"|{_PAGE}") and line.startswith("|"):
            claim = Claim(Scope.URL, checked_url(rule[1:-1], FILENAME, number))
        elif line.endswith(f"/{_PAGE}") and line.startswith("|http"):
            beginning = checked_url(rule[1:], FILENAME, number)
            claim = Claim(Scope.HOST if beginning.count("/") == 1 else Scope.PATH, beginning)
        else:
            raise FormatError(f"{FILENAME} line {number}: not a rule that this list uses")
        claims[claim] = None
    return tuple(claims)


ADBLOCK = Format(
    name="adblock",
    filename=FILENAME,
    media_type="text/plain",
    scopes=SCOPES,
    head=_head,
    say=_say,
    parse=parse,
)
