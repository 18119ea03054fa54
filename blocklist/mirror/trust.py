"""Whether a manifest may be taken: signed by whom it must, fresh, and not older than what is held (pure).

The defences of The Update Framework's specification that static files allow, section 5: against arbitrary
files (signature, digests), roll-back (serial), freeze (expiry) and a second history (the chain).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blocklist.errors import VerificationError
from blocklist.formats.records import MANIFEST
from blocklist.release.manifest import parse_manifest
from blocklist.release.minisign import PublicKey
from blocklist.release.signatures import signature_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a copy holds."""

    serial: int
    digest: str
    """SHA-256 of its manifest; empty: the manifest is damaged, and may be any of its number."""


def trusted_manifest(
    data: Mapping[str, bytes],
    *,
    name: str,
    digest: str,
    key: PublicKey | None,
    held: Held | None,
    now: dt.datetime,
) -> dict[str, Any]:
    """Return the manifest in ``data``, the manifest, its signature and the public key's files by name.

    ``digest`` is the manifest's SHA-256; ``key`` must have signed it, or vouch for the key that did (None:
    nobody need); ``held`` is what the copy holds (None: nothing yet). Raises FormatError for what is no
    manifest, VerificationError naming ``name`` for one that is not to be taken.
    """
    manifest = parse_manifest(data[MANIFEST], f"{name}: {MANIFEST}")
    if wrong := next(_problems(data, manifest, digest, key, held, now), None):
        raise VerificationError(f"{name}: {wrong}; nothing was taken, what is held stays")
    return manifest


def _problems(
    data: Mapping[str, bytes],
    manifest: Mapping[str, Any],
    digest: str,
    key: PublicKey | None,
    held: Held | None,
    now: dt.datetime,
) -> Iterator[str]:
    yield from signature_problems(data, manifest, key)
    serial, issued = manifest["serial"], dt.datetime.fromisoformat(manifest["issued_at"])
    if now >= dt.datetime.fromisoformat(manifest["expires_at"]):
        yield f"release {serial} is stale since {manifest['expires_at']}"
    if now < issued:
        yield f"release {serial} is issued at {manifest['issued_at']}, in the future; is the clock right?"
    if held is None:
        return
    if serial < held.serial:
        yield f"release {serial} is older than {held.serial}, which is held: a roll-back"
    if serial == held.serial and held.digest and digest != held.digest:
        yield f"release {serial} is another than the one of that number that is held"
    if serial == held.serial + 1 and held.digest and manifest["previous"] != held.digest:
        yield f"release {serial} does not follow release {held.serial} that is held: another history"
