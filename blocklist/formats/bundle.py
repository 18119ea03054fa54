"""What output formats of several files share: objects with dates, for programs that exchange them.

They are given the whole list only, and at most ``MOST`` claims of it, the newest: their readers take each
file whole. What is left out is counted (``older``), like all that a format cannot say.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from blocklist.formats.base import SENSITIVE, Claim, Header, Pairs, Rule
from blocklist.formats.installed import installed
from blocklist.model import Entry, Scope

MOST = 20_000  # claims; as STIX objects these are 15 MB, and common content networks stop at 20
OLDER = "older"
_VARIANTS = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}
"""The first hex digit of a digest, and the same with the variant of the RFC for its first two bits."""
_OURS = uuid5(NAMESPACE_URL, "linkgazette:objects").bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The files of a bundle, and what they say and leave out."""

    files: Mapping[str, bytes]
    """By name within ``list/``."""
    emitted: int
    aliases: int
    omitted: Mapping[str, int] = field(default_factory=dict)
    """Entries left out, by reason; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One output format of several files."""

    name: str
    main: str
    """The file that is counted as saying the entries."""
    always: tuple[str, ...]
    """Files that are there whatever the list holds; ``main`` is among them."""
    folder: str
    """Where all files but ``main`` lie, with its slash."""
    scopes: frozenset[Scope]
    write: Callable[[Pairs, Header], Parcel]
    parse: Callable[[Mapping[str, bytes]], tuple[Claim, ...]]
    """Read the files back by name, those that are there; raises FormatError naming the file."""

    def owns(self, name: str) -> bool:
        """Tell whether the file ``name`` within ``list/`` belongs to it."""
        return name == self.main or name.startswith(self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The claims that a bundle says, each with its words, and the count of the others."""

    said: tuple[tuple[Rule, Entry, str], ...]
    emitted: int
    aliases: int
    omitted: Mapping[str, int]


def choose(pairs: Pairs, say: Callable[[Rule], tuple[str, str]]) -> Chosen:
    """Choose what a bundle holds; ``say`` gives the words of a rule, or no words and why not."""
    said: list[tuple[Rule, Entry, str]] = []
    omitted: Counter[str] = Counter()
    for rule, entry in pairs.newest(2 * MOST):
        if len(said) == MOST:
            break
        words, reason = ("", SENSITIVE) if rule.sensitive else say(rule)
        if words:
            said.append((rule, entry, words))
        elif not rule.alias:
            omitted[reason] += 1
    aliases = sum(rule.alias for rule, *_ in said)
    secret = pairs.secret
    older = len(pairs.entries) - (len(said) - aliases) - (omitted.total() - omitted[SENSITIVE]) - secret
    omitted.update({OLDER: older, SENSITIVE: secret - omitted[SENSITIVE]})
    said.sort(key=lambda each: each[0])
    omitted = +omitted  # without reasons that nothing had
    return Chosen(
        said=tuple(said),
        emitted=len(said) - aliases,
        aliases=aliases,
        omitted=dict(sorted(omitted.items())),
    )


def object_id(*parts: str) -> str:
    """Return the id that an object keeps from release to release (RFC 9562, version 5)."""
    made = hashlib.sha1(_OURS + "\n".join(parts).encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANTS[made[16]]
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


@cache
def all_bundles() -> tuple[Bundle, ...]:
    """Return every format of several files that is installed, by name."""
    found = installed("linkgazette.bundles", Bundle, lambda each: each.main)
    return tuple(sorted(found, key=lambda each: each.name))
