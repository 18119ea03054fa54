"""The files of ``list/``: every format of every set, and the same packed (pure).

Each rule is said once in each format; a set is chosen from what was said. Counts of what a format leaves out
are of the set's own entries.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, compress

from blocklist.formats import Header, all_formats, rules_with
from blocklist.formats.entry_index import INDEX, write_index
from blocklist.formats.prefixes import DIGESTS, write_prefixes
from blocklist.formats.records import ENTRIES, TOMBSTONES, write_entries, write_tombstones
from blocklist.formats.table import TABLE, write_table
from blocklist.model import Listing
from blocklist.policy import Policy
from blocklist.release.context import WrittenFile
from blocklist.release.digest import sha256
from blocklist.release.packed import packings
from blocklist.release.sets import ListSet, sets_of


def list_files(
    listing: Listing, policy: Policy, header: Header
) -> tuple[dict[str, bytes], tuple[WrittenFile, ...]]:
    """Return the bytes of every file by name, and what the manifest says of each, by name.

    Of the shards for private look-up the manifest names their digests only.
    """
    data = write_prefixes(listing.entries, listing.aliases)
    files: list[WrittenFile] = []
    digests = _file(DIGESTS, "prefixes", len(listing.entries), len(listing.aliases), {}), data[DIGESTS]
    plain_files = chain(_plain(listing, tuple(sets_of(policy, header.issued_at)), header), [digests])
    for described, plain in plain_files:
        for suffix, each in chain((("", plain),), packings(plain)):
            name = described.name + suffix
            data[name] = each
            files.append(
                WrittenFile(
                    name=name,
                    format=described.format,
                    sha256=sha256(each),
                    bytes=len(each),
                    entries=described.entries,
                    aliases=described.aliases,
                    omitted=described.omitted,
                )
            )
    return data, tuple(sorted(files, key=lambda file: file.name))


def _plain(
    listing: Listing, sets: tuple[ListSet, ...], header: Header
) -> Iterator[tuple[WrittenFile, bytes]]:
    yield _file(TOMBSTONES, "tombstones", 0, 0, {}), write_tombstones(listing.tombstones)
    for chosen in sets:
        entries = [entry for entry in listing.entries if chosen.holds(entry)]
        ids = {entry.id for entry in entries}
        aliases = [alias for alias in listing.aliases if alias.entry in ids]
        for name, kind, write in ((ENTRIES, "entries", write_entries), (TABLE, "table", write_table)):
            file = _file(chosen.folder + name, kind, len(entries), len(aliases), {})
            data = write(entries, aliases)
            yield file, data
            if file.name == ENTRIES:
                yield _file(INDEX, "index", len(entries), len(aliases), {}), write_index(data)
    ordered = rules_with(listing.entries, listing.aliases)
    rules = [rule for rule, _ in ordered]
    members = [(chosen, [chosen.holds(entry) for _, entry in ordered]) for chosen in sets]
    for each in all_formats():
        said = each.said(rules)
        for chosen, held in members:
            written = each.written(compress(rules, held), compress(said, held), header)
            name = chosen.folder + each.filename
            yield _file(name, each.name, written.emitted, written.aliases, written.omitted), written.data


def _file(name: str, kind: str, entries: int, aliases: int, omitted: Mapping[str, int]) -> WrittenFile:
    return WrittenFile(
        name=name, format=kind, sha256="", bytes=0, entries=entries, aliases=aliases, omitted=dict(omitted)
    )
