"""Keep a copy of a published list fresh: trust, fetch what changed, check every byte, swap it in whole.

::

    DIR -> DIR.releases/000042           as ``publish`` lays it out: readers follow one symlink
    DIR.releases/000042/list/rpz.zone    unchanged files are hard links to the copy before
    DIR.releases/000042/history/checkpoint   how far the publisher's history had come: it may only grow
    DIR.releases/pull.json               {"key":"RWQ…"}: who signs; the first pull pins it

Whatever goes wrong, the copy that is held stays as it is.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import orjson

from blocklist.errors import (
    FormatError,
    InputError,
    LinkgazetteError,
    TroubleError,
    VerificationError,
)
from blocklist.formats.delta import apply_delta, delta_name, parse_delta
from blocklist.formats.prefixes import DIGESTS, parse_digests
from blocklist.formats.records import ENTRIES, MANIFEST
from blocklist.history.log import FOLDER as HISTORY
from blocklist.history.merkle import HASH_BYTES
from blocklist.history.note import CHECKPOINT, Checkpoint, check_signature, parse_checkpoint
from blocklist.history.proofs import check_grown
from blocklist.history.tiles import WIDTH
from blocklist.mirror.source import Source, required
from blocklist.mirror.trust import Held, trusted_manifest
from blocklist.release.digest import sha256
from blocklist.release.folder import COPIED, PublicFolder, open_public
from blocklist.release.manifest import parse_manifest
from blocklist.release.minisign import PublicKey, parse_public
from blocklist.release.packed import SUFFIXES, ZSTD, is_packed, unpacked, unpacks_to
from blocklist.release.signatures import PUBLIC_KEY, SIGNATURE, signing_key, unsigned
from blocklist.release.ssh_signature import ALLOWED_SIGNERS
from blocklist.release.ssh_signature import SUFFIX as SSH

MAX_MANIFEST = 16 * 2**20  # bytes; one of 1M entries in all sets has 264 kB, packed 90
_MAX_KEY = 4096  # bytes of a key or signature
_MAX_SHARD = 64 * 2**20
_MAX_TILE = WIDTH * HASH_BYTES
_KEPT = 2  # copies: the one shown and the one before
_BESIDE = (MANIFEST + SIGNATURE, MANIFEST + SSH, PUBLIC_KEY, PUBLIC_KEY + SIGNATURE, ALLOWED_SIGNERS)
Progress = Callable[[str, int], None]
"""Told of each file that is fetched: its name, and bytes that came over the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull did."""

    serial: int
    before: int
    """Serial that was held; 0: nothing was."""
    entries: int
    expires_at: dt.datetime
    files: int
    """In the copy, signatures and manifest apart."""
    fetched: int
    """Of these, those that came over the wire."""
    bytes: int
    """That came over the wire."""
    whole: bool
    """Whether no delta led here from the entries that were held, so that all of them were fetched."""
    signed_by: str
    """Id of the key; empty: nobody signs this list."""

    @property
    def changed(self) -> bool:
        """Whether the copy is another than before."""
        return self.serial != self.before


def pull(
    source: Source,
    out: Path,
    *,
    now: dt.datetime,
    only: Sequence[str] = (),
    everything: bool = False,
    key: PublicKey | None = None,
    told: Progress = lambda _name, _bytes: None,
) -> Pulled:
    """Bring the copy ``out`` up to what ``source`` publishes, and return what was done.

    ``only`` names files of ``list/``, shell patterns among them; empty: every file at its top, or with
    ``everything`` all of it (sets, packed files, shards). ``key`` is the publisher's; None: the one pinned by
    an earlier pull, or by this one. Raises VerificationError for a release that is not to be taken,
    InputError for what is no list or an ``out`` that is not a copy, TroubleError for disk and network.
    """
    with open_public(out) as copy:
        state, held = _state(copy), _held(copy)
        key = key or state
        wire = _Wire(source, told)
        beside = {name: data for name in _BESIDE if (data := wire.get(name, _MAX_KEY)) is not None}
        raw = _manifest(wire, copy.shown(), beside.get(MANIFEST + SIGNATURE))
        digest = sha256(raw)
        manifest = trusted_manifest(
            {MANIFEST: raw, **beside}, name=source.name, digest=digest, key=key, held=held, now=now
        )
        pinned = signing_key(manifest)
        names = _chosen(manifest, only, everything=everything)
        files = _files(wire, manifest, names, copy.shown(), everything=everything)
        _pin(copy, pinned)  # before the copy is shown: a kill in between must not make it look like another's
        if everything:
            beside |= _packed_manifest(wire, raw)
        listed = {f"list/{name}": data for name, data in ({**files, MANIFEST: raw} | beside).items()}
        if held is None or held.serial != manifest["serial"]:
            history = _history(wire, copy.shown(), pinned)
            signatures = _signatures(wire, names) if pinned else {}
            listed |= {f"list/{name}": data for name, data in signatures.items()}
            _swap(copy, manifest["serial"], listed | history)
        else:  # files that were not asked for before, or that somebody changed
            copy.mend(manifest["serial"], listed.items())
        return Pulled(
            serial=manifest["serial"],
            before=held.serial if held else 0,
            entries=manifest["counts"]["entries"],
            expires_at=dt.datetime.fromisoformat(manifest["expires_at"]),
            files=len(names),
            fetched=wire.files,
            bytes=wire.bytes,
            whole=wire.whole,
            signed_by=pinned.name if pinned else "",
        )


class _Wire:
    """A source, counted."""

    def __init__(self, source: Source, told: Progress) -> None:
        self.source = source
        self.files = 0
        self.bytes = 0
        self.whole = False
        self._told = told

    def get(self, name: str, limit: int) -> bytes | None:
        data = self.source.read(name, limit)
        return None if data is None else self._counted(name, data)

    def must(self, name: str, limit: int) -> bytes:
        return self._counted(name, required(self.source, name, limit))

    def _counted(self, name: str, data: bytes) -> bytes:
        self.bytes += len(data)
        self._told(name, len(data))
        return data


def _manifest(wire: _Wire, shown: Path | None, signature: bytes | None) -> bytes:
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


def _packed_manifest(wire: _Wire, raw: bytes) -> dict[str, bytes]:
    """Return its packed forms, for a mirror to hand on."""
    found = ((MANIFEST + suffix, wire.get(MANIFEST + suffix, MAX_MANIFEST)) for suffix in SUFFIXES)
    return {name: data for name, data in found if data is not None and unpacks_to(name, data, raw)}


def _files(
    wire: _Wire, manifest: Mapping[str, Any], names: Sequence[str], shown: Path | None, *, everything: bool
) -> dict[str, bytes]:
    described = manifest["files"]
    files = {name: _file(wire, name, described, shown) for name in names if name != ENTRIES}
    if ENTRIES in names:
        files[ENTRIES] = _entries(wire, described, shown)
    if everything:
        for name, digest in parse_digests(files[DIGESTS]).items():
            data = _held_file(shown, name, digest)
            files[name] = wire.must(name, _MAX_SHARD) if data is None else data
            _same(name, files[name], digest)
    return files


def _entries(wire: _Wire, described: Mapping[str, Any], shown: Path | None) -> bytes:
    """Return the entries by the delta from those that are held, where one leads here, or whole."""
    digest = described[ENTRIES]["sha256"]
    if shown is not None and _held_file(shown, ENTRIES, digest) is None:
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


def _file(wire: _Wire, name: str, described: Mapping[str, Any], shown: Path | None) -> bytes:
    """Return the file from the copy that is held, or packed over the wire, or as it is."""
    digest, size = described[name]["sha256"], described[name]["bytes"]
    data = _held_file(shown, name, digest)
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


def _signatures(wire: _Wire, names: Sequence[str]) -> dict[str, bytes]:
    """Fetch each file's own signature, for readers who check with minisign what they load."""
    signed = [name for name in names if not is_packed(name)]
    found = {f"{name}{SIGNATURE}": wire.get(f"{name}{SIGNATURE}", _MAX_KEY) for name in signed}
    return {name: data for name, data in found.items() if data is not None}


def _chosen(manifest: Mapping[str, Any], only: Sequence[str], *, everything: bool) -> list[str]:
    names = sorted(manifest["files"])
    if everything:
        return names
    if not only:
        return [name for name in names if "/" not in name and not is_packed(name)]
    chosen = [name for name in names if any(fnmatchcase(name, pattern) for pattern in only)]
    for pattern in only:
        if not any(fnmatchcase(name, pattern) for name in chosen):
            raise InputError(
                f"--only {pattern}: the list has no such file; its manifest names {_some(names)}"
            )
    return chosen


def _some(names: Sequence[str]) -> str:
    top = [name for name in names if "/" not in name and not is_packed(name)]
    return ", ".join(top)


def _held_file(shown: Path | None, name: str, digest: str) -> bytes | None:
    if shown is None:
        return None
    try:
        data = (shown / "list" / name).read_bytes()
    except FileNotFoundError:
        return None
    return data if sha256(data) == digest else None


def _held(copy: PublicFolder) -> Held | None:
    shown = copy.shown()
    if shown is None:
        return None
    try:
        raw = (shown / "list" / MANIFEST).read_bytes()
        manifest = parse_manifest(raw, str(shown / "list" / MANIFEST))
    except (FileNotFoundError, FormatError):  # damaged: it is mended, and never by an older release
        return Held(serial=int(shown.name), digest="")
    return Held(serial=manifest["serial"], digest=sha256(raw))


def _state(copy: PublicFolder) -> PublicKey | None:
    """Return the pinned key; None: none yet. Refuses a folder that ``publish`` made."""
    path = copy.releases / COPIED
    if not path.exists():
        if copy.shown() is not None:
            raise InputError(f"{copy.out}: is a publication and no copy; pull into another folder")
        return None
    try:
        text = orjson.loads(path.read_bytes())["key"]
        return None if text is None else parse_public(str(text), str(path))
    except (KeyError, TypeError, orjson.JSONDecodeError, LinkgazetteError) as problem:
        raise InputError(f"{path}: does not say who signs; pull into another folder, with --key") from problem


def _pin(copy: PublicFolder, key: PublicKey | None) -> None:
    """Note who signs, in one step."""
    part = copy.releases / f"{COPIED}.part"
    part.write_bytes(orjson.dumps({"key": key.text if key else None}))
    part.replace(copy.releases / COPIED)


def _history(wire: _Wire, shown: Path | None, key: PublicKey | None) -> dict[str, bytes]:
    """Return the checkpoint to keep by its path; empty: the list comes without its history.

    Raises VerificationError for a history that did not grow from the one that is kept.
    """
    name, path = wire.source.name, HISTORY + CHECKPOINT
    held = _held_checkpoint(shown)
    raw = wire.get(f"../{path}", _MAX_KEY)
    if raw is None:
        if held is not None:
            raise VerificationError(f"{name}: shows no history, and did before; what is held stays")
        return {}
    checkpoint = parse_checkpoint(raw, f"{name}: {path}")
    if key is not None:
        check_signature(raw, key.key, f"{name}: {path}")
    if held is not None:
        check_grown(held, checkpoint, lambda tile: wire.must(f"../{HISTORY}{tile}", _MAX_TILE), name)
    return {path: raw}


def _held_checkpoint(shown: Path | None) -> Checkpoint | None:
    path = None if shown is None else shown / HISTORY / CHECKPOINT
    try:
        return None if path is None else parse_checkpoint(path.read_bytes(), str(path))
    except (FileNotFoundError, FormatError):
        return None  # of a copy from before, or damaged: the next is kept


def _swap(copy: PublicFolder, serial: int, files: Mapping[str, bytes]) -> None:
    """Write the new copy beside the one that is shown, show it, and remove the oldest."""
    copy.sweep(newest=serial - 1)
    copy.write(serial, sorted(files.items()))
    copy.show(serial)
    copy.keep(_KEPT)
