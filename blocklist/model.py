"""The words of the house as frozen values, from a share report to a release.

Values only: no parsing (``urls``), no rules (``policy``, ``listing``), no SQL (``store``). Every value is
frozen, slotted and keyword-only; a cleaned string has a type of its own, so that a raw one cannot take its
place. Times are aware datetimes in UTC; each field says what *empty* means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType

WebUrl = NewType("WebUrl", str)
"""An http(s) URL in WHATWG serialisation, fragment kept, without userinfo (``urls.parse_url`` makes it)."""

ListKey = NewType("ListKey", str)
"""A Safe Browsing expression without scheme or port: ``host/path?query`` (``urls.list_key`` makes it)."""

Host = NewType("Host", str)
"""A lower-case A-label name without trailing dot, or an IP literal."""

Pseudonym = NewType("Pseudonym", str)
"""``account:…``, ``group:…``, ``content:…`` or ``reporter:…``: a keyed HMAC of the platform's own id
(``privacy``)."""

LinkName = NewType("LinkName", str)
"""``link:LG-…``: the links that lead to the page of that entry."""

Subject = Pseudonym | LinkName
"""Whom or what a measure is recommended for."""


class Surface(StrEnum):
    """Where on the platform a link was shared."""

    TIMELINE = "timeline"
    GROUP = "group"
    DIRECT = "direct"
    ACCOUNT = "account"
    OTHER = "other"


class Label(StrEnum):
    """What a verdict says: unreachable is not clear, and unsure is not contraband."""

    CONTRABAND = "contraband"
    CLEAR = "clear"
    UNSURE = "unsure"
    UNREACHABLE = "unreachable"


class Scope(StrEnum):
    """How much an entry covers: exactly that and no more (DESIGN.md section 4)."""

    URL = "url"
    PATH = "path"
    HOST = "host"
    DOMAIN = "domain"


class Failure(StrEnum):
    """Why a visit brought no page to judge."""

    DNS = "dns"
    REFUSED = "refused"
    NETWORK = "network"
    BLOCKED_ADDRESS = "blocked-address"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    TOO_MANY_HOPS = "too-many-hops"
    BAD_REDIRECT = "bad-redirect"
    ROBOTS = "robots"
    HTTP_4XX = "http-4xx"
    HTTP_5XX = "http-5xx"
    NOT_HTML = "not-html"
    TLS = "tls"
    MALFORMED = "malformed"


class Vantage(StrEnum):
    """As whom a page was visited; our declared agent always goes first (``crawler.vantage``)."""

    DECLARED = "declared"
    """Our own agent, as every plain crawl."""
    AGAIN = "declared-again"
    """The same once more: what it sees now shows whether the page changes by itself."""
    IN_APP = "in-app"
    """As the platform's in-app browser shows a shared link: its agent, its referer, its language."""
    NO_REFERER = "no-referer"
    LANGUAGE = "language"
    """The same agent and referer with the crawl's usual Accept-Language."""
    DESKTOP = "desktop"
    RETURNING = "returning"
    """The in-app browser once more, with the cookies that the page set."""
    BROWSER = "browser"
    """A browser that runs the page's scripts."""


class PageState(StrEnum):
    """What a reader meets; only ``READABLE`` may be called clear."""

    READABLE = "readable"
    EMPTY = "empty"
    SCRIPT_ONLY = "script-only"
    IMAGE_ONLY = "image-only"
    PARKED = "parked"
    DEFAULT_SERVER = "default-server"
    ERROR = "error"
    CAPTCHA = "captcha"


class BlockKind(StrEnum):
    """The part a block of text plays on the page."""

    TITLE = "title"
    META = "meta"
    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    CELL = "cell"
    LINK = "link"
    CONTROL = "control"
    ALT = "alt"
    QUOTE = "quote"


class ContactKind(StrEnum):
    """By what means a page asks to be contacted."""

    WECHAT = "wechat"
    QQ = "qq"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    LINE = "line"
    SIGNAL = "signal"
    EMAIL = "email"
    PHONE = "phone"


class EvidenceKind(StrEnum):
    """What kind of fact a piece of evidence is; listing needs ``GOODS`` and one that sells."""

    GOODS = "goods"
    OFFER = "offer"
    PRICE = "price"
    CONTACT = "contact"
    QUANTITY = "quantity"
    EVASION = "evasion"
    CLOAKING = "cloaking"
    """The page shows people what it hides from a declared crawler."""
    AGGRAVATING = "aggravating"
    EXCUSE = "excuse"
    STATE = "state"


class RemovalReason(StrEnum):
    """Why an entry left the list."""

    EXPIRED = "expired"
    CLEANED = "cleaned"
    UNREACHABLE = "unreachable"
    RE_REGISTERED = "re-registered"
    APPEAL = "appeal"
    ERROR = "error"
    POLICY = "policy"
    WIDENED = "widened"
    """Another entry with a wider scope now covers it."""
    NARROWED = "narrowed"
    """Part of it is clear; narrower entries took over what is not."""


class Action(StrEnum):
    """A moderator's word."""

    CONFIRM = "confirm"
    CLEAR = "clear"


class Role(StrEnum):
    """What a pseudonym did with a link."""

    SELLER = "seller"
    FORWARDER = "forwarder"


class Post(StrEnum):
    """What somebody, or a program, is here for; what each may do is the service's to say."""

    REPORTER = "reporter"
    MODERATOR = "moderator"
    SENIOR = "senior"
    ADMIN = "admin"
    AUDITOR = "auditor"


PEOPLE = tuple(post for post in Post if post is not Post.REPORTER)
"""What a person may be here for."""
PROGRAMS = (Post.REPORTER, Post.ADMIN, Post.AUDITOR)
"""What a program's key may be for."""


# --- shared links -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One report that a URL was shared; people appear as pseudonyms and masked names only."""

    url: WebUrl
    surface: Surface
    account: Pseudonym | None = None
    """None: the report did not say who shared it."""
    account_name: str = ""
    """Masked by ``privacy.mask_name``; empty: not given."""
    group: Pseudonym | None = None
    """None: not shared in a group, or not said."""
    group_name: str = ""
    """Masked; empty: not given."""
    content: Pseudonym | None = None
    """The message or post; None: the report gave no id of it."""
    reporter: Pseudonym | None = None
    forwarded: bool = False
    """True: the account passed on somebody else's message."""
    shared_at: datetime | None = None
    """None: the report did not say when."""
    preview: str = ""
    """What the platform's card of the link said, contacts masked; kept with the link. Empty: not given."""
    succeeds: tuple[tuple[Pseudonym, Pseudonym], ...] = ()
    """These people by an earlier key, and as they are called here; not kept with the share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The page that a link's verdict was made of, as the next visit may find it again."""

    url: WebUrl
    """The landing page."""
    content_type: str
    sha256: str
    """Hex, of the decompressed body."""
    size: int
    """Of the decompressed body, in bytes."""
    policy: str
    """Digest of the policy that judged it."""
    payload: str
    """Digest of the body as sent, as its record in the archive has it."""
    fetched_at: datetime
    """When it was read and its record in the archive was made."""
    etag: str = ""
    """Of its answer, as sent (RFC 9110 section 8.8.3); empty: none."""
    last_modified: str = ""
    """Likewise (section 8.8.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What earlier visits to a link tell the next one."""

    label: Label
    """Of the verdict that holds."""
    visited_at: datetime
    """Last visit."""
    interval_s: float | None = None
    """Planned between the last two visits, in seconds; None: its page was never up."""
    heat: float = 0.0
    """Flips of the label, older ones counting less (``crawler.frontier``)."""
    says: str = ""
    """What the judge said of the page, in short, so that a change is noticed; empty: it was never read."""
    known: Known | None = None
    """None: its page must be read anew, whatever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One URL under watch."""

    id: int
    url: WebUrl
    host: Host
    sensitive: tuple[str, ...] = ()
    """Why this URL may carry a person (``urls.sensitive_parts``); empty: it does not."""
    attempts: int = 0
    """Consecutive failed visits; 0: never visited, or the last visit brought a page."""
    watch: Watch | None = None
    """None: never visited, or not asked for; only who leases a link is told."""
    twins: tuple["Link", ...] = ()
    """Links that differ from it in the fragment alone and share this visit."""


# --- the visit ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step on the way to the landing page."""

    url: str
    """As requested; userinfo and secrets stripped."""
    status: int | None = None
    """HTTP status; None: no answer."""
    via: str = "http"
    """What led on from here: ``http`` (Location), ``meta`` (meta refresh), ``landing`` (the last one)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """What the connection's certificate said; a problem is recorded, not refused."""

    valid: bool
    problem: str = ""
    """``expired``, ``self-signed``, ``wrong-name``, ``untrusted`` …; empty: none."""
    issuer: str = ""
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Where the evidence of a capture lies in the workspace's WARC files."""

    file: str
    """Name within ``captures/``."""
    offset: int  # bytes
    length: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One visit to one link from one vantage."""

    id: int | None = None
    """None: not stored yet."""
    link: int
    vantage: Vantage = Vantage.DECLARED
    fetched_at: datetime
    elapsed_ms: int = 0
    hops: tuple[Hop, ...] = ()
    final_url: WebUrl | None = None
    """The landing page; None: never reached."""
    status: int | None = None
    content_type: str = ""
    body_sha256: str = ""
    """Hex, of the decompressed body; empty: no body."""
    body_bytes: int = 0
    failure: Failure | None = None
    """None: a page was brought back."""
    failure_detail: str = ""
    peer: str = ""
    """Address the page came from; empty: not known."""
    tls: TlsFacts | None = None
    """None: plain HTTP, or no connection."""
    archived: Archived | None = None


# --- the page -----------------------------------------------------------------------------------------


class Block(NamedTuple):
    """A run of text that a reader sees as one.

    A named tuple, since a page has hundreds: a frozen dataclass takes four times as long to make.
    """

    kind: BlockKind
    text: str
    hidden: bool = False
    """True: the markup keeps it from the reader's eye."""
    boilerplate: bool = False
    """True: navigation, cookie bar, footer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Goods that the page's own metadata declares for sale."""

    source: str
    """``json-ld``, ``microdata`` or ``opengraph``."""
    name: str
    price: str = ""
    currency: str = ""
    availability: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """An amount with a currency in running text."""

    text: str
    """As written."""
    amount: float
    currency: str
    """ISO 4217, or BTC, USDT, XMR …"""
    block: int
    """Index into ``Page.blocks``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A handle, kept only as its kind and a keyed HMAC."""

    kind: ContactKind
    hmac: str
    """Empty: the page masks the handle itself, so it is evidence but links no sellers."""
    block: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form by what it is for: ``search``, ``login``, ``cart``, ``checkout``, ``contact``, ``other``."""

    purpose: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a reader sees of a landing page."""

    url: WebUrl | None
    """None: judged from a file whose address is not known."""
    state: PageState
    state_reason: str = ""
    title: str = ""
    description: str = ""
    lang: str = ""
    """Declared or detected BCP 47 primary tag; empty: not known."""
    charset: str = ""
    blocks: tuple[Block, ...] = ()
    offers: tuple[Offer, ...] = ()
    prices: tuple[Price, ...] = ()
    contacts: tuple[Contact, ...] = ()
    forms: tuple[Form, ...] = ()
    refresh: str = ""
    """Target of a meta refresh as written; empty: none."""


# --- the judgement ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact that speaks for or against."""

    rule: str
    """``<category>/<kind>/<term id>``, or ``page/<state>``."""
    kind: EvidenceKind
    category: str | None
    """None: speaks about the page, not about one category."""
    excerpt: str
    """Original words around the match, contacts masked."""
    weight: float
    """Positive speaks for contraband, negative against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the judge says of a page, before anybody knows whose page it is."""

    label: Label
    category: str | None
    """None unless the label is contraband, or unsure with a leaning."""
    grade: int
    """1 (least) to 4; 0: no category."""
    confidence: float
    """How strongly the page's words, by themselves, speak for an offer, 0 to 1. Contraband: the calibrated
    probability of it. Clear and unsure: the score of the words alone, overruled for the ``reason`` given."""
    publishable: bool
    """True: above the policy's publish threshold with two independent kinds of evidence."""
    reason: str
    """One sentence for a person."""
    evidence: tuple[Evidence, ...]
    policy: str
    """Digest of the policy that judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A judgement about a link: by whom, when, from which captures."""

    id: int | None = None
    link: int
    landing: WebUrl | None
    """What was judged; None: unreachable."""
    title: str = ""
    judgement: Judgement
    captures: tuple[int, ...]
    decided_at: datetime
    by: str = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A moderator's word on a link's verdict; the newest one on a link holds."""

    id: int | None = None
    link: int
    action: Action
    category: str | None = None
    """None: the verdict's own."""
    grade: int | None = None
    scope: Scope | None = None
    """None: the narrowest that is true."""
    reason: str
    by: str
    decided_at: datetime
    on_appeal: bool = False
    """True: it answers an appeal that was upheld."""


class Piece(NamedTuple):
    """A run of a page's own words, all of it evidence or none."""

    text: str
    rule: str = ""
    """As ``Evidence.rule``; empty: it is no evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One block of a page as a moderator reads it: contacts masked, evidence marked where it stands."""

    kind: BlockKind
    hidden: bool
    boilerplate: bool
    pieces: tuple[Piece, ...]


# --- the list -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """All that listing needs to know of one link: its present verdict, how it got there, a person's word."""

    link: Link
    verdict: Verdict
    hops: tuple[WebUrl, ...] = ()
    """The shared URL and every hop before the landing page."""
    decision: Decision | None = None
    """None: no moderator has spoken."""
    unreachable_since: datetime | None = None
    """First failed visit of an unbroken run; None: the last visit brought a page."""
    failure: Failure | None = None
    """Why the last visit brought no page; None: it brought one, or it is not known."""
    first_seen: datetime
    fetched_at: datetime | None = None
    """When what was judged was fetched; None: not known, ``seen_at`` is the verdict's own time then."""

    @property
    def seen_at(self) -> datetime:
        """When the page was last looked at: judging a stored capture again verifies nothing anew."""
        return self.verdict.decided_at if self.fetched_at is None else self.fetched_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list."""

    id: str
    """Permanent: ``LG-`` and ten base32 letters."""
    scope: Scope
    expression: ListKey
    """Scheme-less: ``host/`` (host, domain), ``host/dir/`` (path), ``host/path?query`` (url)."""
    host: Host
    category: str
    grade: int
    clause: str
    """The policy's clause id for the category."""
    jurisdiction: str
    """Where the goods are unlawful, in a note."""
    first_seen: datetime
    listed_at: datetime
    verified_at: datetime
    expires_at: datetime
    verdict: int
    """Id of the verdict that lists it."""
    evidence: tuple[Evidence, ...]
    evidence_digest: str
    """SHA-256 hex of the canonical JSON of verdict and evidence."""
    policy: str
    """Digest of the policy."""
    decided_by: str
    """``machine`` or ``moderator``; never a name."""
    sensitive: bool = False
    """True: the expression may carry a person and is never published raw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A shared URL or hop that leads to an entry's landing page; published at ``url`` scope only."""

    expression: ListKey
    entry: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A removed entry: that it was there, and why it left; the accusation's details are gone."""

    id: str
    listed_at: datetime
    removed_at: datetime
    reason: RemovalReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A link that waits for a moderator, and why."""

    link: int
    url: WebUrl
    reason: str
    """``below-publish-threshold``, ``guarded-host``, ``compromise-signs``, ``sensitive-url``, ``robots`` …"""
    category: str | None
    grade: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the list is at one moment."""

    entries: tuple[Entry, ...]
    aliases: tuple[Alias, ...]
    tombstones: tuple[Tombstone, ...]
    """All of them, old and new."""
    review: tuple[ReviewItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One published state of the list."""

    serial: int
    issued_at: datetime
    expires_at: datetime
    entries: int
    digest: str
    """SHA-256 hex of ``manifest.json``."""
    previous: str
    """Digest of the release before; empty: the first."""
    override: str = ""
    """Who lifted the brake and why; empty: nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is recommended for an account, a group, a message or post, or a link."""

    subject: Subject
    name: str
    """Masked; empty: not known, or neither account nor group."""
    role: Role | None
    """None for a group and a link."""
    step: str
    """From the policy's ladder: ``warn``, ``limit``, ``close`` for accounts, ``block`` for links …"""
    grade: int
    """Highest grade among the ``links``."""
    links: int
    """Distinct listed links that the step of the ladder counts; of a link: shared links that lead there."""
    sharers: int = 0
    """Of a link: distinct accounts and groups that the step counts."""
    entry: Entry | None = None
    """Of a link: where the links lead."""
    categories: tuple[str, ...]
    """Of these."""
    last_shared_at: datetime | None
    rests_on: tuple[int, ...] = ()
    """Ids of the ``links``; ours, never published."""


LIFTED = "lifted"
"""The step of a platform that took back what it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the platform says it did to one of those for whom measures are recommended."""

    subject: Subject
    step: str
    """A step of the policy's ladder, or ``LIFTED``."""
    applied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a person wrote for an announcement, in one language."""

    language: str
    """As the site's folders are called: ``en``, ``zh``."""
    title: str
    body: str
    """Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What was done to an announcement after it was published, and why; readers see both."""

    at: datetime
    withdrawn: bool
    """True: it holds no more; False: its words were corrected."""
    reason: str
    """In the site's first language."""
    others: Mapping[str, str] = field(default_factory=dict)
    """The same in its other languages, by code; readers of one that is missing see ``reason``."""

    def reason_in(self, language: str) -> str:
        """Return the reason as readers of ``language`` see it."""
        return self.others.get(language, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A published notice about a period; its counts are fixed when it is made."""

    slug: str
    since: datetime
    until: datetime
    published_at: datetime
    links_blocked: int
    accounts: dict[str, int]
    """Accounts by step: as recommended, or as ``applied``."""
    groups: dict[str, int]
    categories: dict[str, int]
    """Links blocked by category."""
    examples: tuple[str, ...]
    """Masked names of accounts and groups."""
    removed: int
    """Entries removed in the period."""
    corrected: int
    """Of those, listed in error."""
    words: tuple[Words, ...] = ()
    """One for each language that a person wrote in; the others have the standard words."""
    amendments: tuple[Amendment, ...] = ()
    """Oldest first."""
    applied: bool = False
    """True: accounts and groups count what the platform says it did; False: what is recommended."""
    rolled_back: int = 0
    """Corrections of measures that rested on what was listed in error."""
    contents: dict[str, int] = field(default_factory=dict)
    """Messages and posts by step, as ``accounts``."""
    link_steps: dict[str, int] = field(default_factory=dict)
    """Links by step, likewise; ``links_blocked`` are all that were listed."""

    @property
    def withdrawn(self) -> bool:
        """Tell whether it holds no more: its page stays, its counts and examples go."""
        return any(one.withdrawn for one in self.amendments)
