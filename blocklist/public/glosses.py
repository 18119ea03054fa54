"""What a page's words mean to a reader who cannot read them: the policy's gloss of those that counted."""

from collections.abc import Iterable, Iterator, Mapping

from blocklist.policy import Category, Policy, Signal, Term
from blocklist.public.text import readable

TRICKS = ("disguised", "hidden")
"""How a page keeps its goods from being noticed; the rule of such evidence is the trick and the term's id."""


def glosses_of(policy: Policy, category: Category, language: str) -> Mapping[str, str]:
    """Return, by the rule that evidence of ``category`` names, what its words mean in ``language``."""
    return dict(_glosses(policy, category, language))


def _glosses(policy: Policy, category: Category, language: str) -> Iterator[tuple[str, str]]:
    lists: tuple[tuple[str, Iterable[Signal]], ...] = (
        ("offer", (*policy.offers, *category.offers)),  # a category's own comes last and wins
        ("excuse", (*policy.excuses, *category.excuses)),
        ("aggravating", category.aggravating),
    )
    for part, signals in lists:
        for signal in signals:
            if gloss := _in(signal, language):
                yield f"{category.id}/{part}/{signal.id}", gloss
    for term in category.terms:
        if gloss := _in(term, language):
            yield f"{category.id}/{term.kind}/{term.id}", gloss
            for trick in TRICKS:
                yield f"{category.id}/evasion/{trick}-{term.id}", gloss


def _in(group: Term | Signal, language: str) -> str:
    return readable(group.gloss.get(language) or group.gloss.get("en", ""))
