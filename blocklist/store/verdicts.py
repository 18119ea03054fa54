"""Verdicts: what was said of each link, and when. Append-only; the newest on a link holds."""

from collections.abc import Iterator

from blocklist.model import Label, Verdict
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

INSERT_VERDICT = insert_sql("verdicts", (*codec.VERDICT, "capture"))
_SELECT = f"SELECT id, {columns_sql(codec.VERDICT, 'verdicts')} FROM verdicts"  # noqa: S608 - names are ours


class Verdicts:
    """The room of verdicts."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, verdict: Verdict) -> int:
        """Keep a verdict that no visit brought (a judgement made again); return its id."""
        with self._db.transaction():
            first = verdict.captures[0] if verdict.captures else None
            return self._db.write(INSERT_VERDICT, (*codec.verdict_row(verdict), first))

    def get(self, verdict: int) -> Verdict:
        """Return the verdict of that id; raises KeyError."""
        row = self._db.row(f"{_SELECT} WHERE id = ?", (verdict,))
        if row is None:
            raise KeyError(verdict)
        return codec.verdict_of(row[0], row[1:])

    def current(self, link: int) -> Verdict | None:
        """Return the verdict that holds; None: not yet visited."""
        row = self._db.row(f"{_SELECT} WHERE link = ? ORDER BY id DESC LIMIT 1", (link,))
        return None if row is None else codec.verdict_of(row[0], row[1:])

    def of(self, link: int) -> Iterator[Verdict]:
        """Stream the verdicts of a link, oldest first."""
        for identifier, *row in self._db.rows(f"{_SELECT} WHERE link = ? ORDER BY id", (link,)):
            yield codec.verdict_of(identifier, row)

    def counts(self) -> dict[Label, int]:
        """How many links each label holds of, every label named."""
        found = dict(self._db.rows("SELECT label, count(*) FROM current_verdicts GROUP BY label"))
        return {label: found.get(label.value, 0) for label in Label}
