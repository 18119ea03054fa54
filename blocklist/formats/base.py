"""What every output format shares: rules in, bytes and a count of what could not be said out.

A format says an entry exactly or leaves it out and counts it; it never widens (DESIGN.md section 5, rule 5).
Each lives in one small file, writer and parser side by side, named by an entry point of the group
``linkgazette.formats``; what a scope means is left to ``scopes``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple

from blocklist.model import Alias, Entry, Host, ListKey, Scope
from blocklist.scopes import key_host
from blocklist.urls import is_dns_name, is_ip

LICENCE = "CC0-1.0"
"""Of the list files: facts, free for every use."""

SENSITIVE = "sensitive"
ADDRESS = "address"
NOT_A_NAME = "not-a-dns-name"


class Claim(NamedTuple):
    """A scope and an expression: what a list file says, line by line."""

    scope: Scope
    expression: ListKey


class Rule(NamedTuple):
    """One claim of the list with what a format may need to know of it; sorts by expression, then scope."""

    expression: ListKey
    scope: Scope
    alias: bool
    """True: a shared URL or hop of an entry, at ``url`` scope."""
    sensitive: bool
    """True: may carry a person; only its hash is published."""

    @property
    def host(self) -> Host:
        """The host that begins the expression."""
        return key_host(self.expression)

    @property
    def claim(self) -> Claim:
        """What a parser gives back."""
        return Claim(self.scope, self.expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a list file says about itself."""

    title: str
    homepage: str
    """Empty: the site has no address yet."""
    serial: int
    issued_at: datetime
    expires_at: datetime

    def lines(self) -> Iterator[tuple[str, str]]:
        """Give name and value of each line, printable ASCII only: a title must not break a reader."""
        yield "Title", _printable(self.title)
        if self.homepage:
            yield "Homepage", _printable(self.homepage)
        yield "Licence", LICENCE
        yield "Version", str(self.serial)
        yield "Issued", stamp(self.issued_at)
        yield "Expires", stamp(self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A list file, and what it says and leaves out."""

    data: bytes
    emitted: int
    """Entries said; aliases are counted apart."""
    aliases: int
    omitted: Mapping[str, int] = field(default_factory=dict)
    """Entries left out, by reason; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One output format."""

    name: str
    filename: str
    media_type: str
    scopes: frozenset[Scope]
    """What it can say exactly."""
    write: Callable[[Sequence[Rule], Header], Written]
    parse: Callable[[bytes], tuple[Claim, ...]]
    """Raises FormatError naming the line."""


def rules_of(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> tuple[Rule, ...]:
    """Return every claim of a list in the one order that all files keep."""
    rules = [Rule(entry.expression, entry.scope, False, entry.sensitive) for entry in entries]
    rules += [Rule(alias.expression, Scope.URL, True, alias.sensitive) for alias in aliases]
    return tuple(sorted(rules))


def write_lines(
    head: Iterable[str],
    rules: Sequence[Rule],
    scopes: Collection[Scope],
    say: Callable[[Rule], Sequence[str] | str],
) -> Written:
    """Write ``head`` and the lines of each rule; ``say`` gives its lines, or why it cannot be said.

    Scopes that the format does not know and sensitive rules are left out here, for all formats alike.
    """
    lines = list(head)
    omitted: Counter[str] = Counter()
    emitted = aliases = 0
    for rule in rules:
        said = _refused(rule, scopes) or say(rule)
        if isinstance(said, str):
            omitted[said] += not rule.alias
            continue
        lines += said
        aliases += rule.alias
        emitted += not rule.alias
    data = "".join(f"{line}\n" for line in lines).encode("ascii")
    omitted = +omitted  # aliases count nowhere: drop the zeros they left
    return Written(data=data, emitted=emitted, aliases=aliases, omitted=dict(sorted(omitted.items())))


def _refused(rule: Rule, scopes: Collection[Scope]) -> str:
    if rule.scope not in scopes:
        return f"scope-{rule.scope}"
    return SENSITIVE if rule.sensitive else ""


def not_a_name(host: Host) -> str:
    """Return why ``host`` cannot stand in a file of DNS names; empty: it can."""
    if is_ip(host):
        return ADDRESS
    return "" if is_dns_name(host) else NOT_A_NAME


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second when it is whole."""
    return moment.isoformat().replace("+00:00", "Z")


def _printable(text: str) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in text)


@cache
def all_formats() -> tuple[Format, ...]:
    """Return every format that is installed, by name."""
    found = [point.load() for point in entry_points(group="linkgazette.formats")]
    assert all(isinstance(each, Format) for each in found)
    return tuple(sorted(found, key=lambda each: each.name))
