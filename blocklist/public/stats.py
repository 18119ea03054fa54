"""Figures of the list, as the statistics and home pages show them (pure)."""

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from statistics import median

from blocklist.model import RemovalReason, Scope
from blocklist.public.categories import Categories, CategoryView
from blocklist.release.context import ReleaseContext

MONTHS = 24


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
    months: tuple[Month, ...]
    """Latest first, at most ``MONTHS``."""


def statistics_of(context: ReleaseContext, categories: Categories) -> Statistics:
    """Count everything once, from the listing itself."""
    entries = context.listing.entries
    stones = context.listing.tombstones
    grades = Counter((entry.category, entry.grade) for entry in entries)
    scopes = Counter(entry.scope for entry in entries)
    reasons = Counter(stone.reason for stone in stones)
    deciders = Counter(entry.decided_by for entry in entries)
    entry_days = (entry.listed_at for entry in entries)
    stone_days = (stone.listed_at for stone in stones)
    listed = Counter(f"{when:%Y-%m}" for when in chain(entry_days, stone_days))
    removed = Counter(f"{stone.removed_at:%Y-%m}" for stone in stones)
    ages = [(stone.removed_at - stone.listed_at).total_seconds() / 86_400 for stone in stones]
    figures = (
        CategoryFigures(
            category=category,
            by_grade=(grades[name, 1], grades[name, 2], grades[name, 3], grades[name, 4]),
        )
        for name, category in categories.items()
    )
    months = sorted(listed.keys() | removed.keys(), reverse=True)[:MONTHS]
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
        age_days=round(median(ages), 1) if ages else None,
        months=tuple(Month(month=month, listed=listed[month], removed=removed[month]) for month in months),
    )
