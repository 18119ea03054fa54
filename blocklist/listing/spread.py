"""Who and what listed links are spread by: accounts, groups, content and the links themselves (pure).

Each is counted by what it repeats. An account, a group, a message or post repeats listed *links*; a link,
which here is all the links that lead to one entry, repeats with those who *share* it. A report that names
neither account nor group counts as one more of these.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from blocklist.model import Entry, LinkName, Share, Subject

NEVER = datetime.min.replace(tzinfo=UTC)
"""When something was shared, where no report says: in no window."""
Times = dict[Hashable, datetime]
"""What was repeated (ids of links, or sharers), and when each was last."""


@dataclass(slots=True)
class Spread:
    """What one subject did with listed links, or who did it with one."""

    name: str = ""
    """Masked; empty: not known."""
    entry: Entry | None = None
    """Of a link."""
    links: set[int] = field(default_factory=set)
    """Ids of the listed links."""
    own: Times = field(default_factory=dict)
    """What an account, or a message of its own, did itself instead of passing it on."""
    all: Times = field(default_factory=dict)

    def add(self, link: int, repeated: Hashable, share: Share, *, own: bool = False) -> None:
        """Count a share of ``link``."""
        self.links.add(link)
        for times in (self.all, self.own) if own else (self.all,):
            times[repeated] = max(share.shared_at or NEVER, times.get(repeated, NEVER))

    @property
    def last(self) -> datetime | None:
        """When it was shared last; None: no report says."""
        last = max(self.all.values())
        return None if last == NEVER else last


def spread(shares: Iterable[tuple[int, Share]], listed: Mapping[int, Entry]) -> dict[Subject, Spread]:
    """Return what each subject did.

    ``shares`` are (link id, share), ``listed`` maps the id of each listed link to its entry.
    """
    found: dict[Subject, Spread] = {}
    for number, (link, share) in enumerate(shares):
        entry = listed.get(link)
        if entry is None:
            continue
        own = not share.forwarded
        if share.account:
            one = found.setdefault(share.account, Spread())
            one.name = share.account_name or one.name
            one.add(link, link, share, own=own)
        if share.group:
            one = found.setdefault(share.group, Spread())
            one.name = share.group_name or one.name
            one.add(link, link, share)
        if share.content:
            found.setdefault(share.content, Spread()).add(link, link, share, own=own)
        one = found.setdefault(link_name(entry), Spread(entry=entry))
        for sharer in (share.account, share.group) if share.account or share.group else (number,):
            if sharer is not None:
                one.add(link, sharer, share)
    return found


def link_name(entry: Entry) -> LinkName:
    """Return the subject that the links leading to ``entry`` are."""
    return LinkName(f"link:{entry.id}")


def within(times: Times, days: int | None, now: datetime) -> list[Hashable]:
    """Return what was repeated in the ``days`` before ``now``; None: all."""
    if days is None:
        return list(times)
    nothing, window = timedelta(), timedelta(days=days)
    return [each for each, moment in times.items() if moment != NEVER and nothing <= now - moment < window]
