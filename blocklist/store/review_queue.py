"""What the latest release left to a moderator, and why; ``releases`` replaces it each time."""

from collections.abc import Sequence

from blocklist.model import ReviewItem
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

_INSERT = insert_sql("review_queue", codec.REVIEW_ITEM)
_COLUMNS = columns_sql(codec.REVIEW_ITEM, "review_queue")

# A decision that is newer than the latest release settles the case; the next release will know.
_WAITING = f"""
SELECT {_COLUMNS} FROM review_queue
WHERE NOT EXISTS (
  SELECT 1 FROM held_decisions AS held WHERE held.link = review_queue.link
  AND held.decided_at > (SELECT issued_at FROM releases ORDER BY serial DESC LIMIT 1))
ORDER BY grade DESC, confidence DESC, id
"""  # noqa: S608 - names are ours


class ReviewQueue:
    """The room of what waits."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def waiting(self) -> tuple[ReviewItem, ...]:
        """Return what waits, gravest and surest first, less what was decided since the latest release."""
        return tuple(map(codec.review_item_of, self._db.rows(_WAITING)))

    def of(self, link: int) -> tuple[ReviewItem, ...]:
        """Return why a link was left to a moderator; (): it was not."""
        sql = f"SELECT {_COLUMNS} FROM review_queue WHERE link = ? ORDER BY id"  # noqa: S608 - names are ours
        return tuple(map(codec.review_item_of, self._db.rows(sql, (link,))))


def replace_queue(db: Database, items: Sequence[ReviewItem]) -> None:
    """Make the queue what a listing says, within the caller's transaction."""
    db.write("DELETE FROM review_queue")
    db.write_all(_INSERT, map(codec.review_item_row, items))
