"""Verdicts: what was said of each link, and when. Append-only; the newest on a link holds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from blocklist.model import Capture, Label, Verdict
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

INSERT_VERDICT = insert_sql("verdicts", (*codec.VERDICT, "capture"))
_SELECT = f"SELECT id, {columns_sql(codec.VERDICT, 'verdicts')} FROM verdicts"  # noqa: S608 - names are ours

_KEPT = f"""
SELECT verdicts.id, {columns_sql(codec.VERDICT, "verdicts")},
       captures.id, {columns_sql(codec.CAPTURE, "captures")}
FROM links
JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE link = links.id)
JOIN captures ON captures.id = verdicts.capture
WHERE links.id > ? AND captures.archive_file IS NOT NULL AND captures.failure IS NULL
  AND captures.id NOT IN (SELECT capture FROM erasures)
  AND verdicts.policy IS NOT ?
ORDER BY links.id LIMIT ?
"""  # noqa: S608 - names are ours
_COUNT_KEPT = """
SELECT count(*)
FROM links
JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE link = links.id)
JOIN captures ON captures.id = verdicts.capture
WHERE captures.archive_file IS NOT NULL AND captures.failure IS NULL
  AND captures.id NOT IN (SELECT capture FROM erasures) AND verdicts.policy IS NOT ?
"""
_END_OF_VERDICT = 1 + len(codec.VERDICT)


def alike(one: Verdict, other: Verdict) -> bool:
    """Tell whether two verdicts are stored alike, but for their ids and times: bit for bit the same."""
    return codec.verdict_row(replace(one, decided_at=other.decided_at)) == codec.verdict_row(other)


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

    def kept(
        self, *, after: int = 0, limit: int, but_policy: str | None = None
    ) -> list[tuple[Verdict, Capture]]:
        """Return the verdicts that hold and whose page was archived, with its capture, by their links' ids.

        At most ``limit``, of links above ``after``; those judged by the policy of digest ``but_policy`` are
        left out (None: none are).
        """
        return [
            (
                codec.verdict_of(row[0], row[1:_END_OF_VERDICT]),
                codec.capture_of(row[_END_OF_VERDICT], row[_END_OF_VERDICT + 1 :]),
            )
            for row in self._db.rows(_KEPT, (after, but_policy, limit))
        ]

    def succeed(self, made: Sequence[tuple[int, Verdict]]) -> int:
        """Keep verdicts that take the place of those with the given ids, in one transaction.

        A verdict whose link was judged otherwise meanwhile is left out; return how many were kept.
        """
        kept = 0
        with self._db.transaction():
            for before, verdict in made:
                newest = self._db.value("SELECT max(id) FROM verdicts WHERE link = ?", (verdict.link,))
                if newest == before:
                    self._db.write(INSERT_VERDICT, (*codec.verdict_row(verdict), verdict.captures[0]))
                    kept += 1
        return kept

    def count_kept(self, *, but_policy: str | None = None) -> int:
        """Count what ``kept`` would give in all."""
        return int(self._db.value(_COUNT_KEPT, (but_policy,)))

    def counts(self) -> dict[Label, int]:
        """How many links each label holds of, every label named."""
        found = dict(self._db.rows("SELECT label, count(*) FROM current_verdicts GROUP BY label"))
        return {label: found.get(label.value, 0) for label in Label}
