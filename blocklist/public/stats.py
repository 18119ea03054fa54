"""Figures of the list, as the statistics and home pages show them (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from statistics import median

from blocklist.model import RemovalReason, Scope
from blocklist.public.appeals import AppealRecord, appeal_record
from blocklist.public.categories import Categories, CategoryView
from blocklist.public.spans import AGES, DAY, DELAYS, sorted_into
from blocklist.release.context import ReleaseContext

DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFigures:
    """One category over the grades 1 to 4."""

    category: CategoryView
    by_grade: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        """Entries of the category."""
        return sum(self.by_grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a month brought."""

    month: str
    """``2026-11``, UTC."""
    listed: int
    """Of what is on the list now or has left it since."""
    removed: int
    appeals: int
    """Received."""
    upheld: int
    """Appeals decided in this month, for the appellant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Figures of one release."""

    entries: int
    aliases: int
    categories: tuple[CategoryFigures, ...]
    scopes: tuple[tuple[Scope, int], ...]
    by_machine: int
    by_moderator: int
    removals: tuple[tuple[RemovalReason, int], ...]
    removed: int
    corrected: int
    """Removed because they were listed in error, or on appeal."""
    age_days: float | None
    """Median days from listing to removal; None: nothing has been removed."""
    ages: tuple[int, ...]
    """Removed entries by how long they had been listed, as ``spans.AGES``."""
    delays: tuple[int, ...]
    """Links by the time from first report to first verdict, as ``spans.DELAYS``."""
    delay_seconds: float | None
    """Median of the same; None: no link was judged."""
    appeals: AppealRecord
    months: tuple[Month, ...]
    """Oldest first, without a gap; empty: nothing was ever listed."""


def statistics_of(context: ReleaseContext, categories: Categories) -> Statistics:
    """Count everything once, from the listing itself."""
    entries = context.listing.entries
    stones = context.listing.tombstones
    grades = Counter((entry.category, entry.grade) for entry in entries)
    scopes = Counter(entry.scope for entry in entries)
    reasons = Counter(stone.reason for stone in stones)
    deciders = Counter(entry.decided_by for entry in entries)
    ages = [(stone.removed_at - stone.listed_at).total_seconds() for stone in stones]
    record = context.record
    figures = (
        CategoryFigures(
            category=category,
            by_grade=(grades[name, 1], grades[name, 2], grades[name, 3], grades[name, 4]),
        )
        for name, category in categories.items()
    )
    return Statistics(
        entries=len(entries),
        aliases=len(context.listing.aliases),
        categories=tuple(
            sorted((one for one in figures if one.total), key=lambda one: (-one.total, one.category.id))
        ),
        scopes=tuple((scope, scopes[scope]) for scope in Scope if scopes[scope]),
        by_machine=deciders["machine"],
        by_moderator=deciders.total() - deciders["machine"],
        removals=tuple((reason, reasons[reason]) for reason in RemovalReason if reasons[reason]),
        removed=len(stones),
        corrected=reasons[RemovalReason.ERROR] + reasons[RemovalReason.APPEAL],
        age_days=round(median(ages) / DAY, 1) if ages else None,
        ages=sorted_into(AGES, ages),
        delays=sorted_into(DELAYS, record.verdict_seconds),
        delay_seconds=median(record.verdict_seconds) if record.verdict_seconds else None,
        appeals=appeal_record(record.appeals, context.now),
        months=_months(context),
    )


def told_in(statistics: Statistics, categories: Categories) -> Statistics:
    """Return the same figures with the categories as another language calls them."""
    told = tuple(replace(one, category=categories[one.category.id]) for one in statistics.categories)
    return replace(statistics, categories=told)


def _months(context: ReleaseContext) -> tuple[Month, ...]:
    entries, stones, appeals = context.listing.entries, context.listing.tombstones, context.record.appeals
    listed = _by_month(chain((one.listed_at for one in entries), (one.listed_at for one in stones)))
    removed = _by_month(one.removed_at for one in stones)
    received = _by_month(one.made_at for one in appeals)
    upheld = _by_month(one.settled_at for one in appeals if one.settled_at and one.upheld)
    happened = sorted(listed.keys() | removed.keys() | received.keys() | upheld.keys())
    return tuple(
        Month(
            month=f"{year:04}-{month:02}",
            listed=listed[year, month],
            removed=removed[year, month],
            appeals=received[year, month],
            upheld=upheld[year, month],
        )
        for year, month in _every_month(happened)
    )


def _by_month(moments: Iterable[datetime]) -> Counter[tuple[int, int]]:
    return Counter((one.year, one.month) for one in moments)


def _every_month(happened: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give each month from the first to the last, those in which nothing happened too."""
    if not happened:
        return
    (year, month), last = happened[0], happened[-1]
    while (year, month) <= last:
        yield year, month
        year, month = (year + 1, 1) if month == DECEMBER else (year, month + 1)
