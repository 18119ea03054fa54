"""Who has which case in hand: a lease that runs out by itself, so that nobody who went home keeps a case."""

from dataclasses import dataclass
from datetime import datetime

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_TAKE = insert_sql(
    "claims",
    ("link", "by", "until"),
    rest="ON CONFLICT (link) DO UPDATE SET by = excluded.by, until = excluded.until",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One case in somebody's hands."""

    link: int
    by: str
    until: datetime


class Claims:
    """The room of cases in hand."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, claim: Claim) -> None:
        """Put a case in somebody's hands, whoever had it."""
        with self._db.transaction():
            row = (claim.link, codec.clean(claim.by), codec.time_text(claim.until))
            self._db.write(_TAKE, row)

    def drop(self, link: int) -> None:
        """Put a case back."""
        with self._db.transaction():
            self._db.write("DELETE FROM claims WHERE link = ?", (link,))

    def drop_of(self, name: str) -> None:
        """Put back all that somebody has."""
        with self._db.transaction():
            self._db.write("DELETE FROM claims WHERE by = ?", (name,))

    def of(self, link: int, *, now: datetime) -> Claim | None:
        """Return who has a case in hand; None: nobody."""
        return self.held(now=now, link=link).get(link)

    def held(self, *, now: datetime, link: int | None = None) -> dict[int, Claim]:
        """Return the cases in hand at ``now``, by link; of one ``link`` alone where it is given."""
        sql = "SELECT link, by, until FROM claims WHERE until > ? AND link = coalesce(?, link)"
        return {
            number: Claim(link=number, by=by, until=codec.time_of(until))
            for number, by, until in self._db.rows(sql, (codec.time_text(now), link))
        }
