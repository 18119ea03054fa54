"""Words that offers of a category use, innocent pages hardly, and the policy does not know. Pure.

Counted by sites and posters, not by rows, so that one busy seller proposes nothing alone. Ranked by how
surely they are more frequent: the logarithm of the odds ratio over its deviation, half a row added to every
count (J. Haldane, Annals of Human Genetics 20, 1956). A person decides what becomes a term.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

MIN_SITES = 3
"""A word that fewer sites or posters use proposes nothing."""
INNOCENT = 0.002
"""Share of the innocent rows that may use a word which is proposed."""
_RUNS = re.compile("[\u4e00-\u9fff]+|[a-z][a-z'-]*(?: [a-z][a-z'-]*)*")
_WORDS = 3  # words of one Latin candidate at most
_SIGNS = (2, 3, 4)  # Han characters of one candidate
_MIN_LETTERS = 4  # of a Latin candidate
_MOST = 20_000  # characters looked at of one row
_CONTAINED = 0.8  # a longer candidate with this share of the sites of a shorter one replaces it


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One word that may be missing."""

    category: str
    word: str
    sites: int
    """Sites and posters whose offers use it."""
    innocent: int
    """Innocent rows that use it."""
    score: float
    """How surely offers use it more: 2 is likely, 5 is sure."""


@dataclass(slots=True)
class Counted:
    """Candidates of the offers, then how often innocent rows use them."""

    sites: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    rows: Counter[str] = field(default_factory=Counter)
    posters: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    innocent_rows: int = 0

    def offer(self, category: str, site: str, text: str) -> None:
        """Count the candidates of an offer; every offer comes before the first innocent row."""
        self.posters[category].add(site)
        for word in candidates(text):
            self.sites[category][word].add(site)

    def settle(self) -> None:
        """Forget candidates of too few sites; call it between offers and innocent rows."""
        for found in self.sites.values():
            for word in [word for word, sites in found.items() if len(sites) < MIN_SITES]:
                del found[word]
        self.rows = Counter(dict.fromkeys((word for found in self.sites.values() for word in found), 0))

    def innocent(self, text: str) -> None:
        """Count the candidates that an innocent row uses."""
        self.innocent_rows += 1
        for word in candidates(text):
            if word in self.rows:
                self.rows[word] += 1

    def proposals(self, known: Callable[[str], bool]) -> Iterator[Proposal]:
        """Yield, for each category, what is more frequent in offers and not ``known``, the surest first."""
        for category, found in sorted(self.sites.items()):
            scored = [
                Proposal(
                    category=category,
                    word=word,
                    sites=len(sites),
                    innocent=self.rows[word],
                    score=round(self._score(len(sites), len(self.posters[category]), self.rows[word]), 2),
                )
                for word, sites in found.items()
                if self._hardly_innocent(word)
            ]
            scored.sort(key=lambda one: (-one.score, -len(one.word), one.word))
            yield from _longest(one for one in scored if one.score > 0 and not known(one.word))

    def _hardly_innocent(self, word: str) -> bool:
        return self.rows[word] <= INNOCENT * self.innocent_rows

    def _score(self, sites: int, of: int, innocent: int) -> float:
        cells = (sites + 0.5, of - sites + 0.5, innocent + 0.5, self.innocent_rows - innocent + 0.5)
        mine, rest, other, others = cells
        return math.log(mine * others / (rest * other)) / math.sqrt(sum(1 / cell for cell in cells))


def candidates(text: str) -> set[str]:
    """Return the words, pairs and triples of a text, and two to four Han characters in a row."""
    found: set[str] = set()
    for run in _RUNS.findall(" ".join(text[:_MOST].lower().split())):
        if run[0] >= "\u4e00":
            found.update(run[at : at + size] for size in _SIGNS for at in range(len(run) - size + 1))
        else:
            words = run.split(" ")
            found.update(
                joined
                for size in range(1, _WORDS + 1)
                for at in range(len(words) - size + 1)
                if len(joined := " ".join(words[at : at + size])) >= _MIN_LETTERS
            )
    return found


def _longest(scored: Iterator[Proposal]) -> Iterator[Proposal]:
    """Of candidates that lie within one another keep the longest that is nearly as frequent."""
    kept = list(scored)
    longer: Mapping[str, list[Proposal]] = _by_piece(kept)
    for one in kept:
        if not any(other.sites >= _CONTAINED * one.sites for other in longer.get(one.word, ())):
            yield one


def _by_piece(kept: list[Proposal]) -> dict[str, list[Proposal]]:
    words = {one.word for one in kept}
    found: dict[str, list[Proposal]] = defaultdict(list)
    for one in kept:
        for piece in candidates(one.word) & words - {one.word}:
            found[piece].append(one)
    return found
