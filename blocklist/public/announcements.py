"""An announcement: what a period brought, counted once and kept (pure).

Counts come from the list as it stands at the end of the period, so that they can be checked against it. Names
of accounts and groups appear masked or not at all; nothing else about a person enters.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from blocklist.model import Announcement, Entry, Measure, RemovalReason, Tombstone

MAX_EXAMPLES = 12
_MASKED = re.compile(r"[^\W\d_]{1,3}\*{4}")
"""What ``privacy.mask_name`` gives; a name that starts with digits may be a telephone number: no example."""


def draft_announcement(
    *,
    entries: Iterable[Entry],
    tombstones: Iterable[Tombstone],
    measures: Iterable[Measure],
    since: datetime,
    until: datetime,
    now: datetime,
    taken: Collection[str] = (),
) -> Announcement:
    """Return the announcement of (``since``, ``until``], published at ``now``.

    ``measures`` are those that concern links listed in the period (``listing.measures.recommend`` with
    ``touching``); ``taken`` are the slugs already in use. A link counts as blocked when its entry was listed
    in the period and is still on the list. ``since`` itself is left out, as it closed the period before.
    """
    blocked = [entry for entry in entries if since < entry.listed_at <= until]
    gone = [
        stone
        for stone in tombstones
        if since < stone.removed_at <= until and stone.reason is not RemovalReason.WIDENED
    ]
    measures = tuple(measures)
    return Announcement(
        slug=_slug(until, taken),
        since=since,
        until=until,
        published_at=now,
        links_blocked=len(blocked),
        accounts=_by_step(measures, "account"),
        groups=_by_step(measures, "group"),
        categories=_counted(entry.category for entry in blocked),
        examples=examples(measures),
        removed=len(gone),
        corrected=sum(stone.reason is RemovalReason.ERROR for stone in gone),
    )


def examples(measures: Iterable[Measure]) -> tuple[str, ...]:
    """Return masked names, gravest first, each once; whatever is not masked as it should be is left out."""
    names = dict.fromkeys(measure.name for measure in measures if _MASKED.fullmatch(measure.name))
    return tuple(names)[:MAX_EXAMPLES]


def is_masked(name: str) -> bool:
    """Tell whether ``name`` has the form that masking gives, and may be shown."""
    return _MASKED.fullmatch(name) is not None


def _slug(until: datetime, taken: Collection[str]) -> str:
    day = f"{until:%Y-%m-%d}"
    slug, number = day, 1
    while slug in taken:
        number += 1
        slug = f"{day}-{number}"
    return slug


def _by_step(measures: Iterable[Measure], kind: str) -> dict[str, int]:
    return _counted(measure.step for measure in measures if measure.subject.startswith(f"{kind}:"))


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def as_text(announcement: Announcement, title_of: Callable[[str], str]) -> str:
    """Return the announcement as Markdown, to be read or reposted; ``title_of`` names a category."""
    one = announcement
    lines = [
        f"# {one.links_blocked} links blocked, {one.since:%Y-%m-%d} to {one.until:%Y-%m-%d}",
        "",
        f"- links blocked and announced: {one.links_blocked}",
        *(f"- accounts, recommended {step}: {count}" for step, count in one.accounts.items()),
        *(f"- groups, recommended {step}: {count}" for step, count in one.groups.items()),
        f"- entries removed: {one.removed}, of these listed in error: {one.corrected}",
        "",
        "By goods:",
        "",
        *(f"- {title_of(category)}: {count}" for category, count in one.categories.items()),
    ]
    if one.examples:
        lines += ["", f"Among them (names masked): {', '.join(one.examples)}"]
    lines += [
        "",
        "Measures for accounts and groups are recommendations; the platform has reported nothing back yet.",
        "Offering, buying and passing on illegal goods is against the law: those who forward and promote are",
        "answerable too.",
    ]
    return "\n".join(lines) + "\n"
