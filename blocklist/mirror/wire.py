"""The files of a release over the wire: what is held is not fetched, what comes is what the manifest names.

Every function raises TroubleError where the source cannot be read, VerificationError for a file of another
digest.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from blocklist.errors import FormatError, TroubleError, VerificationError
from blocklist.formats.delta import apply_delta, delta_name, parse_delta
from blocklist.formats.prefixes import DIGESTS, parse_digests
from blocklist.formats.records import ENTRIES, MANIFEST
from blocklist.mirror.held import held_file
from blocklist.mirror.source import Source, required
from blocklist.release.digest import sha256
from blocklist.release.manifest import parse_manifest
from blocklist.release.minisign import PublicKey
from blocklist.release.packed import SUFFIXES, ZSTD, is_packed, unpacked, unpacks_to
from blocklist.release.signatures import SIGNATURE, signing_key, unsigned

MAX_MANIFEST = 16 * 2**20  # bytes; one of 1M entries in all sets has 264 kB, packed 90
MAX_KEY = 4096  # bytes of a key or signature
_MAX_SHARD = 64 * 2**20
Progress = Callable[[str, int], None]
"""Told of each file that is fetched: its name, and bytes that came over the wire."""


class Wire:
    """A source, counted."""

    def __init__(self, source: Source, told: Progress) -> None:
        self.source = source
        self.files = 0
        self.bytes = 0
        self.whole = False
        self._told = told

    def get(self, name: str, limit: int) -> bytes | None:
        """Return the file of at most ``limit`` bytes; None: there is none."""
        data = self.source.read(name, limit)
        return None if data is None else self._counted(name, data)

    def must(self, name: str, limit: int) -> bytes:
        """Return the same of a file that must be there."""
        return self._counted(name, required(self.source, name, limit))

    def _counted(self, name: str, data: bytes) -> bytes:
        self.bytes += len(data)
        self._told(name, len(data))
        return data


def fetched_manifest(wire: Wire, shown: Path | None, signature: bytes | None) -> bytes:
    """Return the manifest: the one that is held where that is what ``signature`` signs, or over the wire.

    It holds some thousand digests, and who asks each hour most often holds it: a signature tells, in 300
    bytes. None: nobody signs.
    """
    if shown is not None and signature is not None:
        try:
            raw = (shown / "list" / MANIFEST).read_bytes()
            manifest = parse_manifest(raw, MANIFEST)
            key, data = signing_key(manifest), {MANIFEST: raw, MANIFEST + SIGNATURE: signature}
            if key is not None and not any(unsigned(data, MANIFEST, key, int(manifest["serial"]))):
                return raw
        except (FileNotFoundError, FormatError):
            pass  # damaged: it is mended
    packed = wire.get(MANIFEST + ZSTD, MAX_MANIFEST)
    raw = b"" if packed is None else unpacked(MANIFEST + ZSTD, packed, MAX_MANIFEST)
    return raw or wire.must(MANIFEST, MAX_MANIFEST)


def packed_manifest(wire: Wire, raw: bytes) -> dict[str, bytes]:
    """Return its packed forms, for a mirror to hand on."""
    found = ((MANIFEST + suffix, wire.get(MANIFEST + suffix, MAX_MANIFEST)) for suffix in SUFFIXES)
    return {name: data for name, data in found if data is not None and unpacks_to(name, data, raw)}


def fetched_files(
    wire: Wire, manifest: Mapping[str, Any], names: Sequence[str], shown: Path | None, *, everything: bool
) -> dict[str, bytes]:
    """Return the files ``names``, and with ``everything`` all shards, from the copy ``shown`` or the wire."""
    described = manifest["files"]
    files = {name: _file(wire, name, described, shown) for name in names if name != ENTRIES}
    if ENTRIES in names:
        files[ENTRIES] = _entries(wire, described, shown)
    if everything and DIGESTS in files:
        for name, digest in parse_digests(files[DIGESTS]).items():
            data = held_file(shown, name, digest)
            files[name] = wire.must(name, _MAX_SHARD) if data is None else data
            _same(name, files[name], digest)
    return files


def _entries(wire: Wire, described: Mapping[str, Any], shown: Path | None) -> bytes:
    """Return the entries by the delta from those that are held, where one leads here, or whole."""
    digest = described[ENTRIES]["sha256"]
    if shown is not None and held_file(shown, ENTRIES, digest) is None:
        try:
            old = (shown / "list" / ENTRIES).read_bytes()
            held = parse_manifest((shown / "list" / MANIFEST).read_bytes(), MANIFEST)
            name = delta_name(held["serial"])
            packed = wire.get(name + ZSTD, described[ENTRIES]["bytes"])
            if packed is not None:
                delta = parse_delta(unpacked(name + ZSTD, packed, 2 * described[ENTRIES]["bytes"]), name)
                data = apply_delta(old, delta, name)
                _same(ENTRIES, data, digest)
                wire.files += 1
                return data
        except (FileNotFoundError, FormatError, VerificationError, TroubleError):
            pass  # a delta saves bytes and proves nothing; the whole file does
        wire.whole = (shown / "list" / ENTRIES).exists()
    return _file(wire, ENTRIES, described, shown)


def _file(wire: Wire, name: str, described: Mapping[str, Any], shown: Path | None) -> bytes:
    """Return the file from the copy that is held, or packed over the wire, or as it is."""
    digest, size = described[name]["sha256"], described[name]["bytes"]
    data = held_file(shown, name, digest)
    if data is not None:
        return data
    wire.files += 1
    packed = described.get(name + ZSTD)
    if packed is not None:
        brought = wire.must(name + ZSTD, packed["bytes"])
        _same(name + ZSTD, brought, packed["sha256"])
        data = unpacked(name + ZSTD, brought, size)
    else:
        data = wire.must(name, size)
    _same(name, data, digest)
    return data


def _same(name: str, data: bytes, digest: str) -> None:
    if sha256(data) != digest:
        raise VerificationError(f"{name}: is not the file that the manifest names; nothing was taken")


def file_signatures(wire: Wire, files: Mapping[str, bytes], key: PublicKey, serial: int) -> dict[str, bytes]:
    """Fetch each file's own signature, for readers who check with minisign what they load.

    Where there is none the manifest's must do; one that is not by ``key``, of that file in the release
    ``serial``, is a VerificationError.
    """
    found = {}
    for name, data in files.items():
        if is_packed(name) or (signature := wire.get(name + SIGNATURE, MAX_KEY)) is None:
            continue
        if wrong := next(unsigned({name: data, name + SIGNATURE: signature}, name, key, serial), None):
            raise VerificationError(f"{wire.source.name}: {wrong}; nothing was taken")
        found[name + SIGNATURE] = signature
    return found
