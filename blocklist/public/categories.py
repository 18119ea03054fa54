"""Pages of the categories: what is meant, examples of goods, and the entries of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from blocklist.model import Entry
from blocklist.policy import Policy
from blocklist.public.glosses import glosses_of
from blocklist.public.language import Language
from blocklist.public.leaves import Leaf
from blocklist.public.paging import SLOTS, Pager, Part, paged
from blocklist.public.render import Plan
from blocklist.public.rows import Row, entry_name, row, rows_token, span_of
from blocklist.public.stencil import Outline
from blocklist.public.text import readable


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """A category in the page's language."""

    id: str
    title: str
    summary: str
    """What is meant and what is not; empty: the policy no longer knows the category."""
    goods: tuple[str, ...] = ()
    clause: str = ""
    jurisdiction: str = ""
    grade: int = 0
    glosses: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By rule, what the words mean that it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryLine:
    """A category in the overview."""

    category: CategoryView
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesPage:
    """The overview of all categories."""

    lines: tuple[CategoryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPage:
    """One page of one category: the first also says what is meant."""

    category: CategoryView
    total: int
    """Of the category; 0: this is not its first page, which alone says it."""
    span: str
    """The days of its rows, in words."""
    rows: tuple[Row, ...]
    pager: Pager

    @property
    def path(self) -> str:
        """Where it lies, relative to the language's root."""
        return self.pager.path


OUTLINE = Outline(words=("span",), maybe=SLOTS, groups=("rows",))

Categories = Mapping[str, CategoryView]


def category_views(policy: Policy, used: frozenset[str], language: str) -> Categories:
    """Return every category of the policy, and of the entries that outlived theirs, in ``language``."""
    known = {
        one.id: CategoryView(
            id=one.id,
            title=readable(one.title.get(language) or one.title["en"]),
            summary=readable(one.summary.get(language) or one.summary["en"]),
            goods=tuple(map(readable, one.goods.get(language) or one.goods["en"])),
            clause=readable(one.clause),
            jurisdiction=readable(one.jurisdiction.get(language) or one.jurisdiction["en"]),
            grade=one.grade,
            glosses=glosses_of(policy, one, language),
        )
        for one in policy.categories.values()
    }
    lost = sorted(used - known.keys())
    return known | {name: CategoryView(id=name, title=readable(name), summary="") for name in lost}


def category_plans(categories: Categories, counts: Mapping[str, int]) -> Iterator[Plan]:
    """Plan the overview; ``counts`` are the entries of each category."""
    lines = (
        CategoryLine(category=category, entries=counts.get(name, 0)) for name, category in categories.items()
    )
    yield Plan(
        path="categories/index.html",
        template="categories.html",
        view=CategoriesPage(lines=tuple(sorted(lines, key=lambda line: line.category.id))),
    )


def category_leaves(
    entries: Iterable[Entry], shelves: Sequence[Categories], languages: Sequence[Language]
) -> Iterator[Leaf]:
    """Plan every category's pages; ``shelves`` are the categories in each language."""
    by_category: dict[str, list[Entry]] = {name: [] for name in shelves[0]}
    for entry in entries:
        by_category[entry.category].append(entry)

    def views(name: str, part: Part[Entry], total: int) -> Iterator[CategoryPage]:
        rows = tuple(row(entry, shelves[0]) for entry in part.items)  # which do not show their category
        for categories, language in zip(shelves, languages, strict=True):
            yield CategoryPage(
                category=categories[name],
                total=total,
                span=span_of(rows, language),
                rows=rows,
                pager=part.pager,
            )

    for name, found in by_category.items():
        for part in paged(f"categories/{name}", found, entry_name):
            total = len(found) if part.pager.first else 0
            token = rows_token(part.items, part.pager, total)
            yield Leaf(part.pager.path, "category.html", token, partial(views, name, part, total))
