"""Why an entry is listed, in its page's own words: excerpts, and what the rules take them for (pure)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
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

Quotes = Mapping[EvidenceKind, Mapping[str, Sequence[str]]]
"""Of each kind in order: what may be shown of its excerpts, and the rules that each was found by."""


def quotes_of(evidence: tuple[Evidence, ...]) -> Quotes:
    """Return what may be shown of the evidence: masked, harmless, each text once."""
    found: dict[EvidenceKind, dict[str, list[str]]] = {}
    for one in evidence:
        if text := _shown(one.excerpt):
            found.setdefault(one.kind, {}).setdefault(text, []).append(one.rule)
    return {kind: _without_parts(found[kind]) for kind in EVIDENCE if kind in found}


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
        whole = max((other for other in rules if part in other), key=lambda other: len(other.strip("…")))
        found.setdefault(whole, []).extend(named)
    return found


def reasons_of(quotes: Quotes, category: CategoryView) -> tuple[Reasons, ...]:
    """Return the excerpts with what they mean, in the language of ``category``."""
    return tuple(
        Reasons(
            kind=kind,
            excerpts=tuple(
                _excerpt(text, rules, category.glosses) for text, rules in islice(found.items(), MAX_EXCERPTS)
            ),
            more=max(0, len(found) - MAX_EXCERPTS),
        )
        for kind, found in quotes.items()
    )


def _excerpt(text: str, rules: Sequence[str], glosses: Mapping[str, str]) -> Excerpt:
    found = [glosses[rule] for rule in rules if rule in glosses]
    gloss = " · ".join(dict.fromkeys(found)) if found else ""
    return Excerpt(text, language_of(text), bool(gloss), gloss)
