"""Keys of programs that report: hashed, with a quota a day, and the answers that may be asked for again.

A key is ``lg_<id>_<secret>``; the secret is 256 random bits, so one SHA-256 of it tells nothing and costs
nothing. An answer is kept after what was asked is done: who is cut off between the two asks once more, and no
share is kept twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blocklist.model import Post
from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_COLUMNS = ("id", "digest", "name", "role", "daily", "made_at", "ended_at")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM api_keys"  # noqa: S608 - names are ours
_INSERT = insert_sql("api_keys", _COLUMNS)
_SPEND = insert_sql(
    "api_key_days",
    ("key", "day", "shares"),
    rest="ON CONFLICT (key, day) DO UPDATE SET shares = shares + excluded.shares",
)
_ANSWER = insert_sql(
    "answers", ("key", "name", "digest", "answer", "given_at"), rest="ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key of a program."""

    id: str
    digest: bytes
    name: str
    """Whose it is."""
    post: Post
    daily: int  # shares a day
    made_at: datetime
    ended_at: datetime | None
    """None: it opens."""


class ApiKeys:
    """The room of keys."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        with self._db.transaction():
            self._db.write(
                _INSERT,
                (
                    key.id,
                    key.digest,
                    key.name,
                    key.post.value,
                    key.daily,
                    codec.time_text(key.made_at),
                    codec.maybe_time_text(key.ended_at),
                ),
            )

    def get(self, identifier: str) -> ApiKey | None:
        """Return the key of that id, ended or not; None: there is none."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (identifier,))
        return None if row is None else _key_of(row)

    def all(self) -> tuple[ApiKey, ...]:
        """Return every key, by name."""
        return tuple(map(_key_of, self._db.rows(f"{_SELECT} ORDER BY name, id")))

    def end(self, identifier: str, *, now: datetime) -> None:
        """Let a key open no more."""
        with self._db.transaction():
            self._db.write(
                "UPDATE api_keys SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
                (codec.time_text(now), identifier),
            )

    def allot(self, identifier: str, daily: int) -> None:
        """Give a key another quota."""
        with self._db.transaction():
            self._db.write("UPDATE api_keys SET daily = ? WHERE id = ?", (daily, identifier))

    def spent(self, identifier: str, *, now: datetime) -> int:
        """Return how many shares the key has brought on the UTC day of ``now``."""
        asked = (identifier, codec.time_text(now)[:10])
        return int(self._db.value("SELECT shares FROM api_key_days WHERE key = ? AND day = ?", asked) or 0)

    def spend(self, identifier: str, shares: int, *, now: datetime) -> None:
        """Count shares against the key's day."""
        with self._db.transaction():
            self._db.write(_SPEND, (identifier, codec.time_text(now)[:10], shares))

    def answered(self, identifier: str, name: str) -> tuple[bytes, bytes] | None:
        """Return the body's digest and the answer given to a request of that name; None: there was none."""
        return self._db.row(
            "SELECT digest, answer FROM answers WHERE key = ? AND name = ?", (identifier, name)
        )

    def answer(self, identifier: str, name: str, digest: bytes, answer: bytes, *, now: datetime) -> None:
        """Keep the answer to a request, to be given again; one that is kept already stays."""
        with self._db.transaction():
            self._db.write(_ANSWER, (identifier, name, digest, answer, codec.time_text(now)))

    def wear_out(self, before: datetime) -> int:
        """Drop what was counted of days before; return how many rows."""
        with self._db.transaction():
            row = (codec.time_text(before)[:10],)
            return self._db.write_all("DELETE FROM api_key_days WHERE day < ?", [row])

    def forget_answers(self, before: datetime) -> int:
        """Drop the answers that were given before; return how many."""
        with self._db.transaction():
            return self._db.write_all("DELETE FROM answers WHERE given_at < ?", [(codec.time_text(before),)])


@codec.reads("API key")
def _key_of(row: Sequence[Any]) -> ApiKey:
    identifier, digest, name, post, daily, made_at, ended_at = row
    return ApiKey(
        id=identifier,
        digest=digest,
        name=name,
        post=Post(post),
        daily=daily,
        made_at=codec.time_of(made_at),
        ended_at=codec.maybe_time_of(ended_at),
    )
