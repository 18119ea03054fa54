"""Evidence added up into one confidence per category, by a dozen numbers that the policy names.

Goods come first: a category nobody names is not looked at. Selling counts by how close to the goods it
stands. What may be done with a confidence is left to ``decide``.
"""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from blocklist.model import BlockKind, Page, Price
from blocklist.policy import Policy, SignalKind, TermKind
from crawler.judge.groups import OWN_NAME, REFUSED, Group, Part, refusal_of
from crawler.judge.lexicon import Lexicon
from crawler.judge.quoted import Quotations
from crawler.judge.signals import Found, Text

CLOSE = 80  # characters; a signal this near to the goods counts in full
FAR = 600  # characters; beyond it a signal only tells that the page sells something
_FAR_SHARE = 0.3  # what is left of a signal's weight at FAR
_CAPS = {
    "goods": 8.0,
    "selling": 8.0,
    "beside": 9.0,
    "unlawful": 6.0,
    "contact": 3.0,
    "quantity": 3.0,
    "excuse": 12.0,
}
_MEASURED = 2  # ways of selling beside an amount that make an everyday word a name
_PRICED = 2  # prices that make a price list; one may be quoted in a report
_MAX_PRICES = 4
_TITLES = (BlockKind.TITLE, BlockKind.HEADING)
_SENTENCE_END = re.compile("[.!?;\u3002\uff01\uff1f\uff1b\u00b6]")
_SHARE = re.compile(r"\s*(?:share|tweet|follow us|分享|转发)\b", re.IGNORECASE)
_REFUSES = re.compile(
    r"\b(?:sell|sold|selling|stock|deal|refuse|accept|supply|carry|offer)|\bno \w|[卖售拒收]|经营",
    re.IGNORECASE,
)
"""What is said of goods that are not sold; "avoid fake passport scams" refuses nothing."""
_BESIDE = 30  # characters around the goods in which a refusal stands
_BASKETS = ("cart", "checkout")
BASKET = 1.5  # weight of a form that sells, as of a selling signal
_INVITES = 1.0  # strength from which a private contact is an invitation to buy ("add me") and no imprint
CERTAIN = 0.99  # confidence beyond which more evidence says nothing more
_SHORT_PAGE = 400  # characters; on a short page everything is close
_SAYS_HOW = 1.0  # weight of direct signals that say what to do ("order now"), not who speaks ("our shop")
_A_CONTEXT = 1500  # characters of text that a further word of the same context is expected for
_MAX_NEEDED = 2  # such further words at most
_ROUNDING = 0.01
_HELD = 0.6  # share of its words from which a context counts as one
_TOLD = 0.7  # of the shares of contexts that tell about goods; a word or two may stand in an offer by chance
_LICENSED = 2  # different words of a licence; a rogue pharmacy also says "licensed"


@dataclass(slots=True)
class Strand:
    """What one group of words contributes: its strongest mention and how often it is named."""

    group: Group
    best: Found
    strength: float
    words: set[int] = field(default_factory=set)
    count: int = 0
    share: float = 1.0
    """Of an excuse: how much of it counts; one word of the law does not make a long shop page a law."""
    near: bool = False
    plain: bool = False
    """True: some mention is written where a reader sees it, and not only sounded out or drawn."""
    independent: bool = False
    """True: some mention shares no letter with some name of the goods: two facts, not one."""


@dataclass(slots=True)
class Tally:
    """One category on one page."""

    category: str
    sums: dict[str, float]
    strands: dict[str, list[Strand]]
    confidence: float
    lawful_only: bool
    """True: all that is named is also sold lawfully, and nothing marks the sale as unlawful."""
    prices: tuple[int, ...]
    """Indices of prices close to the goods."""
    offers: tuple[int, ...]
    """Indices of declared offers that name the goods."""
    in_passing: bool
    """True: on a page with much else to read, one block of text names the goods, and no title or heading."""
    licensed: bool
    """True: the page shows a licence, in several words of it."""
    basket: str
    """Purpose of a form that sells (``cart``, ``checkout``); empty: there is none."""

    @property
    def ways(self) -> int:
        """In how many independent ways the page offers to sell the goods."""
        offers = sum(
            strand.independent and strand.group.kind is SignalKind.OFFER
            for room in ("beside", "unlawful")
            for strand in self.strands[room]
        )
        invites = any(strand.independent and _invites(strand) for strand in self.strands["contact"])
        return offers + invites + bool(self.prices) + bool(self.offers)

    @property
    def direct(self) -> bool:
        """Whether the page speaks to a buyer: orders, invitations, prices, a basket; a report does not."""
        return self.addressed or len(self.prices) >= _PRICED

    @property
    def addressed(self) -> bool:
        """Whether a buyer is left something to do; a list of prices alone may stand in a report."""
        return bool(self.basket or self.offers) or any(
            strand.group.direct and strand.near
            for room in ("beside", "unlawful", "contact")
            for strand in self.strands[room]
        )

    @property
    def sells(self) -> bool:
        """Whether anything at all on the page is there to sell, or goods are counted or disguised."""
        return (
            bool(self.ways or self.prices or self.offers or self.basket)
            or any(self.strands[room] for room in ("beside", "unlawful", "selling", "contact", "quantity"))
            or any(strand.best.disguised for strand in self.strands["goods"])
        )

    @property
    def refuses(self) -> bool:
        """Whether the page says of goods by their name that it does not sell them."""
        return any(strand.group.id == REFUSED for strand in self.strands["excuse"])

    @property
    def invites(self) -> bool:
        """Whether the page says what to do to buy; "we sell" and an editor's address are not that."""
        return bool(self.basket or self.offers) or any(
            strand.group.direct and strand.near and strand.group.weight >= _SAYS_HOW
            for room in ("beside", "unlawful", "contact")
            for strand in self.strands[room]
        )

    @property
    def excused(self) -> int:
        """How many contexts excuse, scattered words of several taken together."""
        return math.ceil(sum(strand.share for strand in self.strands["excuse"]) - _ROUNDING)

    @property
    def contexts(self) -> int:
        """How many contexts excuse, each by as many words as a page of this length would have of it."""
        return sum(strand.share >= _HELD for strand in self.strands["excuse"])

    @property
    def vends(self) -> bool:
        """Whether a seller is at work: a basket, declared offers, an invitation, a list of prices."""
        return (
            bool(self.basket or self.offers)
            or len(self.prices) > _PRICED
            or any(_invites(strand) for strand in self.strands["contact"])
        )

    @property
    def told_about(self) -> bool:
        """Whether some context speaks of goods (news, law, advice), and does not only claim a licence."""
        return sum(strand.share for strand in self.strands["excuse"] if strand.group.tells) >= _TOLD

    @property
    def own_name(self) -> bool:
        """Whether the goods are called by a name that means them and nothing wider ("meds", "casino")."""
        return any(strand.group.weight >= OWN_NAME for strand in self.strands["goods"])

    @property
    def measured(self) -> bool:
        """Whether what an everyday word names is sold by the gram or the piece: "14 g best coke, ships …"."""
        return bool(self.strands["quantity"]) and self.ways >= _MEASURED and not self.lawful_only

    @property
    def legible(self) -> bool:
        """Whether a reader sees such a name in writing: what is hidden or guessed lists no page."""
        return any(strand.plain and strand.group.weight >= OWN_NAME for strand in self.strands["goods"])

    @property
    def marked(self) -> bool:
        """Whether something says that the goods or their sale are unlawful."""
        return bool(self.strands["unlawful"])


def tallies(
    page: Page,
    text: Text,
    found: Sequence[Found],
    lexicon: Lexicon,
    policy: Policy,
    turned: Sequence[Found] = (),
) -> list[Tally]:
    """One tally for each category whose goods the page names, the surest first; it denies ``turned``."""
    by_category: dict[str, list[tuple[Found, Group]]] = defaultdict(list)
    common: list[tuple[Found, Group]] = []
    groups = lexicon.groups
    for one in found:
        for number in one.groups:
            group = groups[number]
            if group.category is not None:
                by_category[group.category].append((one, group))
            elif group.part in (Part.OFFER, Part.EXCUSE):
                common.append((one, group))
    for one in turned:
        if not _REFUSES.search(text.text, max(0, one.start - _BESIDE), one.end + _BESIDE):
            continue
        for refused in {groups[number].category for number in one.groups if _is_own_name(groups[number])}:
            if refused in by_category:
                by_category[refused].append((one, refusal_of(refused)))
    quotations = Quotations(text.text)
    tallied = [
        _tally(category, [*own, *common], page, text, policy, quotations)
        for category, own in by_category.items()
        if any(_is_goods(group) for _, group in own)
    ]
    tallied.sort(key=_rank)
    return tallied


def _rank(tally: Tally) -> tuple[float, float, float, str]:
    """Where two categories are both certain, the page is about the one it names more."""
    return -min(tally.confidence, CERTAIN), -tally.sums["density"], -tally.confidence, tally.category


def _is_warning(mark: Found, contexts: Iterable[Found], text: Text) -> bool:
    """Whether a mark shares a sentence with what tells about it: "without tax stamp, which is an offence"."""
    return any(
        abs(one.start - mark.start) <= FAR // 4
        and (one.end <= mark.start or mark.end <= one.start)
        and _SENTENCE_END.search(text.text, min(one.end, mark.end), max(one.start, mark.start)) is None
        for one in contexts
    )


def _is_licence(group: Group) -> bool:
    return group.part is Part.EXCUSE and not group.tells and group.id != REFUSED


def _is_own_name(group: Group) -> bool:
    return _is_goods(group) and group.weight >= OWN_NAME


def _is_goods(group: Group) -> bool:
    return group.part is Part.TERM and group.kind is not TermKind.QUANTITY


def _tally(
    category: str,
    evidence: Sequence[tuple[Found, Group]],
    page: Page,
    text: Text,
    policy: Policy,
    quotations: Quotations,
) -> Tally:
    goods = [(one, group) for one, group in evidence if _is_goods(group)]
    places = sorted({one.start for one, _ in goods})
    spans = {(one.start, one.end) for one, _ in goods}
    strands: dict[str, list[Strand]] = defaultdict(list)
    by_group: dict[tuple[Part, str, str | None], Strand] = {}
    seen = [(one, group) for one, group in evidence if not text.blocks[one.block].hidden]
    warned = [one for one, group in seen if group.tells]
    licences = {one.word for one, group in seen if _is_licence(group)}
    licensed = len(licences) >= _LICENSED
    for one, group in evidence:
        if group.part is Part.EXCUSE and text.blocks[one.block].hidden:
            continue  # nobody is told what nobody sees
        if group.unlawful and _is_warning(one, warned, text):
            continue
        share = 1.0 if group.part in (Part.TERM, Part.EXCUSE) else _closeness(places, one)
        if group.kind is TermKind.QUANTITY:
            share = _closeness(places, one)
        strength = group.weight * one.factor * share
        key = (group.part, group.id, group.category)
        strand = by_group.get(key)
        if strand is None:
            strand = by_group[key] = Strand(group, one, strength)
            strands[_room(group, licensed=licensed)].append(strand)
        elif strength > strand.strength:
            strand.best, strand.strength = one, strength
        strand.words.add(one.word)
        strand.count += 1
        strand.independent = strand.independent or _apart(one, spans)
        strand.plain = strand.plain or not (one.guessed or text.blocks[one.block].hidden)
        own_words = not quotations.hold(one.start, one.end) and not _shares(group, one, text)
        strand.near = strand.near or (share > _FAR_SHARE and own_words)
    _sort_out_selling(strands)
    _weigh_contexts(strands["excuse"], text)
    prices = tuple(
        number
        for number, price in enumerate(page.prices)
        if _near_block(places, text, price.block) and not _is_quoted(price, text, quotations)
    )
    offers = tuple(number for number, offer in enumerate(page.offers) if _names(offer.name, goods, text))
    sums = _sums(strands, goods, text)
    sums["price"] = min(len(prices), _MAX_PRICES) ** 0.5
    sums["declared"] = float(bool(offers))
    basket = next((form.purpose for form in page.forms if form.purpose in _BASKETS), "")
    sums["selling"] = min(_CAPS["selling"], sums["selling"] + (BASKET if basket else 0.0))
    confidence = _logistic(policy, sums)
    lawful_only = all(group.lawful for _, group in goods) and not strands["unlawful"]
    return Tally(
        category=category,
        sums=sums,
        strands=strands,
        confidence=confidence,
        lawful_only=lawful_only,
        prices=prices,
        offers=offers,
        in_passing=_in_passing(goods, text),
        licensed=licensed,
        basket=basket,
    )


def _room(group: Group, *, licensed: bool) -> str:
    if group.part is Part.TERM:
        return "quantity" if group.kind is TermKind.QUANTITY else "goods"
    if group.part is Part.OFFER:
        unlawful = group.unlawful and not (licensed and group.unless_licensed)
        return "contact" if group.kind is SignalKind.CONTACT else "unlawful" if unlawful else "beside"
    return str(group.part)


def _sort_out_selling(strands: dict[str, list[Strand]]) -> None:
    """Move apart what stands far from the goods: it shows a shop, not an offer of these goods."""
    for room in ("beside", "unlawful"):
        far = [strand for strand in strands[room] if not strand.near]
        strands[room] = [strand for strand in strands[room] if strand.near]
        strands["selling"].extend(far)


def _weigh_contexts(strands: Iterable[Strand], text: Text) -> None:
    needed = 1 + min(_MAX_NEEDED, text.visible // _A_CONTEXT)
    for strand in strands:
        strand.share = min(1.0, len(strand.words) / needed)
        strand.strength *= strand.share


def _invites(strand: Strand) -> bool:
    return strand.near and strand.strength >= _INVITES


def _sums(
    strands: dict[str, list[Strand]], goods: Sequence[tuple[Found, Group]], text: Text
) -> dict[str, float]:
    sums = {room: min(cap, sum(_worth(strand) for strand in strands[room])) for room, cap in _CAPS.items()}
    # "Add me" beside the goods is as good as "order now"; an imprint's telephone number is not.
    invited = sum(strand.strength for strand in strands["contact"] if _invites(strand))
    sums["beside"] = min(_CAPS["beside"], sums["beside"] + invited)
    sums["title"] = max(
        (min(1.0, group.weight / 2) for one, group in goods if text.blocks[one.block].kind in _TITLES),
        default=0.0,
    )
    length = max(len(text.text) - text.unseen, _SHORT_PAGE)
    named = sum(min(1.0, group.weight / 2) * one.factor for one, group in goods)
    sums["density"] = min(4.0, math.log2(1 + 1000 * named / length))
    return sums


def _worth(strand: Strand) -> float:
    """Several names for the same thing say more than one, and repeating it says a little more."""
    variety = 1 + 0.25 * min(len(strand.words) - 1, 4)
    return strand.strength * (variety + 0.1 * min(math.log2(strand.count), 4))


def _closeness(places: Sequence[int], one: Found) -> float:
    at = bisect_left(places, one.start)
    distance = min((abs(place - one.start) for place in places[max(0, at - 1) : at + 1]), default=FAR)
    if distance <= CLOSE:
        return 1.0
    if distance >= FAR:
        return _FAR_SHARE
    return 1.0 - (1.0 - _FAR_SHARE) * (distance - CLOSE) / (FAR - CLOSE)


def _apart(one: Found, spans: Iterable[tuple[int, int]]) -> bool:
    return any(end <= one.start or one.end <= start for start, end in spans)


def _near_block(places: Iterable[int], text: Text, block: int) -> bool:
    if not 0 <= block < len(text.starts):
        return False
    start = text.starts[block] - 2 * CLOSE
    end = text.starts[block] + len(text.blocks[block].text) + CLOSE
    return any(start <= place <= end for place in places)


def _shares(group: Group, one: Found, text: Text) -> bool:
    """Whether a messenger's name only stands in a bar of buttons that pass the page on."""
    return group.kind is SignalKind.CONTACT and _SHARE.match(text.blocks[one.block].text) is not None


def _is_quoted(price: Price, text: Text, quotations: Quotations) -> bool:
    at = text.text.find(price.text, text.starts[price.block])
    return at >= 0 and quotations.hold(at, at + len(price.text))


def _in_passing(goods: Sequence[tuple[Found, Group]], text: Text) -> bool:
    blocks = {one.block for one, group in goods if group.weight >= OWN_NAME}
    titled = any(text.blocks[block].kind in _TITLES for block in blocks)
    return len(blocks) == 1 and not titled and text.visible > _SHORT_PAGE + len(text.blocks[min(blocks)].text)


def _names(name: str, goods: Sequence[tuple[Found, Group]], text: Text) -> bool:
    lowered = name.casefold()
    return any(
        text.text[one.start : one.end].casefold() in lowered for one, group in goods if group.weight > 1
    )


def _logistic(policy: Policy, sums: dict[str, float]) -> float:
    numbers = policy.score.values
    total = numbers["bias"] + sum(
        numbers[name] * (-value if name == "excuse" else value) for name, value in sums.items()
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
