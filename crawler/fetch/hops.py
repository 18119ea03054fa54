"""The way from a shared URL to its landing page: which answer leads on, where to, and when to stop. Pure.

Every target is parsed like a shared URL (scheme, userinfo); whether its address may be dialled is the
guard's to say, whether its host wants us is robots.txt's.
"""

import re

from blocklist.errors import UrlError
from blocklist.model import Failure, Hop, WebUrl
from blocklist.urls import join_url, without_fragment
from crawler.fetch.failures import VisitError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REFRESH_S = 5.0
"""A refresh within this many seconds moves the reader; a slower one leaves time to read the page."""

_REFRESH = re.compile(
    r"""\s*(\d+(?:\.\d*)?|\.\d+)\s*[;,]?\s*(?:url\s*=\s*)?['"]?(.*)""", re.IGNORECASE | re.DOTALL
)


class Trail:
    """The hops of one visit; grows as answers lead on."""

    def __init__(self, start: WebUrl, max_hops: int) -> None:
        self.here = start
        self._max_hops = max_hops
        self._hops: list[Hop] = []
        self._seen = {without_fragment(start)}

    def leads_to(self, reference: str, status: int, via: str) -> WebUrl:
        """Move on to ``reference``; raises VisitError for a bad target, a loop or one hop too many."""
        self._hops.append(Hop(url=self.here, status=status, via=via))
        try:
            target = join_url(self.here, reference)
        except UrlError as error:
            raise VisitError(Failure.BAD_REDIRECT, str(error)) from error
        if without_fragment(target) in self._seen:
            raise VisitError(Failure.TOO_MANY_HOPS, "a loop: it leads back to where it came from")
        if len(self._hops) > self._max_hops:
            raise VisitError(Failure.TOO_MANY_HOPS, f"more than {self._max_hops} hops")
        self._seen.add(without_fragment(target))
        self.here = target
        return target

    def may_lead_to(self, reference: str) -> bool:
        """Tell whether a refresh to ``reference`` moves the reader: it parses and is not the page itself."""
        try:
            return without_fragment(join_url(self.here, reference)) != without_fragment(self.here)
        except UrlError:
            return False

    def hops(self, status: int | None) -> tuple[Hop, ...]:
        """All hops with the place where the visit stands last; ``status`` None: it gave no answer."""
        if self._hops and self._hops[-1].url == self.here:  # the answer from here led nowhere
            return tuple(self._hops)
        return (*self._hops, Hop(url=self.here, status=status, via="landing"))


def location_of(status: int, location: str | None) -> str | None:
    """Target of an HTTP redirect; None: not a redirect. Raises VisitError for a 3xx that leads nowhere."""
    if not 300 <= status < 400:  # noqa: PLR2004 - RFC 9110 section 15.4
        return None
    if status not in REDIRECTS or not location:
        raise VisitError(Failure.BAD_REDIRECT, f"status {status} without a place to go")
    return location


def refresh_of(value: str) -> tuple[float, str] | None:
    """Seconds and target of a ``Refresh`` header such as ``0; url=/shop``; None: no target."""
    match = _REFRESH.match(value)
    # The end is not the pattern's to find: it would try at every space of a run, for as long as the run is.
    target = match[2].rstrip() if match else ""
    target = target[:-1] if target.endswith(("'", '"')) else target
    return (float(match[1]), target) if match and target else None
