"""What every output format shares: rules in, bytes and a count of what could not be said out.

A format says an entry exactly or leaves it out and counts it; it never widens (DESIGN.md section 5, rule 5).
Each lives in one small file, writer and parser side by side, named by an entry point of the group
``linkgazette.formats``; what a scope means is left to ``scopes``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple

from blocklist.formats.lines import is_quad
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


Said = tuple[str, ...] | str
"""The lines of one rule, or why it cannot be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One output format: lines after a head, each rule said by itself."""

    name: str
    filename: str
    media_type: str
    scopes: frozenset[Scope]
    """What it can say exactly."""
    head: Callable[[Header], Sequence[str]]
    say: Callable[[Rule], Sequence[str] | str]
    """The lines of a rule of these scopes that is not sensitive, or why it cannot be said."""
    parse: Callable[[bytes], tuple[Claim, ...]]
    """Raises FormatError naming the line."""

    def said(self, rules: Iterable[Rule]) -> list[Said]:
        """Say each rule once, for ``written`` to choose from: sets share most of their lines.

        Scopes that the format does not know and sensitive rules are left out here, for all formats alike.
        """
        return [self._said(rule) for rule in rules]

    def _said(self, rule: Rule) -> Said:
        if rule.scope not in self.scopes:
            return f"scope-{rule.scope}"
        if rule.sensitive:
            return SENSITIVE
        said = self.say(rule)
        return said if isinstance(said, str) else tuple(said)

    def written(self, rules: Iterable[Rule], said: Iterable[Said], header: Header) -> Written:
        """Write the file of ``rules``, each with what was ``said`` of it."""
        lines = list(self.head(header))
        omitted: Counter[str] = Counter()
        emitted = aliases = 0
        for rule, each in zip(rules, said, strict=True):
            if isinstance(each, str):
                omitted[each] += not rule.alias
                continue
            lines += each
            aliases += rule.alias
            emitted += not rule.alias
        data = "".join(f"{line}\n" for line in lines).encode("ascii")
        omitted = +omitted  # aliases count nowhere: drop the zeros they left
        return Written(data=data, emitted=emitted, aliases=aliases, omitted=dict(sorted(omitted.items())))

    def write(self, rules: Sequence[Rule], header: Header) -> Written:
        """Write the file of ``rules``, in their order."""
        return self.written(rules, self.said(rules), header)


def rules_of(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> tuple[Rule, ...]:
    """Return every claim of a list in the one order that all files keep."""
    return tuple(rule for rule, _ in rules_with(entries, aliases))


def rules_with(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> tuple[tuple[Rule, Entry], ...]:
    """Do the same, each claim with its entry; aliases of entries that are not given are left out."""
    known = {entry.id: entry for entry in entries}
    rules = [(Rule(each.expression, each.scope, False, each.sensitive), each) for each in known.values()]
    rules += [
        (Rule(each.expression, Scope.URL, True, each.sensitive), known[each.entry])
        for each in aliases
        if each.entry in known
    ]
    return tuple(sorted(rules, key=lambda pair: pair[0]))


def commented(mark: str) -> Callable[[Header], list[str]]:
    """Return a head of comment lines that begin with ``mark``."""
    return lambda header: [f"{mark} {name}: {value}" for name, value in header.lines()]


def not_a_name(host: Host) -> str:
    """Return why ``host`` cannot stand in a file of DNS names; empty: it can."""
    if is_ip(host):
        return ADDRESS
    return "" if is_dns_name(host) else NOT_A_NAME


def not_a_host(host: Host) -> str:
    """Do as ``not_a_name`` for a file that may also hold a dotted quad."""
    return "" if is_dns_name(host) or is_quad(host) else not_a_name(host)


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
