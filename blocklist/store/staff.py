"""Who works here, and their sessions; secrets and tokens come in hashed and are compared elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from blocklist.model import Post
from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_COLUMNS = "staff.id, staff.name, staff.role, staff.secret, staff.made_at, staff.ended_at"
_INSERT = insert_sql("staff", ("name", "role", "secret", "made_at"))
_INSERT_SESSION = insert_sql("sessions", ("digest", "staff", "form_token", "seen_at", "expires_at"))
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
    made_at: datetime
    ended_at: datetime | None
    """None: may log in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who has logged in."""

    person: Person
    form_token: str
    """What each form must send back."""
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

    def end(self, name: str, *, now: datetime) -> None:
        """Let a person log in no more; their sessions end."""
        with self._db.transaction():
            self._db.write(
                "UPDATE staff SET ended_at = ? WHERE name = ? AND ended_at IS NULL",
                (codec.time_text(now), name),
            )
            self._end_sessions(name)

    def open_session(
        self, digest: bytes, person: int, *, form_token: str, now: datetime, expires_at: datetime
    ) -> None:
        """Keep a session by its token's digest; those that are over go."""
        with self._db.transaction():
            self._db.write("DELETE FROM sessions WHERE expires_at <= ?", (codec.time_text(now),))
            row = (digest, person, form_token, codec.time_text(now), codec.time_text(expires_at))
            self._db.write(_INSERT_SESSION, row)

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
        return Session(person=_person_of(person), form_token=form_token, expires_at=codec.time_of(expires_at))

    def close_session(self, digest: bytes) -> None:
        """End a session."""
        with self._db.transaction():
            self._db.write("DELETE FROM sessions WHERE digest = ?", (digest,))

    def _end_sessions(self, name: str) -> None:
        self._db.write("DELETE FROM sessions WHERE staff IN (SELECT id FROM staff WHERE name = ?)", (name,))


@codec.reads("person")
def _person_of(row: Sequence[Any]) -> Person:
    identifier, name, post, secret, made_at, ended_at = row
    return Person(
        id=identifier,
        name=name,
        post=Post(post),
        secret=secret,
        made_at=codec.time_of(made_at),
        ended_at=codec.maybe_time_of(ended_at),
    )
