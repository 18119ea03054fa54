"""From tallies to a judgement: the label, how sure, why, and whether it may be listed without a person.

Unreachable is not clear, unsure is not contraband (DESIGN.md section 4): a page that could not be read is
never called clear, and goods without an offer, or an offer without goods, is never contraband. UNSURE with
a category goes to a moderator.
"""

from collections.abc import Sequence
from dataclasses import replace

from blocklist.model import BlockKind, Evidence, EvidenceKind, Failure, Judgement, Label, Page, PageState
from blocklist.policy import Category, Policy
from crawler.judge.consider import Considered, consider, names_goods
from crawler.judge.evidence import evidence_of
from crawler.judge.priced import prices_else
from crawler.judge.register import invites_privately, is_flyer, is_prose
from crawler.judge.score import tallies
from crawler.judge.shopfront import judge_by_name
from crawler.judge.signals import Text
from crawler.judge.suppress import suspicious
from crawler.judge.tally import CERTAIN, Tally
from crawler.judge.voice import Voice, voice_of, with_voice

SUPPRESSED = "suppressed"
"""The whole reason of a judgement whose page must not be kept; ``is_suppressed`` asks for it."""

MIN_WAYS = 2  # independent ways of selling; a single phrase may be quoted by whoever warns of it
LIKELY = 0.5  # confidence from which goods without an offer are worth a moderator's look
EXCUSED = 0.35  # the same amid several excusing contexts
MIN_PLACES = 2  # where a page tells, so that one word of it is no excuse
MIN_CHARS = 12  # of visible text; less says too little to be called clear
MAX_CONTEXTS = 2  # contexts that excuse, be it by one word, beyond which a person must see it
MAX_CATEGORIES = 4  # whose goods a page names outright; a list of all that is forbidden names more
_FOREIGN_WORDS = 3  # of other languages' lists, by which a page is written in one whatever it declares
_SHORT = 600  # characters of a message or an advertisement; an article takes more
_TOP_GRADE = 4
_STATES = {
    PageState.EMPTY: "the page holds no text",
    PageState.SCRIPT_ONLY: "the page shows its text by script only",
    PageState.IMAGE_ONLY: "the page is images only",
    PageState.PARKED: "the name is parked",
    PageState.DEFAULT_SERVER: "the server shows its default page",
    PageState.ERROR: "the page is an error message",
    PageState.CAPTCHA: "the page asks for a captcha",
}


def judge(page: Page, policy: Policy) -> Judgement:
    """Judge what a reader sees of ``page``; the same page and policy always give the same judgement."""
    return conclude(consider(page, policy), policy)


def conclude(considered: Considered, policy: Policy) -> Judgement:
    """Judge a page that was looked through under ``policy``."""
    page, text, lexicon = considered.page, considered.text, considered.lexicon
    found, turned, tallied = considered.found, considered.turned, considered.tallied
    if suspicious(found, lexicon):
        return _plain(policy, Label.UNSURE, SUPPRESSED)
    judgement, voice = _accused(tallied, page, text, policy), None
    if judgement is not None:
        voice = voice_of(page, text, considered.heard, found, lexicon)
        told = len(voice.own) < len(found) or voice.page is not page
        own = tallies(voice.page, text, voice.own, lexicon, policy, turned) if told else tallied
        judgement = _borne_out(judgement, voice, own, considered, policy)
    return (
        judgement
        or judge_by_name(page, found, lexicon, policy)
        or _not_accused(tallied, page, text, policy, voice)
    )


def unreachable(failure: Failure, detail: str, policy: Policy) -> Judgement:
    """Judge a visit that brought no page."""
    said = f"the visit brought no page: {failure}" + (f" ({detail})" if detail else "")
    return _plain(policy, Label.UNREACHABLE, said)


def is_suppressed(judgement: Judgement) -> bool:
    """Whether the page must be dropped: nothing of it stored, queued or fetched again."""
    return judgement.label is Label.UNSURE and judgement.reason == SUPPRESSED


def _accused(tallied: Sequence[Tally], page: Page, text: Text, policy: Policy) -> Judgement | None:
    accusations = (_accuse(tally, page, text, policy) for tally in tallied)
    return next((one for one in accusations if one is not None), None)


def _not_accused(
    tallied: Sequence[Tally], page: Page, text: Text, policy: Policy, voice: Voice | None
) -> Judgement:
    """``voice``: by whose telling an accusation fell; None: there was none."""
    if page.state is not PageState.READABLE:
        reason = _STATES[page.state] + (f" ({page.state_reason})" if page.state_reason else "")
        state = Evidence(
            rule=f"page/{page.state}", kind=EvidenceKind.STATE, category=None, excerpt="", weight=0.0
        )
        return _plain(policy, Label.UNSURE, reason, evidence=(state,))
    if text.visible < MIN_CHARS:
        return _plain(policy, Label.UNSURE, "the page holds too little text to be judged")
    if not tallied:
        return _plain(policy, Label.CLEAR, "the page names no goods of the policy")
    best = tallied[0]
    evidence = evidence_of(best, page, text, policy)
    if voice is not None:
        title = policy.categories[best.category].title["en"].lower()
        reason = f"tells about {title}: quotes, reports, asks or warns, and sells nothing in its own voice"
        evidence = with_voice(evidence, voice, text, best.category)
    else:
        reason = _why_clear(best, page, text, policy)
    return _plain(policy, Label.CLEAR, reason, confidence=best.confidence, evidence=evidence)


def _accuse(tally: Tally, page: Page, text: Text, policy: Policy) -> Judgement | None:
    category = policy.categories[tally.category]
    doubtful = tally.confidence < category.review
    if doubtful and not _short_of_words(tally, text):
        return None
    readable = page.state is PageState.READABLE
    if (
        readable
        and category.kind == "goods"
        and not (tally.sells or is_flyer(text) or invites_privately(page))
    ):
        return None
    if not names_goods(tally) or not (tally.own_name or tally.marked or tally.measured):
        return None
    excused = tally.contexts > 1 or tally.licensed
    if readable and tally.lawful_only and excused and tally.confidence < CERTAIN:
        return None
    if readable and tally.confidence < _worth_a_look(tally, page, text):
        return None
    evidence = evidence_of(tally, page, text, policy)
    sure = readable and tally.ways > 0 and not tally.lawful_only and not doubtful
    label = Label.CONTRABAND if sure else Label.UNSURE
    publishable = sure and tally.confidence >= category.publish and _plain_spoken(tally, page, text)
    doubt = _doubt(tally, text, category) if publishable else ""
    return Judgement(
        label=label,
        category=category.id,
        grade=_grade(category, tally),
        confidence=round(tally.confidence, 4),
        publishable=publishable and not doubt,
        reason=_why(category, tally, sure=sure) + doubt,
        evidence=evidence,
        policy=policy.digest,
    )


def _borne_out(
    judgement: Judgement, voice: Voice, own: Sequence[Tally], considered: Considered, policy: Policy
) -> Judgement | None:
    """``judgement`` as far as the page's own voice (``own``) bears it out; None: it only tells."""
    page, text, lexicon = considered.page, considered.text, considered.lexicon
    said = _accused(own, voice.page, text, policy)
    about = next((tally for tally in own if tally.category == judgement.category), None)
    silent = voice.places >= MIN_PLACES and (said is None or (about is not None and not about.ways))
    vends = voice.button or invites_privately(voice.page) or (about is not None and about.vends)
    if (voice.mostly_tells or silent) and not vends:
        return None
    if judgement.publishable and not _is_measured(voice, text, policy):
        reason = (
            f"{judgement.reason}, in a language ({page.lang or 'unnamed'}) whose offers a person must see"
        )
        return replace(judgement, publishable=False, reason=reason)
    category = str(judgement.category)
    goods = policy.categories[category].kind == "goods"
    if judgement.publishable and goods and prices_else(voice.page, text, voice.own, lexicon, category):
        reason = f"{judgement.reason}, but what bears the prices is something else: a person must see it"
        return replace(judgement, publishable=False, reason=reason)
    lists_all = sum(tally.named_outright for tally in own) > MAX_CATEGORIES
    if not judgement.publishable or (
        said is not None and said.publishable and not voice.tells and not lists_all
    ):
        return judgement
    return replace(
        judgement,
        publishable=False,
        reason=f"{judgement.reason}, but it also tells, denies or is licensed: a person must see who speaks",
        evidence=with_voice(judgement.evidence, voice, text, str(judgement.category)),
    )


def _is_measured(voice: Voice, text: Text, policy: Policy) -> bool:
    """Whether the judge has been measured in the page's language.

    A page may be too short to tell it, or name the language of its template: then its words show whose they
    are, one where no language is named, several where one is.
    """
    primary = voice.page.lang.partition("-")[0].lower()
    if primary and policy.listed_languages and primary not in policy.listed_languages:
        return False
    said = {text.text[one.start : one.end].casefold() for one in voice.own}
    return len(said & policy.unmeasured_words) < (_FOREIGN_WORDS if primary else 1)


def _short_of_words(tally: Tally, text: Text) -> bool:
    """Whether little was said, but just that: goods by name and how to get them, and nothing that excuses."""
    ways = tally.ways + bool(tally.basket)
    return tally.own_name and (ways >= MIN_WAYS + tally.contexts or is_flyer(text))


def _worth_a_look(tally: Tally, page: Page, text: Text) -> float:
    """From which confidence a moderator should see it, the category's own threshold apart."""
    if _is_report(tally, page, text):
        return CERTAIN
    if not tally.ways:
        return 0.0 if is_flyer(text) else LIKELY
    return EXCUSED if tally.contexts > 1 else 0.0


def _is_report(tally: Tally, page: Page, text: Text) -> bool:
    if tally.invites or tally.disguised or text.disguised or invites_privately(page):
        return False
    return tally.told_about and is_prose(text)


def _plain_spoken(tally: Tally, page: Page, text: Text) -> bool:
    """Whether the goods bear a name of their own, not in passing, and are sold in more than one way.

    Where one context excuses, the buyer must be spoken to besides (a report about a sale has all the words
    too); where several do, hardly a doubt may be left. Prose that tells of it in any word must invite to buy.
    """
    if not tally.legible or tally.in_passing or tally.ways < MIN_WAYS:
        return False
    if not (tally.trades or invites_privately(page)):
        return False
    contexts = tally.excused
    if contexts > MAX_CONTEXTS or tally.refuses:
        return False
    if is_prose(text) and (contexts or text.visible > _SHORT):
        invited = (tally.invites if tally.contexts else tally.addressed) or invites_privately(page)
        return invited and (contexts <= 1 or (tally.contexts <= 1 and tally.confidence >= CERTAIN))
    return not contexts or (tally.direct and (contexts == 1 or tally.confidence >= CERTAIN))


def _doubt(tally: Tally, text: Text, category: Category) -> str:
    """Say what keeps a plain offer from being listed unseen; empty: the page marks the sale as unlawful.

    Most lawful shops that were taken for offers at first sight (12 of 23 own pages written blind) bear no
    such mark, or one beside more that excuses them; of the offers nine in ten bear it.
    """
    if not (tally.marked or category.goods_alone):
        return ", but nothing marks the sale as unlawful: a person must see it"
    if tally.sums["excuse"] >= max(1.0, tally.sums["unlawful"]):
        return ", but as much excuses it: a person must see it"
    if any(text.blocks[strand.best.block].kind is BlockKind.TITLE for strand in tally.strands["excuse"]):
        return ", but its title excuses it: a person must see it"
    return ""


def _grade(category: Category, tally: Tally) -> int:
    worse = max((strand.group.grade for strand in tally.strands["aggravating"] if strand.near), default=0)
    return min(_TOP_GRADE, category.grade + worse)


def _why(category: Category, tally: Tally, *, sure: bool) -> str:
    goods = ", ".join(sorted({strand.group.id for strand in tally.strands["goods"]})[:3])
    ways = [*tally.strands["unlawful"], *tally.strands["beside"], *tally.strands["contact"]]
    how = ", ".join(dict.fromkeys(strand.group.id for strand in ways[:4]))
    prices = f"{', ' if how else ''}prices" if tally.prices else ""
    if sure:
        title = category.title["en"].lower().removesuffix(" for sale")
        return f"offers {title} for sale ({goods}; sold by: {how}{prices})"
    return f"names {category.title['en'].lower()} ({goods}), but a person must see whether they are for sale"


def _why_clear(tally: Tally, page: Page, text: Text, policy: Policy) -> str:
    title = policy.categories[tally.category].title["en"].lower()
    if _is_report(tally, page, text):
        return f"tells about {title} in prose, and leaves a buyer nothing to do"
    if not tally.ways:
        return f"words of {title} are named, but not offered for sale"
    if tally.lawful_only:
        return f"goods that licensed sellers offer too ({title}), without a mark of unlawful sale"
    if tally.sums["excuse"] > tally.sums["beside"] + tally.sums["unlawful"]:
        return f"words of {title} stand in a context that excuses them"
    return f"too little speaks for an offer of {title}"


def _plain(
    policy: Policy, label: Label, reason: str, *, confidence: float = 0.0, evidence: tuple[Evidence, ...] = ()
) -> Judgement:
    return Judgement(
        label=label,
        category=None,
        grade=0,
        confidence=round(confidence, 4),
        publishable=False,
        reason=reason,
        evidence=evidence,
        policy=policy.digest,
    )
