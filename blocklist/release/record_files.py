"""The record of each set, line by line, and what finds an entry by its address: index and shards (pure)."""

from collections.abc import Sequence
from hashlib import sha256

from blocklist.formats.entry_index import INDEX, IndexMaker
from blocklist.formats.prefixes import ALIAS, DIGESTS, ShardMaker
from blocklist.formats.records import ENTRIES, aliases_by_entry, entry_line
from blocklist.formats.table import HEAD, TABLE, table_rows
from blocklist.model import Alias, Entry, Listing
from blocklist.release.sets import Sorter
from blocklist.release.tally import Put, Tallies, Tally, held, turns
from blocklist.scopes import key_host
from blocklist.urls import key_hash


def write_record(listing: Listing, sorter: Sorter, put: Put) -> Tallies:
    """Write record and table of each set, the index and the shards of the whole, by ``put``."""
    tallies = {}
    for folder in sorter.folders:
        put(folder + ENTRIES, b"")
        put(folder + TABLE, HEAD)
        tallies[folder + ENTRIES] = Tally(format="entries")
        tallies[folder + TABLE] = Tally(format="table")
    leading = aliases_by_entry(listing.aliases)
    index, shards = IndexMaker(), ShardMaker()
    size, digest = 0, sha256()
    for turn in turns(sorted(listing.entries, key=lambda each: each.id)):
        lines = [entry_line(each, leading.get(each.id, ())) for each in turn]
        rows = table_rows(turn, leading)
        for each, line in zip(turn, lines, strict=True):
            _find_by(each, leading.get(each.id, ()), size, index, shards)
            size += len(line)
        digest.update(b"".join(lines))
        places = held(map(sorter, turn), len(sorter.folders))
        for folder, chosen in zip(sorter.folders, places, strict=True):
            aliases = sum(len(leading.get(turn[at].id, ())) for at in chosen) if leading else 0
            for base, said in ((ENTRIES, lines), (TABLE, rows)):
                put(folder + base, b"".join([said[at] for at in chosen]))
                tallies[folder + base].entries += len(chosen)
                tallies[folder + base].aliases += aliases
    put(INDEX, index.index(digest.digest(), size))
    for name, data in shards.files():
        put(name, data)
    whole = tallies[ENTRIES]
    for name, kind in ((INDEX, "index"), (DIGESTS, "prefixes")):
        tallies[name] = Tally(format=kind, entries=whole.entries, aliases=whole.aliases)
    return tallies


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
