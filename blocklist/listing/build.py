"""The list of one moment, from findings and the list before: DESIGN.md section 5 in order.

Pure: no store, no clock, no files. The rules live in the rooms that are called here; brake and canaries,
which look at the result, in ``brake``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from blocklist.listing.aliases import aliases_of
from blocklist.listing.entries import entries_of
from blocklist.listing.guards import Guards
from blocklist.listing.pages import Standing, merge_pages
from blocklist.listing.places import hold_compromised, places_of
from blocklist.listing.removals import Present, removal
from blocklist.listing.review import review_of
from blocklist.listing.scoping import Ground, claims_of
from blocklist.listing.settings import ListSettings
from blocklist.listing.trails import Trails
from blocklist.model import Alias, Entry, Finding, Listing, Tombstone
from blocklist.policy import Policy
from blocklist.scopes import Cover


def build_listing(
    findings: Iterable[Finding],
    *,
    previous: Sequence[Entry] = (),
    aliases: Sequence[Alias] = (),
    tombstones: Sequence[Tombstone] = (),
    guards: Guards,
    policy: Policy,
    settings: ListSettings,
    now: datetime,
) -> Listing:
    """Return entries, aliases, all tombstones and the review queue, as of ``now``.

    ``previous``, ``aliases`` and ``tombstones`` are the list as it was; entries that go on keep their id and
    the day they were listed. The order of ``findings`` does not matter.
    """
    known = tuple(findings)
    before = {(entry.scope, entry.expression): entry for entry in previous}
    over = Cover(before)
    merged = merge_pages(known, guards, policy)
    under = [page.key for page in merged if over.covers(page.key)]
    pages = hold_compromised(merged, places_of(merged), under)
    clear = frozenset(page.host for page in pages if page.standing is Standing.CLEAR)
    claims = claims_of(
        pages, Ground(places=places_of(pages), clear_hosts=clear, guards=guards, previous=frozenset(before))
    )
    listed = {
        (entry.scope, entry.expression): entry
        for entry in entries_of(
            claims,
            previous=before,
            taken={each.id for each in tombstones} | {each.id for each in previous},
            policy=policy,
            entry_days=settings.entry_days,
            now=now,
        )
    }
    present = Present(
        listed=dict(listed),
        trails=Trails(known, pages, previous, aliases),
        guards=guards,
        policy=policy,
        unreachable_days=settings.unreachable_days,
        now=now,
    )
    buried: list[Tombstone] = []
    for claim, entry in before.items():
        if claim in listed:
            continue
        reason = removal(entry, present)
        if reason is None:
            listed[claim] = entry
        else:
            buried.append(Tombstone(id=entry.id, listed_at=entry.listed_at, removed_at=now, reason=reason))
    cover = Cover(listed)
    return Listing(
        entries=tuple(sorted(listed.values(), key=lambda each: each.id)),
        aliases=aliases_of(pages, cover, aliases, known, guards),
        tombstones=(*tombstones, *sorted(buried, key=lambda each: each.id)),
        review=review_of(pages, known, cover),
    )
