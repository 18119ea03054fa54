"""An announcement: what a period brought, counted once and kept (pure).

Counts come from the list as it stands at the end of the period, so that they can be checked against it. Names
of accounts and groups appear masked or not at all; nothing else about a person enters.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from blocklist.listing.measures import listed_links, recommend
from blocklist.model import (
    LIFTED,
    Announcement,
    Applied,
    Finding,
    Listing,
    Measure,
    RemovalReason,
    Share,
    Subject,
)
from blocklist.policy import Rung

MAX_EXAMPLES = 12
_REPLACED = frozenset({RemovalReason.WIDENED, RemovalReason.NARROWED})
"""An entry that another one took over from was not removed as readers understand it."""
OUR_ERRORS = frozenset({RemovalReason.ERROR, RemovalReason.APPEAL})
_MASKED = re.compile(r"[^\W\d_]{1,3}\*{4}")
"""What ``privacy.mask_name`` gives; a name that starts with digits may be a telephone number: no example."""


def draft_announcement(
    *,
    listing: Listing,
    findings: Iterable[Finding],
    shares: Iterable[tuple[int, Share]],
    ladder: Sequence[Rung],
    since: datetime | None,
    until: datetime,
    now: datetime,
    taken: Collection[str] = (),
    applied: Iterable[Applied] = (),
    rolled_back: int = 0,
) -> Announcement:
    """Return the announcement of (``since``, ``until``], made at ``now``; ``since`` None: from the beginning.

    ``listing`` is the list as it stands at the end of the period, ``shares`` are (link id, share), ``taken``
    the slugs already in use. A link counts as blocked when its entry was listed in the period and is still on
    the list; an account, a group or a message when it shared one of those, with the measure that all its
    links earn it; a link with the measure that its sharers earn it.
    Where ``applied``, what the platform says it did (oldest first), holds anything of the period, that is
    counted instead: each account and group by what was done last, none that was lifted. ``rolled_back`` are
    the period's corrections of measures.
    """
    blocked = [one for one in listing.entries if _within(one.listed_at, since, until)]
    gone = [
        one
        for one in listing.tombstones
        if _within(one.removed_at, since, until) and one.reason not in _REPLACED
    ]
    new = {entry.id for entry in blocked}
    listed = listed_links(findings, listing.entries, listing.aliases)
    measures = recommend(
        shares,
        listed,
        ladder,
        now=until,
        touching={link for link, entry in listed.items() if entry.id in new},
    )
    done = _done(one for one in applied if _within(one.applied_at, since, until))
    counted = {one.subject: one.step for one in measures} if done is None else done
    return Announcement(
        slug=_slug(until, taken),
        since=since or min((entry.first_seen for entry in blocked), default=until),
        until=until,
        published_at=now,
        links_blocked=len(blocked),
        accounts=_by_step(counted, "account"),
        groups=_by_step(counted, "group"),
        categories=_counted(entry.category for entry in blocked),
        examples=examples(one for one in measures if one.subject in counted),
        removed=len(gone),
        corrected=sum(stone.reason in OUR_ERRORS for stone in gone),
        applied=done is not None,
        rolled_back=rolled_back,
        contents=_by_step(counted, "content"),
        link_steps=_by_step(counted, "link"),
    )


def _done(reports: Iterable[Applied]) -> dict[Subject, str] | None:
    """Return the step that holds for each subject; None: nothing came back."""
    last = {one.subject: one.step for one in reports}
    return {subject: step for subject, step in last.items() if step != LIFTED} if last else None


def _within(moment: datetime, since: datetime | None, until: datetime) -> bool:
    # Open at the start: what was listed at the very moment of a release belongs to the period it closed.
    return (since is None or since < moment) and moment <= until


def examples(measures: Iterable[Measure]) -> tuple[str, ...]:
    """Return masked names, gravest first, each once; whatever is not masked as it should be is left out."""
    names = dict.fromkeys(measure.name for measure in measures if is_masked(measure.name))
    return tuple(names)[:MAX_EXAMPLES]


def is_masked(name: str) -> bool:
    """Tell whether ``name`` has the form that masking gives, and may be shown."""
    return _MASKED.fullmatch(name) is not None


def _slug(until: datetime, taken: Collection[str]) -> str:
    day = until.date().isoformat()  # strftime's %Y writes the year 5 with one digit
    slug, number = day, 1
    while slug in taken:
        number += 1
        slug = f"{day}-{number}"
    return slug


def _by_step(steps: Mapping[Subject, str], kind: str) -> dict[str, int]:
    return _counted(step for subject, step in steps.items() if subject.startswith(f"{kind}:"))


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
