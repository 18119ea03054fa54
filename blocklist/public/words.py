"""What the site calls the values of the model: one message each, said in the page's language later.

``N_`` marks a message for the catalogue without translating it.
"""

from blocklist.model import EvidenceKind, RemovalReason, Role, Scope, Vantage
from blocklist.policy import TermKind


def N_(message: str) -> str:  # noqa: N802 - the name that extractors of messages know
    """Mark ``message`` for the catalogue; return it as it is."""
    return message


ROOMS = {
    "entries": N_("The list"),
    "categories": N_("Categories"),
    "announcements": N_("Announcements"),
    "lookup": N_("Check a link"),
    "use": N_("Use the list"),
    "appeal": N_("Appeal"),
    "about": N_("About"),
}
"""What the navigation offers: folder and name."""

SCOPES = {
    Scope.URL: N_("This one page: exactly this path and query on this host, nothing else of the site."),
    Scope.PATH: N_("This directory of the host and everything below it; the rest of the host is not listed."),
    Scope.HOST: N_("This host name, every page of it; names above and below it are not listed."),
    Scope.DOMAIN: N_("This domain and every host name below it."),
}

SCOPE_NAMES = {
    Scope.URL: N_("one page"),
    Scope.PATH: N_("one directory"),
    Scope.HOST: N_("one host"),
    Scope.DOMAIN: N_("whole domain"),
}

GRADES = {
    1: N_("minor"),
    2: N_("serious"),
    3: N_("grave"),
    4: N_("most grave"),
}

EVIDENCE = {
    EvidenceKind.GOODS: N_("Goods the page names"),
    EvidenceKind.OFFER: N_("Words that offer them for sale"),
    EvidenceKind.PRICE: N_("Prices"),
    EvidenceKind.QUANTITY: N_("Quantities and stock"),
    EvidenceKind.CONTACT: N_("Ways to order"),
    EvidenceKind.EVASION: N_("Attempts to avoid attention"),
    EvidenceKind.CLOAKING: N_("Shown to people, hidden from crawlers"),
    EvidenceKind.AGGRAVATING: N_("What makes it graver"),
    EvidenceKind.STATE: N_("State of the page"),
    EvidenceKind.EXCUSE: N_("What speaks for the page"),
}
"""In the order a reader meets them; what excuses the page is shown too."""

REMOVALS = {
    RemovalReason.EXPIRED: N_("It was not verified again in time, so it expired."),
    RemovalReason.CLEANED: N_("The page no longer offers anything that we list."),
    RemovalReason.UNREACHABLE: N_("The page has been out of reach for a long time."),
    RemovalReason.RE_REGISTERED: N_("The address has changed hands."),
    RemovalReason.APPEAL: N_("An appeal against it was upheld."),
    RemovalReason.ERROR: N_("It was listed in error. The error was ours."),
    RemovalReason.POLICY: N_("The policy changed and no longer covers it."),
    RemovalReason.WIDENED: N_("Another entry with a wider scope now covers it."),
    RemovalReason.NARROWED: N_("Part of what it covered is clear; narrower entries took its place."),
}

REMOVAL_NAMES = {
    RemovalReason.EXPIRED: N_("expired"),
    RemovalReason.CLEANED: N_("cleaned up"),
    RemovalReason.UNREACHABLE: N_("out of reach"),
    RemovalReason.RE_REGISTERED: N_("changed hands"),
    RemovalReason.APPEAL: N_("appeal upheld"),
    RemovalReason.ERROR: N_("listed in error"),
    RemovalReason.POLICY: N_("policy changed"),
    RemovalReason.WIDENED: N_("covered by another entry"),
    RemovalReason.NARROWED: N_("narrowed"),
}

STEPS = {
    "warn": N_("warning"),
    "limit": N_("loss of functions"),
    "close": N_("closure"),
    "restrict": N_("restriction"),
    "hide": N_("hidden"),
    "delete": N_("deleted"),
    "block": N_("blocked"),
    "purge": N_("blocked, and older messages with it removed"),
}
"""Steps of the default ladder; a policy's own step is shown by its id."""

SHARERS: dict[tuple[str, Role | None], str] = {
    ("account", Role.FORWARDER): N_("an account that passes links on"),
    ("account", Role.SELLER): N_("an account that sells"),
    ("group", None): N_("a group"),
    ("content", Role.FORWARDER): N_("a message that passes a link on"),
    ("content", Role.SELLER): N_("a message of an account that sells"),
    ("link", None): N_("a link"),
}
"""Against whom, or what, a step of the ladder is recommended."""

TERM_KINDS = {
    TermKind.GOODS: N_("names of goods"),
    TermKind.SLANG: N_("slang for goods"),
    TermKind.BRAND: N_("brands"),
    TermKind.QUANTITY: N_("amounts, which are no goods by themselves"),
    TermKind.NAME: N_("parts of the names that sellers give themselves"),
}

RULE_KINDS = {
    "lawful": N_("sold by licence too, so it counts only beside a mark of unlawful sale"),
    "contact": N_("an invitation to a private contact"),
    "mark": N_("a mark of the goods, and no offer"),
    "unlawful": N_("an unlawful sale by itself"),
    "unless-licensed": N_("an unlawful sale by itself, unless the page shows a licence"),
    "direct": N_("speaks to the buyer"),
    "tells": N_("tells about goods instead of selling them"),
}
"""How a rule counts, beyond its strength."""

SCORES = {
    "bias": N_("Every page begins with"),
    "goods": N_("Goods that are named"),
    "selling": N_("Words of selling, anywhere on the page"),
    "beside": N_("Words of selling close to the goods"),
    "unlawful": N_("Marks of an unlawful sale close to the goods"),
    "price": N_("Prices close to the goods"),
    "contact": N_("A private contact close to the goods"),
    "declared": N_("The page tells machines that it sells the goods"),
    "title": N_("Goods in the title or a heading"),
    "density": N_("How much of the text is about the goods"),
    "quantity": N_("Amounts close to the goods"),
    "excuse": N_("What speaks for the page, taken off"),
}
"""What the numbers of a policy's score belong to."""

MEASURED = {
    "innocent": N_("Innocent pages, wrongly listed"),
    "look-alikes": N_("Of these, look-alikes: news, advice, licensed shops, museums"),
    "listed": N_("Pages it listed, wrongly"),
    "blind": N_("Innocent look-alikes it had never seen, wrongly listed"),
}
"""Rows of ``site/measured.json``."""

VANTAGES = {
    Vantage.DECLARED: N_("our crawler, under its own name"),
    Vantage.AGAIN: N_("our crawler, under its own name, once more"),
    Vantage.IN_APP: N_("as the app of the platform opens a shared link"),
    Vantage.NO_REFERER: N_("as that app, without saying where the link came from"),
    Vantage.LANGUAGE: N_("as that app, in another language"),
    Vantage.DESKTOP: N_("as a browser on a desktop"),
    Vantage.RETURNING: N_("as that app, coming back"),
    Vantage.BROWSER: N_("in a browser that runs the scripts of the page"),
}
"""As whom a page was visited."""

NOTICE_TITLE = N_("Links blocked for selling illegal and contraband goods")
NOTICE_LEAD = N_(
    "Accounts and groups have been used to publish, display and spread the sale of illegal and contraband "
    "goods. Users reported the links; this is what we found and blocked."
)
NOTICE_REMINDER = N_(
    "Selling and buying these goods is against the law in many places, and so can be helping to sell them. "
    "Those who forward and promote such links are answerable too. If you are sent one, do not open it and do "
    "not pass it on: report it to the platform."
)
NOTICE_RECOMMENDED = N_(
    "By the gravity of the goods and by repetition, these measures are recommended to the platform. The "
    "platform decides; it has reported nothing back for this period yet."
)
NOTICE_APPLIED = N_(
    "The platform reported back which measures it took in this period. It decides; we only recommend, by the "
    "gravity of the goods and by repetition."
)
NOTICE_ROLLED_BACK = N_("Measures corrected because a link was listed in error: %(count)s")
NOTICE_WITHDRAWN = N_("This announcement was withdrawn on %(day)s. Please do not pass it on.")
NOTICE_CORRECTED = N_("Corrected on %(day)s.")
