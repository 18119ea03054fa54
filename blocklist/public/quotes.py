"""Why an entry is listed, in its page's own words: excerpts, and what the rules take them for (pure)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from blocklist.model import Evidence, EvidenceKind
from blocklist.privacy import mask_contacts
from blocklist.public.categories import CategoryView
from blocklist.public.stencil import Outline
from blocklist.public.text import harmless, language_of, shortened
from blocklist.public.words import EVIDENCE

MAX_EXCERPTS = 5  # of one kind of evidence
MAX_EXCERPT = 240  # characters


class Excerpt(NamedTuple):
    """Words of the page, and what they mean."""

    text: str
    """Masked and harmless."""
    lang: str
    """Its language, where its letters tell; empty: not known."""
    is_glossed: bool
    gloss: str
    """What it means by the rules that found it, in the page's language."""


class Reasons(NamedTuple):
    """The evidence of one kind."""

    kind: EvidenceKind
    excerpts: tuple[Excerpt, ...]
    """Each text once."""
    more: int
    """How many further ones are not shown."""


REASON = Outline(groups=("excerpts",))
EXCERPT = Outline(words=("text", "gloss"))


class Quote(NamedTuple):
    """What may be shown of an excerpt, for every language."""

    text: str
    lang: str
    rules: Sequence[str]
    """By which it was found."""


Quotes = Sequence[tuple[EvidenceKind, Sequence[Quote]]]
"""Of each kind of evidence, in order."""


def quotes_of(evidence: tuple[Evidence, ...]) -> Quotes:
    """Return what may be shown of the evidence: masked, harmless, each text once."""
    found: dict[EvidenceKind, dict[str, list[str]]] = {}
    for one in evidence:
        if text := _shown(one.excerpt):
            found.setdefault(one.kind, {}).setdefault(text, []).append(one.rule)
    return [
        (
            kind,
            [Quote(text, language_of(text), rules) for text, rules in _without_parts(found[kind]).items()],
        )
        for kind in EVIDENCE
        if kind in found
    ]


@lru_cache(maxsize=64)  # several rules may quote the same words
def _shown(excerpt: str) -> str:
    return shortened(harmless(mask_contacts(excerpt)), MAX_EXCERPT) if excerpt.strip() else ""


def _without_parts(rules: dict[str, list[str]]) -> dict[str, list[str]]:
    """Join what was quoted twice: words that another excerpt holds say nothing more."""
    if len(rules) == 1:
        return rules
    found: dict[str, list[str]] = {}
    for text, named in rules.items():
        part = text.strip("…")
        wholes = [other for other in rules if part in other]
        whole = max(wholes, key=lambda other: len(other.strip("…"))) if len(wholes) > 1 else text
        found.setdefault(whole, []).extend(named)
    return found


def reasons_of(quotes: Quotes, category: CategoryView) -> tuple[Reasons, ...]:
    """Return the excerpts with what they mean, in the language of ``category``."""
    glosses = category.glosses
    return tuple(
        [
            Reasons(
                kind,
                tuple([_excerpt(quote, glosses) for quote in found[:MAX_EXCERPTS]]),
                max(0, len(found) - MAX_EXCERPTS),
            )
            for kind, found in quotes
        ]
    )


def _excerpt(quote: Quote, glosses: Mapping[str, str]) -> Excerpt:
    text, lang, rules = quote
    if len(rules) == 1:
        gloss = glosses.get(rules[0], "")
    else:
        gloss = " · ".join(dict.fromkeys([glosses[rule] for rule in rules if rule in glosses]))
    return Excerpt(text, lang, bool(gloss), gloss)
