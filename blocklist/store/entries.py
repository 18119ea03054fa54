"""The list as of the latest release: entries, aliases, tombstones; ``releases`` writes it."""

from collections.abc import Sequence

from blocklist.model import Alias, Entry, Listing, Tombstone
from blocklist.store import codec
from blocklist.store.database import Database, columns_sql, insert_sql

_CHANGED = ", ".join(f'"{column}" = excluded."{column}"' for column in codec.ENTRY[1:])
_UPSERT = insert_sql("entries", codec.ENTRY, rest=f"ON CONFLICT (id) DO UPDATE SET {_CHANGED}")
_INSERT_ALIAS = insert_sql("aliases", codec.ALIAS)
_INSERT_TOMBSTONE = insert_sql("tombstones", codec.TOMBSTONE, rest="ON CONFLICT DO NOTHING")


class Entries:
    """The room of the list."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def current(self) -> tuple[Entry, ...]:
        """Return the entries of the latest release, by id."""
        columns = columns_sql(codec.ENTRY, "entries")
        return tuple(map(codec.entry_of, self._db.rows(f"SELECT {columns} FROM entries ORDER BY id")))  # noqa: S608 - names are ours

    def find(self, entry: str) -> Entry | None:
        """Return the entry of that id; None: it is not listed now."""
        columns = columns_sql(codec.ENTRY, "entries")
        row = self._db.row(f"SELECT {columns} FROM entries WHERE id = ?", (entry,))  # noqa: S608 - names are ours
        return None if row is None else codec.entry_of(row)

    def was_listed(self, entry: str) -> bool:
        """Tell whether an entry of that id ever left the list."""
        return bool(self._db.value("SELECT EXISTS (SELECT 1 FROM tombstones WHERE id = ?)", (entry,)))

    def aliases(self) -> tuple[Alias, ...]:
        """Return the aliases of the latest release, by entry."""
        columns = columns_sql(codec.ALIAS, "aliases")
        sql = f"SELECT {columns} FROM aliases ORDER BY entry, expression"  # noqa: S608 - names are ours
        return tuple(map(codec.alias_of, self._db.rows(sql)))

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return what ever left the list, in the order of leaving."""
        columns = columns_sql(codec.TOMBSTONE, "tombstones")
        sql = f"SELECT {columns} FROM tombstones ORDER BY removed_at, id"  # noqa: S608 - names are ours
        return tuple(map(codec.tombstone_of, self._db.rows(sql)))


def replace_list(db: Database, listing: Listing) -> None:
    """Make the list what ``listing`` says, within the caller's transaction; only what changed is written."""
    columns = columns_sql(codec.ENTRY, "entries")
    before = {row[0]: hash(row) for row in db.rows(f"SELECT {columns} FROM entries")}  # noqa: S608 - names are ours
    now = {entry.id for entry in listing.entries}
    db.write_all("DELETE FROM entries WHERE id = ?", [(gone,) for gone in before.keys() - now])
    rows = map(codec.entry_row, listing.entries)
    db.write_all(_UPSERT, (row for row in rows if before.get(row[0]) != hash(row)))
    _replace_aliases(db, listing.aliases)
    db.write_all(_INSERT_TOMBSTONE, map(codec.tombstone_row, listing.tombstones))


def _replace_aliases(db: Database, aliases: Sequence[Alias]) -> None:
    columns = columns_sql(codec.ALIAS, "aliases")
    before = set(db.rows(f"SELECT {columns} FROM aliases"))  # noqa: S608 - names are ours
    now = set(map(codec.alias_row, aliases))
    gone = [(entry, expression) for expression, entry, _ in before - now]
    db.write_all("DELETE FROM aliases WHERE entry = ? AND expression = ?", gone)
    db.write_all(_INSERT_ALIAS, sorted(now - before))
