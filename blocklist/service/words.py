"""What the desk calls the values of the model: one message each, said in the reader's language later."""

from blocklist.casework.second import DOMAIN, GUARDED, OVERTURNS
from blocklist.likeness import Trait
from blocklist.listing.pages import Held
from blocklist.listing.review import ROBOTS
from blocklist.model import Action, Failure, Label, Post
from blocklist.public.words import N_
from blocklist.store.appeals import Outcome
from blocklist.store.cases import NoteKind

LABELS = {
    Label.CONTRABAND: N_("contraband"),
    Label.CLEAR: N_("clear"),
    Label.UNSURE: N_("unsure"),
    Label.UNREACHABLE: N_("out of reach"),
}

ACTIONS = {
    Action.CONFIRM: N_("confirmed as contraband"),
    Action.CLEAR: N_("cleared"),
}

NOTES = {
    NoteKind.ESCALATE: N_("left to a senior"),
    NoteKind.RECAPTURE: N_("asked for another capture"),
    NoteKind.REMARK: N_("note for colleagues"),
}

POSTS = {
    Post.REPORTER: N_("reporter"),
    Post.MODERATOR: N_("moderator"),
    Post.SENIOR: N_("senior moderator"),
    Post.ADMIN: N_("admin"),
    Post.AUDITOR: N_("auditor"),
}

WAITS: dict[str, str] = {
    Held.BELOW_THRESHOLD: N_("not sure enough to list by itself"),
    Held.ONE_KIND: N_("one kind of evidence only"),
    Held.UNSURE: N_("the machine is unsure"),
    Held.SENSITIVE: N_("the address may carry a person"),
    Held.GUARDED: N_("a host that many share"),
    Held.CANARY: N_("a host that must never be listed"),
    Held.COMPROMISE: N_("signs of a break-in"),
    Held.CHANGED: N_("changed since a person decided"),
    Held.NO_CATEGORY: N_("no category is named"),
    ROBOTS: N_("robots.txt keeps us out"),
}

SECOND = {
    GUARDED: N_("a host that many share"),
    DOMAIN: N_("a whole domain"),
    OVERTURNS: N_("it accuses what a colleague cleared"),
}

FAILURES = {
    Failure.DNS: N_("the name leads nowhere"),
    Failure.REFUSED: N_("the connection was refused"),
    Failure.NETWORK: N_("network trouble"),
    Failure.BLOCKED_ADDRESS: N_("it points to an address that is never asked"),
    Failure.TIMEOUT: N_("it took too long"),
    Failure.TOO_LARGE: N_("too large"),
    Failure.TOO_MANY_HOPS: N_("too many redirects"),
    Failure.BAD_REDIRECT: N_("a redirect that leads nowhere"),
    Failure.ROBOTS: N_("robots.txt keeps us out"),
    Failure.HTTP_4XX: N_("the server has no such page, or shows it to nobody"),
    Failure.HTTP_5XX: N_("the server is in trouble"),
    Failure.NOT_HTML: N_("no web page"),
    Failure.TLS: N_("its certificate does not hold"),
    Failure.MALFORMED: N_("the page cannot be read"),
}

TRAITS = {
    Trait.CONTACT: N_("the same contact"),
    Trait.TEXT: N_("the same text"),
    Trait.FRAME: N_("the same menu and footer"),
    Trait.EVIDENCE: N_("the same evidence"),
}

LOOKED: dict[str, str] = {
    **{failure.value: said for failure, said in FAILURES.items()},
    "no-word": N_("something answers there, but no line of it is the word alone"),
    "no-record": N_("there is no such record, or its name server does not answer"),
}
"""Why a claim's word was not found."""

BROKE = N_("the page broke its reader; see the evidence instead")
LOST = (N_("no page is kept of this visit"), BROKE)
"""Why a page's text cannot be shown, as who reads it says it."""
GONE = N_("the stored page is gone or was altered; whoever runs this service may have a backup")
"""The same for any other reason, which names a file that is nobody's business here."""

OUTCOMES = {
    Outcome.UPHELD: N_("Upheld"),
    Outcome.REJECTED: N_("Not upheld"),
}

DONE = {
    "confirm": N_("Case %(number)s: confirmed. The next release lists it."),
    "clear": N_("Case %(number)s: cleared."),
    "escalate": N_("Case %(number)s: left to a senior."),
    "recapture": N_("Case %(number)s: will be visited again by the next crawl."),
    "remark": N_("Case %(number)s: the note is kept."),
    "undo": N_("Case %(number)s: the last decision is undone."),
    "proposed": N_("Case %(number)s: waits for a second person."),
    "put-back": N_("Case %(number)s: put back."),
    "batch": N_("Batch %(number)s is on record."),
    "unbatch": N_("Batch %(number)s is undone."),
    "agree": N_("Proposal %(number)s: agreed."),
    "refuse": N_("Proposal %(number)s: refused."),
    "answer": N_("Appeal %(number)s is answered."),
    "draw": N_("%(number)s pages were drawn for blind review."),
    "put-back-appeal": N_("Appeal %(number)s: put back."),
    "own-secret": N_("Your secret is changed; other sessions of yours are over."),
    "own-factor": N_("No second factor is asked of you any more."),
    "own-session": N_("The session is over."),
    "empty": N_("Nothing is left that you could take."),
}
"""What was done, as ``?done=clear-12`` says it; nothing else is shown of that address."""
