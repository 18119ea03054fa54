"""Which step is recommended for each account, group, message and link: grade by repetition (pure).

Only distinct links count whose landing page is on the list. Who posted a link is judged as a seller by the
links they posted; who passed links on, as a forwarder by all the links they spread; a message or post as the
account that it is of. A link is judged by how many spread it. A rung of the policy's ladder may count what
was shared within some days only. Nothing is applied here: the platform decides, and people are pseudonyms
throughout.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from blocklist.listing.spread import Spread, Times, spread, within
from blocklist.model import (
    Action,
    Alias,
    Entry,
    Finding,
    Label,
    ListKey,
    Measure,
    Role,
    Scope,
    Share,
    Subject,
)
from blocklist.policy import Rung
from blocklist.scopes import parents
from blocklist.urls import list_key

_WITH_ROLES = frozenset({"account", "content"})


def listed_links(
    findings: Iterable[Finding], entries: Iterable[Entry], aliases: Iterable[Alias] = ()
) -> dict[int, Entry]:
    """Return the entry that covers each listed link's landing page; the narrowest where several do.

    A link whose page is out of reach for now is found by its own address and by the aliases. A link that was
    found clear is not listed, even where a wider entry covers its address.
    """
    index: dict[tuple[Scope, ListKey], Entry] = {(entry.scope, entry.expression): entry for entry in entries}
    by_id = {entry.id: entry for entry in index.values()}
    for alias in aliases:
        if alias.entry in by_id:
            index.setdefault((Scope.URL, alias.expression), by_id[alias.entry])
    listed: dict[int, Entry] = {}
    for finding in findings:
        if _is_clear(finding):
            continue
        for covering in parents(list_key(finding.verdict.landing or finding.link.url)):
            if entry := index.get(covering):
                listed[finding.link.id] = entry
                break
    return listed


def _is_clear(finding: Finding) -> bool:
    if finding.decision is not None:
        return finding.decision.action is Action.CLEAR
    return finding.verdict.judgement.label is Label.CLEAR


def recommend(
    shares: Iterable[tuple[int, Share]],
    listed: Mapping[int, Entry],
    ladder: Sequence[Rung],
    *,
    now: datetime,
    touching: Collection[int] | None = None,
) -> tuple[Measure, ...]:
    """Return the measure recommended at ``now`` for each subject that a rung of the ladder fits.

    ``shares`` are (link id, share); ``listed`` maps the id of every listed link to its entry. With
    ``touching``, only those are returned who shared one of these links (all their links count still): an
    announcement's period. Order: gravest first, then by subject.
    """
    found = (
        _measure(subject, record, listed, ladder, now)
        for subject, record in spread(shares, listed).items()
        if touching is None or not record.links.isdisjoint(touching)
    )
    measures = [measure for measure in found if measure is not None]
    return tuple(sorted(measures, key=lambda one: (-one.grade, -one.links, one.subject)))


def _measure(
    subject: Subject, record: Spread, listed: Mapping[int, Entry], ladder: Sequence[Rung], now: datetime
) -> Measure | None:
    kind = subject.partition(":")[0]
    attempts: tuple[tuple[Role | None, Times], ...] = ((None, record.all),)
    if kind in _WITH_ROLES:
        attempts = ((Role.SELLER, record.own), (Role.FORWARDER, record.all))
    for role, times in attempts:
        for rung in reversed(ladder):
            if (rung.subject, rung.role) == (kind, role) and (
                measure := _fitting(subject, record, rung, within(times, rung.days, now), listed)
            ):
                return measure
    return None


def _fitting(
    subject: Subject, record: Spread, rung: Rung, repeated: Collection[object], listed: Mapping[int, Entry]
) -> Measure | None:
    """Return what ``rung`` recommends for what was ``repeated`` in its window; None: it does not fit."""
    links = record.links if record.entry else record.links.intersection(repeated)
    grade = max((listed[link].grade for link in links), default=0)
    least = rung.min_sharers if record.entry else rung.min_links
    if grade < rung.min_grade or len(repeated) < least:
        return None
    return Measure(
        subject=subject,
        name=record.name,
        role=rung.role,
        step=rung.step,
        grade=grade,
        links=len(links),
        sharers=len(repeated) if record.entry else 0,
        entry=record.entry,
        categories=tuple(sorted({listed[link].category for link in links})),
        last_shared_at=record.last,
        rests_on=tuple(sorted(links)),
    )
