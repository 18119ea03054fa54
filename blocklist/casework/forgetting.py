"""Erase a person, and prove it: what was taken out, on record without the person, and what is still found.

What strangers wrote is not ours to rewrite: an address under watch and the text of a judged page stay as they
are, as the evidence that a verdict rests on. A raw id found there is told, by table and column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocklist.errors import InputError
from blocklist.model import Pseudonym
from blocklist.store import Workspace, traces
from blocklist.store.people import Forgotten

_LONG = 16  # bytes; a shorter statement may well be in the file for another reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a search of the database after an erasure brought."""

    files: tuple[str, ...]
    """Those that still hold a pseudonym or what was erased; (): none does."""
    columns: dict[str, int]
    """Rows in which a raw id stands as a word, by ``table.column``."""
    unsearched: int
    """Raw ids too short to be searched for."""


def forget_people(workspace: Workspace, people: Sequence[Pseudonym], *, by: str, now: datetime) -> Forgotten:
    """Take people out of shares and announcements, in one transaction; raises InputError for no pseudonym.

    ``people`` are all their pseudonyms, by each key (``successions.kin``).
    """
    with workspace.database.transaction():
        done = [workspace.people.forget(person) for person in people]
        total = Forgotten(
            shares=sum(each.shares for each in done),
            removed=sum(each.removed for each in done),
            announcements=sum(each.announcements for each in done),
        )
        kinds = ", ".join(sorted({person.partition(":")[0] for person in people}))
        workspace.audit.add(by, "forget", kinds, f"{total.shares} shares", now=now)
    return total


def forget_appeals(workspace: Workspace, numbers: Sequence[int], *, by: str, now: datetime) -> list[bytes]:
    """Erase what claimants said and how to reach them; return what was erased, to be searched for.

    Raises InputError for a number that is no appeal's, and then erases nothing.
    """
    erased = []
    with workspace.database.transaction():
        for number in numbers:
            found = workspace.appeals.get(number)
            if found is None:
                raise InputError(f"there is no appeal {number}; see `linkgazette appeal list`")
            erased += [found.contact or b"", found.statement.encode()]
            workspace.appeals.forget(number)
            workspace.audit.add(by, "forget", f"appeal {number}", now=now)
    return [each for each in erased if len(each) >= _LONG]


def prove(workspace: Workspace, *, raw: Sequence[str] = (), erased: Sequence[bytes]) -> Proof:
    """Write the database anew and read it for what was erased, and for raw ids.

    Raises TroubleError while other processes hold the database; what was erased stays erased.
    """
    traces.rewrite(workspace.database)
    columns: dict[str, int] = {}
    for each in set(raw):
        for name, count in traces.in_columns(workspace.database, each).items():
            columns[name] = columns.get(name, 0) + count
    return Proof(
        files=tuple(traces.in_files(workspace.database.path, erased)),
        columns=columns,
        unsearched=sum(len(each) < traces.LEAST for each in set(raw)),
    )
