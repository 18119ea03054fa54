"""People in the shares, and how they leave: by their wish (``forget``) or with time (``wear_out``).

A share keeps what says nothing of them: the link, the surface, and whoever else is in it. One that is left
with nobody says that somebody shared the link, on a day; it is removed too while another share of the link is
there, so that a link never stands without a report. Its fingerprint becomes random: a digest of what was
erased would let it be guessed.
"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from blocklist.errors import InputError
from blocklist.model import Pseudonym
from blocklist.store import codec
from blocklist.store.database import Database, Parameters
from blocklist.store.successions import Successions, made_by

_COLUMNS = {"account": "account", "group": "in_group", "content": "content", "reporter": "reporter"}
_NAMES = {"account": "account_name", "group": "group_name"}
_NOBODY = "account IS NULL AND in_group IS NULL AND content IS NULL AND reporter IS NULL"
_UNDATE = f"""
UPDATE shares SET account_name = '', group_name = '', shared_at = NULL,
  received_at = substr(received_at, 1, 10) || 'T00:00:00.000000Z'
WHERE id = ? AND {_NOBODY}
"""  # noqa: S608 - names are ours
# The newest stays: SQLite would give its number again, and to a reporter it is the id of this share.
_REMOVE = f"""
DELETE FROM shares WHERE id = ? AND {_NOBODY} AND id < (SELECT max(id) FROM shares)
  AND EXISTS (SELECT 1 FROM shares AS other WHERE other.link = shares.link AND other.id <> shares.id)
"""  # noqa: S608 - names are ours
_OLD_LINES = """
DELETE FROM message_lines WHERE subject NOT LIKE 'link:%'
  AND message IN (SELECT number FROM messages WHERE made_at < ?)
"""
_LOST = "SELECT old FROM successions WHERE new IS NULL AND {mine}"
_OLD = f"received_at < ? AND NOT ({_NOBODY} AND account_name = '' AND group_name = '')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was erased."""

    shares: int = 0
    """Of which the person was a part."""
    removed: int = 0
    """Of those, removed whole."""
    announcements: int = 0
    """From whose examples the person's masked name was taken."""


_OLD_PREVIEWS = "DELETE FROM previews WHERE link NOT IN (SELECT link FROM shares WHERE received_at >= ?)"
"""How a card showed a link that nobody reported since."""


class People:
    """The room of who shared and who reported."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def forget(self, person: Pseudonym) -> Forgotten:
        """Take an account, group, message or reporter out of every share, a masked name out of announcements.

        With an account or a group goes what they posted: its id leads to them. What was recommended for any
        of these and what the platform did go too; the counts of announcements stay.
        Another person whose name is masked to the same leaves those examples too: nobody can tell them apart.
        Raises InputError for what is no pseudonym.
        """
        kind = person.partition(":")[0]
        if kind not in _COLUMNS:
            raise InputError("a pseudonym begins with account:, group:, content: or reporter:")
        column, name = _COLUMNS[kind], _NAMES.get(kind)
        with self._db.transaction():
            Successions(self._db).forget([person])
            sql = f"SELECT DISTINCT {name} FROM shares WHERE {column} = ?"  # noqa: S608 - names are ours
            names = {each for (each,) in self._db.rows(sql, (person,))} if name else set()
            sql = f"SELECT DISTINCT content FROM shares WHERE {column} = ? AND content IS NOT NULL"  # noqa: S608 - names are ours
            posted = [each for (each,) in self._db.rows(sql, (person,))] if name else []
            emptied = f"{column} = NULL" + (f", {name} = '', content = NULL" if name else "")
            shares, removed = self._strip(emptied, f"{column} = ?", (person,))
            for table in ("applied", "exported", "message_lines"):
                sql = f"DELETE FROM {table} WHERE subject = ?"  # noqa: S608 - names are ours
                self._db.write_all(sql, [(each,) for each in (person, *posted)])
            Successions(self._db).forget(posted)
            return Forgotten(shares=shares, removed=removed, announcements=self._unname(names - {""}))

    def wear_out(self, before: datetime) -> Forgotten:
        """Take everybody out of the shares, and of measures exported and applied, that came in before.

        Announcements stay as published, and so does what was recommended for links: nobody is named by it.
        """
        emptied = "account = NULL, account_name = '', in_group = NULL, group_name = '', reporter = NULL"
        emptied += ", content = NULL"
        with self._db.transaction():
            shares, removed = self._strip(emptied, _OLD, (codec.time_text(before),))
            for table, column in (("applied", "received_at"), ("exported", "exported_at")):
                sql = f"DELETE FROM {table} WHERE {column} < ? AND subject NOT LIKE 'link:%'"  # noqa: S608 - names are ours
                self._db.write(sql, (codec.time_text(before),))
            self._db.write(_OLD_LINES, (codec.time_text(before),))
            self._db.write(_OLD_PREVIEWS, (codec.time_text(before),))
        return Forgotten(shares=shares, removed=removed)

    def lose(self, generation: int) -> int:
        """Take out whom only a key that is to be destroyed names; return how many. Announcements stay."""
        lost = _LOST.format(mine=made_by("old", generation))
        with self._db.transaction():
            count = int(self._db.value(f"SELECT count(*) FROM ({lost})"))  # noqa: S608 - names are ours
            for kind, column in _COLUMNS.items():
                emptied = f"{column} = NULL" + (f", {_NAMES[kind]} = ''" if kind in _NAMES else "")
                self._strip(emptied, f"{column} IN ({lost})", ())
            for table in ("applied", "exported", "message_lines"):
                self._db.write(f"DELETE FROM {table} WHERE subject IN ({lost})")  # noqa: S608 - names are ours
        return count

    def worn_out(self, before: datetime) -> int:
        """Count the shares that ``wear_out`` would change."""
        sql = f"SELECT count(*) FROM shares WHERE {_OLD}"  # noqa: S608 - names are ours
        return int(self._db.value(sql, (codec.time_text(before),)))

    def _strip(self, emptied: str, which: str, given: Parameters) -> tuple[int, int]:
        """Empty columns of shares; return how many shares, and how many of them were removed."""
        sql = f"UPDATE shares SET {emptied}, fingerprint = randomblob(16) WHERE {which} RETURNING id"  # noqa: S608 - names are ours
        ids = [identifier for (identifier,) in self._db.rows(sql, given)]
        each = [(identifier,) for identifier in ids]
        self._db.write_all(_UNDATE, each)
        return len(ids), self._db.write_all(_REMOVE, each)

    def _unname(self, names: set[str]) -> int:
        """Take masked names out of the announcements' examples; return from how many."""
        changed = 0
        for slug, text in list(self._db.rows("SELECT slug, examples FROM announcements")):
            found = orjson.loads(text)
            left = [each for each in found if each not in names]
            if left != found:
                changed += 1
                row = (codec.json_text(left), slug)
                self._db.write("UPDATE announcements SET examples = ? WHERE slug = ?", row)
        return changed
