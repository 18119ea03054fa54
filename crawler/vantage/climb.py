"""Which vantage comes next, and when it is enough. Pure.

First as the people whom the link was shown to; if that shows more than our declared agent saw, our agent once
more (does the page change by itself?) and then the vantages that differ in one thing, so that the sight is
confirmed and its condition known. Whoever is refused anywhere ends the climb: nobody goes where we may not.
"""

from collections.abc import Collection, Sequence

from blocklist.model import Failure, Vantage
from crawler.vantage.compare import Seen, shows_more
from crawler.vantage.signs import ASKS_TO_LEAVE
from crawler.vantage.suspects import Suspicion

_REFUSALS = frozenset({401, 402, 403, 407, 429, 451, 503})
"""Statuses that tell us to stay away, for good or for a while."""
_LIKE_PEOPLE = (Vantage.IN_APP, Vantage.DESKTOP)
_ONE_THING_ELSE = (Vantage.NO_REFERER, Vantage.DESKTOP, Vantage.LANGUAGE)


def refused(seen: Seen) -> bool:
    """Tell whether this visit was told to stay away."""
    capture = seen.capture
    return (
        capture.failure is Failure.ROBOTS
        or (capture.failure is not None and capture.status in _REFUSALS)
        or ASKS_TO_LEAVE in seen.signs
    )


def next_vantage(seen: Sequence[Seen], suspicion: Suspicion, allowed: Collection[str]) -> Vantage | None:
    """Return where to look from next; None: it is enough. ``seen`` begins with our declared agent's sight."""
    if not suspicion or any(map(refused, seen)):
        return None
    done = {each.vantage for each in seen}
    plan = (each for each in _plan(seen, suspicion) if each not in done)
    return next((each for each in plan if each is Vantage.AGAIN or each in allowed), None)


def _plan(seen: Sequence[Seen], suspicion: Suspicion) -> Sequence[Vantage]:
    finds = [each for each in seen[1:] if shows_more(seen[0], each)]
    if finds:
        if finds[0].vantage is Vantage.BROWSER:
            # A page made by its scripts hides nothing; else only a second look without them tells more.
            return () if suspicion.unseen else (Vantage.AGAIN,)
        confirmed = sum(each.vantage is not Vantage.AGAIN for each in finds) > 1
        return (Vantage.AGAIN,) if confirmed else (Vantage.AGAIN, *_ONE_THING_ELSE, Vantage.RETURNING)
    plan: list[Vantage] = []
    if suspicion.hid_before is Vantage.RETURNING:
        plan.append(Vantage.IN_APP)  # which gets the cookies
    if suspicion.hid_before:
        plan.append(suspicion.hid_before)
    if suspicion.unseen:
        return [*plan, Vantage.BROWSER, Vantage.IN_APP]
    plan += _LIKE_PEOPLE if suspicion.thorough else _LIKE_PEOPLE[:1]
    if suspicion.thorough:
        plan.append(Vantage.LANGUAGE)
    if suspicion.came_back_changed:
        plan.append(Vantage.RETURNING)
    if suspicion.scripted:
        plan.append(Vantage.BROWSER)
    return plan
