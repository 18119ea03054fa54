"""A page looked through once: its words, what of them holds, and a tally for each category they name.

Judging, fitting and measuring all begin here, so that what a fit learns from is what the judge looks at. What
follows from the tallies is left to ``decide``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blocklist.model import Page
from blocklist.policy import Policy
from crawler.judge.lexicon import Lexicon, lexicon_of
from crawler.judge.negation import upright_and_turned
from crawler.judge.score import tallies
from crawler.judge.signals import Found, Text, find, text_of
from crawler.judge.tally import Tally

MIN_GOODS = 1.3  # of goods weight; passing mentions of general words ("meds", "data") accuse nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What a page says to a policy."""

    page: Page
    text: Text
    lexicon: Lexicon
    heard: Sequence[Found]
    """All words of the policy, in order."""
    found: Sequence[Found]
    """Those that hold; the rest is small words, and what a negation turns round."""
    turned: Sequence[Found]
    tallied: Sequence[Tally]
    """The surest first; empty: the page names no goods."""


def consider(page: Page, policy: Policy) -> Considered:
    """Look through what a reader sees of ``page``; never raises because of what it holds."""
    lexicon, text = lexicon_of(policy), text_of(page)
    heard = find(text, lexicon)
    found, turned = upright_and_turned(heard, text, lexicon)
    return Considered(
        page=page,
        text=text,
        lexicon=lexicon,
        heard=heard,
        found=found,
        turned=turned,
        tallied=tallies(page, text, found, lexicon, policy, turned),
    )


def names_goods(tally: Tally) -> bool:
    """Whether enough goods are named for an accusation, whatever else is said."""
    return tally.sums["goods"] >= MIN_GOODS
