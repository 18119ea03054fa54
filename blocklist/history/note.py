"""The checkpoint: how long the log is and what it commits to, signed (https://c2sp.org/tlog-checkpoint).

::

    list.example/history
    1234
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=

    — list.example/history 0ezkAbl…=

The text is origin, size and root; an empty line; signatures (https://c2sp.org/signed-note). A signature
line's base64 is the key's id, four bytes of SHA-256(origin LF 0x01 public key), and the Ed25519 signature of
the text. A log that nobody signs has no signature lines.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from blocklist.errors import FormatError, VerificationError
from blocklist.history.merkle import HASH_BYTES

CHECKPOINT = "checkpoint"
_ED25519 = b"\x01"
_ID_BYTES = 4
_DASH = "\u2014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far the log had come."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier_key(origin: str, public: bytes) -> str:
    """Return the key as other verifiers take it: ``origin+id+base64``."""
    return f"{origin}+{_key_id(origin, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def write_checkpoint(checkpoint: Checkpoint, seed: bytes | None) -> bytes:
    """Return the file, signed by the Ed25519 key of ``seed`` (32 bytes; None: nobody signs)."""
    lines = f"{checkpoint.text}\n"
    if seed is not None:
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public = key.public_key().public_bytes_raw()
        signed = _key_id(checkpoint.origin, public) + key.sign(checkpoint.text.encode())
        lines += f"{_DASH} {checkpoint.origin} {base64.b64encode(signed).decode()}\n"
    return lines.encode()


def parse_checkpoint(data: bytes, name: str) -> Checkpoint:
    """Read a checkpoint; raises FormatError. Who signed it is left to ``check_signature``."""
    try:
        text = data.decode()
        origin, size, root, empty, *_ = text.split("\n")
        found = Checkpoint(origin=origin, size=int(size), root=base64.b64decode(root, validate=True))
    except ValueError as problem:
        raise FormatError(f"{name}: is not a checkpoint") from problem
    is_whole = found.size >= 0 and len(found.root) == HASH_BYTES and text.startswith(found.text)
    if empty or not origin or not is_whole:
        raise FormatError(f"{name}: is not a checkpoint")
    return found


def check_signature(data: bytes, public: bytes, name: str) -> None:
    """Raise VerificationError unless ``public`` (32 bytes) has signed the checkpoint ``data``."""
    checkpoint = parse_checkpoint(data, name)
    wanted = _key_id(checkpoint.origin, public)
    for line in data.decode().split("\n\n", 1)[1].splitlines():
        dash, _, rest = line.partition(" ")
        signer, _, encoded = rest.partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError as problem:
            raise FormatError(f"{name}: a signature is not base64") from problem
        if dash == _DASH and signer == checkpoint.origin and raw[:_ID_BYTES] == wanted:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[_ID_BYTES:], checkpoint.text.encode())
            except InvalidSignature:
                break
            return
    raise VerificationError(f"{name}: is not signed by the list's key")


def _key_id(origin: str, public: bytes) -> bytes:
    return hashlib.sha256(f"{origin}\n".encode() + _ED25519 + public).digest()[:_ID_BYTES]
