"""A listing and the release before -> the next release: its files, by a spool, and its manifest.

The manifest::

    {"counts": {…}, "expires_at": "…Z", "files": {"rpz.zone": {"aliases": 0, "bytes": 812, "entries": 12,
     "omitted": {"scope-url": 3}, "sha256": "…"}, …}, "issued_at": "…Z", "licence": "CC0-1.0",
     "policy": {…}, "previous": "…", "schema": 1, "serial": 42}

A packed file (``rpz.zone.gz``, ``rpz.zone.zst``) has only ``bytes`` and ``sha256``; those of a set carry its
folder (``by-category/tobacco/rpz.zone``).

``previous`` is the SHA-256 of the manifest before, so that manifests form a chain; the release's own digest
is the SHA-256 of this one. Nothing here reads a clock: the same values give the same bytes. ``key`` is
the public key of a signed release; its signatures are made in ``signatures``.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from blocklist.config import SiteConfig
from blocklist.formats import Header
from blocklist.formats.base import LICENCE
from blocklist.formats.delta import Steps
from blocklist.model import Alias, Entry, Listing, Release
from blocklist.policy import Policy
from blocklist.release.claims import Claims
from blocklist.release.collector import uncollected
from blocklist.release.columns import recall, remember
from blocklist.release.context import Counts, WrittenFile
from blocklist.release.digest import sha256
from blocklist.release.digester import Digest
from blocklist.release.files import Known, WrittenList, write_list
from blocklist.release.minisign import PublicKey
from blocklist.release.packed import is_packed, plain_name
from blocklist.release.sets import since
from blocklist.release.spool import Spool
from blocklist.release.tally import Tally

SCHEMA = 1
REMEMBERED = 10_000
"""Claims below which a list is written whole, in a moment, and nothing is remembered."""
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A release whose list lies in its folder."""

    release: Release
    files: tuple[WrittenFile, ...]
    counts: Counts
    manifest: bytes
    steps: Steps | None
    """What leads from the entries of the release before to these; None: it is not known."""
    digests: Mapping[str, bytes]
    """BLAKE2b-512 of each file that is not a packed one, by name; none: nobody signs."""


@uncollected()
def build_release(
    listing: Listing,
    *,
    before: Release | None,
    previous: Sequence[Entry],
    aliases: Sequence[Alias] = (),
    policy: Policy,
    site: SiteConfig,
    expires_days: int,
    override: str = "",
    key: PublicKey | None = None,
    spool: Spool,
    memory: Path | None = None,
    now: datetime,
) -> Built:
    """Return the release that follows ``before`` (None: the first); ``previous`` and ``aliases`` its list.

    ``key`` will sign it; None: it is not signed. The list's files go to ``spool``, the manifest does not.
    ``memory`` is where is kept what lets the next release write only what changed; None: nowhere.
    """
    serial = before.serial + 1 if before else 1
    expires_at = now + timedelta(days=expires_days)
    header = Header(
        title=site.title, homepage=site.base_url, serial=serial, issued_at=now, expires_at=expires_at
    )
    known = _known(memory, before, previous, aliases)
    made = write_list(listing, policy, header, spool, known)
    described = (_file(each, made.tallies[plain_name(each.name)]) for each in made.digests)
    files = tuple(sorted(described, key=lambda file: file.name))
    counts = count(listing, made, known.claims.ids if known else [entry.id for entry in previous])
    chained = before.digest if before else ""
    manifest: dict[str, object] = {
        "schema": SCHEMA,
        "licence": LICENCE,
        "serial": serial,
        "issued_at": now,
        "expires_at": expires_at,
        "previous": chained,
        "policy": {"name": policy.name, "version": policy.version, "digest": policy.digest},
        "files": {each.name: _described(each) for each in files},
        "counts": dataclasses.asdict(counts),
    }
    if key is not None:
        manifest["key"] = key.text
    written = orjson.dumps(manifest, option=_OPTIONS)
    release = Release(
        serial=serial,
        issued_at=now,
        expires_at=expires_at,
        entries=len(listing.entries),
        digest=sha256(written),
        previous=chained,
        override=override,
    )
    if memory is not None and len(made.claims) >= REMEMBERED:
        remember(memory, made.columns, made.claims, release.digest)
    return Built(
        release=release,
        files=files,
        counts=counts,
        manifest=written,
        steps=made.steps,
        digests={each.name: each.blake2b for each in made.digests if each.blake2b},
    )


def _known(
    memory: Path | None, before: Release | None, previous: Sequence[Entry], aliases: Sequence[Alias]
) -> Known | None:
    if memory is None or before is None or len(previous) + len(aliases) < REMEMBERED:
        return None
    claims = Claims(previous, aliases, since(before.issued_at))
    columns = recall(memory, claims, before.digest)
    return None if columns is None else Known(claims=claims, columns=columns)


def count(listing: Listing, made: WrittenList, before: Sequence[str]) -> Counts:
    """Count what the manifest and the site show; ``before`` are the ids of the release before."""
    ids = made.claims.ids
    same = len(set(ids).intersection(before))
    kinds = list(zip(made.columns.order.cells, made.columns.order.entries(len(ids)), strict=True))
    return Counts(
        entries=len(ids),
        by_category=_tally((cell.kind.category, count) for cell, count in kinds),
        by_grade=_tally((str(cell.kind.grade), count) for cell, count in kinds),
        by_scope=_tally((cell.scope.value, count) for cell, count in kinds),
        aliases=len(listing.aliases),
        tombstones=len(listing.tombstones),
        by_removal=_tally((each.reason.value, 1) for each in listing.tombstones),
        added=len(ids) - same,
        removed=len(before) - same,
        review=len(listing.review),
    )


def _file(digest: Digest, tally: Tally) -> WrittenFile:
    return WrittenFile(
        name=digest.name,
        format=tally.format,
        sha256=digest.sha256,
        bytes=digest.size,
        entries=tally.entries,
        aliases=tally.aliases,
        omitted=dict(sorted(tally.omitted.items())),
    )


def _described(file: WrittenFile) -> dict[str, object]:
    if is_packed(file.name):
        return {"sha256": file.sha256, "bytes": file.bytes}  # the rest stands with the file that it packs
    return {
        "sha256": file.sha256,
        "bytes": file.bytes,
        "entries": file.entries,
        "aliases": file.aliases,
        "omitted": file.omitted,
    }


def _tally(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for name, count in named:
        total[name] += count
    return dict(sorted((+total).items()))
