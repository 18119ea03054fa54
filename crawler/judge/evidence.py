"""The facts behind a judgement, each with the page's own words; contacts in them are masked.

What a fact weighs here is its share of the score, so that the list reads as the sum it was; a basket
without words (a tenth of a point) and where the goods stand are not listed.
"""

from collections.abc import Iterator

from blocklist.model import Evidence, EvidenceKind, Page
from blocklist.policy import Policy
from blocklist.privacy import mask_contacts
from crawler.judge.groups import Group, Part
from crawler.judge.places import price_places
from crawler.judge.signals import Text
from crawler.judge.tally import Strand, Tally

MAX_EVIDENCE = 24
MAX_EXCERPT = 200  # characters
_KINDS = {
    "goods": EvidenceKind.GOODS,
    "quantity": EvidenceKind.QUANTITY,
    "selling": EvidenceKind.OFFER,
    "beside": EvidenceKind.OFFER,
    "unlawful": EvidenceKind.OFFER,
    "contact": EvidenceKind.CONTACT,
    "aggravating": EvidenceKind.AGGRAVATING,
    "excuse": EvidenceKind.EXCUSE,
}


def evidence_of(tally: Tally, page: Page, text: Text, policy: Policy) -> tuple[Evidence, ...]:
    """List the facts of one category, the weightiest first, at most ``MAX_EVIDENCE``."""
    found = [
        *_words(tally, text, policy),
        *_prices(tally, page, text, policy),
        *_declared(tally, page, policy),
    ]
    found.sort(key=lambda one: (-abs(one.weight), one.rule, one.excerpt))
    return tuple(found[:MAX_EVIDENCE])


def _words(tally: Tally, text: Text, policy: Policy) -> Iterator[Evidence]:
    numbers = policy.score.values
    for room, strands in sorted(tally.strands.items()):
        sign = -1 if room == "excuse" else 1
        for strand in strands:
            if room == "aggravating" and not strand.near:
                continue  # said of something else, or quoted: it raises no grade
            weight = sign * numbers.get(room, 0.0) * strand.strength
            yield Evidence(
                rule=rule_of(tally.category, strand.group),
                kind=_KINDS[room],
                category=tally.category,
                excerpt=_excerpt(text, strand),
                weight=round(weight, 3),
            )
            for trick in _tricks(strand, text) if room == "goods" else ():
                yield Evidence(
                    rule=f"{tally.category}/evasion/{trick}-{strand.group.id}",
                    kind=EvidenceKind.EVASION,
                    category=tally.category,
                    excerpt=_excerpt(text, strand),
                    weight=0.0,
                )


def _tricks(strand: Strand, text: Text) -> Iterator[str]:
    """How the page keeps these goods from being noticed; noted, not weighed: shops hide menus too."""
    if strand.best.disguised:
        yield "disguised"
    if text.blocks[strand.best.block].hidden:
        yield "hidden"


def _prices(tally: Tally, page: Page, text: Text, policy: Policy) -> Iterator[Evidence]:
    share = policy.score.values["price"] * tally.sums["price"]
    places = tuple(price_places(page, text)) if tally.prices else ()
    for number in tally.prices[:3]:
        price, at = page.prices[number], places[number]
        yield Evidence(
            rule=f"{tally.category}/price/{price.currency or 'amount'}",
            kind=EvidenceKind.PRICE,
            category=tally.category,
            excerpt=mask_contacts(text.excerpt(at, at + len(price.text)))[:MAX_EXCERPT],
            weight=round(share / min(3, len(tally.prices)), 3),
        )


def _declared(tally: Tally, page: Page, policy: Policy) -> Iterator[Evidence]:
    for number in tally.offers[:3]:
        offer = page.offers[number]
        yield Evidence(
            rule=f"{tally.category}/offer/{offer.source}",
            kind=EvidenceKind.OFFER,
            category=tally.category,
            excerpt=mask_contacts(" ".join(f"{offer.name} {offer.price} {offer.currency}".split()))[
                :MAX_EXCERPT
            ],
            weight=round(policy.score.values["declared"] / min(3, len(tally.offers)), 3),
        )


def rule_of(category: str, group: Group) -> str:
    """``<category>/<kind>/<id>``: where in the policy the words stand; ``common`` for what all share."""
    kind = group.kind if group.part is Part.TERM else group.part
    return (
        f"{group.category or 'common'}/{kind}/{group.id}"
        if group.category
        else f"{category}/{kind}/{group.id}"
    )


def _excerpt(text: Text, strand: Strand) -> str:
    return mask_contacts(text.excerpt(strand.best.start, strand.best.end))[:MAX_EXCERPT]
