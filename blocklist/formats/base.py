"""What every output format shares: rules in, bytes and a count of what could not be said out.

A format says an entry exactly or leaves it out and counts it; it never widens (DESIGN.md section 5, rule 5).
Each lives in one small file, writer and parser side by side, named by an entry point of the group
``linkgazette.formats``; what a scope means is left to ``scopes``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from importlib.metadata import entry_points
from itertools import chain, compress
from operator import not_, or_
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
_UNKNOWN = {scope: f"scope-{scope}" for scope in Scope}
_NAMES = 16_384  # hosts remembered: formats are asked in turn for a few thousand rules


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
        return _host_of(self.expression)

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


@dataclass(frozen=True, slots=True)
class Said:
    """What a format says of rule after rule; columns of the same length."""

    texts: list[str] = field(default_factory=list)
    """The rule's lines, each with its end; empty: it is left out."""
    reasons: list[str] = field(default_factory=list)
    """Why it is left out; empty: it is not."""


@dataclass(frozen=True, slots=True)
class Held:
    """Which rules a file is of: columns as long as those of what was said."""

    entries: Sequence[bool]
    aliases: Sequence[bool]
    either: Sequence[bool]

    @staticmethod
    def of(entries: Sequence[bool], aliases: Sequence[bool]) -> "Held":
        """Return what is held of both."""
        return Held(entries, aliases, list(map(or_, entries, aliases)))


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

    def said(self, rules: Iterable[Rule], said: Said | None = None) -> Said:
        """Say each rule once, for ``written`` to choose from: sets share most of their lines.

        Adds to ``said``; None: begins anew. Scopes that the format does not know and sensitive rules are left
        out here, for all formats alike.
        """
        found = Said() if said is None else said
        text, reason = found.texts.append, found.reasons.append
        for rule in rules:
            if rule.scope not in self.scopes:
                lines: Sequence[str] | str = _UNKNOWN[rule.scope]
            else:
                lines = SENSITIVE if rule.sensitive else self.say(rule)
            if isinstance(lines, str):
                text("")
                reason(lines)
            else:
                text("\n".join((*lines, "")))
                reason("")
        return found

    def written(self, said: Said, header: Header, held: Held) -> Written:
        """Write the file of the rules that are ``held`` of those that were ``said``."""
        head = (f"{line}\n" for line in self.head(header))
        omitted = Counter(compress(said.reasons, held.entries))  # aliases count nowhere
        del omitted[""]
        return Written(
            data="".join(chain(head, compress(said.texts, held.either))).encode("ascii"),
            emitted=sum(map(bool, compress(said.texts, held.entries))),
            aliases=sum(map(bool, compress(said.texts, held.aliases))),
            omitted=dict(sorted(omitted.items())),
        )

    def write(self, rules: Sequence[Rule], header: Header) -> Written:
        """Write the file of ``rules``, in their order."""
        aliases = [rule.alias for rule in rules]
        return self.written(self.said(rules), header, Held.of(list(map(not_, aliases)), aliases))


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


@lru_cache(maxsize=_NAMES)
def _host_of(expression: ListKey) -> Host:
    return key_host(expression)


@lru_cache(maxsize=_NAMES)
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
