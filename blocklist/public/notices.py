"""Pages of the announcements."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType

from markupsafe import Markup

from blocklist.errors import UrlError
from blocklist.model import Amendment, Announcement, Listing, Release, Scope
from blocklist.privacy import mask_contacts
from blocklist.public.announcements import OUR_ERRORS, is_masked
from blocklist.public.categories import Categories, CategoryView
from blocklist.public.charts import PLOTTED, Figure
from blocklist.public.language import Language, tag_of
from blocklist.public.markdown import Listed, html
from blocklist.public.plot import Chart, Series, svg
from blocklist.public.render import Plan
from blocklist.public.text import harmless
from blocklist.public.words import N_
from blocklist.release.context import ReleaseContext
from blocklist.scopes import Cover
from blocklist.urls import list_key, parse_url

MAX_WRONG = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """Links blocked for one category of goods."""

    category: CategoryView
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentView:
    """What was done to an announcement after it was published."""

    at: datetime
    withdrawn: bool
    reason: str
    """Harmless."""
    lang: str
    """Tag of the language of ``reason``; empty: the page's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """An announcement in the page's language."""

    slug: str
    title: str
    """What a person wrote, harmless; empty: the standard words."""
    source: str
    """Markdown of the same; empty: the standard words."""
    body: Markup
    """``source`` as HTML."""
    since: datetime
    until: datetime
    published_at: datetime
    amendments: tuple[AmendmentView, ...]
    """Oldest first."""
    release: int
    """Serial of the release that brought it; 0: none has so far."""
    release_path: str
    """Where that stands, relative to the language's root; empty: nowhere."""
    links: int
    accounts: tuple[tuple[str, int], ...]
    """Step and count."""
    groups: tuple[tuple[str, int], ...]
    contents: tuple[tuple[str, int], ...]
    """Messages and posts."""
    link_steps: tuple[tuple[str, int], ...]
    applied: bool
    """True: these are what the platform says it did; False: recommended."""
    goods: tuple[GoodsLine, ...]
    examples: tuple[str, ...]
    removed: int
    corrected: int
    rolled_back: int
    """Measures that were taken back, or made milder, because of these."""
    wrong: tuple[str, ...]
    """Ids of entries that left in the period because they were listed in error, at most ``MAX_WRONG``."""
    before: int | None
    """Links blocked in the announcement before; None: it is the first."""
    new: tuple[CategoryView, ...]
    """Categories that no announcement before it had; empty for the first."""

    @property
    def withdrawn(self) -> bool:
        """Tell whether it holds no more."""
        return any(one.withdrawn for one in self.amendments)

    @property
    def updated_at(self) -> datetime:
        """When it was published, or last amended."""
        return max((self.published_at, *(one.at for one in self.amendments)))

    @property
    def measured(self) -> bool:
        """Tell whether there is any measure to show."""
        return bool(self.accounts or self.groups or self.contents or self.link_steps)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """The page of one announcement."""

    notice: NoticeView
    figure: Figure | None
    """Links blocked by period, up to this one; None: it is the first."""


def listed_in(listing: Listing) -> Listed:
    """Return what tells whether an address is listed; one that is none counts as such."""

    @cache  # made when the first link is met: most announcements have none
    def cover() -> Cover[str]:
        claims = {(one.scope, one.expression): one.id for one in listing.entries}
        claims |= {(Scope.URL, one.expression): one.entry for one in listing.aliases}
        return Cover(claims)

    def listed(address: str) -> bool:
        try:
            return cover().covers(list_key(parse_url(address)))
        except UrlError:
            return True

    return listed


def notice_views(
    context: ReleaseContext,
    categories: Categories,
    language: str,
    listed: Listed,
    places: Mapping[int, str] = MappingProxyType({}),
) -> tuple[NoticeView, ...]:
    """Return what the pages of all announcements show, newest first.

    ``listed`` is as for ``notice_view``, ``places`` say where each release stands.
    """
    releases = (*context.history, context.release)
    steps = tuple(dict.fromkeys(rung.step for rung in context.policy.ladder))
    found: list[NoticeView] = []
    held: list[Announcement] = []
    for one in reversed(context.announcements):
        view = notice_view(
            one, categories, steps, language=language, first=context.site.languages[0], listed=listed
        )
        serial = _release_of(one, releases)
        view = replace(view, release=serial, release_path=places.get(serial, ""))
        wrong = tuple(
            sorted(
                stone.id
                for stone in context.listing.tombstones
                if stone.reason in OUR_ERRORS and one.since < stone.removed_at <= one.until
            )
        )
        if held:
            seen = {name for each in held for name in each.categories}
            new = tuple(categories[name] for name in sorted(one.categories.keys() - seen))
            view = replace(view, before=held[-1].links_blocked, new=new)
        found.append(replace(view, wrong=wrong[:MAX_WRONG]))
        if not one.withdrawn:
            held.append(one)
    return tuple(reversed(found))


def _release_of(one: Announcement, releases: Sequence[Release]) -> int:
    """Return the serial of the first release after ``one`` was published; 0: there was none yet."""
    published = one.published_at.replace(microsecond=0)  # releases are stamped in whole seconds
    return next((each.serial for each in releases if each.issued_at >= published), 0)


def notice_view(
    one: Announcement,
    categories: Categories,
    steps: Sequence[str],
    *,
    language: str,
    first: str = "",
    listed: Listed = lambda _: True,
) -> NoticeView:
    """Return what the page of an announcement shows; a name that is not masked does not appear.

    ``steps`` are the ladder's, mildest first: the order in which they are shown. ``first`` is the site's
    first language, empty: this one. ``listed`` tells which links in a person's words to leave out; by
    default all.
    """
    words = next((each for each in one.words if each.language == language), None)
    return NoticeView(
        slug=one.slug,
        title=harmless(mask_contacts(words.title)) if words else "",
        source=words.body if words else "",
        body=html(words.body, listed) if words else Markup(),
        since=one.since,
        until=one.until,
        published_at=one.published_at,
        amendments=tuple(_amendment(each, language, first or language) for each in one.amendments),
        release=0,
        release_path="",
        wrong=(),
        before=None,
        new=(),
        links=one.links_blocked,
        accounts=_ordered(one.accounts, steps),
        groups=_ordered(one.groups, steps),
        contents=_ordered(one.contents, steps),
        link_steps=_ordered(one.link_steps, steps),
        applied=one.applied,
        goods=tuple(
            GoodsLine(category=categories[name], links=count)
            for name, count in sorted(one.categories.items(), key=lambda item: (-item[1], item[0]))
        ),
        examples=tuple(name for name in one.examples if is_masked(name)),
        removed=one.removed,
        corrected=one.corrected,
        rolled_back=one.rolled_back,
    )


def _amendment(one: Amendment, language: str, first: str) -> AmendmentView:
    is_own = language == first or language in one.others
    reason = harmless(mask_contacts(one.reason_in(language)))
    return AmendmentView(
        at=one.at, withdrawn=one.withdrawn, reason=reason, lang="" if is_own else tag_of(first)
    )


def _ordered(counts: Mapping[str, int], steps: Sequence[str]) -> tuple[tuple[str, int], ...]:
    known = [step for step in steps if step in counts]
    found = (*known, *sorted(counts.keys() - set(known)))
    return tuple((harmless(step), counts[step]) for step in found)


def notice_plans(notices: tuple[NoticeView, ...], language: Language) -> Iterator[Plan]:
    """Plan the overview and a page for each announcement."""
    yield Plan(
        path="announcements/index.html", template="announcements.html", view=NoticesPage(notices=notices)
    )
    held = [one for one in reversed(notices) if not one.withdrawn]
    for notice in notices:
        until = [one for one in held if one.until <= notice.until][-PLOTTED:]
        page = NoticePage(notice=notice, figure=_over_time(until, language) if len(until) > 1 else None)
        yield Plan(path=f"announcements/{notice.slug}/index.html", template="announcement.html", view=page)


def _over_time(notices: Sequence[NoticeView], language: Language) -> Figure:
    chart = Chart(
        id="period",
        title=language.say(N_("Links blocked, by announcement")),
        keys=tuple(one.slug for one in notices),
        labels=tuple(language.day(one.until) for one in notices),
        series=(
            Series(key="links", name=language.say(N_("Links")), values=tuple(one.links for one in notices)),
        ),
    )
    return Figure(chart=chart, picture=Markup(svg(chart, language.number)))  # noqa: S704 - plot's own tree
