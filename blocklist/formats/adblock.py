r"""Adblock syntax, for uBlock Origin, Brave, AdGuard and Ghostery.

::

    [Adblock Plus]
    ! Title: Linkgazette
    ! Version: 42
    ! Expires: 6 hours
    ! Diff-Path: patch/adblock_000042-s-1772366400-3600.patch
    ||domain.example^
    ||domain.example^$document
    |http://host.example/$document
    |https://host.example/$document
    /^https?:\/\/page\.example(:[0-9]+)?\/offer\?id=7$/$document,match-case
    /^https?:\/\/homes\.example(:[0-9]+)?\/tenant\//$document,match-case

``domain`` entries as ``||name^``, once for what pages load from there and once for the page itself: without
``$document`` Brave and uBlock let the page through. ``host`` entries by how an address begins, slash
included: asked for subdomains, siblings, longer names and addresses inside other addresses, uBlock, Brave,
AdGuard and Ghostery all matched these and nothing else, where ``://h^`` and ``|https://h^`` divide them; the
usual ports only, for no plain pattern of the others stays within the host.

``url`` and ``path`` entries as anchored expressions: a plain pattern ignores letter case, so that one
shortened link would stand for another, and uBlock and Brave know ``match-case`` in expressions alone (Brave
since 1.49, brave-browser#28194; an older engine may ignore it). Each engine finds them by their letters: as
quick as plain patterns at 20,000. An address with ``*``, ``^`` or ``|`` is left out.
"""

import re
from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.adblock_patch import TAG, patch_name
from blocklist.formats.anchored import Anchored
from blocklist.formats.base import DOMAIN, HOST, Claim, Format, Header, Rule
from blocklist.formats.lines import checked_name, checked_url, numbered_lines
from blocklist.model import Scope
from blocklist.urls import is_ip

FILENAME = "adblock.txt"
SCOPES = frozenset(Scope)
_PATTERN = re.compile(r"[*^|]").search
_PAGE = "$document"
_FIRST = "[Adblock Plus]"
_CASE = f"/{_PAGE},match-case"
_LINES = Anchored(begin="/^", url=f"${_CASE}", path=_CASE, host=f"/{_PAGE}", max_line=8000)


def _head(header: Header) -> list[str]:
    # To these readers "Expires" is how often to ask for updates, and the licence is spelt the other way.
    own = {"Licence": "License", "Expires": "Stale after"}
    head = [_FIRST, *(f"! {own.get(name, name)}: {value}" for name, value in header.lines())]
    return [*head, "! Expires: 6 hours", TAG + patch_name(header.serial, header.issued_at)]


def _say(rule: Rule) -> Sequence[str] | str:
    name = rule.not_a_name
    if rule.scope is DOMAIN:
        return name or [f"||{rule.host}^", f"||{rule.host}^{_PAGE}"]
    if name and not is_ip(rule.host):
        return name
    if rule.scope is HOST:
        return [f"|{scheme}://{rule.host}/{_PAGE}" for scheme in ("http", "https")]
    if any(map(_PATTERN, rule.forms)):
        return "pattern-character"
    return _LINES.say(rule)


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each claim once."""
    claims: dict[Claim, None] = {}
    for number, line in numbered_lines(data, FILENAME, ""):
        if line == _FIRST or line.startswith("! "):  # "!#include" and "[$path=/]…" are no comments
            continue
        if line.startswith("/"):
            claim = _LINES.read(line, FILENAME, number)
        elif line.startswith("||") and line.removesuffix(_PAGE).endswith("^"):
            claim = Claim(Scope.DOMAIN, checked_name(line.removesuffix(_PAGE)[2:-1], FILENAME, number))
        else:
            claim = _host(line, number)
        claims[claim] = None
    return tuple(claims)


def _host(line: str, number: int) -> Claim:
    _, _, name = line.removesuffix(f"/{_PAGE}").partition("://")
    if line in {f"|{scheme}://{name}/{_PAGE}" for scheme in ("http", "https")} and "/" not in name:
        return Claim(Scope.HOST, checked_url(f"http://{name}/", FILENAME, number))
    raise FormatError(f"{FILENAME} line {number}: not a rule that this list uses")


ADBLOCK = Format(
    name="adblock",
    filename=FILENAME,
    media_type="text/plain",
    scopes=SCOPES,
    head=_head,
    say=_say,
    parse=parse,
)
