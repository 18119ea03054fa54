"""The record, line by line, and what finds an entry by its address: index and shards.

Made from the entries, or from the record of the release before and what has changed since.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from blocklist.formats.base import is_odd, is_odd_alias
from blocklist.formats.entry_index import INDEX, IndexColumns, IndexMaker
from blocklist.formats.prefixes import ALIAS, DIGESTS, ShardMaker, deeper_of, is_shared
from blocklist.formats.records import ENTRIES, entry_line
from blocklist.formats.table import HEAD, TABLE, table_rows
from blocklist.model import Host, Scope
from blocklist.release.changes import Change
from blocklist.release.claims import Claims
from blocklist.release.digester import Digest
from blocklist.release.splice import Numbers, OldFile, Splice, ends
from blocklist.release.spool import Spool
from blocklist.release.tally import Tallies, Tally, turns
from blocklist.scopes import key_host
from blocklist.urls import is_public_suffix, key_hash

_SHARED, _WHOLE, _ODD = 1, 2, 4
_DOMAIN = Scope.DOMAIN


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """What is remembered of the record."""

    lines: Numbers
    """Bytes of each entry's line of ``entries.jsonl``."""
    rows: Numbers
    """The same of ``entries.csv``."""
    index: IndexColumns
    """By claim."""
    marks: npt.NDArray[np.uint8]
    """By claim: whether it lies below a public suffix, is one listed with all below it, or is odd."""

    @property
    def odd(self) -> list[int]:
        """Return the claims that ``formats.base.is_odd`` is of, rising."""
        found: list[int] = np.flatnonzero(self.marks & _ODD).tolist()
        return found


def write_record(claims: Claims, spool: Spool) -> tuple[RecordColumns, list[Digest]]:
    """Write record and table, index and shards; return what is to be remembered, and the record by digest."""
    spool.put(TABLE, HEAD)
    spool.put(ENTRIES, b"")
    lines: list[int] = []
    rows: list[int] = []
    for turn in turns(claims.entries):
        written = [entry_line(each, claims.leading.get(each.id, ())) for each in turn]
        lines += map(len, written)
        spool.put(ENTRIES, b"".join(written))
        written = table_rows(turn, claims.leading)
        rows += map(len, written)
        spool.put(TABLE, b"".join(written))
    if spool.earlier is None:
        spool.begin(ENTRIES)
        spool.begin(TABLE)
    shards = ShardMaker()
    index, marks = _described(claims, range(len(claims)), shards)
    found = RecordColumns(np.array(lines, np.int64), np.array(rows, np.int64), index, marks)
    _put_shards(shards.files(_deeper(claims, marks)), spool, None)
    return found, _index(claims, found, spool)


def splice_record(
    change: Change,
    old: RecordColumns,
    before: Mapping[str, OldFile],
    shards: Mapping[str, bytes],
    spool: Spool,
) -> tuple[RecordColumns, list[Digest]]:
    """Do the same from the files ``before``, and the ``shards``, all of which are what they were."""
    claims, fresh = change.new, change.entered
    turn = [claims.entries[number] for number in fresh]
    lines = [entry_line(each, claims.leading.get(each.id, ())) for each in turn]
    entries, others = Splice(change.entries), Splice(change.claims)
    spool.put_all(ENTRIES, entries.file(before[ENTRIES], ends(old.lines), lines))
    rows = table_rows(turn, claims.leading)
    spool.put(TABLE, HEAD)
    spool.put_all(TABLE, entries.file(before[TABLE], ends(old.rows) + len(HEAD), rows))
    if fresh or change.gone:
        spool.begin(ENTRIES)
        spool.begin(TABLE)
    come, gone = ShardMaker(), ShardMaker()
    index, marks = _described(claims, change.come, come)
    found = RecordColumns(
        entries.column(old.lines, list(map(len, lines))),
        entries.column(old.rows, list(map(len, rows))),
        IndexColumns(*map(others.column, old.index, index)),
        others.column(old.marks, marks),
    )
    _described(change.old, change.gone, gone)
    deeper = _deeper(claims, found.marks)
    if deeper == _deeper(change.old, old.marks):
        files = come.edited(shards, gone, deeper)
    else:
        whole = ShardMaker()
        _described(claims, range(len(claims)), whole)
        files = whole.files(deeper)
    _put_shards(files, spool, shards)
    return found, _index(claims, found, spool)


def _put_shards(files: Iterable[tuple[str, bytes]], spool: Spool, before: Mapping[str, bytes] | None) -> None:
    """Write ``files``, and what tells them by digest; ``before`` None: they are to be compared."""

    def shards() -> Iterator[tuple[str, bytes]]:
        for name, data in files:
            if name == DIGESTS:
                spool.put(name, data)
            else:
                yield name, data

    spool.small(shards(), before)


def record_tallies(claims: Claims) -> Tallies:
    """Return what these files say."""
    kinds = {ENTRIES: "entries", TABLE: "table", INDEX: "index", DIGESTS: "prefixes"}
    entries, aliases = len(claims.entries), len(claims.aliases)
    return {name: Tally(format=kind, entries=entries, aliases=aliases) for name, kind in kinds.items()}


def _index(claims: Claims, found: RecordColumns, spool: Spool) -> list[Digest]:
    digests = list(spool.finished(ENTRIES))
    begins = ends(found.lines)
    offsets = begins[:-1]
    if claims.aliases:
        offsets = np.concatenate((offsets, begins[[number for _, number in claims.aliases]]))
    whole = digests[0]
    spool.put(INDEX, found.index.file(offsets, bytes.fromhex(whole.sha256), whole.size))
    return digests


def _described(
    claims: Claims, numbers: Iterable[int], shards: ShardMaker
) -> tuple[IndexColumns, npt.NDArray[np.uint8]]:
    """Tell ``shards`` of the claims of those numbers; return what else finds them."""
    index, marks = IndexMaker(), bytearray()
    count = len(claims.entries)
    for number in numbers:
        entry = claims.entry(number)
        if number < count:
            digest, host = key_hash(entry.expression), entry.host
            index.entry(digest, entry.scope, host, 0, is_told=not entry.sensitive)
            shards.add(host, digest, entry.scope, entry)
            mark = _WHOLE * (entry.scope is _DOMAIN and is_public_suffix(host))
            mark |= _ODD * is_odd(host, entry.scope, is_sensitive=entry.sensitive)
        else:
            alias, _ = claims.aliases[number - count]
            digest, host = key_hash(alias.expression), key_host(alias.expression)
            index.alias(digest, None if alias.sensitive else host, 0)
            shards.add(host, digest, ALIAS, entry)
            mark = _ODD * is_odd_alias(alias)
        marks.append(_SHARED * is_shared(host) | mark)
    return index.columns(), np.frombuffer(bytes(marks), np.uint8)


def _deeper(claims: Claims, marks: npt.NDArray[np.uint8]) -> frozenset[str]:
    def hosts(mark: int) -> set[Host]:
        return {key_host(claims.expression(number)) for number in np.flatnonzero(marks & mark).tolist()}

    return deeper_of(hosts(_SHARED), hosts(_WHOLE))
