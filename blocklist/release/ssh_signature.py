r"""The manifest's signature as OpenSSH writes it, for strangers who have ``ssh-keygen`` alone (pure).

::

    -----BEGIN SSH SIGNATURE-----
    U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg…
    -----END SSH SIGNATURE-----

    ssh-keygen -Y verify -f allowed_signers -I linkgazette -n linkgazette-manifest \
        -s manifest.json.sig < manifest.json

By the same Ed25519 key as minisign's. Source: OpenSSH's PROTOCOL.sshsig; ``allowed_signers`` is a line of
ssh-keygen(1), ALLOWED SIGNERS.
"""

import base64
import hashlib
from struct import Struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from blocklist.errors import FormatError, VerificationError

SUFFIX = ".sig"
ALLOWED_SIGNERS = "allowed_signers"
IDENTITY = "linkgazette"
NAMESPACE = "linkgazette-manifest"
_MAGIC = b"SSHSIG"
_KIND = b"ssh-ed25519"
_HASH = b"sha512"
_LENGTH = Struct(">I")
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_WIDTH = 70  # characters a line, as ssh-keygen writes


def allowed_signers(public: bytes) -> bytes:
    """Return the file that says whose signature counts; ``public`` are the key's 32 octets."""
    encoded = base64.b64encode(_public(public)).decode()
    return f'{IDENTITY} namespaces="{NAMESPACE}" {_KIND.decode()} {encoded}\n'.encode()


def ssh_sign(data: bytes, seed: bytes) -> bytes:
    """Return the signature of ``data`` by the Ed25519 key of ``seed`` (32 octets)."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    made = _strings(_KIND, key.sign(_signed(data)))
    blob = _head(key.public_key().public_bytes_raw()) + _strings(made)
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    return "".join(f"{line}\n" for line in (_BEGIN, *lines, _END)).encode()


def ssh_verify(data: bytes, signature: bytes, public: bytes, name: str) -> None:
    """Check ``signature``, which errors call ``name``, by the key of ``public``.

    Raises FormatError when it is none, VerificationError when it is not this key's of ``data``.
    """
    lines = signature.decode("ascii", "replace").split()
    text = "".join(lines[3:-3])  # the words of the first and the last line
    try:
        blob = base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise FormatError(f"{name}: is not an SSH signature") from problem
    head = _head(public)
    if not blob.startswith(_MAGIC):
        raise FormatError(f"{name}: is not an SSH signature")
    made = blob.removeprefix(head)[-64:]
    if not blob.startswith(head) or blob != head + _strings(_strings(_KIND, made)):
        raise VerificationError(f"{name}: is not a signature by the key that the manifest names")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(made, _signed(data))
    except InvalidSignature:
        raise VerificationError(f"{name}: the signature is not of this file") from None


def _head(public: bytes) -> bytes:
    return _MAGIC + _LENGTH.pack(1) + _strings(_public(public), NAMESPACE.encode(), b"", _HASH)


def _signed(data: bytes) -> bytes:
    return _MAGIC + _strings(NAMESPACE.encode(), b"", _HASH, hashlib.sha512(data).digest())


def _public(public: bytes) -> bytes:
    return _strings(_KIND, public)


def _strings(*parts: bytes) -> bytes:
    return b"".join(_LENGTH.pack(len(part)) + part for part in parts)
