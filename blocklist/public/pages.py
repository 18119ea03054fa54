"""A release -> every page of the site, in every language."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from blocklist.config import SiteConfig
from blocklist.model import Entry
from blocklist.public.assets import site_folder
from blocklist.public.browse import Domains, date_plans, domain_plans, domains_of
from blocklist.public.card import card
from blocklist.public.categories import Categories, category_plans, category_views
from blocklist.public.charts import chart_files, charts_of
from blocklist.public.entries import entry_plans, list_plans
from blocklist.public.feed import atom
from blocklist.public.host_files import host_files
from blocklist.public.json_feed import json_feed
from blocklist.public.language import Language, load_languages
from blocklist.public.notice_text import notice_text
from blocklist.public.notices import NoticeView, notice_plans, notice_views
from blocklist.public.removed import removed_plans, stays_of
from blocklist.public.render import Plan, Renderer, SiteFacts
from blocklist.public.shards import lookup_files
from blocklist.public.standing import standing_plans
from blocklist.public.stats import Statistics, statistics_of
from blocklist.public.text import readable
from blocklist.release.context import ReleaseContext


def site_pages(context: ReleaseContext) -> Iterator[tuple[str, bytes]]:
    """Yield each file's path (relative, ``/``-separated) and bytes; the same context gives the same bytes.

    Raises ConfigError when a language has no catalogue.
    """
    folder = site_folder()
    languages = load_languages(tuple(context.site.languages), folder / "locale")
    facts = site_facts(context.site)
    yield from static_files(folder)
    yield from host_files().items()
    yield from lookup_files(context.listing.entries, context.listing.aliases)
    newest = tuple(sorted(context.listing.entries, key=lambda one: (one.listed_at, one.id), reverse=True))
    renderers = [Renderer(folder, facts, language, languages) for language in languages]
    domains = domains_of(newest)
    shelves = [categories_of(context, language) for language in languages]
    for language, renderer, categories in zip(languages, renderers, shelves, strict=True):
        notices = notice_views(context, categories, language.code)
        statistics = statistics_of(context, categories)
        for plan in plans(context, language, categories, notices, newest, domains, statistics):
            yield renderer.render(plan)
        yield from chart_files(charts_of(statistics, language), language)
        yield f"{language.root}feed.xml", atom(notices, facts, language, context.release.issued_at)
        yield f"{language.root}feed.json", json_feed(notices, facts, language)
        for notice in notices:
            folder_of = f"{language.root}announcements/{notice.slug}"
            yield f"{folder_of}/announcement.txt", notice_text(notice, facts, language).encode()
            yield f"{folder_of}/card.svg", card(notice, facts, language)
    stays = stays_of(context.listing.tombstones)
    for twins in entry_plans(context, newest, stays, shelves):
        for renderer, plan in zip(renderers, twins, strict=True):
            yield renderer.render(plan)


def plans(
    context: ReleaseContext,
    language: Language,
    categories: Categories,
    notices: tuple[NoticeView, ...],
    newest: tuple[Entry, ...],
    domains: Domains,
    statistics: Statistics,
) -> Iterator[Plan]:
    """Plan every page of one language but the entries' own; ``newest`` are the entries, newest first."""
    latest = next((one for one in notices if not one.withdrawn), None)
    yield from standing_plans(context, language, categories, statistics, latest, newest)
    yield from notice_plans(notices, language)
    yield from category_plans(categories, newest)
    yield from list_plans(newest, categories)
    yield from date_plans(newest)
    yield from domain_plans(domains)
    present = frozenset(entry.id for entry in newest)
    yield from removed_plans(stays_of(context.listing.tombstones), present)


def categories_of(context: ReleaseContext, language: Language) -> Categories:
    """Return the categories of the policy and of everything that the release mentions."""
    used = {entry.category for entry in context.listing.entries}
    used.update(name for one in context.announcements for name in one.categories)
    return category_views(context.policy, frozenset(used), language.code)


def site_facts(site: SiteConfig) -> SiteFacts:
    """Return what stands on every page."""
    return SiteFacts(
        title=readable(site.title),
        publisher=readable(site.publisher),
        contact=readable(site.contact),
        appeal_url=site.appeal_url,
        licence=readable(site.licence),
        base_url=site.base_url,
    )


def static_files(folder: Path) -> Iterable[tuple[str, bytes]]:
    """Yield the stylesheet, the script and pictures as they are."""
    for path in sorted((folder / "static").iterdir()):
        yield f"static/{path.name}", path.read_bytes()
