"""The pages around an offer (delivery, refunds, questions): no goods, but a name that says what is sold.

A person must see such a page: nothing on it is listed by itself.
"""

from collections.abc import Sequence

from blocklist.model import Evidence, EvidenceKind, Judgement, Label, Page, PageState
from blocklist.policy import Policy
from crawler.judge.evidence import rule_of
from crawler.judge.groups import Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.names import names_of
from crawler.judge.signals import Found

_MIN_WAYS = 2  # different selling signals that make a page part of a shop
_MAX_CONTEXTS = 1  # different excusing contexts that such a page may still carry


def judge_by_name(page: Page, found: Sequence[Found], lexicon: Lexicon, policy: Policy) -> Judgement | None:
    """Send the page to a person, or None: its site bears no telling name, or it is no part of a shop."""
    if page.state is not PageState.READABLE:
        return None
    around = [lexicon.groups[number] for one in found for number in one.groups]
    ways = {group.id for group in around if group.part is Part.OFFER and group.category is None}
    contexts = {group.id for group in around if group.part is Part.EXCUSE and group.category is None}
    if len(ways) < _MIN_WAYS or len(contexts) > _MAX_CONTEXTS:
        return None
    names = [(name, lexicon.groups[at]) for name in names_of(page, lexicon.parts) for at in name.groups]
    if not names:
        return None
    name, group = max(names, key=lambda one: one[1].weight)
    category = policy.categories[str(group.category)]
    evidence = Evidence(
        rule=rule_of(category.id, group),
        kind=EvidenceKind.GOODS,
        category=category.id,
        excerpt=name.shown,
        weight=round(policy.score.values["goods"] * group.weight, 3),
    )
    title = category.title["en"].lower()
    return Judgement(
        label=Label.UNSURE,
        category=category.id,
        grade=category.grade,
        confidence=round(category.review, 4),
        publishable=False,
        reason=f"part of a shop whose name speaks of {title}, but a person must see what it sells",
        evidence=(evidence,),
        policy=policy.digest,
    )
