"""Which pages are looked at again from elsewhere: suspects only, since each look is another request. Pure.

One strong reason makes a suspect; of weak ones two different ones must meet. A page that our declared agent
was refused, or that it judged contraband anyway, is none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from blocklist.model import Capture, Label, Link, Vantage
from blocklist.urls import host_of, registrable_domain
from crawler.vantage.compare import Seen, fits
from crawler.vantage.signs import ASKS_TO_LEAVE, COOKIES, LOOKS, SCRIPTED, THIN, UNSEEN, VARIES

NEW_FOR = timedelta(days=30)
"""A host is new to us this long after a link of it was first shared."""
AGAIN_AFTER = timedelta(days=7)
"""A suspect that hid nothing is left alone this long."""

_STRONG = 2
_ENOUGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a link besides its page."""

    reported: bool = False
    """True: somebody reported it."""
    host_since: datetime | None = None
    """When a link of its host was first shared; None: not known."""
    judged_at: Vantage = Vantage.DECLARED
    """From which vantage the verdict that holds was judged."""
    climbed_at: datetime | None = None
    """When it was last looked at from elsewhere; None: never."""
    preview: str = ""
    """What the platform's card of it showed; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Why a page is looked at again, in words; empty: it is not."""

    reasons: tuple[str, ...] = ()
    unseen: bool = False
    """True: a plain fetch cannot see it, so a browser should."""
    thorough: bool = False
    """True: every vantage is worth a visit; False: one look as people see it, more only if that differs."""
    came_back_changed: bool = False
    """True: the page sets cookies, so a second visit with them may differ."""
    scripted: bool = False
    """True: its scripts may show what the markup does not."""
    hid_before: Vantage | None = None
    """From where it was judged last time, if not by our own agent's sight."""

    def __bool__(self) -> bool:
        return bool(self.reasons)


def suspects(
    seen: Seen, link: Link, circumstances: Circumstances, now: datetime, *, in_browser: bool
) -> Suspicion:
    """Say why ``seen``, by our declared agent, should be looked at from elsewhere; empty: it need not be.

    Without a browser (``in_browser``) what only a browser would see, by scripts and frames, is no reason.
    """
    capture, judgement, signs = seen.capture, seen.judgement, seen.signs
    if capture.failure is not None or judgement.label is Label.CONTRABAND or ASKS_TO_LEAVE in signs:
        return Suspicion()
    hid = circumstances.judged_at not in {Vantage.DECLARED, Vantage.AGAIN}
    climbed = circumstances.climbed_at
    if not hid and climbed is not None and now - climbed < AGAIN_AFTER:
        return Suspicion()
    strong = _strong(seen, link, circumstances, hid=hid)
    weak = _weak(seen, circumstances, now, in_browser=in_browser)
    if _STRONG * len(strong) + len(weak) < _ENOUGH:
        return Suspicion()
    return Suspicion(
        reasons=(*strong, *weak),
        unseen=UNSEEN in signs,
        thorough=bool(strong),
        came_back_changed=COOKIES in signs,
        scripted=SCRIPTED in signs or UNSEEN in signs,
        hid_before=circumstances.judged_at if hid else None,
    )


def _strong(seen: Seen, link: Link, circumstances: Circumstances, *, hid: bool) -> list[str]:
    found = []
    if hid:
        found.append("it hid its offer from our declared agent before")
    if UNSEEN in seen.signs:
        found.append("a plain fetch cannot see the page")
    if THIN in seen.signs:
        found.append("the page says next to nothing")
    if _leads_off_site(link, seen.capture):
        found.append("the link leads to another site")
    if not fits(circumstances.preview, seen.title, seen.text):
        found.append("the platform's card of the link showed something else")
    return found


def _weak(seen: Seen, circumstances: Circumstances, now: datetime, *, in_browser: bool) -> list[str]:
    found = []
    telling = {VARIES, COOKIES, LOOKS, SCRIPTED} if in_browser else {VARIES, COOKIES, LOOKS}
    if not telling.isdisjoint(seen.signs):
        found.append("the page can tell its visitors apart")
    if circumstances.reported:
        found.append("it was reported, and looks harmless")
    if circumstances.host_since is not None and now - circumstances.host_since < NEW_FOR:
        found.append("its host is new to us")
    return found


def _leads_off_site(link: Link, capture: Capture) -> bool:
    if capture.final_url is None:
        return False
    landing = host_of(capture.final_url)
    if landing == link.host:
        return False
    return (registrable_domain(landing) or landing) != (registrable_domain(link.host) or link.host)
