"""The shards of a release compared with its record: each claim in its shard, and none that no entry makes."""

from collections.abc import Iterator, Mapping, Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import stamp
from blocklist.formats.prefixes import (
    ALIAS,
    DIGESTS,
    FOLDER,
    SITES,
    Told,
    parse_digests,
    parse_shard,
    parse_sites,
    shard_of,
    site_of,
)
from blocklist.formats.records import ENTRIES, Record
from blocklist.model import Host
from blocklist.release.digest import sha256
from blocklist.scopes import key_host
from blocklist.urls import key_hash


def shard_problems(shards: Mapping[str, bytes], digests: bytes, records: Sequence[Record]) -> Iterator[str]:
    """Give what is wrong with ``shards``: bytes by name within ``list/``, which ``digests`` should name."""
    try:
        named = parse_digests(digests)
        if wrong := sorted(
            name
            for name in named.keys() | shards.keys()
            if name not in named or name not in shards or sha256(shards[name]) != named[name]
        ):
            yield f"{wrong[0]}: is not what {DIGESTS} names ({len(wrong)} of its files)"
            return
        if SITES not in shards:
            yield f"{SITES}: is missing"
            return
        deeper = parse_sites(shards[SITES])
        found = {told: name for name in shards if name != SITES for told in parse_shard(shards[name], name)}
    except FormatError as problem:
        yield str(problem)
        return
    expected = dict(_claims(records))
    for told in sorted(found.keys() - expected.keys())[:1]:
        yield f"{found[told]}: says {told.kind} of {told.entry}, which {ENTRIES} does not"
    for told in sorted(expected.keys() - found.keys())[:1]:
        yield f"{FOLDER}: nowhere says {told.kind} of {told.entry}"
    for told in sorted(found.keys() & expected.keys()):
        host = expected[told]
        if host is not None and found[told] != shard_of(site_of(host, deeper)):
            yield f"{found[told]}: says {told.entry}, whose site belongs to another shard"
            return


def _claims(records: Sequence[Record]) -> Iterator[tuple[Told, Host | None]]:
    """Give each claim with the host it is about; None: nobody is told."""
    for record in records:
        until = stamp(record.expires_at)
        if record.expression is None:
            yield Told(record.key_sha256, record.scope, record.id, until), None
        else:
            digest = key_hash(record.expression).hex()
            yield Told(digest, record.scope, record.id, until), key_host(record.expression)
        for alias in record.aliases:
            yield Told(key_hash(alias).hex(), ALIAS, record.id, until), key_host(alias)
        for hidden in record.alias_sha256:
            yield Told(hidden, ALIAS, record.id, until), None
