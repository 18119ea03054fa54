"""What the files of a release say, compared with its record: every set, every format, everything packed.

A list file must say only what the record says, at the scope at which the record says it, and as much of it as
the manifest counts. Whether the files are those of the manifest is left to ``verify``.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from blocklist.errors import FormatError
from blocklist.formats import Claim, all_bundles, all_formats
from blocklist.formats.entry_index import INDEX, write_index
from blocklist.formats.prefixes import DIGESTS, FOLDER
from blocklist.formats.records import ENTRIES, TOMBSTONES, Record, parse_entries, parse_tombstones
from blocklist.formats.table import TABLE, parse_table
from blocklist.model import Scope, Tombstone
from blocklist.release.deltas import delta_problems
from blocklist.release.doubts import doubts, miscounts
from blocklist.release.packed import is_packed, plain_name, unpacks_to
from blocklist.release.patches import patch_problems
from blocklist.release.sets import kind_of, set_in, since
from blocklist.release.shards import shard_problems
from blocklist.urls import key_hash

_SHOWN = 3


def contents(data: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give what is wrong with the files of ``data``, by name; those that are missing are said elsewhere.

    ``data`` holds the files of the manifest, the shards and the deltas.
    """
    for name in filter(is_packed, sorted(data)):
        plain = data.get(plain_name(name))
        if plain is not None and not unpacks_to(name, data[name], plain):
            yield f"{name}: does not unpack to {plain_name(name)}"
    if ENTRIES not in data or TOMBSTONES not in data:
        return
    try:
        records = tuple(parse_entries(data[ENTRIES]))
        buried = tuple(parse_tombstones(data[TOMBSTONES]))
    except FormatError as problem:
        yield str(problem)
        return
    if doubted := list(doubts(data[ENTRIES], data[TOMBSTONES], manifest)):
        yield from doubted  # nothing that follows could be trusted to compare
        return
    yield from _record(records, buried, manifest)
    yield from miscounts(data[ENTRIES], data[TOMBSTONES], manifest)
    if INDEX in data and data[INDEX] != write_index(data[ENTRIES]):
        yield f"{INDEX}: is not the index of {ENTRIES}"
    yield from delta_problems(data, manifest["serial"], data[ENTRIES])
    yield from patch_problems(data, manifest["serial"])
    if DIGESTS in data:
        shards = {name: data[name] for name in data if name.startswith(FOLDER)}
        yield from shard_problems(shards, data[DIGESTS], records)
    yield from _table(data, records)
    for folder in sorted({name.rpartition("/")[0] for name in manifest["files"]}):
        yield from _set(f"{folder}/" if folder else "", data, records, manifest)
    yield from _bundles(data, records, manifest)


def _record(
    records: Sequence[Record], buried: Sequence[Tombstone], manifest: Mapping[str, Any]
) -> Iterator[str]:
    said = manifest["counts"]["entries"]
    if not len(records) == said == manifest["files"][ENTRIES]["entries"]:
        yield f"{ENTRIES}: holds {len(records)} entries where the manifest counts {said}"
    ids = {record.id for record in records}
    if len(ids) < len(records):
        yield f"{ENTRIES}: an id stands twice"
    if both := sorted(ids & {each.id for each in buried}):
        yield f"{TOMBSTONES}: {_some(both)} removed and listed at once"
    issued = dt.datetime.fromisoformat(manifest["issued_at"])
    if old := [record.id for record in records if record.expires_at <= issued]:
        yield f"{ENTRIES}: {_some(old)} expired before the release was issued"


def _table(data: Mapping[str, bytes], records: Sequence[Record]) -> Iterator[str]:
    try:
        if TABLE in data and parse_table(data[TABLE]) != records:
            yield f"{TABLE}: does not hold what {ENTRIES} holds"
    except FormatError as problem:
        yield str(problem)


def _set(
    folder: str, data: Mapping[str, bytes], records: Sequence[Record], manifest: Mapping[str, Any]
) -> Iterator[str]:
    chosen, recent = set_in(folder), since(dt.datetime.fromisoformat(manifest["issued_at"]))
    held = _Said([record for record in records if chosen.has(kind_of(record, recent))])
    for each in all_formats():
        name = folder + each.filename
        if name in data and name in manifest["files"]:
            yield from _claims(name, each.filename, partial(each.parse, data[name]), held, manifest)


def _bundles(
    data: Mapping[str, bytes], records: Sequence[Record], manifest: Mapping[str, Any]
) -> Iterator[str]:
    said = _Said(records)
    for each in all_bundles():
        files = {name: data[name] for name in data if each.owns(name) and not is_packed(name)}
        if each.main in files:
            yield from _claims(each.main, "", partial(each.parse, files), said, manifest)


class _Said:
    """What the record says of a set, in the forms in which every file of the set is compared with it."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.count = len(records)
        self.entries = {Claim(each.scope, each.expression) for each in records if each.expression is not None}
        self.aliases = {Claim(Scope.URL, alias) for each in records for alias in each.aliases}
        self.hidden = {each.key_sha256 for each in records if each.key_sha256}
        self.hidden |= {one for each in records for one in each.alias_sha256}


def _claims(
    name: str,
    own: str,
    parse: Callable[[], tuple[Claim, ...]],
    record: _Said,
    manifest: Mapping[str, Any],
) -> Iterator[str]:
    """Compare what ``name`` says with the record; ``own`` is what its format calls it in errors."""
    try:
        claims = set(parse())
    except FormatError as problem:
        yield f"{name.removesuffix(own) if own else ''}{problem}"
        return
    described = manifest["files"][name]
    entries = record.entries
    if wrong := sorted(claim.expression for claim in claims - entries - record.aliases):
        yield f"{name}: says {_some(wrong)}, which no entry says at that scope"
    if record.hidden and any(key_hash(claim.expression).hex() in record.hidden for claim in claims):
        yield f"{name}: says an address that may carry a person"
    omitted = sum(described["omitted"].values())
    if len(claims & entries) != described["entries"] or described["entries"] + omitted != record.count:
        yield (
            f"{name}: says {len(claims & entries)} entries where the manifest counts "
            f"{described['entries']}, and {omitted} left out, of {record.count}"
        )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
