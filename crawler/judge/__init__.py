"""From a page and a policy to a judgement: what is named, how it is sold, what excuses it, how sure we are.

Everything here is pure and never raises because of what a page holds. ``lexicon`` turns a policy into one
automaton, ``signals`` finds its words on a page, ``score`` adds them up per category, ``decide`` says the
label and keeps the evidence, ``explain`` tells a person, ``measure`` compares with labels. Reading bytes is
left to ``crawler.read``; what happens to a verdict is left to the list side.
"""

from crawler.judge.decide import SUPPRESSED, is_suppressed, judge, unreachable
from crawler.judge.explain import explain

__all__ = ["SUPPRESSED", "explain", "is_suppressed", "judge", "unreachable"]
