"""What cases have in common, so that those of one campaign are found; kept for pages that are not clear.

``visits`` writes it with the verdict. Keys are digests and sketches: no word of a page is in them; a
contact's is the keyed one that reading makes.
"""

from collections.abc import Iterable
from datetime import datetime

from blocklist.likeness import Trait, Traits
from blocklist.store import codec
from blocklist.store.database import Database, insert_sql

_MOST = 200
"""Links looked at for one key: what more pages than that have in common tells little."""
_SHARING = "SELECT link FROM trait_keys WHERE kind = ? AND key = ? AND link <> ? ORDER BY link DESC LIMIT ?"
_INSERT = insert_sql("traits", ("link", "lang", "text"))
_INSERT_KEY = insert_sql("trait_keys", ("kind", "key", "link"))
_BATCH = 500  # ids; SQLite takes 32,766 in one statement


class TraitsOfPages:
    """The room of what finds similar cases."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, link: int, traits: Traits | None) -> None:
        """Keep what was found on a link's page in place of what was; None: nothing is kept of it."""
        with self._db.transaction():
            keep_traits(self._db, link, traits)

    def get(self, link: int) -> Traits | None:
        """Return what is kept of a link's page; None: nothing is."""
        row = self._db.row("SELECT lang, text FROM traits WHERE link = ?", (link,))
        if row is None:
            return None
        keys = self._db.rows("SELECT kind, key FROM trait_keys WHERE link = ?", (link,))
        return Traits(lang=row[0], text=row[1], keys=frozenset((Trait(kind), key) for kind, key in keys))

    def sharing(self, link: int) -> dict[int, dict[Trait, int]]:
        """Count by other link how many keys of each kind it shares with ``link``; rare keys only."""
        found: dict[int, dict[Trait, int]] = {}
        for kind, key in list(self._db.rows("SELECT kind, key FROM trait_keys WHERE link = ?", (link,))):
            for (other,) in self._db.rows(_SHARING, (kind, key, link, _MOST)):
                counts = found.setdefault(other, {})
                counts[Trait(kind)] = counts.get(Trait(kind), 0) + 1
        return found

    def wear_out(self, before: datetime) -> int:
        """Drop the contacts of pages that were not visited since; return how many."""
        sql = (
            "DELETE FROM trait_keys WHERE kind = ? AND link IN "
            "(SELECT id FROM links WHERE coalesce(last_visit_at, '') < ?)"
        )
        with self._db.transaction():
            return self._db.write_all(sql, [(Trait.CONTACT.value, codec.time_text(before))])

    def languages(self, links: Iterable[int]) -> dict[int, str]:
        """Return the language of each link's page; one that is not there: not known."""
        wanted = list(links)
        found: dict[int, str] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            places = ",".join("?" * len(batch))
            sql = f"SELECT link, lang FROM traits WHERE link IN ({places})"  # noqa: S608 - places only
            found.update(self._db.rows(sql, batch))
        return found


def keep_traits(db: Database, link: int, traits: Traits | None) -> None:
    """Keep a page's traits, within the caller's transaction."""
    db.write("DELETE FROM traits WHERE link = ?", (link,))
    db.write("DELETE FROM trait_keys WHERE link = ?", (link,))
    if traits is not None:
        db.write(_INSERT, (link, codec.clean(traits.lang), traits.text))
        rows = sorted((kind.value, key) for kind, key in traits.keys)
        db.write_all(_INSERT_KEY, [(kind, key, link) for kind, key in rows])
