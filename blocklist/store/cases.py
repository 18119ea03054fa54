"""What moderators say of a case beside decisions: proposals that wait for a second person, and notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from blocklist.model import Decision
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

_PROPOSE = insert_sql("proposals", (*codec.DECISION, "why"))
_PROPOSALS = f"SELECT id, why, settled_by, {columns_sql(codec.DECISION, 'proposals')} FROM proposals"  # noqa: S608 - names are ours
_NOTE = insert_sql("notes", ("link", "kind", "reason", "by", "at"))
_NOTES = "SELECT link, kind, reason, by, at FROM notes"

# Escalated, and not decided since.
_ESCALATED = """
SELECT DISTINCT link FROM notes
WHERE kind = 'escalate' AND NOT EXISTS
  (SELECT 1 FROM held_decisions AS held WHERE held.link = notes.link AND held.decided_at > notes.at)
"""


# Another capture was asked for, and no visit has been since.
_RECAPTURE = """
SELECT DISTINCT notes.link FROM notes JOIN links ON links.id = notes.link
WHERE kind = 'recapture' AND notes.at > coalesce(links.last_visit_at, '')
"""


class NoteKind(StrEnum):
    """What a note asks for."""

    ESCALATE = "escalate"
    RECAPTURE = "recapture"
    REMARK = "remark"
    """Nothing: it tells colleagues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A decision that waits, or waited, for a second person."""

    id: int
    decision: Decision
    why: str
    """What needs a second person."""
    settled_by: str | None
    """None: it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A word on a case that decides nothing."""

    link: int
    kind: NoteKind
    reason: str
    by: str
    at: datetime


class Cases:
    """The room of proposals and notes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def propose(self, decision: Decision, why: str) -> int:
        """Keep a decision until a second person settles it; return the proposal's id."""
        with self._db.transaction():
            return self._db.write(_PROPOSE, (*codec.decision_row(decision), why))

    def proposal(self, identifier: int) -> Proposal | None:
        """Return the proposal of that id; None: there is none."""
        row = self._db.row(f"{_PROPOSALS} WHERE id = ?", (identifier,))
        return None if row is None else _proposal_of(row)

    def proposed(self) -> tuple[Proposal, ...]:
        """Return what waits for a second person, oldest first."""
        return tuple(map(_proposal_of, self._db.rows(f"{_PROPOSALS} WHERE settled_at IS NULL ORDER BY id")))

    def settle(self, identifier: int, *, by: str, decision: int | None, now: datetime) -> bool:
        """Settle a proposal; ``decision`` is what it became (None: refused). False: somebody was faster."""
        with self._db.transaction():
            row = (codec.time_text(now), codec.clean(by), decision, identifier)
            sql = "UPDATE proposals SET settled_at = ?, settled_by = ?, decision = ? "
            return self._db.write_all(f"{sql} WHERE id = ? AND settled_at IS NULL", [row]) == 1

    def note(self, note: Note) -> int:
        """Keep a note; return its id."""
        row = (note.link, note.kind.value, codec.clean(note.reason), codec.clean(note.by))
        with self._db.transaction():
            return self._db.write(_NOTE, (*row, codec.time_text(note.at)))

    def notes(self, link: int) -> Iterator[Note]:
        """Stream the notes on a link, oldest first."""
        return map(_note_of, self._db.rows(f"{_NOTES} WHERE link = ? ORDER BY id", (link,)))

    def to_recapture(self) -> frozenset[int]:
        """Return the links that wait for another capture."""
        return frozenset(link for (link,) in self._db.rows(_RECAPTURE))

    def escalated(self) -> frozenset[int]:
        """Return the links that wait for a senior."""
        return frozenset(link for (link,) in self._db.rows(_ESCALATED))


@codec.reads("proposal")
def _proposal_of(row: Sequence[Any]) -> Proposal:
    identifier, why, settled_by, *decision = row
    made = codec.decision_of(0, decision)
    return Proposal(id=identifier, decision=made, why=why, settled_by=settled_by)


@codec.reads("note")
def _note_of(row: Sequence[Any]) -> Note:
    link, kind, reason, by, at = row
    return Note(link=link, kind=NoteKind(kind), reason=reason, by=by, at=codec.time_of(at))
