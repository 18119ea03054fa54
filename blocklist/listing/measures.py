"""Which step is recommended for each account and group: grade by repetition, by the policy's ladder (pure).

Only distinct links count whose landing page is on the list. Who posted a link is judged as a seller by the
links they posted; who passed links on, as a forwarder by all the links they spread. A rung may count what was
shared within some days only. Nothing is applied here: the platform decides, and people are pseudonyms
throughout.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from blocklist.model import (
    Action,
    Alias,
    Entry,
    Finding,
    Label,
    ListKey,
    Measure,
    Pseudonym,
    Role,
    Scope,
    Share,
)
from blocklist.policy import Rung
from blocklist.scopes import parents
from blocklist.urls import list_key

Charge = tuple[str, int]
"""Category and grade of the entry that a link leads to."""


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
    listed: Mapping[int, Charge],
    ladder: Sequence[Rung],
    *,
    now: datetime,
    touching: Collection[int] | None = None,
) -> tuple[Measure, ...]:
    """Return the measure recommended at ``now`` for each account and group that a rung of the ladder fits.

    ``shares`` are (link id, share); ``listed`` maps the id of every listed link to its category and grade.
    With ``touching``, only those are returned who shared one of these links (all their links count still):
    an announcement's period. Order: gravest first, then by pseudonym.
    """
    subjects: dict[Pseudonym, _Record] = {}
    for link, share in shares:
        if link not in listed:
            continue
        if share.account:
            _record(subjects, share.account, share.account_name).add(link, share, own=not share.forwarded)
        if share.group:
            _record(subjects, share.group, share.group_name).add(link, share, own=False)
    found = (
        _measure(subject, record, listed, ladder, now)
        for subject, record in subjects.items()
        if touching is None or not record.all.keys().isdisjoint(touching)
    )
    measures = [measure for measure in found if measure is not None]
    return tuple(sorted(measures, key=lambda one: (-one.grade, -one.links, one.subject)))


_NEVER = datetime.min.replace(tzinfo=UTC)
"""When a link was shared, where no report says: in no window."""
_Times = dict[int, datetime]
"""Links, and when each was shared last."""


@dataclass(slots=True)
class _Record:
    """What one pseudonym did with listed links."""

    name: str
    own: _Times = field(default_factory=dict)
    all: _Times = field(default_factory=dict)

    def add(self, link: int, share: Share, *, own: bool) -> None:
        for times in (self.all, self.own) if own else (self.all,):
            times[link] = max(share.shared_at or _NEVER, times.get(link, _NEVER))

    @property
    def last(self) -> datetime | None:
        last = max(self.all.values())
        return None if last == _NEVER else last


def _record(subjects: dict[Pseudonym, _Record], subject: Pseudonym, name: str) -> _Record:
    record = subjects.setdefault(subject, _Record(name=name))
    record.name = name or record.name
    return record


def _measure(
    subject: Pseudonym, record: _Record, listed: Mapping[int, Charge], ladder: Sequence[Rung], now: datetime
) -> Measure | None:
    kind = subject.partition(":")[0]
    attempts: tuple[tuple[Role | None, _Times], ...] = ((None, record.all),)
    if kind == "account":
        attempts = ((Role.SELLER, record.own), (Role.FORWARDER, record.all))
    for role, times in attempts:
        for rung in reversed(ladder):
            if (rung.subject, rung.role) != (kind, role):
                continue
            links = _within(times, rung.days, now)
            grade = max((listed[link][1] for link in links), default=0)
            if rung.min_grade <= grade and rung.min_links <= len(links):
                return Measure(
                    subject=subject,
                    name=record.name,
                    role=role,
                    step=rung.step,
                    grade=grade,
                    links=len(links),
                    categories=tuple(sorted({listed[link][0] for link in links})),
                    last_shared_at=record.last,
                    rests_on=tuple(sorted(links)),
                )
    return None


def _within(times: _Times, days: int | None, now: datetime) -> Collection[int]:
    """Return the links shared in the ``days`` before ``now``; None: all."""
    if days is None:
        return times.keys()
    nothing, window = timedelta(), timedelta(days=days)
    return [link for link, moment in times.items() if moment != _NEVER and nothing <= now - moment < window]
