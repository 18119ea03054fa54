"""Suspicion that a page shows abuse of children: seen early, kept nowhere (DESIGN.md section 9).

Deliberately narrow: a word of the policy's ``minors`` list close to one of its ``sexual`` list, on a page
that also offers something, and not a page of news, law or protection of children.
"""

from collections.abc import Sequence

from crawler.judge.groups import Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.signals import Found

_TOGETHER = 24  # characters between the two words
_MIN_OFFERS = 2  # different selling signals
_MAX_EXCUSES = 1  # different excusing contexts that such a page may still carry
_OFFER, _EXCUSE = Part.OFFER, Part.EXCUSE  # asked of its class a member costs a call


def suspicious(found: Sequence[Found], lexicon: Lexicon) -> bool:
    """Whether the page is to be suppressed."""
    places: dict[Part, list[tuple[int, int]]] = {Part.MINORS: [], Part.SEXUAL: []}
    offers: set[int] = set()
    excuses: set[int] = set()
    for one in found:
        for number in one.groups:
            part = lexicon.groups[number].part
            if part in places:
                places[part].append((one.start, one.end))
            elif part is _OFFER:
                offers.add(number)
            elif part is _EXCUSE:
                excuses.add(number)
    return (
        len(offers) >= _MIN_OFFERS
        and len(excuses) <= _MAX_EXCUSES
        and any(
            max(first, other) - min(last, end) <= _TOGETHER
            for first, last in places[Part.MINORS]
            for other, end in places[Part.SEXUAL]
        )
    )
