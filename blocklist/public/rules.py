"""Pages of the published rules: what the policy counts, how much, and what follows (pure).

Every group of words appears by what it means. The words are left out: all of them together are a dictionary
of the trade and a guide round the rules. They come with the program, as files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blocklist.policy import Category, Policy, Rung, Signal, SignalKind, Term
from blocklist.public.categories import Categories, CategoryView
from blocklist.public.render import Plan
from blocklist.public.text import harmless, readable
from blocklist.public.words import RULE_KINDS, SCORES, SHARERS, STEPS, TERM_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A group of words that the policy counts together."""

    id: str
    """As exports name it; unique within its kind of rules."""
    meaning: str
    """In the page's language; empty: only ``kind`` says it."""
    notes: tuple[str, ...]
    """Messages that say how it counts."""
    weight: float
    """From 0 to 5."""
    words: int
    grade: int = 0
    """What it adds to an entry's grade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Those that a page shows, by what they are there for."""

    goods: tuple[Rule, ...]
    offers: tuple[Rule, ...]
    aggravating: tuple[Rule, ...]
    excuses: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the ladder of measures."""

    whom: str
    """Message."""
    grade: int
    links: int
    sharers: int
    days: int
    """Within which they were shared; 0: at any time."""
    step: str
    """Message, or what the policy calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """What holds for every category."""

    name: str
    version: str
    digest: str
    rules: Rules
    scores: tuple[tuple[str, float], ...]
    """Message and number."""
    steps: tuple[Step, ...]
    categories: tuple[CategoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRulesPage:
    """What holds for one category."""

    category: CategoryView
    publish: float
    """Probability from which a page is listed without a person."""
    review: float
    """Probability from which a person looks at it."""
    reason: str
    """Why these two, in the policy's English."""
    rules: Rules


def rules_plans(policy: Policy, categories: Categories, language: str) -> Iterator[Plan]:
    """Plan the page of what is common, and one for each category of the policy."""
    known = sorted(policy.categories)
    page = RulesPage(
        name=readable(policy.name),
        version=readable(policy.version),
        digest=policy.digest,
        rules=Rules(
            goods=(),
            offers=_signals(policy.offers, language),
            aggravating=(),
            excuses=_signals(policy.excuses, language),
        ),
        scores=tuple((SCORES.get(name, name), value) for name, value in policy.score.values.items()),
        steps=tuple(map(_step, policy.ladder)),
        categories=tuple(categories[name] for name in known),
    )
    yield Plan(path="rules/index.html", template="rules.html", view=page)
    for name in known:
        view = _of_category(policy.categories[name], categories[name], language)
        yield Plan(path=f"rules/{name}/index.html", template="rules-category.html", view=view)


def _of_category(category: Category, view: CategoryView, language: str) -> CategoryRulesPage:
    return CategoryRulesPage(
        category=view,
        publish=category.publish,
        review=category.review,
        reason=harmless(category.reason),
        rules=Rules(
            goods=tuple(_term(one, language) for one in category.terms),
            offers=_signals(category.offers, language),
            aggravating=_signals(category.aggravating, language),
            excuses=_signals(category.excuses, language),
        ),
    )


def _term(term: Term, language: str) -> Rule:
    notes = (TERM_KINDS[term.kind], *([RULE_KINDS["lawful"]] if term.lawful else []))
    return Rule(
        id=term.id,
        meaning=_meaning(term.gloss, language),
        notes=notes,
        weight=term.weight,
        words=len(term.words),
    )


def _signals(signals: tuple[Signal, ...], language: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=one.id,
            meaning=_meaning(one.gloss, language),
            notes=tuple(RULE_KINDS[name] for name in _how(one)),
            weight=one.weight,
            words=len(one.words),
            grade=one.grade,
        )
        for one in signals
    )


def _how(signal: Signal) -> Iterator[str]:
    if signal.kind is not SignalKind.OFFER:
        yield signal.kind.value
    if signal.unlawful:
        yield "unless-licensed" if signal.unless_licensed else "unlawful"
    for name in ("direct", "tells"):
        if getattr(signal, name):
            yield name


def _meaning(gloss: Mapping[str, str], language: str) -> str:
    return harmless(gloss.get(language) or gloss.get("en", ""))


def _step(rung: Rung) -> Step:
    return Step(
        whom=SHARERS[rung.subject, rung.role],
        grade=rung.min_grade,
        links=rung.min_links,
        sharers=rung.min_sharers,
        days=rung.days or 0,
        step=STEPS.get(rung.step) or readable(rung.step),
    )
