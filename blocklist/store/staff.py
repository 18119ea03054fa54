"""Who works here, and their sessions; secrets and tokens come in hashed and are compared elsewhere."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from blocklist.model import Post
from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_COLUMNS = "staff.id, staff.name, staff.role, staff.secret, staff.factor, staff.made_at, staff.ended_at"
_INSERT = insert_sql("staff", ("name", "role", "secret", "made_at"))
_INSERT_SESSION = insert_sql(
    "sessions", ("digest", "staff", "form_token", "began_at", "seen_at", "expires_at")
)
_SESSION = f"""
SELECT sessions.form_token, sessions.seen_at, sessions.expires_at, {_COLUMNS}
FROM sessions JOIN staff ON staff.id = sessions.staff
WHERE digest = ? AND ended_at IS NULL AND expires_at > ? AND seen_at > ?
"""  # noqa: S608 - names are ours

_NOTED = timedelta(minutes=1)
"""How exactly a session's last use is kept: a write for each look would be one too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may log in."""

    id: int
    name: str
    post: Post
    secret: str
    """Argon2id, as PHC string."""
    factor: bytes | None
    """TOTP secret, sealed; None: no second factor is set up."""
    made_at: datetime
    ended_at: datetime | None
    """None: may log in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who has logged in."""

    person: Person
    mark: str
    """What tells it from others; opens nothing."""
    form_token: str
    """What each form must send back."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Where somebody is logged in."""

    mark: str
    name: str
    began_at: datetime | None
    """None: before that was noted."""
    seen_at: datetime
    """To the minute."""
    expires_at: datetime


class Staff:
    """The room of people and their sessions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, name: str, post: Post, secret: str, *, now: datetime) -> int:
        """Keep a person; return their id."""
        with self._db.transaction():
            return self._db.write(_INSERT, (name, post.value, secret, codec.time_text(now)))

    def find(self, name: str) -> Person | None:
        """Return the person of that name, who may have left; None: there is none."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM staff WHERE name = ?", (name,))  # noqa: S608 - names are ours
        return None if row is None else _person_of(row)

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by name."""
        return tuple(map(_person_of, self._db.rows(f"SELECT {_COLUMNS} FROM staff ORDER BY name")))  # noqa: S608 - as above

    def change(self, name: str, *, post: Post, secret: str, back: bool = True) -> None:
        """Give a person another post and secret; their sessions end. ``back`` lets in who had left."""
        with self._db.transaction():
            self._db.write(
                "UPDATE staff SET role = ?, secret = ?, ended_at = CASE WHEN ? THEN NULL ELSE ended_at END "
                "WHERE name = ?",
                (post.value, secret, back, name),
            )
            self._end_sessions(name)

    def set_secret(self, person: int, secret: str) -> None:
        """Give a person another secret."""
        with self._db.transaction():
            self._db.write("UPDATE staff SET secret = ? WHERE id = ?", (secret, person))

    def set_factor(self, person: int, sealed: bytes | None, *, step: int = 0) -> None:
        """Keep a second factor, None: take it away; codes of time steps up to ``step`` are used up."""
        with self._db.transaction():
            row = (sealed, step, person)
            self._db.write("UPDATE staff SET factor = ?, factor_step = ? WHERE id = ?", row)
            if sealed is None:
                self.set_recovery_codes(person, ())

    def use_step(self, person: int, step: int) -> bool:
        """Use a time step's code up; False: one of it, or of a later one, was taken before."""
        sql = "UPDATE staff SET factor_step = ?1 WHERE id = ?2 AND factor_step < ?1"
        with self._db.transaction():
            return self._db.write_all(sql, [(step, person)]) == 1

    def set_recovery_codes(self, person: int, digests: Iterable[bytes]) -> None:
        """Keep other recovery codes in place of those that are left."""
        with self._db.transaction():
            self._db.write("DELETE FROM recovery_codes WHERE staff = ?", (person,))
            rows = ((digest, person) for digest in digests)
            self._db.write_all("INSERT INTO recovery_codes (digest, staff) VALUES (?, ?)", rows)

    def use_recovery_code(self, person: int, digest: bytes) -> bool:
        """Use a recovery code up; False: it is none of theirs."""
        with self._db.transaction():
            sql = "DELETE FROM recovery_codes WHERE staff = ? AND digest = ?"
            return self._db.write_all(sql, [(person, digest)]) == 1

    def recovery_codes(self, person: int) -> int:
        """Count the recovery codes that are left."""
        return int(self._db.value("SELECT count(*) FROM recovery_codes WHERE staff = ?", (person,)))

    def seal_anew(self, seal: Callable[[bytes, int], bytes]) -> None:
        """Replace each second factor by what ``seal`` makes of it and its person's number."""
        rows = list(self._db.rows("SELECT id, factor FROM staff WHERE factor IS NOT NULL"))
        with self._db.transaction():
            anew = [(seal(factor, person), person) for person, factor in rows]
            self._db.write_all("UPDATE staff SET factor = ? WHERE id = ?", anew)

    def end(self, name: str, *, now: datetime) -> None:
        """Let a person log in no more; their sessions end, and what let them in is erased."""
        with self._db.transaction():
            sql = "UPDATE staff SET ended_at = ?, secret = '', factor = NULL "
            sql += "WHERE name = ? AND ended_at IS NULL"
            self._db.write(sql, (codec.time_text(now), name))
            sql = "DELETE FROM recovery_codes WHERE staff = (SELECT id FROM staff WHERE name = ?)"
            self._db.write(sql, (name,))
            self._end_sessions(name)

    def wear_out(self, *, now: datetime) -> int:
        """Drop the sessions that are over; return how many."""
        with self._db.transaction():
            row = (codec.time_text(now),)
            return self._db.write_all("DELETE FROM sessions WHERE expires_at <= ?", [row])

    def open_session(
        self, digest: bytes, person: int, *, form_token: str, now: datetime, expires_at: datetime
    ) -> None:
        """Keep a session by its token's digest; those that are over go."""
        with self._db.transaction():
            self._db.write("DELETE FROM sessions WHERE expires_at <= ?", (codec.time_text(now),))
            times = (codec.time_text(now), codec.time_text(now), codec.time_text(expires_at))
            self._db.write(_INSERT_SESSION, (digest, person, form_token, *times))

    def session(self, digest: bytes, *, now: datetime, seen_after: datetime) -> Session | None:
        """Return a session that holds at ``now`` and was used after ``seen_after``; None: there is none."""
        row = self._db.row(_SESSION, (digest, codec.time_text(now), codec.time_text(seen_after)))
        if row is None:
            return None
        form_token, seen_at, expires_at, *person = row
        if codec.time_of(seen_at) < now - _NOTED:
            with self._db.transaction(durable=False):
                self._db.write(
                    "UPDATE sessions SET seen_at = ? WHERE digest = ?", (codec.time_text(now), digest)
                )
        return Session(
            person=_person_of(person),
            mark=_mark(digest),
            form_token=form_token,
            expires_at=codec.time_of(expires_at),
        )

    def sessions(self, *, now: datetime, seen_after: datetime) -> tuple[OpenSession, ...]:
        """Return all sessions that hold at ``now``, by name, the last used first."""
        sql = (
            "SELECT digest, name, began_at, seen_at, expires_at FROM sessions JOIN staff ON staff.id = staff "
            "WHERE expires_at > ? AND seen_at > ? ORDER BY name, seen_at DESC"
        )
        return tuple(
            OpenSession(
                mark=_mark(digest),
                name=name,
                began_at=codec.maybe_time_of(began_at),
                seen_at=codec.time_of(seen_at),
                expires_at=codec.time_of(expires_at),
            )
            for digest, name, began_at, seen_at, expires_at in self._db.rows(
                sql, (codec.time_text(now), codec.time_text(seen_after))
            )
        )

    def end_sessions(self, person: int, *, mark: str = "", keep: str = "") -> int:
        """End somebody's session of that ``mark``, or all but the one to ``keep``; return how many."""
        rows = self._db.rows("SELECT digest FROM sessions WHERE staff = ?", (person,))
        chosen = [(digest,) for (digest,) in rows if _mark(digest) == mark or not mark]
        with self._db.transaction():
            gone = [row for row in chosen if _mark(row[0]) != keep]
            return self._db.write_all("DELETE FROM sessions WHERE digest = ?", gone) if gone else 0

    def close_session(self, digest: bytes) -> None:
        """End a session."""
        with self._db.transaction():
            self._db.write("DELETE FROM sessions WHERE digest = ?", (digest,))

    def _end_sessions(self, name: str) -> None:
        self._db.write("DELETE FROM sessions WHERE staff IN (SELECT id FROM staff WHERE name = ?)", (name,))


def _mark(digest: bytes) -> str:
    return digest.hex()[:16]


@codec.reads("person")
def _person_of(row: Sequence[Any]) -> Person:
    identifier, name, post, secret, factor, made_at, ended_at = row
    return Person(
        id=identifier,
        name=name,
        post=Post(post),
        secret=secret,
        factor=factor,
        made_at=codec.time_of(made_at),
        ended_at=codec.maybe_time_of(ended_at),
    )
