"""A policy as a person reads it in a terminal."""

from collections.abc import Iterator

from blocklist.policy import Category, Policy, Rung, Signal, Term


def policy_lines(found: Policy) -> Iterator[str]:
    """Say what it judges and what follows, a line each."""
    yield f"{found.name}, version {found.version}"
    yield f"digest {found.digest}"
    yield ""
    yield f"{'clause':10} {'category':20} {'grade':>5}  {'publish':>7} {'review':>7}  title"
    for one in sorted(found.categories.values(), key=lambda category: category.clause):
        yield (
            f"{one.clause:10} {one.id:20} {one.grade:5}  {one.publish:7.2f} {one.review:7.2f}"
            f"  {one.title['en']} / {one.title['zh']}"
        )
    yield ""
    yield "measures"
    yield from (f"  {_rung(rung)}" for rung in found.ladder)


def category_lines(one: Category) -> Iterator[str]:
    """Say all of one category, its words last."""
    yield f"{one.title['en']} / {one.title['zh']} ({one.id}, {one.kind}, {one.clause}, grade {one.grade})"
    for lang, summary in one.summary.items():
        yield f"{lang}: {summary}"
    for lang, goods in one.goods.items():
        yield f"{lang}: {', '.join(goods)}"
    for lang, where in one.jurisdiction.items():
        yield f"{lang}: {where}"
    yield f"published from {one.publish:g}, reviewed from {one.review:g}: {one.reason}"
    for heading, groups in (
        ("goods", one.terms),
        ("offers", one.offers),
        ("graver", one.aggravating),
        ("excuses", one.excuses),
    ):
        yield ""
        yield heading
        for group in groups:
            marks = [str(getattr(group, "kind", ""))] if heading == "goods" else []
            marks += [name for name in ("lawful", "unlawful", "direct") if getattr(group, name, False)]
            marks.append(f"weight {group.weight:g}")
            yield f"  {group.id} ({', '.join(marks)}): {', '.join(group.words)}"


def groups_of(category: Category) -> tuple[Term | Signal, ...]:
    """Return every group of words of a category."""
    return (*category.terms, *category.offers, *category.aggravating, *category.excuses)


def _rung(rung: Rung) -> str:
    who = f"{rung.subject} ({rung.role})" if rung.role else rung.subject
    within = f" within {rung.days} days" if rung.days else ""
    repeated = f"{rung.min_sharers} sharers" if rung.subject == "link" else f"{rung.min_links} listed links"
    return f"{who}: {rung.step} from grade {rung.min_grade} and {repeated}{within}"
