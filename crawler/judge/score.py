"""Evidence added up into one confidence per category, by a dozen numbers that the policy names.

Goods come first: a category nobody names is not looked at. Selling counts by how close to the goods it
stands. What may be done with a confidence is left to ``decide``.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from blocklist.model import BlockKind, Page
from blocklist.policy import Policy, SignalKind, TermKind
from crawler.judge.groups import OWN_NAME, REFUSED, Group, Part, refusal_of
from crawler.judge.lexicon import Lexicon
from crawler.judge.places import price_places
from crawler.judge.sentences import SENTENCE_STOP
from crawler.judge.signals import Found, Text
from crawler.judge.tally import CERTAIN, Strand, Tally

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
_MAX_PRICES = 4
_TITLES = (BlockKind.TITLE, BlockKind.HEADING)
_TERM, _OFFER, _EXCUSE = Part.TERM, Part.OFFER, Part.EXCUSE  # asked of its class a member costs a call
_QUANTITY, _CONTACT = TermKind.QUANTITY, SignalKind.CONTACT
_BESIDE = 30  # characters around the goods in which a refusal stands
_BASKETS = ("cart", "checkout")
BASKET = 1.5  # weight of a form that sells, as of a selling signal
_SHORT_PAGE = 400  # characters; on a short page everything is close
_A_CONTEXT = 1500  # characters of text that a further word of the same context is expected for
_MAX_NEEDED = 2  # such further words at most
_LICENSED = 2  # different words of a licence; a rogue pharmacy also says "licensed"


@dataclass(frozen=True)
class _Around:
    """What holds for every category on a page, each found when the first asks for it."""

    page: Page
    text: Text
    lexicon: Lexicon

    @cached_property
    def bars(self) -> Sequence[tuple[int, int]]:
        """Where buttons pass the page on."""
        return tuple(self.lexicon.phrases.sharing(self.text.text))

    @cached_property
    def prices(self) -> tuple[int, ...]:
        """Indices of the prices that are not quoted."""
        placed = zip(self.page.prices, price_places(self.page, self.text), strict=True)
        return tuple(
            number
            for number, (price, at) in enumerate(placed)
            if at >= 0 and not self.text.quotations.hold(at, at + len(price.text))
        )

    def means(self, one: Found, group: Group) -> bool:
        """Whether the page says it itself: not quoted, and no messenger's name that only shares the page."""
        if self.text.quotations.hold(one.start, one.end):
            return False
        if group.kind is not _CONTACT:
            return True
        return not any(start <= one.start < end for start, end in self.bars)


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
    marks = [one for one in found if lexicon.is_unlawful(one.groups)]
    for one in found:
        for number in one.groups:
            group = groups[number]
            if group.category is not None:
                by_category[group.category].append((one, group))
            elif group.part is _OFFER or (group.part is _EXCUSE and not _is_part_of(one, marks)):
                common.append((one, group))
    for one in turned:
        if not lexicon.phrases.refuses(text.text, one.start - _BESIDE, one.end + _BESIDE):
            continue
        for refused in {groups[number].category for number in one.groups if _is_own_name(groups[number])}:
            if refused in by_category:
                by_category[refused].append((one, refusal_of(refused)))
    around = _Around(page, text, lexicon)
    tallied = [
        _tally(category, [*own, *common], around, policy)
        for category, own in by_category.items()
        if any(_is_goods(group) for _, group in own)
    ]
    tallied.sort(key=_rank)
    return tallied


def _rank(tally: Tally) -> tuple[float, float, float, str]:
    """Where two categories are both certain, the page is about the one it names more."""
    return -min(tally.confidence, CERTAIN), -tally.sums["density"], -tally.confidence, tally.category


def _is_part_of(excuse: Found, marks: Iterable[Found]) -> bool:
    """Whether a mark says more with the same words: "not affiliated with any law enforcement"."""
    return any(mark.start <= excuse.start and excuse.end <= mark.end for mark in marks)


def _is_warning(mark: Found, contexts: Iterable[Found], text: Text) -> bool:
    """Whether a mark shares a sentence with what tells about it: "without tax stamp, which is an offence"."""
    return any(
        abs(one.start - mark.start) <= FAR // 4
        and (one.end <= mark.start or mark.end <= one.start)
        and SENTENCE_STOP.search(text.text, min(one.end, mark.end), max(one.start, mark.start)) is None
        for one in contexts
    )


def _is_licence(group: Group) -> bool:
    return group.part is _EXCUSE and not group.tells and group.id != REFUSED


def _is_own_name(group: Group) -> bool:
    return _is_goods(group) and group.weight >= OWN_NAME


def _is_goods(group: Group) -> bool:
    return group.part is _TERM and group.kind is not _QUANTITY


def _tally(
    category: str,
    evidence: Sequence[tuple[Found, Group]],
    around: _Around,
    policy: Policy,
) -> Tally:
    page, text, blocks = around.page, around.text, around.text.blocks
    goods = [(one, group) for one, group in evidence if group.part is _TERM and group.kind is not _QUANTITY]
    places = sorted({one.start for one, _ in goods})
    spans = {(one.start, one.end) for one, _ in goods}
    strands: dict[str, list[Strand]] = defaultdict(list)
    by_group: dict[tuple[Part, str, str | None], Strand] = {}
    excuses = [
        (one, group) for one, group in evidence if group.part is _EXCUSE and not blocks[one.block].hidden
    ]
    warned = [one for one, group in excuses if group.tells]
    licences = {one.word for one, group in excuses if _is_licence(group)}
    licensed = len(licences) >= _LICENSED
    for one, group in evidence:
        part, hidden = group.part, blocks[one.block].hidden
        if hidden and part is _EXCUSE:
            continue  # nobody is told what nobody sees
        if group.unlawful and _is_warning(one, warned, text):
            continue
        anywhere = part is _EXCUSE or (part is _TERM and group.kind is not _QUANTITY)
        share = 1.0 if anywhere else _closeness(places, one)
        strength = group.weight * one.factor * share
        key = (part, group.id, group.category)
        strand = by_group.get(key)
        if strand is None:
            strand = by_group[key] = Strand(group, one, strength)
            strands[_room(group, licensed=licensed)].append(strand)
        elif strength > strand.strength:
            strand.best, strand.strength = one, strength
        strand.words.add(one.word)
        strand.count += 1
        strand.independent = strand.independent or _apart(one, spans)
        strand.plain = strand.plain or not (one.guessed or hidden)
        strand.near = strand.near or (share > _FAR_SHARE and around.means(one, group))
    _sort_out_selling(strands)
    _weigh_contexts(strands["excuse"], text)
    prices = tuple(number for number in around.prices if _near_block(places, text, page.prices[number].block))
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
    if group.part is _TERM:
        return "quantity" if group.kind is _QUANTITY else "goods"
    if group.part is _OFFER:
        unlawful = group.unlawful and not (licensed and group.unless_licensed)
        return "contact" if group.kind is _CONTACT else "unlawful" if unlawful else "beside"
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


def _sums(
    strands: dict[str, list[Strand]], goods: Sequence[tuple[Found, Group]], text: Text
) -> dict[str, float]:
    sums = {room: min(cap, sum(_worth(strand) for strand in strands[room])) for room, cap in _CAPS.items()}
    # "Add me" beside the goods is as good as "order now"; an imprint's telephone number is not.
    invited = sum(strand.strength for strand in strands["contact"] if strand.invites)
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
    start = one.start
    at = bisect_left(places, start)
    distance = places[at] - start if at < len(places) else FAR
    if at and start - places[at - 1] < distance:
        distance = start - places[at - 1]
    if distance <= CLOSE:
        return 1.0
    if distance >= FAR:
        return _FAR_SHARE
    return 1.0 - (1.0 - _FAR_SHARE) * (distance - CLOSE) / (FAR - CLOSE)


def _apart(one: Found, spans: Iterable[tuple[int, int]]) -> bool:
    return any(end <= one.start or one.end <= start for start, end in spans)


def _near_block(places: Iterable[int], text: Text, block: int) -> bool:
    start = text.starts[block] - 2 * CLOSE
    end = text.starts[block] + len(text.blocks[block].text) + CLOSE
    return any(start <= place <= end for place in places)


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
