"""A policy as one automaton: every word of every list, found in one pass over a text.

Built once per policy (by digest) and kept. Words are normalised the way pages are. Word boundaries are
asked of Latin words only, with an optional plural ``s``; Han words have none.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ahocorasick_rs import AhoCorasick, Implementation

from blocklist.policy import Policy, SignalKind, TermKind
from crawler.read.normalise import normalise

GAP = 24  # characters that "…" inside a word may stand for
HAN_GAP = 6  # the same after a Han character, which says more
BREAK = "¶"
"""Stands between two blocks; no word of a policy crosses it."""
ENOUGH = 200  # mentions of one word; more of it on one page adds cost, not knowledge
_JOKERS = ("…", "#")
_PARTS = re.compile("([…#])")
_NUMBER = re.compile(r" ?[0-9][0-9.,]* ?")
_HAN_AND_BEYOND = "\u2e80"
_PLURAL_FROM = 4  # characters; shorter words take no plural: "gas" is not "ga"


class Part(StrEnum):
    """Which list of the policy a group of words stands in."""

    TERM = "term"
    OFFER = "offer"
    AGGRAVATING = "aggravating"
    EXCUSE = "excuse"
    MINORS = "minors"
    SEXUAL = "sexual"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of words of the policy, as the judge needs it."""

    part: Part
    category: str | None
    """None: common to all categories."""
    id: str
    weight: float
    kind: TermKind | SignalKind | None = None
    """None: aggravating or excusing."""
    lawful: bool = False
    unlawful: bool = False
    direct: bool = False
    grade: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found: ``text[start:end]``, the groups it belongs to, and its number among the words."""

    start: int
    end: int
    word: int
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """How a found pattern is checked before it counts."""

    length: int
    groups: tuple[int, ...]
    left: bool
    """True: a boundary is asked before it."""
    right: bool
    rest: tuple[str, ...]
    """What must follow within ``GAP`` characters each; empty: nothing."""
    counted: bool
    """True: a quantity; a digit must stand before it."""


_Key = tuple[tuple[str, ...], bool]
"""A word's literals and jokers in order, and whether it counts only after a number."""


class Lexicon:
    """The words of a policy, ready to be found."""

    def __init__(self, policy: Policy) -> None:
        """Normalise and compile all words of ``policy``."""
        self.groups: tuple[Group, ...] = ()
        by_word: dict[_Key, dict[int, None]] = {}
        groups: list[Group] = []
        for group, words in _groups(policy):
            for word in words:
                for key in _keys(word, counted=group.kind is TermKind.QUANTITY):
                    by_word.setdefault(key, {})[len(groups)] = None
            groups.append(group)
        self.groups = tuple(groups)
        patterns: list[str] = []
        self._words: list[_Word] = []
        for ((first, *rest), counted), members in by_word.items():
            patterns.append(first)
            self._words.append(
                _Word(len(first), tuple(members), _latin(first[0]), _latin(first[-1]), tuple(rest), counted)
            )
        # Standard match kind with overlaps: a longer name must not hide a shorter one of another category.
        self._automaton = AhoCorasick(patterns, implementation=Implementation.DFA)

    def find(self, text: str) -> list[Hit]:
        """All words in ``text`` (already normalised), in order of their end."""
        hits: list[Hit] = []
        words = self._words
        size = len(text)
        named: dict[int, int] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            word = words[number]
            if named.get(number, 0) >= ENOUGH:
                continue
            if (
                word.left
                and start
                and _latin(text[start - 1])
                and not (word.counted and text[start - 1].isdigit())
            ):
                continue
            if word.right and end < size and _latin(text[end]) and not _plural(text, end, word.length):
                continue
            if word.counted and not _after_number(text, start):
                continue
            last = _follow(text, end, word.rest)
            if last >= 0:
                named[number] = named.get(number, 0) + 1
                hits.append(Hit(start, last, number, word.groups))
        return hits


@functools.lru_cache(maxsize=8)
def _cached(digest: str) -> list[Lexicon]:  # noqa: ARG001 - the key of the cache
    return []


def lexicon_of(policy: Policy) -> Lexicon:
    """Return the lexicon of ``policy``, built on first use for each digest."""
    slot = _cached(policy.digest)
    if not slot:
        slot.append(Lexicon(policy))
    return slot[0]


def _groups(policy: Policy) -> Iterator[tuple[Group, tuple[str, ...]]]:
    for category in policy.categories.values():
        for term in category.terms:
            yield (
                Group(
                    part=Part.TERM,
                    category=category.id,
                    id=term.id,
                    weight=term.weight,
                    kind=term.kind,
                    lawful=term.lawful,
                ),
                term.words,
            )
    for name, offers, excuses in (
        (None, policy.offers, policy.excuses),
        *((c.id, c.offers, c.excuses) for c in policy.categories.values()),
    ):
        for offer in offers:
            yield (
                Group(
                    part=Part.OFFER,
                    category=name,
                    id=offer.id,
                    weight=offer.weight,
                    kind=offer.kind,
                    unlawful=offer.unlawful,
                    direct=offer.direct,
                ),
                offer.words,
            )
        for excuse in excuses:
            yield Group(part=Part.EXCUSE, category=name, id=excuse.id, weight=excuse.weight), excuse.words
    for category in policy.categories.values():
        for worse in category.aggravating:
            yield (
                Group(
                    part=Part.AGGRAVATING,
                    category=category.id,
                    id=worse.id,
                    weight=worse.weight,
                    grade=worse.grade,
                ),
                worse.words,
            )
    yield Group(part=Part.NEGATION, category=None, id="negations", weight=0), policy.negations
    yield Group(part=Part.MINORS, category=None, id="minors", weight=0), policy.suppression.minors
    yield Group(part=Part.SEXUAL, category=None, id="sexual", weight=0), policy.suppression.sexual


def _keys(word: str, *, counted: bool) -> Iterator[_Key]:
    for spelling in _spellings(word):
        parts = (part if part in _JOKERS else normalise(part).text.strip() for part in _PARTS.split(spelling))
        literals = tuple(filter(None, parts))
        if literals and literals[0] not in _JOKERS:
            yield literals, counted


def _spellings(word: str) -> tuple[str, ...]:
    """``cash-out`` also as ``cash out``, and two words also with a hyphen."""
    if "-" in word:
        return word, word.replace("-", " ")
    first, _, second = word.partition(" ")
    return (word, f"{first}-{second}") if first.isalpha() and second.isalpha() and word.isascii() else (word,)


def _latin(character: str) -> bool:
    """Whether the script separates words: letters and digits below the CJK blocks."""
    return character < _HAN_AND_BEYOND and character.isalnum()


def _plural(text: str, end: int, length: int) -> bool:
    return text[end] == "s" and length >= _PLURAL_FROM and (end + 1 == len(text) or not _latin(text[end + 1]))


def _after_number(text: str, start: int) -> bool:
    before = text[max(0, start - 2) : start]
    return bool(before) and (before[-1].isdigit() or (before[-1] in " -" and before[0].isdigit()))


def _follow(text: str, end: int, rest: tuple[str, ...]) -> int:
    """Where the last of ``rest`` ends, each joker filled within its block; -1: not there."""
    loose = False
    for part in rest:
        if part == "#":
            number = _NUMBER.match(text, end)
            if number is None:
                return -1
            end = number.end()
        elif part == "…":
            loose = True
        else:
            gap = (GAP if text[end - 1] < _HAN_AND_BEYOND else HAN_GAP) if loose else 0
            found = text[end : end + gap + len(part)].partition(BREAK)[0].find(part)
            if found < 0:
                return -1
            end += found + len(part)
            loose = False
    return end
