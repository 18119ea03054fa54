"""A judgement in lines for a person: the verdict, then what spoke for it, then what spoke against."""

from collections.abc import Iterator

from blocklist.model import Evidence, Judgement, Label


def explain(judgement: Judgement) -> str:
    """Several lines without a trailing newline; excerpts are the page's words with contacts masked."""
    return "\n".join(_lines(judgement))


def headline(judgement: Judgement) -> str:
    """Say the verdict and what its number means.

    The number is the same for every label: how strongly the words of the page, by themselves, speak for an
    offer. Of a page that is accused it is the confidence; of any other it is the words' score alone, which
    the reason (who speaks, a licence, nothing to buy) has overruled.
    """
    leaning = f" ({judgement.category}, grade {judgement.grade})" if judgement.category else ""
    said = f"{judgement.label}{leaning}"
    if judgement.label is Label.CONTRABAND:
        return f"{said}, confidence {judgement.confidence:.3f}"
    if not judgement.confidence:
        return said
    return f"{said}, not accused (its words alone score {judgement.confidence:.3f} of 1)"


def _lines(judgement: Judgement) -> Iterator[str]:
    yield headline(judgement)
    yield judgement.reason
    if judgement.category:
        yield (
            "may be listed without a moderator"
            if judgement.publishable
            else "waits for a moderator; not listed by itself"
        )
    for heading, chosen in (
        ("speaks for it:", [one for one in judgement.evidence if one.weight > 0]),
        ("speaks against it:", [one for one in judgement.evidence if one.weight < 0]),
        ("noted:", [one for one in judgement.evidence if one.weight == 0]),
    ):
        if chosen:
            yield heading
            yield from (_line(one) for one in chosen)
    yield f"policy {judgement.policy[:12]}"


def _line(one: Evidence) -> str:
    said = f' "{one.excerpt}"' if one.excerpt else ""
    return f"  {one.weight:+.2f}  {one.rule}{said}"
