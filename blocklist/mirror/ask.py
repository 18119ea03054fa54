"""Ask a published list about one URL: its manifest and one shard are fetched, the rest is told to nobody."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blocklist.errors import UrlError, VerificationError
from blocklist.formats.prefixes import DIGESTS, SITES, Told, parse_digests, parse_shard, parse_sites
from blocklist.formats.records import MANIFEST
from blocklist.lookup.private import covering, shard_for
from blocklist.mirror.source import Source, required
from blocklist.mirror.wire import MAX_MANIFEST
from blocklist.release.digest import sha256
from blocklist.release.manifest import parse_manifest

_MAX_FILE = 64 * 2**20  # bytes of a shard


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a list says of one URL."""

    url: str
    told: tuple[Told, ...]
    """What covers it, narrowest first, expired claims among them; empty: nothing does."""
    error: str = ""
    """Why it is no URL; empty: it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The answers of one list."""

    entries: int
    expires_at: dt.datetime
    """When the release is stale."""
    answers: tuple[Answer, ...]


def ask(source: Source, urls: Sequence[str]) -> Asked:
    """Ask ``source`` about each of ``urls``; a shard is asked for once, however many need it.

    Every byte is compared with the digests that the manifest names; who signed it is left to ``pull``. Raises
    FormatError, InputError, TroubleError, VerificationError for the list, never for a URL.
    """
    manifest = parse_manifest(required(source, MANIFEST, MAX_MANIFEST), f"{source.name}: {MANIFEST}")
    described = manifest["files"].get(DIGESTS)
    if described is None:
        raise VerificationError(f"{source.name}: has no shards; pull it and ask the copy")
    raw = required(source, DIGESTS, described["bytes"])
    _same(DIGESTS, raw, described["sha256"])
    shards = _Shards(source, dict(parse_digests(raw)))
    deeper = parse_sites(shards.read(SITES))
    return Asked(
        entries=manifest["counts"]["entries"],
        expires_at=dt.datetime.fromisoformat(manifest["expires_at"]),
        answers=tuple(_answers(urls, shards, deeper)),
    )


class _Shards:
    """Shards, each fetched once and checked."""

    def __init__(self, source: Source, digests: dict[str, str]) -> None:
        self._source = source
        self._digests = digests
        self._read: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        """Return the shard; an empty object where the list has none, which is asked for all the same."""
        if name not in self._read:
            data = self._source.read(name, _MAX_FILE)
            if data is not None or name in self._digests:
                _same(name, data or b"", self._digests.get(name, ""))
            self._read[name] = data or b"{}"
        return self._read[name]


def _answers(urls: Sequence[str], shards: _Shards, deeper: frozenset[str]) -> Iterator[Answer]:
    for url in urls:
        try:
            name = shard_for(url, deeper)
        except UrlError as problem:
            yield Answer(url=url, told=(), error=str(problem))
            continue
        yield Answer(url=url, told=tuple(covering(url, parse_shard(shards.read(name), name))))


def _same(name: str, data: bytes, digest: str) -> None:
    if sha256(data) != digest:
        raise VerificationError(f"{name}: is not the file that {DIGESTS} and {MANIFEST} name; try again")
