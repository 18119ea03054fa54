"""Pages of single entries, and the whole list by date."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from blocklist.model import Alias, Entry, Scope
from blocklist.public.categories import Categories, CategoryView
from blocklist.public.language import Language
from blocklist.public.leaves import Leaf, token_of
from blocklist.public.paging import SLOTS, Pager, Part
from blocklist.public.quotes import Quotes, Reasons, quotes_of, reasons_of
from blocklist.public.removed import Stay, Stays
from blocklist.public.rows import Row, days_opened, row, rows_token, shown_address, span_of
from blocklist.public.stencil import Outline
from blocklist.public.text import address, readable, shortened
from blocklist.release.context import ReleaseContext, Visit

MAX_ADDRESS = 1200  # characters; the list files have the whole address
MAX_ALIASES = 10


class EntryView(NamedTuple):
    """All that the page of an entry shows."""

    id: str
    address: str
    scope: Scope
    sensitive: bool
    category_id: str
    category_title: str
    is_ruled: bool
    """Whether the policy has published rules of the category."""
    grade: int
    clause: str
    jurisdiction: str
    reasons: tuple[Reasons, ...]
    aliases: tuple[str, ...]
    more_aliases: int
    first_seen: datetime
    listed_at: datetime
    verified_at: datetime
    expires_at: datetime
    decided_by: str
    evidence_digest: str
    policy: str
    visits: tuple[Visit, ...]
    """On which the verdict rests, the one that was judged first; empty: not known."""
    is_proven: bool
    """Whether the history says its listing."""
    proof: str
    """Where, from the root of the release, the proof of its listing lies; empty: there is none."""
    confirmed: datetime | None
    """When an appeal against it was last answered and not upheld; None: never."""
    earlier: tuple[Stay, ...]
    """When the same entry was on the list before, latest first; empty: never."""

    @property
    def path(self) -> str:
        """Where its page lies, relative to the language's root."""
        return entry_path(self.id)


OUTLINE = Outline(
    words=(
        "id",
        "address",
        "category_id",
        "category_title",
        "clause",
        "jurisdiction",
        "evidence_digest",
        "policy",
        "proof",
    ),
    long=("first_seen", "listed_at", "verified_at", "expires_at"),
    groups=("reasons", "aliases", "visits", "earlier"),
)
VISIT = Outline(short=("fetched_at",))
STAY = Outline(words=("id",), short=("listed_at", "removed_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesPage:
    """One page of the whole list, newest first."""

    total: int
    """In the release; 0: this is not the first page, which alone says it."""
    span: str
    """The days of its rows, in words."""
    rows: tuple[Row, ...]
    pager: Pager

    @property
    def path(self) -> str:
        """Where it lies, relative to the language's root."""
        return self.pager.path


LIST = Outline(words=("span",), maybe=SLOTS, groups=("rows",))


def list_leaves(
    parts: Sequence[Part[Entry]], total: int, shelves: Sequence[Categories], languages: Sequence[Language]
) -> Iterator[Leaf]:
    """Plan the pages of the list of ``total`` entries; ``shelves`` are the categories in each language."""

    def views(part: Part[Entry], said: int) -> Iterator[EntriesPage]:
        for categories, language in zip(shelves, languages, strict=True):
            rows = tuple(days_opened(row(one, categories) for one in part.items))
            yield EntriesPage(total=said, span=span_of(rows, language), rows=rows, pager=part.pager)

    for part in parts:
        said = total if part.pager.first else 0
        token = rows_token(part.items, part.pager, said)
        yield Leaf(part.pager.path, "entries.html", token, partial(views, part, said))


def entry_leaves(
    context: ReleaseContext, entries: Iterable[Entry], stays: Stays, shelves: Sequence[Categories]
) -> Iterator[Leaf]:
    """Plan the page of each of ``entries``; ``shelves`` are the categories in each language."""
    by_entry: dict[str, list[Alias]] = {}
    for alias in context.listing.aliases:
        by_entry.setdefault(alias.entry, []).append(alias)

    def views(entry: Entry) -> Iterator[EntryView]:
        quotes = quotes_of(entry.evidence)
        first = entry_view(
            entry,
            by_entry.get(entry.id, []),
            shelves[0][entry.category],
            earlier=stays.get(entry.id, ()),
            visits=context.record.visits.get(entry.verdict, ()),
            proof=context.proofs.get(entry.id, ""),
            confirmed=context.record.confirmed.get(entry.id),
            quotes=quotes,
        )
        yield first
        for other in shelves[1:]:
            category = other[entry.category]
            yield first._replace(
                category_title=category.title,
                jurisdiction=category.jurisdiction or readable(entry.jurisdiction),
                reasons=reasons_of(quotes, category),
            )

    aliases = {
        name: sorted((one.expression, one.sensitive) for one in found) for name, found in by_entry.items()
    }
    visits, proofs, confirmed = context.record.visits, context.proofs, context.record.confirmed
    for entry in entries:
        name = entry.id
        token = _token(
            entry,
            aliases.get(name),
            stays.get(name),
            visits.get(entry.verdict),
            proofs.get(name),
            confirmed.get(name),
        )
        yield Leaf(entry_path(name), "entry.html", token, partial(views, entry))


def entry_path(name: str) -> str:
    """Return where the page of the entry called ``name`` lies."""
    return f"entries/{name}/index.html"


def _token(entry: Entry, *beside: object) -> bytes:
    return token_of(*_facts(entry), [(one.rule, one.kind, one.excerpt) for one in entry.evidence], *beside)


_facts = attrgetter(
    "id",
    "expression",
    "host",
    "sensitive",
    "scope",
    "category",
    "grade",
    "clause",
    "jurisdiction",
    "first_seen",
    "listed_at",
    "verified_at",
    "expires_at",
    "decided_by",
    "evidence_digest",
    "policy",
)
"""Of an entry, all that ``entry_view`` reads but the evidence."""


def entry_view(
    entry: Entry,
    aliases: list[Alias],
    category: CategoryView,
    *,
    earlier: tuple[Stay, ...] = (),
    visits: tuple[Visit, ...] = (),
    proof: str = "",
    confirmed: datetime | None = None,
    quotes: Quotes | None = None,
) -> EntryView:
    """Return what the page of ``entry`` shows; ``quotes`` where they were found already."""
    open_aliases = sorted(shortened(address(one.expression), 160) for one in aliases if not one.sensitive)
    shown = tuple(open_aliases[:MAX_ALIASES])
    return EntryView(
        id=entry.id,
        address=shortened(shown_address(entry), MAX_ADDRESS),
        scope=entry.scope,
        sensitive=entry.sensitive,
        category_id=category.id,
        category_title=category.title,
        is_ruled=bool(category.summary),
        grade=entry.grade,
        clause=readable(entry.clause),
        jurisdiction=category.jurisdiction or readable(entry.jurisdiction),
        reasons=reasons_of(quotes_of(entry.evidence) if quotes is None else quotes, category),
        aliases=shown,
        more_aliases=len(aliases) - len(shown),
        first_seen=entry.first_seen,
        listed_at=entry.listed_at,
        verified_at=entry.verified_at,
        expires_at=entry.expires_at,
        decided_by=entry.decided_by,
        evidence_digest=entry.evidence_digest,
        policy=entry.policy,
        visits=visits,
        is_proven=bool(proof),
        proof=proof,
        confirmed=confirmed,
        earlier=earlier,
    )
