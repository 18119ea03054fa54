"""A release -> every page of the site, in every language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blocklist.model import Entry
from blocklist.public.assets import site_folder
from blocklist.public.categories import Categories, category_plans, category_views
from blocklist.public.entries import entry_plans, list_plans
from blocklist.public.feed import atom
from blocklist.public.host_files import host_files
from blocklist.public.language import Language, load_languages
from blocklist.public.notices import NoticeView, notice_plans, notice_view
from blocklist.public.removed import removed_plans, stays_of
from blocklist.public.render import Plan, Renderer, SiteFacts
from blocklist.public.rows import Row, row
from blocklist.public.shards import lookup_files
from blocklist.public.stats import Statistics, statistics_of
from blocklist.public.text import readable
from blocklist.public.use import UsePage, use_page
from blocklist.release.context import ReleaseContext

NEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the first page shows."""

    serial: int
    issued_at: datetime
    statistics: Statistics
    latest: NoticeView | None
    """None: nothing has been announced yet."""
    newest: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsPage:
    """Figures, and of which release."""

    serial: int
    issued_at: datetime
    statistics: Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainPage:
    """A page of words alone."""

    policy_version: str


def site_pages(context: ReleaseContext) -> Iterator[tuple[str, bytes]]:
    """Yield each file's path (relative, ``/``-separated) and bytes; the same context gives the same bytes.

    Raises ConfigError when a language has no catalogue.
    """
    folder = site_folder()
    languages = load_languages(tuple(context.site.languages), folder / "locale")
    facts = site_facts(context)
    yield from static_files(folder)
    yield from host_files().items()
    yield from lookup_files(context.listing.entries, context.listing.aliases)
    newest = tuple(sorted(context.listing.entries, key=lambda one: (one.listed_at, one.id), reverse=True))
    renderers = [Renderer(folder, facts, language, languages) for language in languages]
    steps = tuple(dict.fromkeys(rung.step for rung in context.policy.ladder))
    shelves = [categories_of(context, language) for language in languages]
    for language, renderer, categories in zip(languages, renderers, shelves, strict=True):
        notices = tuple(notice_view(one, categories, steps) for one in context.announcements)
        for plan in plans(context, categories, notices, newest):
            yield renderer.render(plan)
        yield f"{language.root}feed.xml", atom(notices, facts, language, context.release.issued_at)
    stays = stays_of(context.listing.tombstones)
    for twins in entry_plans(newest, context.listing.aliases, stays, shelves):
        for renderer, plan in zip(renderers, twins, strict=True):
            yield renderer.render(plan)


def plans(
    context: ReleaseContext,
    categories: Categories,
    notices: tuple[NoticeView, ...],
    newest: tuple[Entry, ...],
) -> Iterator[Plan]:
    """Plan every page of one language but the entries' own; ``newest`` are the entries, newest first."""
    figures = statistics_of(context, categories)
    serial, issued_at = context.release.serial, context.release.issued_at
    home = HomePage(
        serial=serial,
        issued_at=issued_at,
        statistics=figures,
        latest=notices[0] if notices else None,
        newest=tuple(row(entry, categories) for entry in newest[:NEWEST]),
    )
    yield Plan(path="index.html", template="home.html", view=home)
    yield from notice_plans(notices)
    yield from category_plans(categories, newest)
    yield from list_plans(newest, categories)
    present = frozenset(entry.id for entry in newest)
    yield from removed_plans(stays_of(context.listing.tombstones), present)
    statistics = StatisticsPage(serial=serial, issued_at=issued_at, statistics=figures)
    yield Plan(path="statistics/index.html", template="statistics.html", view=statistics)
    use: UsePage = use_page(context.files, context.site.base_url)
    yield Plan(path="use/index.html", template="use.html", view=use)
    plain = PlainPage(policy_version=context.policy.version)
    for name in ("about", "appeal", "lookup"):
        yield Plan(path=f"{name}/index.html", template=f"{name}.html", view=plain)
    yield Plan(path="404.html", template="404.html", view=plain)


def categories_of(context: ReleaseContext, language: Language) -> Categories:
    """Return the categories of the policy and of everything that the release mentions."""
    used = {entry.category for entry in context.listing.entries}
    used.update(name for one in context.announcements for name in one.categories)
    return category_views(context.policy, frozenset(used), language.code)


def site_facts(context: ReleaseContext) -> SiteFacts:
    """Return what stands on every page."""
    site = context.site
    base = site.base_url.rstrip("/") + "/" if site.base_url else ""
    return SiteFacts(
        title=readable(site.title),
        publisher=readable(site.publisher),
        contact=readable(site.contact),
        appeal_url=site.appeal_url,
        base_url=base,
    )


def static_files(folder: Path) -> Iterable[tuple[str, bytes]]:
    """Yield the stylesheet, the script and pictures as they are."""
    for path in sorted((folder / "static").iterdir()):
        yield f"static/{path.name}", path.read_bytes()
