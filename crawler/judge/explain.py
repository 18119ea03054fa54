"""A judgement in lines for a person: the verdict, then what spoke for it, then what spoke against."""

from collections.abc import Iterator

from blocklist.model import Evidence, Judgement


def explain(judgement: Judgement) -> str:
    """Several lines without a trailing newline; excerpts are the page's words with contacts masked."""
    return "\n".join(_lines(judgement))


def _lines(judgement: Judgement) -> Iterator[str]:
    what = f"{judgement.label}"
    if judgement.category:
        what += f": {judgement.category}, grade {judgement.grade}"
    yield f"{what}, confidence {judgement.confidence:.3f}"
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
