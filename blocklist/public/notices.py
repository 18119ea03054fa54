"""Pages of the announcements."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from blocklist.model import Announcement
from blocklist.public.announcements import is_masked
from blocklist.public.categories import Categories, CategoryView
from blocklist.public.render import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """Links blocked for one category of goods."""

    category: CategoryView
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """An announcement in the page's language."""

    slug: str
    since: datetime
    until: datetime
    published_at: datetime
    links: int
    accounts: tuple[tuple[str, int], ...]
    """Step and count."""
    groups: tuple[tuple[str, int], ...]
    goods: tuple[GoodsLine, ...]
    examples: tuple[str, ...]
    removed: int
    corrected: int

    @property
    def account_total(self) -> int:
        """Accounts under any step."""
        return sum(count for _, count in self.accounts)

    @property
    def group_total(self) -> int:
        """Groups under any step."""
        return sum(count for _, count in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """All announcements, newest first."""

    notices: tuple[NoticeView, ...]


def notice_view(one: Announcement, categories: Categories, steps: Sequence[str]) -> NoticeView:
    """Return what the page of an announcement shows; a name that is not masked does not appear.

    ``steps`` are the ladder's, mildest first: the order in which they are shown.
    """
    return NoticeView(
        slug=one.slug,
        since=one.since,
        until=one.until,
        published_at=one.published_at,
        links=one.links_blocked,
        accounts=_ordered(one.accounts, steps),
        groups=_ordered(one.groups, steps),
        goods=tuple(
            GoodsLine(category=categories[name], links=count)
            for name, count in sorted(one.categories.items(), key=lambda item: (-item[1], item[0]))
        ),
        examples=tuple(name for name in one.examples if is_masked(name)),
        removed=one.removed,
        corrected=one.corrected,
    )


def _ordered(counts: Mapping[str, int], steps: Sequence[str]) -> tuple[tuple[str, int], ...]:
    known = [step for step in steps if step in counts]
    return tuple((step, counts[step]) for step in (*known, *sorted(counts.keys() - set(known))))


def notice_plans(notices: tuple[NoticeView, ...]) -> Iterator[Plan]:
    """Plan the overview and a page for each announcement."""
    yield Plan(
        path="announcements/index.html", template="announcements.html", view=NoticesPage(notices=notices)
    )
    for notice in notices:
        yield Plan(path=f"announcements/{notice.slug}/index.html", template="announcement.html", view=notice)
