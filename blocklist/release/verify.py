"""Read a published release back and doubt everything: digests, chain, freshness, and what each file says.

``verify`` returns the problems, each with the name of the file; empty: none. A list file must say only what
the record says, in the scope in which the record says it. Proofs come with their own room.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocklist.errors import InputError, TroubleError
from blocklist.formats.adblock_patch import patch_serial
from blocklist.formats.delta import FOLDER as DELTAS
from blocklist.formats.prefixes import DIGESTS, FOLDER
from blocklist.formats.records import MANIFEST
from blocklist.history.note import Checkpoint
from blocklist.release.contents import contents
from blocklist.release.digest import sha256
from blocklist.release.folder import COPIED
from blocklist.release.manifest import missing_files, parse_manifest
from blocklist.release.minisign import PublicKey
from blocklist.release.packed import SUFFIXES, plain_name, unpacks_to
from blocklist.release.past import history_problems
from blocklist.release.signatures import goes_with, signature_problems, signing_key
from blocklist.release.site import site_pages, site_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found in a release folder."""

    folder: Path
    serial: int
    issued_at: dt.datetime
    expires_at: dt.datetime
    digest: str
    entries: int
    signed_by: str
    """Id of the key that the manifest names; empty: it is not signed."""
    files: int
    pages: int
    """Files of the site that were compared with their digests; 0: only a list was given, or a copy of one."""
    problems: tuple[str, ...]
    """Empty: it is what its manifest says, and fresh."""


def verify(
    folder: Path,
    *,
    now: dt.datetime,
    key: PublicKey | None = None,
    since: Mapping[str, Checkpoint] | None = None,
) -> Verified:
    """Check the release in ``folder`` (the public folder, one release, or its ``list``).

    ``key`` must have signed it, or vouch for the key that did; None: whatever key the manifest names.
    ``since`` are checkpoints that its history must have grown from, by what to call them. Raises InputError
    when there is no release, TroubleError when it cannot be read.
    """
    found = list_folder(folder).resolve()  # one release throughout, whatever is published meanwhile
    is_copy = (found.parent.parent / COPIED).is_file()
    alone = is_copy or list_folder(folder) == folder  # a list may be mirrored without its site
    raw = _read(found / MANIFEST)
    manifest = parse_manifest(raw, str(found / MANIFEST))
    problems = list(_problems(found, raw, manifest, now, key, is_copy=is_copy))
    signer = signing_key(manifest)
    if not alone:
        problems += site_problems(found.parent, signer, manifest["serial"])
        problems += history_problems(found.parent, sha256(raw), manifest["serial"], signer, since or {})
    return Verified(
        folder=found,
        serial=manifest["serial"],
        issued_at=dt.datetime.fromisoformat(manifest["issued_at"]),
        expires_at=dt.datetime.fromisoformat(manifest["expires_at"]),
        digest=sha256(raw),
        entries=manifest["counts"]["entries"],
        signed_by=signer.name if signer else "",
        files=sum((found / name).is_file() for name in manifest["files"]),
        pages=0 if alone else site_pages(found.parent),
        problems=tuple(problems),
    )


def list_folder(folder: Path) -> Path:
    """Return the folder that holds ``manifest.json``: ``folder``, or ``list`` in it; raise InputError."""
    for each in (folder / "list", folder):
        if (each / MANIFEST).is_file():
            return each
    if not folder.exists():
        raise InputError(f"{folder}: is not there; name a published folder, such as public")
    raise InputError(f"{folder}: holds no list/{MANIFEST}; name a published folder, such as public")


def _problems(
    folder: Path,
    raw: bytes,
    manifest: Mapping[str, Any],
    now: dt.datetime,
    key: PublicKey | None,
    *,
    is_copy: bool,
) -> Iterator[str]:
    yield from _chain(folder.parent, manifest)
    yield from _packed_manifest(folder, raw)
    yield from _freshness(manifest, now)
    yield from missing_files(manifest)
    files = manifest["files"]
    there = {name for name in files if (folder / name).is_file()}
    if not is_copy:  # which holds what its owner asked for
        yield from (f"{name}: is missing" for name in sorted(files.keys() - there))
    for name in sorted(there):
        found = _read(folder / name)
        if sha256(found) != files[name]["sha256"] or len(found) != files[name]["bytes"]:
            yield f"{name}: is not the file that the manifest names (digest or size differ)"
    named, beside = set(there), {MANIFEST}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name in files or plain_name(name) == MANIFEST:
            continue
        if name.startswith((FOLDER, DELTAS)) or patch_serial(name) is not None:
            named.add(name)
            continue
        if not goes_with(name, files):
            yield f"{name}: is not in the manifest"
        beside.add(name)
    # Of the manifest the bytes that were read above, which may not be those that lie there by now.
    yield from signature_problems(_Files(folder, named | beside, {MANIFEST: raw}), manifest, key)
    if is_copy and not any(name.startswith(FOLDER) for name in named):
        named.discard(DIGESTS)  # the shards that it is about were not asked for
    yield from contents(_Files(folder, named), manifest)


class _Files(Mapping[str, bytes]):
    """Files of a folder by name, each read when it is asked for: all of a large list fit in no memory."""

    def __init__(self, folder: Path, names: Collection[str], held: Mapping[str, bytes] | None = None) -> None:
        """``held`` are those of ``names`` that were read already."""
        self._folder = folder
        self._names = names
        self._held = held or {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._held[name] if name in self._held else _read(self._folder / name)

    def __contains__(self, name: object) -> bool:
        return name in self._names  # Mapping's own would read the file

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _packed_manifest(folder: Path, raw: bytes) -> Iterator[str]:
    for packed in (path for suffix in SUFFIXES if (path := folder / (MANIFEST + suffix)).exists()):
        if not unpacks_to(packed.name, _read(packed), raw):
            yield f"{packed.name}: does not unpack to {MANIFEST}"


def _freshness(manifest: Mapping[str, Any], now: dt.datetime) -> Iterator[str]:
    if now >= dt.datetime.fromisoformat(manifest["expires_at"]):
        yield f"{MANIFEST}: stale since {manifest['expires_at']}; the publisher has made no newer release"
    if now < dt.datetime.fromisoformat(manifest["issued_at"]):
        yield f"{MANIFEST}: issued at {manifest['issued_at']}, which is in the future"


def _chain(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Compare with the folder's name and with the release before, where that lies beside it."""
    serial, previous = int(manifest["serial"]), manifest["previous"]
    home = release.resolve()
    if home.name.isdigit() and int(home.name) != serial:
        yield f"{MANIFEST}: says serial {serial} in a folder named {home.name}"
    if (serial == 1) != (previous == ""):
        yield f"{MANIFEST}: serial {serial} with previous {previous[:12]!r}; only the first has none"
    before = home.parent / f"{serial - 1:06}" / "list" / MANIFEST
    if home.name.isdigit() and before.is_file() and sha256(_read(before)) != previous:
        yield f"{MANIFEST}: previous is not the digest of release {serial - 1} that lies beside it"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be read ({problem.strerror})") from problem
