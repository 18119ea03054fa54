"""The secret that sender and receiver share, in a file that only its owner reads.

::

    whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw…

The first line is the present secret. A second one, kept while the receiver changes over, signs too: the
header holds both signatures, and either satisfies (Standard Webhooks, "Signature scheme").
"""

import base64
import binascii
import os
import secrets
from pathlib import Path

from blocklist.errors import InputError, TroubleError

DEFAULT_SECRET = "webhook.secret"  # noqa: S105 - a file's name
PREFIX = "whsec_"
_BYTES = 32
_LEAST, _MOST = 24, 64  # bytes, as the specification bounds them
_KEPT = 2  # secrets at once
_OTHERS = 0o077


def load_secrets(path: Path) -> tuple[bytes, ...]:
    """Return the secrets in ``path``, the present one first.

    Raises InputError when it is missing, open to others or holds no secret, TroubleError when the disk
    refuses. What is wrong is told without the secret.
    """
    try:
        with path.open(encoding="ascii") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise InputError(f"{path}: others can read this secret; close it with: chmod 600 {path}")
            lines = file.read().split()
    except FileNotFoundError:
        raise InputError(f"{path}: is not there; make it with: linkgazette keys webhook") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no secret; make one with: linkgazette keys webhook") from None
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be read ({problem.strerror})") from problem
    if not lines:
        raise InputError(f"{path}: is empty; make a secret with: linkgazette keys webhook --rotate")
    return tuple(_parsed(line, f"{path} line {number}") for number, line in enumerate(lines, start=1))


def make_secret(path: Path, *, rotate: bool) -> None:
    """Make a secret; with ``rotate`` before the one that is there, which goes on signing until it is removed.

    Raises InputError when there is one and it is not to be rotated, and as ``load_secrets``.
    """
    if path.exists() and not rotate:
        raise InputError(
            f"{path}: is there already; for a new one beside it: linkgazette keys webhook --rotate"
        )
    kept = load_secrets(path) if path.exists() and path.stat().st_size else ()
    lines = [_text(each) for each in (secrets.token_bytes(_BYTES), *kept)][:_KEPT]
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be written ({problem.strerror})") from problem


def _parsed(line: str, place: str) -> bytes:
    try:
        found = base64.b64decode(line.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise InputError(f"{place}: is no secret; expected {PREFIX} and Base64") from None
    if not _LEAST <= len(found) <= _MOST:
        raise InputError(f"{place}: a secret has {_LEAST} to {_MOST} bytes, this one {len(found)}")
    return found


def _text(secret: bytes) -> str:
    return PREFIX + base64.b64encode(secret).decode()
