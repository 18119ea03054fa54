"""The files of ``list/``: every format of every set, and the same packed (pure).

Each rule is said once in each format; a set is chosen from what was said. Counts of what a format leaves out
are of the set's own entries.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, compress

from blocklist.formats import Header, all_bundles, all_formats, rules_with
from blocklist.formats.base import Held, Rule, Said
from blocklist.formats.entry_index import INDEX, write_index
from blocklist.formats.prefixes import DIGESTS, write_prefixes
from blocklist.formats.records import ENTRIES, TOMBSTONES, aliases_by_entry, entry_line, write_tombstones
from blocklist.formats.table import HEAD as TABLE_HEAD
from blocklist.formats.table import TABLE, table_rows
from blocklist.model import Entry, Listing
from blocklist.policy import Policy
from blocklist.release.context import WrittenFile
from blocklist.release.digest import sha256
from blocklist.release.packed import packings
from blocklist.release.sets import ListSet, sets_of

_TURN = 4096  # rules


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
    leading = aliases_by_entry(listing.aliases)
    ordered_entries = sorted(listing.entries, key=lambda each: each.id)
    lines = [entry_line(each, leading.get(each.id, ())) for each in ordered_entries]
    rows = table_rows(ordered_entries, leading)
    counts = [len(leading.get(each.id, ())) for each in ordered_entries]
    for chosen in sets:
        held = [chosen.holds(each) for each in ordered_entries]
        entries, aliases = sum(held), sum(compress(counts, held))
        data = b"".join(compress(lines, held))
        yield _file(chosen.folder + ENTRIES, "entries", entries, aliases, {}), data
        if not chosen.folder:
            yield _file(INDEX, "index", entries, aliases, {}), write_index(data)
        yield (
            _file(chosen.folder + TABLE, "table", entries, aliases, {}),
            TABLE_HEAD + b"".join(compress(rows, held)),
        )
    ordered = rules_with(listing.entries, listing.aliases)
    rules = [rule for rule, _ in ordered]
    members = [(chosen, _held(chosen, ordered)) for chosen in sets]
    said = {each.name: Said() for each in all_formats()}
    for at in range(0, len(rules), _TURN):  # formats in turn, so that what they all ask is still remembered
        for each in all_formats():
            each.said(rules[at : at + _TURN], said[each.name])
    for each in all_formats():
        for chosen, its_rules in members:
            written = each.written(said[each.name], header, its_rules)
            name = chosen.folder + each.filename
            yield _file(name, each.name, written.emitted, written.aliases, written.omitted), written.data
    for bundle in all_bundles():
        parcel = bundle.write(ordered, header)
        for name, part in parcel.files.items():
            if name == bundle.main:
                yield _file(name, bundle.name, parcel.emitted, parcel.aliases, parcel.omitted), part
            else:
                yield _file(name, bundle.name, 0, 0, {}), part  # says the same again, or nothing


def _held(chosen: ListSet, ordered: Sequence[tuple[Rule, Entry]]) -> Held:
    return Held.of(
        [not rule.alias and chosen.holds(entry) for rule, entry in ordered],
        [rule.alias and chosen.holds(entry) for rule, entry in ordered],
    )


def _file(name: str, kind: str, entries: int, aliases: int, omitted: Mapping[str, int]) -> WrittenFile:
    return WrittenFile(
        name=name, format=kind, sha256="", bytes=0, entries=entries, aliases=aliases, omitted=dict(omitted)
    )
