"""The signing key of a workspace: a minisign secret key in a file that nobody else may read.

Beside ``sign.key`` lies ``sign.key.rotation`` once it has replaced another: the old key's signature of the
new public key, published with every release, so that a reader who trusts the old key can come to trust the
new one.
"""

import os
import secrets
from pathlib import Path

from blocklist.errors import InputError, TroubleError
from blocklist.release.folder import sync
from blocklist.release.minisign import ID_BYTES, SEED_BYTES, SecretKey, parse_secret

DEFAULT_KEY = "sign.key"
_OTHERS = 0o077


def make_key(path: Path) -> SecretKey:
    """Make a key at ``path``, which must not be there; raise InputError where it is, TroubleError."""
    made = _random_key()
    try:
        _write_new(path, made.file)
        sync(path.parent)
    except FileExistsError as problem:
        raise InputError(f"{path}: is there already; replace it with: linkgazette keys rotate") from problem
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be written ({problem.strerror})") from problem
    return made


def load_signing_key(path: Path) -> SecretKey:
    """Return the key in ``path``; raise InputError with the cure where it is missing or open to others."""
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise InputError(f"{path}: others can read this key; close it with: chmod 600 {path}")
            text = file.read()
    except FileNotFoundError as problem:
        raise InputError(
            f"{path}: [sign] key names it and it is not there; make it with: linkgazette keys make, or put "
            "the key back. Nothing is published unsigned"
        ) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise TroubleError(f"{path}: cannot be read ({problem})") from problem
    return parse_secret(text, str(path))


def rotate_key(path: Path) -> tuple[SecretKey, SecretKey]:
    """Replace the key in ``path`` by a new one that the old one signs; return both, the old one first.

    The old secret is gone afterwards. A kill before the last step leaves the old key in use.
    """
    old, new = load_signing_key(path), _random_key()
    comment = f"rotation\tfrom:{old.public.text}\tto:{new.public.text}"
    files = {rotation_file(path): old.sign(new.public.file, comment), path: new.file}
    try:
        for file, data in files.items():
            _part_of(file).unlink(missing_ok=True)
            _write_new(_part_of(file), data)
        for file in files:  # the old key's word is on disk before the old key is gone
            _part_of(file).replace(file)
            sync(path.parent)
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be replaced ({problem.strerror})") from problem
    return old, new


def rotation_of(path: Path, key: SecretKey) -> bytes:
    """Return the signature that hands over to ``key``; empty: there is none, or it is of another key."""
    try:
        data = rotation_file(path).read_bytes()
    except FileNotFoundError:
        return b""
    return data if f"\tto:{key.public.text}\n".encode() in data else b""


def rotation_file(path: Path) -> Path:
    """Return where the rotation of the key in ``path`` lies."""
    return path.with_name(f"{path.name}.rotation")


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _random_key() -> SecretKey:
    return SecretKey(key_id=secrets.token_bytes(ID_BYTES), seed=secrets.token_bytes(SEED_BYTES))


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
