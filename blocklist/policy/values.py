"""What a loaded policy consists of: frozen values, checked by ``load`` before they exist.

Words are kept as written; the judge normalises them the way it normalises pages. Four marks have a meaning
inside a word: ``…`` stands for up to 24 characters of the same block (6 after a Han character), ``#`` for a
number, a Latin word also matches with a plural ``s``, and a *quantity* counts only after a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from blocklist.model import Role


class TermKind(StrEnum):
    """What a word of a category is; quantities support goods and are none themselves.

    A *name* is a part of the names that sellers give themselves ("replica" in ``deepreplica``): it is looked
    for in a host or a title whose letters are joined, and nowhere else.
    """

    GOODS = "goods"
    SLANG = "slang"
    BRAND = "brand"
    QUANTITY = "quantity"
    NAME = "name"


class SignalKind(StrEnum):
    """What a signal shows: an offer in words, an invitation to a private contact, or unlawful goods.

    A mark ("replica", "undetectable") makes goods contraband; it is no offer to sell them.
    """

    OFFER = "offer"
    CONTACT = "contact"
    MARK = "mark"


class VoiceKind(StrEnum):
    """Who speaks, where not a seller to a buyer; the judge's ``voice`` says what each is good for."""

    REPORT = "report"
    DENY = "deny"
    ASK = "ask"
    WARN = "warn"
    DOCUMENT = "document"
    LAWFUL = "lawful"
    DISCLAIM = "disclaim"
    """The page says of itself that nothing on it is meant: satire, an exercise, a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Words by which a sentence shows that it tells about a sale instead of offering one."""

    id: VoiceKind
    words: tuple[str, ...]


class PhraseKind(StrEnum):
    """What a few words do to those beside them; the judge's ``phrases`` says where each is looked for."""

    LACKING = "lacking"
    """Right before a licence or another excuse: it is not there ("no tax stamp", "无需处方")."""
    BETWEEN = "between"
    """What may stand between the two ("no *valid* prescription")."""
    OPEN = "open"
    """Looks like lacking and is none ("有无处方")."""
    WAIVED = "waived"
    """Right after an excuse: nobody asks for it ("prescription not required")."""
    INSISTS = "insists"
    """In the same clause before: the lack is not put up with ("*never* without a prescription")."""
    NO_SALE = "no-sale"
    """Right after: the same ("no photo ID, *no sale*")."""
    REFUSING = "refusing"
    """Beside goods that are denied: it is their sale that is ("we do not *stock* replicas")."""
    JOINING = "joining"
    """Between the members of a list ("and", "或")."""
    TITLED = "titled"
    """In a page's title: it tells about a trade ("*what are* fullz", "fined *for*", "起底")."""
    SHARING = "sharing"
    """Begins a bar of buttons that pass the page on: the messengers it names invite nobody."""
    BUTTON = "button"
    """The whole of a button that begins a purchase."""
    SPEAKER = "speaker"
    """Who speaks for a shop: "*we* never sell …"."""
    UNWILLING = "unwilling"
    """Between the speaker and what is refused, or after the goods: "we *cannot* make", "一律*不*做"."""
    DEALING = "dealing"
    """What is refused, or done by others: to sell, stock, make; 卖, 收, 办."""
    OTHERS = "others"
    """Who deals besides the speaker: "*people who* sell", "*有人*卖"."""
    THING = "thing"
    """Right after the goods: they only say what it is for ("passport *cover*", "K粉*尿检*板")."""
    NO_PRICE = "no-price"
    """Right before an amount: it is no price, and its sentence tells ("a *fine of* $500", "*罚款*500元")."""
    NO_PRICE_AFTER = "no-price-after"
    """Right after an amount: it is a wage, and its sentence tells ("$28 *an hour*")."""
    MOCK = "mock"
    """Right before the goods: they are none ("*rubber* knife", "*练习用*蝴蝶刀")."""
    LICENCE = "licence"
    """Before a number: the page claims a licence that a person can check ("*licence* no. 555-0123")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words of one kind, as a page writes them: upper and lower case are alike, nothing else is undone."""

    id: PhraseKind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Names of one sort of goods."""

    id: str
    kind: TermKind
    weight: float
    """Strength of one mention, 0 to 5; 1 is a plain hint, 3 is hardly ever innocent beside an offer."""
    lawful: bool = False
    """True: licensed sellers offer it too, so that it is contraband only beside a mark of unlawful sale."""
    words: tuple[str, ...]
    gloss: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the words mean to a reader who cannot read them; by language, empty: its kind must do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Words that show selling, excuse, or make it graver."""

    id: str
    weight: float
    """0 to 5, as for terms; how it counts depends on the list it stands in."""
    words: tuple[str, ...]
    kind: SignalKind = SignalKind.OFFER
    unlawful: bool = False
    """True: to sell like this is itself the mark of an unlawful sale ("no prescription")."""
    unless_licensed: bool = False
    """Unlawful ones only. True: licensed sellers speak so too ("online pharmacy"); on a page that shows a
    licence it is an offer like any other."""
    direct: bool = False
    """True: speaks to the buyer ("order now"), as a report about a sale does not."""
    tells: bool = False
    """Excuses only. True: a context that tells about goods (news, law, advice, research, fiction); otherwise
    a claim that sellers make too ("licensed pharmacy")."""
    grade: int = 0
    """Aggravating circumstances only: added to the category's grade (the sum ends at 4)."""
    gloss: Mapping[str, str] = field(default_factory=dict, hash=False)
    """As of a term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One sort of goods or services whose sale is announced and blocked."""

    id: str
    kind: str
    """``goods`` or ``service``: what is for sale. There is no third kind."""
    title: Mapping[str, str]
    """By language tag; ``en`` and ``zh`` always."""
    summary: Mapping[str, str]
    """What is meant and what is not, for a person; by language."""
    goods: Mapping[str, tuple[str, ...]]
    """Examples for announcements, by language."""
    clause: str
    jurisdiction: Mapping[str, str]
    """Where the goods are unlawful, in a note; by language."""
    grade: int
    """1 (least) to 4, before aggravating circumstances."""
    publish: float
    """Confidence from which an entry may be listed without a moderator."""
    review: float
    """Confidence from which a moderator sees it."""
    goods_alone: bool
    """Whether an offer may be listed without a moderator though no mark of unlawful sale stands beside it."""
    reason: str
    """Why these thresholds."""
    terms: tuple[Term, ...]
    offers: tuple[Signal, ...]
    """Ways of selling that belong to this category alone."""
    aggravating: tuple[Signal, ...]
    excuses: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder of measures; the last rung that fits is the one recommended."""

    subject: str
    """``account``, ``group``, ``content`` (a message or post) or ``link``."""
    role: Role | None
    """None for a group and a link."""
    min_grade: int
    min_links: int = 1
    """Distinct listed links that they shared; of no meaning for a link."""
    min_sharers: int = 1
    """Distinct accounts and groups that shared it; of no meaning for all but a link."""
    days: int | None = None
    """Only what was shared within so many days counts; None: all."""
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """When a page is suspected to show abuse of children: ``minors`` close to ``sexual`` words, and selling.

    Such a page is never stored, queued, listed or fetched again (DESIGN.md section 9).
    """

    minors: tuple[str, ...]
    sexual: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The numbers that turn evidence into a confidence: a logistic over a handful of sums."""

    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy; equal digests judge equally."""

    name: str
    version: str
    digest: str
    """SHA-256 hex of the canonical content: comments, spacing and the order of words do not count."""
    categories: Mapping[str, Category]
    ladder: tuple[Rung, ...]
    offers: tuple[Signal, ...]
    """Selling in any category."""
    excuses: tuple[Signal, ...]
    """Contexts that excuse in any category."""
    shop_words: tuple[str, ...]
    """What else the names of shops are made of ("store", "best"), to tell a name from a chance of letters."""
    negations: tuple[str, ...]
    """What turns the words right after it round ("never sell")."""
    voices: tuple[Voice, ...]
    """How to tell that somebody else than a seller speaks; empty: the policy does not ask."""
    listed_languages: tuple[str, ...]
    """Languages (primary tags) in which a page may be listed without a person; empty: any."""
    unmeasured_words: frozenset[str]
    """Words, case folded, that only the lists of other languages hold."""
    phrases: tuple[Phrase, ...]
    """What changes the words beside it, each kind once at most; a kind that is absent changes nothing."""
    suppression: Suppression
    score: Score
