"""The signatures of a release: made for each list file and the manifest, and doubted when read back (pure).

::

    list/minisign.pub                 the key that signs, also named by the manifest
    list/minisign.pub.minisig         after a rotation: the key before vouches for it
    list/rpz.zone.minisig             of rpz.zone; rpz.zone.gz is unpacked first
    list/manifest.json.minisig
    list/manifest.json.sig            the same by OpenSSH; list/allowed_signers says whose counts
    site.sha256.minisig               of the digests of the pages

The trusted comment names file and serial, so that no file passes for another or for a newer one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blocklist.errors import FormatError, VerificationError
from blocklist.formats.records import MANIFEST
from blocklist.release.minisign import PublicKey, SecretKey, parse_public
from blocklist.release.packed import is_packed
from blocklist.release.ssh_signature import ALLOWED_SIGNERS, allowed_signers, ssh_sign, ssh_verify
from blocklist.release.ssh_signature import SUFFIX as SSH

SIGNATURE = ".minisig"
PUBLIC_KEY = "minisign.pub"
_BESIDE = (PUBLIC_KEY, ALLOWED_SIGNERS, MANIFEST + SSH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """What a release is signed with."""

    key: SecretKey
    rotation: bytes = b""
    """The signature of the key before; empty: there was none."""

    def sign(self, manifest: bytes, digests: Mapping[str, bytes], serial: int) -> Iterator[tuple[str, bytes]]:
        """Give the files that lie beside those of ``list/``; ``digests`` are their BLAKE2b-512 by name."""
        yield PUBLIC_KEY, self.key.public.file
        if self.rotation:
            yield PUBLIC_KEY + SIGNATURE, self.rotation
        yield ALLOWED_SIGNERS, allowed_signers(self.key.public.key)
        yield MANIFEST + SSH, ssh_sign(manifest, self.key.seed)
        yield MANIFEST + SIGNATURE, self.key.sign(manifest, comment(MANIFEST, serial))
        for name in sorted(digests):
            yield name + SIGNATURE, self.key.sign_digest(digests[name], comment(name, serial))


def comment(name: str, serial: int) -> str:
    """Return the trusted comment of a list file."""
    return f"file:{name}\tserial:{serial}"


def goes_with(name: str, files: Mapping[str, Any]) -> bool:
    """Tell whether ``name`` is one of the files that sign those of a manifest."""
    signed = name.removesuffix(SIGNATURE)
    return name in _BESIDE or (name != signed and (signed in files or signed in {PUBLIC_KEY, MANIFEST}))


def signing_key(manifest: Mapping[str, Any]) -> PublicKey | None:
    """Return the key that the manifest names; None: the release is not signed. Raises FormatError."""
    text = manifest.get("key")
    return None if text is None else parse_public(str(text), f"{MANIFEST}: key")


def signature_problems(
    data: Mapping[str, bytes], manifest: Mapping[str, Any], trusted: PublicKey | None
) -> Iterator[str]:
    """Give what is wrong with the signatures in ``data``: every file of ``list/`` by name.

    ``trusted`` is the key that the reader knows; None: the manifest's own is taken, which shows that nothing
    was changed since it was signed, and not by whom.
    """
    key = signing_key(manifest)
    if key is None:
        if trusted is not None:
            yield f"{MANIFEST}: is not signed; it should be by key {trusted.name}"
        elif PUBLIC_KEY in data:
            yield f"{PUBLIC_KEY}: lies there, and the manifest names no key"
        return
    if trusted is not None and trusted != key:
        yield from _handed_over(data, trusted, key)
    if data.get(PUBLIC_KEY, key.file) != key.file:
        yield f"{PUBLIC_KEY}: holds another key than the manifest names"
    yield from _ssh_problems(data, key)
    for name in sorted((*manifest["files"], MANIFEST)):
        if name in data and not is_packed(name):
            yield from unsigned(data, name, key, int(manifest["serial"]))


def _ssh_problems(data: Mapping[str, bytes], key: PublicKey) -> Iterator[str]:
    """Doubt OpenSSH's signature where it lies beside: a mirror may leave it out."""
    if data.get(ALLOWED_SIGNERS, allowed_signers(key.key)) != allowed_signers(key.key):
        yield f"{ALLOWED_SIGNERS}: names another key than the manifest"
    signature = data.get(MANIFEST + SSH)
    if signature is None:
        return
    try:
        ssh_verify(data[MANIFEST], signature, key.key, MANIFEST + SSH)
    except (FormatError, VerificationError) as problem:
        yield str(problem)


def _handed_over(data: Mapping[str, bytes], trusted: PublicKey, key: PublicKey) -> Iterator[str]:
    rotation = data.get(PUBLIC_KEY + SIGNATURE)
    if rotation is None:
        yield f"{MANIFEST}: is signed by key {key.name} and not by {trusted.name}"
        return
    try:
        trusted.verify(key.file, rotation, PUBLIC_KEY + SIGNATURE)
    except (FormatError, VerificationError) as problem:
        yield f"{MANIFEST}: is signed by key {key.name}, for which {trusted.name} does not vouch ({problem})"


def unsigned(data: Mapping[str, bytes], name: str, key: PublicKey, serial: int) -> Iterator[str]:
    """Give what keeps ``name`` from being signed by ``key`` for the release ``serial``; both in ``data``."""
    signature = data.get(name + SIGNATURE)
    if signature is None:
        yield f"{name}{SIGNATURE}: is missing"
        return
    try:
        said = key.verify(data[name], signature, name + SIGNATURE)
    except (FormatError, VerificationError) as problem:
        yield str(problem)
        return
    if said != comment(name, serial):
        yield f"{name}{SIGNATURE}: is of another file or release ({said[:80]!r})"
