"""Who is the same person under two keys: noted when they come again, told until the older key is destroyed.

When a key is replaced, everybody who is on record gets a line; it is filled when an id comes in of which the
older key makes that pseudonym. Nobody else gets one, so that the table ties together no more than it must.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from blocklist.errors import TroubleError
from blocklist.model import Pseudonym
from blocklist.privacy.pseudonyms import Succession, generation_of
from blocklist.store import codec
from blocklist.store.database import Database

COLUMNS = (
    ("shares", "account"),
    ("shares", "in_group"),
    ("shares", "content"),
    ("shares", "reporter"),
    ("applied", "subject"),
    ("exported", "subject"),
    ("message_lines", "subject"),
)
"""Where pseudonyms are kept."""
_EVERYBODY = " UNION ".join(
    f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL AND {column} NOT LIKE 'link:%'"  # noqa: S608 - names are ours
    for table, column in COLUMNS
)
_CALL_ANEW = """
UPDATE OR REPLACE {table} SET {column} = (SELECT new FROM successions WHERE old = {column})
WHERE {column} IN ({mine})
"""
_SAY_ANEW = """
UPDATE message_lines SET body = replace(body, subject, (SELECT new FROM successions WHERE old = subject))
WHERE subject IN ({mine})
"""
_MET = "SELECT old FROM successions WHERE new IS NOT NULL AND {mine}"
_DESTROY = "UPDATE key_generations SET destroyed_at = coalesce(destroyed_at, ?) WHERE generation = ?"
_LIVING = "SELECT generation FROM key_generations WHERE destroyed_at IS NULL"
_KIN = """
SELECT new FROM successions WHERE old = ?1 AND new IS NOT NULL
UNION SELECT old FROM successions WHERE new = ?1
"""
_GENERATIONS = """
SELECT generation, made_at, replaced_at, destroyed_at FROM key_generations ORDER BY generation
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One key, without it."""

    number: int
    made_at: datetime | None
    """None: before generations were told apart."""
    replaced_at: datetime | None
    """None: it makes the pseudonyms now."""
    destroyed_at: datetime | None
    """None: it is there."""
    known: int
    """People on record who are known by it, or were; of the present one 0, since nobody counts them."""
    met: int
    """Of those, who came again since."""


class Successions:
    """The room of successions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self) -> None:
        """Give everybody on record a line, within the caller's transaction: their key was replaced."""
        self._db.write(f"INSERT OR IGNORE INTO successions (old) {_EVERYBODY}")

    def note(self, people: Iterable[Pseudonym | None], pairs: Iterable[Succession]) -> None:
        """Note who came in: ``pairs`` by what they were called, ``people`` by what they are called now.

        One of ``people`` whose key is not the present one came by a process that had not heard of the change.
        Raises TroubleError when that key is destroyed already.
        """
        met = set(pairs)
        living = {number for (number,) in self._db.rows(_LIVING)}
        present = max(living, default=1)
        if present == 1:
            return
        with self._db.transaction():
            late = {each for each in people if each is not None and generation_of(each) < present}
            if any(generation_of(each) not in living for each in late):
                raise TroubleError("the pseudonym key was replaced and destroyed meanwhile; run this again")
            self._db.write_all(
                "INSERT OR IGNORE INTO successions (old) VALUES (?)", ((each,) for each in late)
            )
            self._db.write_all(
                "UPDATE successions SET new = ? WHERE old = ?", ((new, old) for old, new in met)
            )

    def names(self) -> dict[str, Pseudonym]:
        """Return what everybody who came again is called now, by what they were called."""
        rows = dict(self._db.rows("SELECT old, new FROM successions WHERE new IS NOT NULL"))
        return {old: Pseudonym(_last(rows, old)) for old in rows}

    def kin(self, people: Iterable[Pseudonym]) -> tuple[Pseudonym, ...]:
        """Return ``people`` with all else that they are and were called."""
        found: dict[Pseudonym, None] = {}
        waiting = list(people)
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            found[one] = None
            waiting += [Pseudonym(each) for (each,) in self._db.rows(_KIN, (one,))]
        return tuple(found)

    def forget(self, people: Iterable[Pseudonym]) -> None:
        """Erase the lines of ``people``."""
        rows = [(one, one) for one in people]
        with self._db.transaction():
            self._db.write_all("DELETE FROM successions WHERE old = ? OR new = ?", rows)

    def settle(self, generation: int) -> int:
        """Call whoever came again by the later pseudonym, wherever that key's is kept; return how many."""
        names = self.names()
        mine = _MET.format(mine=made_by("old", generation))
        with self._db.transaction():
            self._db.write_all("UPDATE successions SET new = ?2 WHERE old = ?1", names.items())
            self._db.write(_SAY_ANEW.format(mine=mine))
            for table, column in COLUMNS:
                self._db.write(_CALL_ANEW.format(table=table, column=column, mine=mine))
            return int(self._db.value(f"SELECT count(*) FROM ({mine})"))  # noqa: S608 - names are ours

    def end(self, generation: int, *, now: datetime) -> None:
        """Note that a key is destroyed, and drop its lines; one that led to a name of its leads nowhere."""
        with self._db.transaction():
            for sql in (
                "UPDATE successions SET new = NULL WHERE {new}",
                "DELETE FROM successions WHERE {old}",
            ):
                self._db.write(sql.format(**{each: made_by(each, generation) for each in ("old", "new")}))
            self._db.write_all(_DESTROY, [(codec.time_text(now), generation)])

    def generations(self) -> tuple[Generation, ...]:
        """Return every key that was ever made, oldest first."""
        counts: dict[int, list[int]] = {}
        for old, new in self._db.rows("SELECT old, new FROM successions"):
            tally = counts.setdefault(generation_of(old), [0, 0])
            tally[0] += 1
            tally[1] += new is not None
        return tuple(
            Generation(
                number=number,
                made_at=codec.maybe_time_of(made_at),
                replaced_at=codec.maybe_time_of(replaced_at),
                destroyed_at=codec.maybe_time_of(destroyed_at),
                known=counts.get(number, [0, 0])[0],
                met=counts.get(number, [0, 0])[1],
            )
            for number, made_at, replaced_at, destroyed_at in self._db.rows(_GENERATIONS)
        )


def made_by(column: str, generation: int) -> str:
    """Return the SQL that tells whether ``column`` holds a pseudonym of a key."""
    return f"{column} NOT GLOB '*:g*'" if generation == 1 else f"{column} GLOB '*:g{generation:d}.*'"


def _last(rows: dict[str, str], old: str) -> str:
    while old in rows:  # a pseudonym is only ever followed by one of a later key, so this ends
        old = rows[old]
    return old
