"""What is new since measures were last exported, and which of them are to be taken back (pure).

A measure is exported when none stands for its account or group, or a milder one. One that stands is corrected
when a link that it rested on was listed in error and what is left earns less: a step that is milder, or none.
A page that was cleaned up or a window that has passed corrects nothing: the measure was right. Only the
measure for a *link* ends with its entry, whatever the reason: what is not on the list is not to be blocked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blocklist.model import Measure, RemovalReason, Subject
from blocklist.policy import Rung

ERRORS = frozenset({RemovalReason.ERROR, RemovalReason.APPEAL})
"""Why a measure is corrected; with any other reason it ends, and was right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was last exported for one subject."""

    id: int
    step: str
    rests_on: Mapping[int, str]
    """Link to the entry that covered it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of an export."""

    subject: Subject
    measure: Measure | None
    """What is recommended now; None: nothing."""
    rests_on: Mapping[int, str]
    corrects: int | None = None
    """Id of the line that is taken back, or ends; None: a measure."""
    reason: RemovalReason | None = None
    """Why: of a correction one of ``ERRORS``, of an end another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What was listed in error, and by what it was found out."""

    links: Mapping[int, RemovalReason]
    """Cleared by a person."""
    entries: Mapping[str, RemovalReason]
    """Removed as an error."""

    def reason(self, rests_on: Mapping[int, str]) -> RemovalReason | None:
        """Return why a measure that rested on these was wrong; None: it was not. An appeal goes before."""
        found = {self.links.get(link) or self.entries.get(entry) for link, entry in rests_on.items()} - {None}
        return RemovalReason.APPEAL if RemovalReason.APPEAL in found else next(iter(found), None)


def changes(
    standing: Mapping[Subject, Standing],
    present: Sequence[Measure],
    *,
    entries: Mapping[int, str],
    wrong: Wrong,
    ladder: Sequence[Rung],
    gone: Mapping[str, RemovalReason] | None = None,
) -> tuple[Change, ...]:
    """Return corrections and ends first, then new measures in the order of ``present``.

    ``entries`` maps each listed link to its entry; ``gone`` names the links whose entry has left, and why.
    Which step is milder, the order of the ladder says.
    """
    order = {(rung.subject, rung.step): place for place, rung in reversed(list(enumerate(ladder, start=1)))}

    def rank(subject: Subject, step: str, unknown: int) -> int:
        return order.get((subject.partition(":")[0], step), unknown)

    def rank_now(subject: Subject) -> int:
        one = now.get(subject)
        return 0 if one is None else rank(subject, one.step, 0)

    now = {one.subject: one for one in present}
    corrections = []
    for subject, one in standing.items():
        reason = wrong.reason(one.rests_on) or (gone or {}).get(subject)
        if reason and rank_now(subject) < rank(subject, one.step, len(ladder) + 1):
            corrections.append(
                Change(
                    subject=subject,
                    measure=now.get(subject),
                    rests_on=_entries(now.get(subject), entries),
                    corrects=one.id,
                    reason=reason,
                )
            )
    new = [
        Change(subject=one.subject, measure=one, rests_on=_entries(one, entries))
        for one in present
        if one.subject not in standing
        or rank(one.subject, standing[one.subject].step, 0) < rank_now(one.subject)
    ]
    return (*corrections, *new)


def _entries(one: Measure | None, entries: Mapping[int, str]) -> Mapping[int, str]:
    return {} if one is None else {link: entries[link] for link in one.rests_on}
