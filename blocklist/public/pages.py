"""A release -> every page of the site, in every language."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from blocklist.config import SiteConfig
from blocklist.model import Entry, Release
from blocklist.public.assets import site_folder
from blocklist.public.browse import date_plans, domain_leaves, domains_of
from blocklist.public.card import card
from blocklist.public.categories import Categories, category_leaves, category_plans, category_views
from blocklist.public.charts import chart_files, charts_of
from blocklist.public.edition import edition_of
from blocklist.public.entries import entry_leaves, list_leaves
from blocklist.public.feed import atom
from blocklist.public.host_files import host_files
from blocklist.public.json_feed import json_feed
from blocklist.public.language import Language, load_languages
from blocklist.public.leaves import planned_sheets, sheets_of, token_of
from blocklist.public.notice_text import notice_text
from blocklist.public.notices import NoticeView, listed_in, notice_plans, notice_views
from blocklist.public.outlines import OUTLINES
from blocklist.public.paging import Part, paged
from blocklist.public.releases import release_leaves, release_parts, release_places
from blocklist.public.removed import removed_leaves, stays_of
from blocklist.public.render import Plan, Renderer, SiteFacts
from blocklist.public.rows import entry_name
from blocklist.public.rules import rules_plans
from blocklist.public.shards import lookup_files
from blocklist.public.standing import standing_plans
from blocklist.public.stats import Statistics, statistics_of, told_in
from blocklist.public.text import readable
from blocklist.release.context import ReleaseContext
from blocklist.release.sheets import Sheet, ready


def site_pages(context: ReleaseContext) -> Iterator[tuple[str, bytes]]:
    """Yield each file's path (relative, ``/``-separated) and bytes; raise as ``site_sheets``."""
    for sheet in site_sheets(context):
        yield from zip(sheet.paths, sheet.make(), strict=True)


def site_sheets(context: ReleaseContext) -> Iterator[Sheet]:
    """Give every file of the site, in every language; the same context gives the same bytes.

    Raises ConfigError when a language has no catalogue.
    """
    folder = site_folder()
    languages = load_languages(tuple(context.site.languages), folder / "locale")
    facts = site_facts(context.site)
    for path, data in chain(
        static_files(folder),
        host_files().items(),
        lookup_files(context.listing.entries, context.listing.aliases, context.shards),
    ):
        yield ready(path, data)
    newest = tuple(sorted(context.listing.entries, key=lambda one: (one.listed_at, one.id), reverse=True))
    renderers = [Renderer(folder, facts, language, languages, OUTLINES) for language in languages]
    shelves = [categories_of(context, language) for language in languages]
    parts = tuple(paged("entries", newest, entry_name))
    releases = release_parts(context)
    edition = edition_of(folder, token_of(facts, [each.code for each in languages], shelves))
    yield from _single(context, languages, renderers, shelves, newest, parts, releases, edition)
    stays = stays_of(context.listing.tombstones)
    leaves = chain(
        list_leaves(parts, len(newest), shelves, languages),
        category_leaves(newest, shelves, languages),
        domain_leaves(domains_of(newest), len(languages)),
        release_leaves(releases, languages),
        removed_leaves(stays, {entry.id for entry in newest}, languages),
        entry_leaves(context, context.listing.entries, stays, shelves),
    )
    yield from sheets_of(leaves, renderers, edition)


def _single(
    context: ReleaseContext,
    languages: Sequence[Language],
    renderers: Sequence[Renderer],
    shelves: Sequence[Categories],
    newest: tuple[Entry, ...],
    parts: Sequence[Part[Entry]],
    releases: Sequence[Part[Release]],
    edition: bytes,
) -> Iterator[Sheet]:
    """Give the pages of which there is one each, and the files beside them."""
    facts, dates = site_facts(context.site), tuple(date_plans(parts))
    listed, places = listed_in(context.listing), release_places(releases)
    counted = statistics_of(context, shelves[0])
    for language, renderer, categories in zip(languages, renderers, shelves, strict=True):
        notices = notice_views(context, categories, language.code, listed, places)
        statistics = told_in(counted, categories)
        planned = chain(plans(context, language, categories, notices, newest, statistics), dates)
        yield from planned_sheets(planned, renderer, edition)
        for path, data in files_beside(context, language, facts, notices, statistics):
            yield ready(path, data)


def plans(
    context: ReleaseContext,
    language: Language,
    categories: Categories,
    notices: tuple[NoticeView, ...],
    newest: tuple[Entry, ...],
    statistics: Statistics,
) -> Iterator[Plan]:
    """Plan the pages of which one language has one each; ``newest`` are the entries in order."""
    latest = next((one for one in notices if not one.withdrawn), None)
    yield from standing_plans(context, language, categories, statistics, latest, newest)
    yield from notice_plans(notices, language)
    yield from rules_plans(context.policy, categories, language.code)
    yield from category_plans(categories, {one.category.id: one.total for one in statistics.categories})


def files_beside(
    context: ReleaseContext,
    language: Language,
    facts: SiteFacts,
    notices: tuple[NoticeView, ...],
    statistics: Statistics,
) -> Iterator[tuple[str, bytes]]:
    """Give charts, feeds, and what comes beside announcements, in one language."""
    yield from chart_files(charts_of(statistics, language), language)
    yield f"{language.root}feed.xml", atom(notices, facts, language, context.release.issued_at)
    yield f"{language.root}feed.json", json_feed(notices, facts, language)
    for notice in notices:
        folder_of = f"{language.root}announcements/{notice.slug}"
        yield f"{folder_of}/announcement.txt", notice_text(notice, facts, language).encode()
        yield f"{folder_of}/card.svg", card(notice, facts, language)


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
