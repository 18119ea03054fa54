"""What one page says of one category: strands of words, sums, and the questions that ``decide`` asks of them.

How they come about is left to ``score``; what follows from the answers to ``decide``.
"""

import math
from dataclasses import dataclass, field

from blocklist.policy import SignalKind
from crawler.judge.groups import OWN_NAME, REFUSED, Group
from crawler.judge.signals import Found

OUTRIGHT = 2.5  # weight from which goods have no other meaning
CERTAIN = 0.99  # confidence beyond which more evidence says nothing more
_MEASURED = 2  # ways of selling beside an amount that make an everyday word a name
_PRICED = 2  # prices that make a price list; one may be quoted in a report
_INVITES = 1.0  # strength from which a private contact is an invitation to buy ("add me") and no imprint
_SAYS_HOW = 1.0  # weight of direct signals that say what to do ("order now"), not who speaks ("our shop")
_ROUNDING = 0.01
_HELD = 0.6  # share of its words from which a context counts as one
_TOLD = 0.7  # of the shares of contexts that tell about goods; a word or two may stand in an offer by chance


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

    @property
    def invites(self) -> bool:
        """Whether a private contact beside the goods asks to be written to, as an imprint's does not."""
        return self.near and self.strength >= _INVITES


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
        invites = any(strand.independent and strand.invites for strand in self.strands["contact"])
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
    def disguised(self) -> bool:
        """Whether the goods' own name is disguised and a way of selling too: one alone may be chance.

        No report disguises what it tells about.
        """
        goods = (strand for strand in self.strands["goods"] if strand.group.weight >= OWN_NAME)
        ways = (strand for room in ("beside", "unlawful", "contact") for strand in self.strands[room])
        return any(map(_is_torn, goods)) and any(map(_is_torn, ways))

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
            or any(strand.invites for strand in self.strands["contact"])
        )

    @property
    def trades(self) -> bool:
        """Whether just these goods are sold: by words of their own, an amount, an invitation, a price list.

        "Order now" and a price stand in any story about a seller too.
        """
        return (
            self.vends
            or any(
                strand.near and strand.group.category is not None
                for room in ("beside", "unlawful", "contact")
                for strand in self.strands[room]
            )
            or any(strand.near for strand in self.strands["quantity"])
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
    def named_outright(self) -> bool:
        """Whether the goods bear a name that leaves no doubt which kind of goods is meant."""
        return any(strand.plain and strand.group.weight >= OUTRIGHT for strand in self.strands["goods"])

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


def _is_torn(strand: Strand) -> bool:
    return strand.best.disguised and not strand.best.guessed
