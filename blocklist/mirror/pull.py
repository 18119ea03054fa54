"""Keep a copy of a published list fresh: trust, fetch what changed, check every byte, swap it in whole.

::

    DIR -> DIR.releases/000042           as ``publish`` lays it out: readers follow one symlink
    DIR.releases/000042/list/rpz.zone    unchanged files are hard links to the copy before
    DIR.releases/000042/history/checkpoint   how far the publisher's history had come: it may only grow
    DIR.releases/pull.json               {"key":"RWQ…"}: who signs; the first pull pins it

Whatever goes wrong, the copy that is held stays as it is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from blocklist.errors import InputError, VerificationError
from blocklist.formats.records import MANIFEST
from blocklist.history.log import FOLDER as HISTORY
from blocklist.history.merkle import HASH_BYTES
from blocklist.history.note import CHECKPOINT, check_signature, parse_checkpoint
from blocklist.history.proofs import check_grown
from blocklist.history.tiles import WIDTH
from blocklist.mirror.held import held_checkpoint, held_release, pin_key, pinned_key, swap_in
from blocklist.mirror.source import Source
from blocklist.mirror.trust import trusted_manifest
from blocklist.mirror.wire import (
    MAX_KEY,
    Progress,
    Wire,
    fetched_files,
    fetched_manifest,
    file_signatures,
    packed_manifest,
)
from blocklist.release.digest import sha256
from blocklist.release.folder import open_public
from blocklist.release.minisign import PublicKey
from blocklist.release.packed import is_packed
from blocklist.release.signatures import PUBLIC_KEY, SIGNATURE, signing_key
from blocklist.release.ssh_signature import ALLOWED_SIGNERS
from blocklist.release.ssh_signature import SUFFIX as SSH

_MAX_TILE = WIDTH * HASH_BYTES
_BESIDE = (MANIFEST + SIGNATURE, MANIFEST + SSH, PUBLIC_KEY, PUBLIC_KEY + SIGNATURE, ALLOWED_SIGNERS)


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
        state, held = pinned_key(copy), held_release(copy)
        key = key or state
        wire = Wire(source, told)
        beside = {name: data for name in _BESIDE if (data := wire.get(name, MAX_KEY)) is not None}
        raw = fetched_manifest(wire, copy.shown(), beside.get(MANIFEST + SIGNATURE))
        digest = sha256(raw)
        manifest = trusted_manifest(
            {MANIFEST: raw, **beside}, name=source.name, digest=digest, key=key, held=held, now=now
        )
        pinned = signing_key(manifest)
        names = _chosen(manifest, only, everything=everything)
        files = fetched_files(wire, manifest, names, copy.shown(), everything=everything)
        # Before the copy is shown: a kill in between must not make it look like another's.
        pin_key(copy, pinned)
        if everything:
            beside |= packed_manifest(wire, raw)
        listed = {f"list/{name}": data for name, data in ({**files, MANIFEST: raw} | beside).items()}
        if held is None or held.serial != manifest["serial"]:
            history = _history(wire, copy.shown(), pinned)
            chosen = {name: files[name] for name in names}
            signatures = file_signatures(wire, chosen, pinned, manifest["serial"]) if pinned else {}
            listed |= {f"list/{name}": data for name, data in signatures.items()}
            swap_in(copy, manifest["serial"], listed | history)
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


def _history(wire: Wire, shown: Path | None, key: PublicKey | None) -> dict[str, bytes]:
    """Return the checkpoint to keep by its path; empty: the list comes without its history.

    Raises VerificationError for a history that did not grow from the one that is kept.
    """
    name, path = wire.source.name, HISTORY + CHECKPOINT
    held = held_checkpoint(shown)
    raw = wire.get(f"../{path}", MAX_KEY)
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
