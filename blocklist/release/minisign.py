r"""Keys and signatures in minisign's format, which Debian's ``minisign`` reads and writes (pure).

A signature, of the file's BLAKE2b-512 (https://jedisct1.github.io/minisign/#signature-format)::

    untrusted comment: signature by Linkgazette
    base64("ED" + key id, 8 octets + Ed25519 signature, 64 octets)
    trusted comment: file:rpz.zone	serial:42
    base64(Ed25519 signature of the signature and the trusted comment, 64 octets)

A public key is ``base64("Ed" + key id + 32 octets)``; a secret key, without a password::

    untrusted comment: minisign secret key
    base64("Ed" + 2 zeros + "B2" + 48 zeros + key id + seed + public key + BLAKE2b-256 of "Ed" and these)

Ed25519 is deterministic: the same file, comment and key give the same signature.
"""

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from blocklist.errors import FormatError, VerificationError

ID_BYTES = 8
SEED_BYTES = 32
_KIND = b"Ed"
_HASHED = b"ED"
_SECRET_HEAD = _KIND + bytes(2) + b"B2" + bytes(48)  # no password, so neither salt nor limits
_UNTRUSTED = "untrusted comment: "
_TRUSTED = "trusted comment: "
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """Whom a reader trusts."""

    key_id: bytes
    key: bytes
    """32 octets."""

    @property
    def name(self) -> str:
        """Its id, as minisign shows it."""
        return f"{int.from_bytes(self.key_id, 'little'):016X}"

    @property
    def text(self) -> str:
        """One line: what ``minisign -P`` takes."""
        return base64.b64encode(_KIND + self.key_id + self.key).decode()

    @property
    def file(self) -> bytes:
        """The file that ``minisign -p`` takes."""
        return f"{_UNTRUSTED}minisign public key {self.name}\n{self.text}\n".encode()

    def verify(self, data: bytes, signature: bytes, name: str) -> str:
        """Return the trusted comment of a ``signature`` of ``data``.

        Raises FormatError when it is none, VerificationError when it is not this key's of these bytes.
        """
        made, comment, overall = _parts(signature, name)
        if made[2 : 2 + ID_BYTES] != self.key_id:
            raise VerificationError(f"{name}: is not a signature by key {self.name}")
        key = Ed25519PublicKey.from_public_bytes(self.key)
        try:
            key.verify(made[2 + ID_BYTES :], hashlib.blake2b(data).digest())
            key.verify(overall, made[2 + ID_BYTES :] + comment.encode())
        except InvalidSignature:
            raise VerificationError(f"{name}: the signature by key {self.name} is not of this file") from None
        return comment


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """Who signs."""

    key_id: bytes
    seed: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(key_id=self.key_id, key=key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    @property
    def file(self) -> bytes:
        """The file that ``minisign -s`` takes; it asks for no password."""
        secret = self.key_id + self.seed + self.public.key
        whole = _SECRET_HEAD + secret + _checksum(secret)
        return f"{_UNTRUSTED}minisign secret key\n{base64.b64encode(whole).decode()}\n".encode()

    def sign(self, data: bytes, comment: str) -> bytes:
        """Return the signature file of ``data``; readers see ``comment`` once they have verified it."""
        return self.sign_digest(hashlib.blake2b(data).digest(), comment)

    def sign_digest(self, digest: bytes, comment: str) -> bytes:
        """Do so for the file of that BLAKE2b-512."""
        assert "\n" not in comment
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        made = key.sign(digest)
        lines = (
            f"{_UNTRUSTED}signature by Linkgazette",
            base64.b64encode(_HASHED + self.key_id + made).decode(),
            f"{_TRUSTED}{comment}",
            base64.b64encode(key.sign(made + comment.encode())).decode(),
        )
        return "".join(f"{line}\n" for line in lines).encode()


def parse_public(text: str, name: str) -> PublicKey:
    """Read a public key: the one line, or the file; raise FormatError."""
    raw = _decoded(text.strip().split("\n")[-1], name)
    if len(raw) != len(_KIND) + ID_BYTES + 32 or not raw.startswith(_KIND):
        raise FormatError(f"{name}: is not a minisign public key")
    return PublicKey(key_id=raw[2 : 2 + ID_BYTES], key=raw[2 + ID_BYTES :])


def parse_secret(text: str, name: str) -> SecretKey:
    """Read a secret key file; raise FormatError, also for one with a password."""
    raw = _decoded(text.strip().split("\n")[-1], name)
    if raw[2:4] == b"Sc":
        raise FormatError(f"{name}: has a password; take it off with: minisign -C -W -s {name}")
    secret, checksum = raw[len(_SECRET_HEAD) : -32], raw[-32:]
    # minisign itself leaves the checksum of a key without a password empty.
    checked = checksum in {_checksum(secret), bytes(32)}
    if raw[:6] != _SECRET_HEAD[:6] or len(secret) != ID_BYTES + 64 or not checked:
        raise FormatError(f"{name}: is not a minisign secret key")
    found = SecretKey(key_id=secret[:ID_BYTES], seed=secret[ID_BYTES : ID_BYTES + SEED_BYTES])
    if found.public.key != secret[ID_BYTES + SEED_BYTES :]:
        raise FormatError(f"{name}: its public half is another key's")
    return found


def _checksum(secret: bytes) -> bytes:
    return hashlib.blake2b(_KIND + secret, digest_size=32).digest()


def _parts(signature: bytes, name: str) -> tuple[bytes, str, bytes]:
    lines = signature.decode("utf-8", "replace").split("\n")
    if len(lines) < 4 or not (lines[0].startswith(_UNTRUSTED) and lines[2].startswith(_TRUSTED)):  # noqa: PLR2004 - four lines
        raise FormatError(f"{name}: is not a minisign signature")
    if "".join(lines[4:]).strip():
        raise FormatError(f"{name}: goes on after its fourth line, where nothing is signed")
    made, overall = _decoded(lines[1], name), _decoded(lines[3], name)
    if not made.startswith(_HASHED) or len(made) != 2 + ID_BYTES + _SIGNATURE_BYTES:
        raise FormatError(f"{name}: is not a minisign signature of a hashed file")
    return made, lines[2].removeprefix(_TRUSTED), overall


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise FormatError(f"{name}: is not base64 where minisign has it") from problem
