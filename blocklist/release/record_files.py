"""The record, line by line, and what finds an entry by its address: index and shards (pure)."""

from collections.abc import Sequence
from hashlib import sha256

from blocklist.formats.entry_index import INDEX, IndexMaker
from blocklist.formats.prefixes import ALIAS, DIGESTS, ShardMaker
from blocklist.formats.records import ENTRIES, entry_line
from blocklist.formats.table import HEAD, TABLE, table_rows
from blocklist.model import Alias, Entry
from blocklist.release.claims import Claims
from blocklist.release.tally import Put, Tallies, Tally, turns
from blocklist.scopes import key_host
from blocklist.urls import key_hash


def write_record(claims: Claims, put: Put) -> Tallies:
    """Write record and table, index and shards, by ``put``; of the shards their digests only are told."""
    put(ENTRIES, b"")
    put(TABLE, HEAD)
    index, shards = IndexMaker(), ShardMaker()
    size, digest = 0, sha256()
    for turn in turns(claims.entries):
        lines = [entry_line(each, claims.leading.get(each.id, ())) for each in turn]
        for each, line in zip(turn, lines, strict=True):
            _find_by(each, claims.leading.get(each.id, ()), size, index, shards)
            size += len(line)
        whole = b"".join(lines)
        digest.update(whole)
        put(ENTRIES, whole)
        put(TABLE, b"".join(table_rows(turn, claims.leading)))
    put(INDEX, index.index(digest.digest(), size))
    for name, data in shards.files():
        put(name, data)
    kinds = {ENTRIES: "entries", TABLE: "table", INDEX: "index", DIGESTS: "prefixes"}
    entries, aliases = len(claims.entries), len(claims.aliases)
    return {name: Tally(format=kind, entries=entries, aliases=aliases) for name, kind in kinds.items()}


def _find_by(
    entry: Entry, aliases: Sequence[Alias], offset: int, index: IndexMaker, shards: ShardMaker
) -> None:
    """Tell index and shards of the claims of ``entry``, whose line begins at ``offset``."""
    digest = key_hash(entry.expression)
    index.entry(digest, entry.scope, entry.host, offset, is_told=not entry.sensitive)
    shards.add(entry.host, digest, entry.scope, entry)
    for alias in aliases:
        digest, host = key_hash(alias.expression), key_host(alias.expression)
        index.alias(digest, None if alias.sensitive else host, offset)
        shards.add(host, digest, ALIAS, entry)
