"""The lists of a policy as groups of words, each with what the judge needs to know of it.

Finding the words is left to ``lexicon``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from blocklist.policy import Policy, SignalKind, TermKind, VoiceKind

REFUSED = "refused"
REFUSAL = 1.5  # weight of goods that the page says it does not sell
OWN_NAME = 1.5  # weight from which a term is a name of its own


class Part(StrEnum):
    """Which list of the policy a group of words stands in."""

    TERM = "term"
    OFFER = "offer"
    AGGRAVATING = "aggravating"
    EXCUSE = "excuse"
    MINORS = "minors"
    SEXUAL = "sexual"
    NEGATION = "negation"
    DENIAL = "denial"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of words of the policy, as the judge needs it."""

    part: Part
    category: str | None
    """None: common to all categories."""
    id: str
    weight: float
    kind: TermKind | SignalKind | None = None
    """None: aggravating or excusing."""
    lawful: bool = False
    unlawful: bool = False
    unless_licensed: bool = False
    direct: bool = False
    tells: bool = False
    grade: int = 0
    voice: VoiceKind | None = None
    """None: no cue of who speaks."""


def refusal_of(category: str) -> Group:
    """Say in a group what no list holds: "we never sell replicas" speaks against the page's selling them."""
    return Group(part=Part.EXCUSE, category=category, id=REFUSED, weight=REFUSAL)


def groups_of(policy: Policy) -> Iterator[tuple[Group, tuple[str, ...]]]:
    """Yield every group of ``policy`` with its words as written."""
    for category in policy.categories.values():
        for term in category.terms:
            yield (
                Group(
                    part=Part.TERM,
                    category=category.id,
                    id=term.id,
                    weight=term.weight,
                    kind=term.kind,
                    lawful=term.lawful,
                ),
                term.words,
            )
    for name, offers, excuses in (
        (None, policy.offers, policy.excuses),
        *((c.id, c.offers, c.excuses) for c in policy.categories.values()),
    ):
        for offer in offers:
            yield (
                Group(
                    part=Part.OFFER,
                    category=name,
                    id=offer.id,
                    weight=offer.weight,
                    kind=offer.kind,
                    unlawful=offer.unlawful,
                    unless_licensed=offer.unless_licensed,
                    direct=offer.direct,
                ),
                offer.words,
            )
        for excuse in excuses:
            yield (
                Group(
                    part=Part.EXCUSE,
                    category=name,
                    id=excuse.id,
                    weight=excuse.weight,
                    tells=excuse.tells,
                ),
                excuse.words,
            )
    for category in policy.categories.values():
        for worse in category.aggravating:
            yield (
                Group(
                    part=Part.AGGRAVATING,
                    category=category.id,
                    id=worse.id,
                    weight=worse.weight,
                    grade=worse.grade,
                ),
                worse.words,
            )
    before = tuple(word for word in policy.negations if not word.startswith("…"))
    after = tuple(word.removeprefix("…").strip() for word in policy.negations if word.startswith("…"))
    for voice in policy.voices:
        yield Group(part=Part.VOICE, category=None, id=voice.id, weight=0, voice=voice.id), voice.words
    yield Group(part=Part.NEGATION, category=None, id="negations", weight=0), before
    yield Group(part=Part.DENIAL, category=None, id="denials", weight=0), after
    yield Group(part=Part.MINORS, category=None, id="minors", weight=0), policy.suppression.minors
    yield Group(part=Part.SEXUAL, category=None, id="sexual", weight=0), policy.suppression.sexual
