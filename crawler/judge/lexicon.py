"""A policy as one automaton: every word of every list, found in one pass over a text.

Built once per policy (by digest) and kept. Words are normalised the way pages are; how they may be written is
left to ``spelling``.
"""

import functools
import gc
import re
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from blocklist.policy import Policy, TermKind
from crawler.judge.aloof import Aloof
from crawler.judge.disguise import Disguises
from crawler.judge.groups import OWN_NAME, Group, Part, groups_of
from crawler.judge.hits import ENOUGH, Hit, Sought, believed
from crawler.judge.homophones import Homophones
from crawler.judge.names import Parts, is_part
from crawler.judge.phrases import Phrases
from crawler.judge.spelling import Literals, before, ends_word, follow, is_latin, literals_of
from crawler.read.offsets import codes_of

_HAN = re.compile("[\u4e00-\u9fff]")
_FIRST_HAN = 0x4E00
LONG = 4  # letters from which a part of a shop's name is looked for
__all__ = ["Hit", "Lexicon", "lexicon_of"]


class _Word(NamedTuple):
    """How a found pattern is checked before it counts. A named tuple, since a policy has 40,000."""

    number: int
    lead: int
    """Characters of the pattern that stand before the word."""
    length: int
    groups: tuple[int, ...]
    left: bool
    """True: a boundary is asked before it, and the pattern does not hold it already."""
    right: bool
    rest: Literals
    """What must follow; empty: nothing."""


class Lexicon:
    """The words of a policy, ready to be found."""

    def __init__(self, policy: Policy) -> None:
        """Normalise and compile all words of ``policy``."""
        groups: list[Group] = []
        members: dict[tuple[Literals, bool], dict[int, None]] = {}
        named: dict[str, tuple[int, ...]] = {}
        ways = literals_of(word for _, words in groups_of(policy) for word in words)
        for group, words in groups_of(policy):
            counted = group.kind is TermKind.QUANTITY
            if group.kind is TermKind.NAME or _is_long_name(group):
                least = 0 if group.kind is TermKind.NAME else LONG
                for word in words:
                    if len(word) > least and is_part(word):
                        named[word] = (*named.get(word, ()), len(groups))
            for word in words if group.kind is not TermKind.NAME else ():
                for literals in ways[word]:
                    members.setdefault((literals, counted), {})[len(groups)] = None
            groups.append(group)
        self.groups = tuple(groups)
        self._parts: dict[tuple[int, ...], frozenset[Part]] = {}
        self._unlawful: dict[tuple[int, ...], bool] = {}
        self.phrases = Phrases(policy)
        self.aloof = Aloof(policy)
        self.parts = Parts(named, frozenset(policy.shop_words))
        patterns: list[str] = []
        sought: list[Sought] = []
        self._words: list[_Word] = []
        for number, (((first, *rest), counted), found) in enumerate(members.items()):
            for lead in before(first, counted=counted):
                patterns.append(lead + first)
                left, right = not lead and is_latin(first[0]), is_latin(first[-1])
                self._words.append(
                    _Word(number, len(lead), len(first), tuple(found), left, right, tuple(rest))
                )
            if not counted:
                parts = {groups[one].part for one in found}
                joined, goods = parts != {Part.EXCUSE}, Part.TERM in parts
                sought.append(Sought(number, first, tuple(rest), tuple(found), joined, goods))
        # Standard match kind with overlaps: a longer name must not hide a shorter one of another category.
        # As a DFA 40,000 patterns take 350 MB and fall out of the processor's cache: two thirds of the speed.
        self._automaton = AhoCorasick(patterns, implementation=Implementation.ContiguousNFA)

        self._disguises = Disguises(sought)
        self._homophones = Homophones(sought)

    def parts_of(self, groups: tuple[int, ...]) -> frozenset[Part]:
        """Which lists of the policy ``groups`` stand in; known for each combination once it was asked for."""
        parts = self._parts.get(groups)
        if parts is None:
            parts = self._parts[groups] = frozenset(self.groups[number].part for number in groups)
        return parts

    def is_unlawful(self, groups: tuple[int, ...]) -> bool:
        """Whether any of ``groups`` is a mark of unlawful sale; known likewise."""
        marks = self._unlawful.get(groups)
        if marks is None:
            marks = self._unlawful[groups] = any(self.groups[number].unlawful for number in groups)
        return marks

    def find(self, text: str) -> list[Hit]:
        """All words that ``text`` (already normalised) writes plainly, in order of their end."""
        hits: list[Hit] = []
        words = self._words
        named: dict[int, int] = {}
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            word = words[pattern]
            if word.left and start and is_latin(text[start - 1]):
                continue
            if word.right and not ends_word(text, end, word.length):
                continue
            mentions = named.get(word.number, 0)
            last = follow(text, end, word.rest) if mentions < ENOUGH else -1
            if last >= 0:
                named[word.number] = mentions + 1
                hits.append(Hit(start + word.lead, last, word.number, word.groups))
        return hits

    def find_disguised(self, text: str) -> list[Hit]:
        """All words that ``text`` (already normalised) writes otherwise, yet so that a reader reads them."""
        found = [*self._disguises.find(text)]
        if codes_of(text).max(initial=0) >= _FIRST_HAN and _HAN.search(
            text
        ):  # the search takes 30 times as long
            found += self._homophones.find(text)
        return believed(found, text)


def _is_long_name(group: Group) -> bool:
    return group.part is Part.TERM and group.kind is not TermKind.QUANTITY and group.weight >= OWN_NAME


@functools.lru_cache(maxsize=8)
def _cached(digest: str) -> list[Lexicon]:  # noqa: ARG001 - the key of the cache
    return []


def lexicon_of(policy: Policy) -> Lexicon:
    """Return the lexicon of ``policy``, built on first use for each digest."""
    slot = _cached(policy.digest)
    if not slot:
        collecting = gc.isenabled()
        gc.disable()  # a third of the time goes into looking for circles among 100,000 words that have none
        try:
            slot.append(Lexicon(policy))
        finally:
            if collecting:
                gc.enable()
    return slot[0]
