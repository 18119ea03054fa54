"""Who has which case, or appeal, in hand: a lease that runs out, so that nobody who went home keeps one."""

from dataclasses import dataclass
from datetime import datetime

from blocklist.store import codec
from blocklist.store.database import Database, insert_sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One case, or appeal, in somebody's hands."""

    number: int
    by: str
    until: datetime


class Claims:
    """The room of what is in hand: by ``column`` of ``table``."""

    def __init__(self, db: Database, *, table: str = "claims", column: str = "link") -> None:
        self._db = db
        self._table, self._column = table, column
        self._take = insert_sql(
            table,
            (column, "by", "until"),
            rest=f"ON CONFLICT ({column}) DO UPDATE SET by = excluded.by, until = excluded.until",
        )

    def take(self, claim: Claim) -> None:
        """Put one in somebody's hands, whoever had it."""
        with self._db.transaction():
            row = (claim.number, codec.clean(claim.by), codec.time_text(claim.until))
            self._db.write(self._take, row)

    def drop(self, number: int) -> None:
        """Put one back."""
        with self._db.transaction():
            self._db.write(f"DELETE FROM {self._table} WHERE {self._column} = ?", (number,))  # noqa: S608 - names are ours

    def drop_of(self, name: str) -> None:
        """Put back all that somebody has."""
        with self._db.transaction():
            self._db.write(f"DELETE FROM {self._table} WHERE by = ?", (name,))  # noqa: S608 - as above

    def of(self, number: int, *, now: datetime) -> Claim | None:
        """Return who has one in hand; None: nobody."""
        return self.held(now=now, number=number).get(number)

    def held(self, *, now: datetime, number: int | None = None) -> dict[int, Claim]:
        """Return what is in hand at ``now``; of one ``number`` alone where it is given."""
        sql = (
            f"SELECT {self._column}, by, until FROM {self._table} "  # noqa: S608 - as above
            f"WHERE until > ? AND {self._column} = coalesce(?, {self._column})"
        )
        return {
            each: Claim(number=each, by=by, until=codec.time_of(until))
            for each, by, until in self._db.rows(sql, (codec.time_text(now), number))
        }
