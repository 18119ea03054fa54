"""The pseudonym key: 32 random bytes in a file that only its owner may read.

Who loses it can no longer match a platform's ids with the pseudonyms in the store; who leaks it lets others
guess ids. So it is made once, never overwritten, and refused when others can read it.
"""

import os
import secrets
from pathlib import Path

from blocklist.errors import ConfigError, TroubleError

KEY_BYTES = 32  # as long as the HMAC's hash; a longer key adds nothing (RFC 2104, section 3)


def load_key(path: Path, *, create: bool) -> bytes:
    """Read the key at ``path``; with ``create``, make it first when it is not there.

    Two processes that make it at once both end with the same key. Raises ConfigError when it is absent (and
    not to be made), readable by others or of another size; TroubleError when the disk refuses.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        if not create:
            message = f"{path}: no pseudonym key here; `linkgazette intake` makes it on first use"
            raise ConfigError(message) from None
    except OSError as problem:
        raise TroubleError(f"{path}: the pseudonym key cannot be read ({problem.strerror})") from problem
    try:
        _make(path)
        return _read(path)
    except OSError as problem:
        raise TroubleError(f"{path}: the pseudonym key cannot be made ({problem.strerror})") from problem


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & 0o077:
            message = (
                f"{path}: others may read the pseudonym key (mode {mode & 0o777:o}); run: chmod 600 {path}"
            )
            raise ConfigError(message)
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        message = (
            f"{path}: a pseudonym key has {KEY_BYTES} bytes, this file has another size; restore your back-up"
        )
        raise ConfigError(message)
    return key


def _make(path: Path) -> None:
    """Write aside, then link into place: the name appears with the whole key, and never replaces one."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return  # another process was first; its key holds
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        aside.unlink()
