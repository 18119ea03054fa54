"""One category of a policy: what its file must say, and what it may not be about.

A category must say what goods or services it is about: a title, a summary, goods for sale in English and
Chinese, a clause, a grade, thresholds with their reason, and at least one group of goods terms. A category
about opinion, news, politics, faith or persons has none of these, and its names are refused besides
(DESIGN.md section 9).
"""

from types import MappingProxyType
from typing import Any

from blocklist.policy.fields import Fields
from blocklist.policy.values import Category, Signal, SignalKind, Term, TermKind

REFUSED_WORDS = frozenset(
    """
    belief blasphemy church criticism defamation dissent dissident election extremism faith government
    hate heresy insult journalism journalist journalists leader leaders media minority news opinion
    opinions party person persons petition political politics press protest religion religious rumor
    rumour sect sedition separatism slander speech subversion terrorism
    """.split()  # noqa: SIM905 - one line for each word would fill the page
)
"""No category may carry one of these in its id: they are not goods."""


def read_category(fields: Fields, stem: str) -> Category:
    """Read and check one category; ``stem`` is its file's name, which must be its id."""
    identifier = fields.identifier()
    if identifier != stem:
        fields.fail(f'"id" is {identifier!r} in {stem}.toml; the file bears the name of its category', "id")
    if wrong := REFUSED_WORDS.intersection(identifier.split("-")):
        word = min(wrong)
        fields.fail(f'"id" names {word!r}; a category is goods or services for sale and nothing else', "id")
    thresholds = fields.table("thresholds")
    category = Category(
        id=identifier,
        kind=fields.choice("kind", ("goods", "service")),
        clause=fields.text("clause"),
        grade=fields.whole("grade", 1, 4),
        title=MappingProxyType(_closed(fields.table("title"), Fields.by_language)),
        summary=MappingProxyType(_closed(fields.table("summary"), Fields.by_language)),
        jurisdiction=MappingProxyType(_closed(fields.table("jurisdiction"), Fields.by_language)),
        goods=MappingProxyType(_closed(fields.table("goods"), Fields.words_by_language)),
        publish=thresholds.number("publish", 0.5, 1.0),
        review=thresholds.number("review", 0.0, 1.0),
        goods_alone=thresholds.flag("goods_alone"),
        reason=thresholds.text("reason"),
        terms=tuple(_term(term) for term in fields.tables("terms")),
        offers=read_signals(fields, "offers"),
        aggravating=read_signals(fields, "aggravating"),
        excuses=read_signals(fields, "excuses"),
    )
    thresholds.done()
    fields.done()
    if category.review > category.publish:
        fields.fail(
            '"review" is above "publish"; what is published must have been worth a look', "thresholds"
        )
    if all(term.kind in (TermKind.QUANTITY, TermKind.NAME) for term in category.terms):
        fields.fail('has no goods; add [[terms]] with kind = "goods", "slang" or "brand": what is for sale')
    _unique(fields, "terms", [term.id for term in category.terms])
    return category


def _closed(fields: Fields, read: Any) -> dict[str, Any]:
    found: dict[str, Any] = read(fields)
    fields.done()
    return found


def _gloss(fields: Fields) -> MappingProxyType[str, str]:
    return MappingProxyType(_closed(fields.table("gloss"), Fields.by_language) if fields.has("gloss") else {})


def _term(fields: Fields) -> Term:
    kind = TermKind(fields.choice("kind", tuple(TermKind)))
    identifier = fields.identifier()
    weight = fields.number("weight", 0.0, 5.0)
    lawful = fields.flag("lawful")
    gloss = _gloss(fields)
    term = Term(id=identifier, kind=kind, weight=weight, lawful=lawful, gloss=gloss, words=fields.words())
    fields.done()
    return term


def read_signals(fields: Fields, key: str) -> tuple[Signal, ...]:
    """Read ``[[offers]]``, ``[[aggravating]]`` or ``[[excuses]]``."""
    found = tuple(_signal(signal, key) for signal in fields.tables(key))
    _unique(fields, key, [signal.id for signal in found])
    return found


def _signal(fields: Fields, key: str) -> Signal:
    identifier = fields.identifier()
    weight = fields.number("weight", 0.0, 5.0)
    kind, unlawful, unless_licensed, direct, tells, grade = SignalKind.OFFER, False, False, False, False, 0
    if key == "offers":
        kind = SignalKind(fields.choice("kind", tuple(SignalKind), SignalKind.OFFER))
        unlawful = fields.flag("unlawful")
        unless_licensed = fields.flag("unless_licensed")
        if unless_licensed and not unlawful:
            fields.fail('"unless_licensed" says when "unlawful" does not hold; add unlawful = true', "id")
        direct = fields.flag("direct")
    if key == "excuses":
        tells = fields.flag("tells")
    if key == "aggravating":
        grade = fields.whole("grade", 0, 3, 1)
    signal = Signal(
        id=identifier,
        weight=weight,
        kind=kind,
        unlawful=unlawful,
        unless_licensed=unless_licensed,
        direct=direct,
        tells=tells,
        grade=grade,
        gloss=_gloss(fields),
        words=fields.words(),
    )
    fields.done()
    return signal


def _unique(fields: Fields, key: str, identifiers: list[str]) -> None:
    for index, identifier in enumerate(identifiers):
        if identifier in identifiers[:index]:
            fields.fail(
                f'"id" {identifier!r} is used twice in [[{key}]]; rename or join them', key, index, "id"
            )
