"""Appeals: what was said against an entry, until when an answer is due, and the answer.

The ticket is kept as a digest, the contact sealed (``privacy.sealing``); neither can be read from the file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_COLUMNS = (
    "ticket",
    "entry",
    "link",
    "statement",
    "contact",
    "proof",
    "proof_host",
    "proof_word",
    "proved_at",
    "looked_at",
    "looked",
    "made_at",
    "due_at",
    "settled_at",
    "settled_by",
    "outcome",
    "reason",
    "decision",
)  # fmt: skip - a row of the table
_SELECT = f"SELECT id, {', '.join(_COLUMNS)} FROM appeals"  # noqa: S608 - names are ours
_INSERT = insert_sql("appeals", _COLUMNS)


class Outcome(StrEnum):
    """How an appeal ended."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class Proof(StrEnum):
    """How the claimant shows that the site is theirs."""

    NONE = ""
    DNS = "dns"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One appeal against one entry."""

    id: int = 0
    """0: not stored yet."""
    ticket: bytes
    """SHA-256 of the ticket."""
    entry: str
    link: int | None
    """Whose page the entry lists; None: it had left the list already."""
    statement: str
    """Contacts masked."""
    contact: bytes | None
    """Sealed; None: not given, or erased."""
    proof: Proof = Proof.NONE
    proof_host: str = ""
    proof_word: str = ""
    """What the owner publishes."""
    proved_at: datetime | None = None
    looked_at: datetime | None = None
    """When the crawler last looked for the word and did not find it; None: it has not."""
    looked: str = ""
    """Why it was not found: a ``Failure``, ``no-word`` or ``no-record``; empty: not known."""
    made_at: datetime
    due_at: datetime
    settled_at: datetime | None = None
    """None: it waits."""
    settled_by: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    decision: int | None = None


class Appeals:
    """The room of appeals."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, appeal: Appeal) -> int:
        """Keep an appeal; return its number."""
        with self._db.transaction():
            return self._db.write(_INSERT, _row(appeal))

    def by_ticket(self, digest: bytes) -> Appeal | None:
        """Return the appeal whose ticket has that digest; None: there is none."""
        row = self._db.row(f"{_SELECT} WHERE ticket = ?", (digest,))
        return None if row is None else _appeal_of(row)

    def get(self, number: int) -> Appeal | None:
        """Return the appeal of that number; None: there is none."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (number,))
        return None if row is None else _appeal_of(row)

    def waiting(self) -> tuple[Appeal, ...]:
        """Return the appeals without an answer, the most urgent first."""
        return tuple(
            map(_appeal_of, self._db.rows(f"{_SELECT} WHERE settled_at IS NULL ORDER BY due_at, id"))
        )

    def all(self) -> Iterator[Appeal]:
        """Stream every appeal, oldest first."""
        return map(_appeal_of, self._db.rows(f"{_SELECT} ORDER BY id"))

    def prove(self, number: int, *, now: datetime) -> None:
        """Note that the claimant has shown that the site is theirs."""
        with self._db.transaction():
            self._db.write("UPDATE appeals SET proved_at = ? WHERE id = ?", (codec.time_text(now), number))

    def looked(self, number: int, found: str, *, now: datetime) -> None:
        """Note that the claim's word was looked for and not found, and why."""
        with self._db.transaction():
            row = (codec.time_text(now), codec.clean(found), number)
            self._db.write("UPDATE appeals SET looked_at = ?, looked = ? WHERE id = ?", row)

    def settle(
        self, number: int, *, outcome: Outcome, reason: str, by: str, decision: int | None, now: datetime
    ) -> bool:
        """Give an appeal its answer; False: it has one."""
        row = (codec.time_text(now), codec.clean(by), outcome.value, codec.clean(reason), decision, number)
        sql = "UPDATE appeals SET settled_at = ?, settled_by = ?, outcome = ?, reason = ?, decision = ? "
        with self._db.transaction():
            return self._db.write_all(f"{sql} WHERE id = ? AND settled_at IS NULL", [row]) == 1

    def erase_contacts(self, settled_before: datetime) -> int:
        """Erase the contacts of appeals that were answered before; return how many."""
        sql = "UPDATE appeals SET contact = NULL WHERE contact IS NOT NULL AND settled_at < ?"
        with self._db.transaction():
            return self._db.write_all(sql, [(codec.time_text(settled_before),)])

    def old_contacts(self, settled_before: datetime) -> int:
        """Count the contacts that ``erase_contacts`` would erase."""
        sql = "SELECT count(*) FROM appeals WHERE contact IS NOT NULL AND settled_at < ?"
        return int(self._db.value(sql, (codec.time_text(settled_before),)))

    def wear_out(self, settled_before: datetime) -> int:
        """Erase what was said in appeals that were answered before; the answers stay. Return how many."""
        sql = "UPDATE appeals SET contact = NULL, statement = '' WHERE statement != '' AND settled_at < ?"
        with self._db.transaction():
            return self._db.write_all(sql, [(codec.time_text(settled_before),)])

    def old_statements(self, settled_before: datetime) -> int:
        """Count the appeals that ``wear_out`` would empty."""
        sql = "SELECT count(*) FROM appeals WHERE statement != '' AND settled_at < ?"
        return int(self._db.value(sql, (codec.time_text(settled_before),)))

    def seal_anew(self, seal: Callable[[bytes, bytes], bytes]) -> None:
        """Replace each contact by what ``seal`` makes of it and its ticket's digest."""
        rows = list(self._db.rows("SELECT id, contact, ticket FROM appeals WHERE contact IS NOT NULL"))
        with self._db.transaction():
            anew = [(seal(contact, ticket), number) for number, contact, ticket in rows]
            self._db.write_all("UPDATE appeals SET contact = ? WHERE id = ?", anew)

    def forget(self, number: int) -> bool:
        """Erase contact and statement; the answer stays. False: there is no such appeal."""
        sql = "UPDATE appeals SET contact = NULL, statement = '' WHERE id = ?"
        with self._db.transaction():
            return self._db.write_all(sql, [(number,)]) == 1


def _row(appeal: Appeal) -> tuple[Any, ...]:
    return (
        appeal.ticket,
        appeal.entry,
        appeal.link,
        codec.clean(appeal.statement),
        appeal.contact,
        appeal.proof.value,
        appeal.proof_host,
        appeal.proof_word,
        codec.maybe_time_text(appeal.proved_at),
        codec.maybe_time_text(appeal.looked_at),
        codec.clean(appeal.looked),
        codec.time_text(appeal.made_at),
        codec.time_text(appeal.due_at),
        codec.maybe_time_text(appeal.settled_at),
        appeal.settled_by,
        appeal.outcome and appeal.outcome.value,
        appeal.reason,
        appeal.decision,
    )


@codec.reads("appeal")
def _appeal_of(row: Sequence[Any]) -> Appeal:
    identifier, *values = row
    said = dict(zip(_COLUMNS, values, strict=True))
    for moment in ("proved_at", "looked_at", "made_at", "due_at", "settled_at"):
        said[moment] = codec.maybe_time_of(said[moment])
    said["outcome"] = None if said["outcome"] is None else Outcome(said["outcome"])
    said["proof"] = Proof(said["proof"])
    return Appeal(id=identifier, **said)
