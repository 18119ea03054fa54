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
from typing import Any, Generic, NamedTuple, TypeVar

import orjson

from blocklist.formats.installed import installed
from blocklist.formats.lines import is_quad
from blocklist.formats.literal import literal_forms
from blocklist.formats.patterns import escape
from blocklist.model import Alias, Entry, Host, ListKey, Scope
from blocklist.scopes import key_host
from blocklist.urls import is_dns_name, is_ip

T = TypeVar("T")

LICENCE = "CC0-1.0"
"""Of the list files: facts, free for every use."""

URL, PATH, HOST, DOMAIN = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
"""For what is asked of a million rules: a member of an enum takes six times as long to find (Python 3.11)."""

SENSITIVE = "sensitive"
ADDRESS = "address"
NOT_A_NAME = "not-a-dns-name"


class remembered(Generic[T]):  # noqa: N801 - reads as the decorator that it is
    """A property that is found once, then lies in the object; ``cached_property`` takes a lock till 3.12."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, owner: Any, _type: type | None = None) -> T:
        """Find it, and let the object's own attribute answer from now on."""
        found = owner.__dict__[self._name] = self._find(owner)
        return found


class Claim(NamedTuple):
    """A scope and an expression: what a list file says, line by line."""

    scope: Scope
    expression: ListKey


class _Fields(NamedTuple):
    expression: ListKey
    scope: Scope
    alias: bool
    """True: a shared URL or hop of an entry, at ``url`` scope."""
    sensitive: bool
    """True: may carry a person; only its hash is published."""


class Rule(_Fields):
    """One claim of the list with what a format may need to know of it; sorts by expression, then scope.

    What formats ask alike is found once (``remembered``): twenty of them ask in turn, and a list has a
    million rules.
    """

    @remembered
    def host(self) -> Host:
        """Return the host that begins the expression."""
        return key_host(self.expression)

    @remembered
    def not_a_name(self) -> str:
        """Return why the host cannot stand in a file of DNS names; empty: it can."""
        if is_dns_name(self.host):
            return ""
        return ADDRESS if is_ip(self.host) else NOT_A_NAME

    @remembered
    def not_a_host(self) -> str:
        """Return the same of a file that may also hold a dotted quad."""
        return "" if not self.not_a_name or is_quad(self.host) else self.not_a_name

    @remembered
    def forms(self) -> tuple[str, ...]:
        """Return the addresses, without scheme, under which a browser may ask for the expression."""
        return literal_forms(self.expression)

    @remembered
    def pattern_host(self) -> str:
        """Return the host as a regular expression that matches nothing else."""
        return escape(self.host)

    @remembered
    def pattern_paths(self) -> tuple[str, ...]:
        """Return what follows the host in each of ``forms``, from its slash on, as such an expression."""
        start = len(self.host)
        return tuple([escape(form[start:]) for form in self.forms])

    @remembered
    def pattern_addresses(self) -> tuple[str, ...]:
        """Return each of ``forms`` over either scheme and any port as such an expression, between slashes."""
        start = rf"https?:\/\/{self.pattern_host}(:[0-9]+)?"
        return tuple([start + path.replace("/", r"\/") for path in self.pattern_paths])

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

    def said(self, rules: Iterable[Rule]) -> tuple[list[str], dict[int, str]]:
        """Return the text of each of ``rules``, which are of its scopes, and why some are left out.

        A text holds the rule's lines, each with its end; it is empty where the rule is left out, and the
        reason stands under the rule's place. Sensitive rules are left out here, for all formats alike.
        """
        say, texts, reasons = self.say, [], {}
        for at, rule in enumerate(rules):
            said = SENSITIVE if rule.sensitive else say(rule)
            if isinstance(said, str):
                reasons[at], said = said, ()
            texts.append("\n".join(said) + "\n" if said else "")
        return texts, reasons

    def first_lines(self, header: Header) -> bytes:
        """Write the lines before the first rule."""
        return "".join(f"{line}\n" for line in self.head(header)).encode("ascii")

    def write(self, rules: Sequence[Rule], header: Header) -> Written:
        """Write the file of ``rules``, in their order."""
        known = [rule for rule in rules if rule.scope in self.scopes]
        texts, reasons = self.said(known)
        others = (rule.scope for rule in rules if rule.scope not in self.scopes and not rule.alias)
        omitted = Counter(map(unknown, others))
        omitted += Counter(reason for at, reason in reasons.items() if not known[at].alias)
        said = [rule for rule, text in zip(known, texts, strict=True) if text]
        aliases = sum(rule.alias for rule in said)
        return Written(
            data=self.first_lines(header) + "".join(texts).encode("ascii"),
            emitted=len(said) - aliases,
            aliases=aliases,
            omitted=dict(sorted(omitted.items())),
        )


def unknown(scope: Scope) -> str:
    """Return why an entry of ``scope`` is left out of a format that cannot say it."""
    return f"scope-{scope}"


def rules_of(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> tuple[Rule, ...]:
    """Return every claim of a list in the one order that all files keep."""
    return tuple(rule for rule, _ in rules_with(entries, aliases))


def rules_with(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> "Pairs":
    """Do the same, each claim with its entry; aliases of entries that are not given are left out."""
    return Pairs(entries, aliases)


class Pairs:
    """Claims with their entries, made as they are asked for: a list may have a million."""

    def __init__(
        self,
        entries: Iterable[Entry],
        aliases: Iterable[Alias] = (),
        recent: "Pairs | None" = None,
        odd: "Pairs | None" = None,
    ) -> None:
        """Aliases of entries that are not given are left out.

        ``recent`` are all that were listed last, ``odd`` those of ``self.odd``; None: they are to be found.
        """
        self.entries = tuple(entries)
        hops = tuple(aliases)
        known = {entry.id: entry for entry in self.entries} if hops else {}
        self.aliases = [(each, known[each.entry]) for each in hops if each.entry in known]
        self._recent = recent
        self._odd = odd
        self._soon: dict[int, tuple[datetime, list[tuple[Rule, Entry]]]] = {}  # two bundles ask for the same

    def __len__(self) -> int:
        return len(self.entries) + len(self.aliases)

    def __iter__(self) -> Iterator[tuple[Rule, Entry]]:
        """Give them in the order of ``rules_of``."""
        return iter(in_order(self.entries, self.aliases))

    @property
    def odd(self) -> "Pairs":
        """Return those that are sensitive, of scope ``domain``, or about an address: few of many."""
        if self._odd is None:
            self._odd = Pairs(
                [each for each in self.entries if is_odd(each.host, each.scope, is_sensitive=each.sensitive)],
                [each for each, _ in self.aliases if is_odd_alias(each)],
            )
        return self._odd

    @remembered
    def secret(self) -> int:
        """Return how many entries are sensitive."""
        return sum([each.sensitive for each in self.odd.entries])

    def newest(self, most: int) -> Iterator[tuple[Rule, Entry]]:
        """Give them from the entry that was listed last on: the first ``most`` soon, then the others."""
        if not len(self):
            return
        if most not in self._soon:
            among = self._recent if self._recent and len(self._recent) >= most else self
            moments = [entry.listed_at for entry in among.entries]
            moments += [entry.listed_at for _, entry in among.aliases]
            last = sorted(moments, reverse=True)[:most][-1]
            newest = [each for each in among.entries if each.listed_at >= last]
            self._soon[most] = (
                last,
                _by_time(newest, [each for each in among.aliases if each[1].listed_at >= last]),
            )
        last, soon = self._soon[most]
        yield from soon
        older = [each for each in self.entries if each.listed_at < last]
        yield from _by_time(older, [each for each in self.aliases if each[1].listed_at < last])


def is_odd(host: Host, scope: Scope, *, is_sensitive: bool) -> bool:
    """Tell whether a claim is one of ``Pairs.odd``."""
    return scope is DOMAIN or is_sensitive or is_ip(host)


def is_odd_alias(alias: Alias) -> bool:
    """Tell the same of an alias."""
    return is_odd(key_host(alias.expression), URL, is_sensitive=alias.sensitive)


def in_order(entries: Iterable[Entry], aliases: Iterable[tuple[Alias, Entry]]) -> list[tuple[Rule, Entry]]:
    """Return claims with their entries in the one order that all files keep."""
    pairs = [(Rule(each.expression, each.scope, False, each.sensitive), each) for each in entries]
    pairs += [(Rule(alias.expression, Scope.URL, True, alias.sensitive), entry) for alias, entry in aliases]
    pairs.sort(key=lambda pair: pair[0][1:])
    pairs.sort(key=lambda pair: pair[0][0])  # stable; texts alone compare in a third of the time of tuples
    return pairs


def _by_time(entries: Iterable[Entry], aliases: Iterable[tuple[Alias, Entry]]) -> list[tuple[Rule, Entry]]:
    """Return claims with their entries, the newest first."""
    return sorted(in_order(entries, aliases), key=lambda pair: pair[1].listed_at, reverse=True)


def commented(mark: str) -> Callable[[Header], list[str]]:
    """Return a head of comment lines that begin with ``mark``."""
    return lambda header: [f"{mark} {name}: {value}" for name, value in header.lines()]


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second when it is whole."""
    return orjson.dumps(moment, option=orjson.OPT_UTC_Z)[1:-1].decode()  # a fourth of isoformat's time


def _printable(text: str) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in text)


@cache
def all_formats() -> tuple[Format, ...]:
    """Return every format that is installed, by name; raises InputError for one that cannot be used."""
    found = installed("linkgazette.formats", Format, lambda each: each.filename)
    return tuple(sorted(found, key=lambda each: each.name))
