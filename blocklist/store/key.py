"""The pseudonym keys and the shares that they were used on belong together: none is replaced in silence.

A new key would make every known person a new one. So the first is made only while nobody is stored, a later
one only by ``rotate``, and the database keeps a fingerprint of each by which another key is told. ::

    pseudonym.key      the first generation
    pseudonym.2.key    the second, and so on: the newest makes pseudonyms

A file that the database knows nothing of is a rotation that was killed; the next one replaces it.
"""

import hmac
import os
from datetime import datetime
from pathlib import Path

from blocklist.errors import InputError, TroubleError
from blocklist.privacy import load_key
from blocklist.privacy.pseudonyms import Key
from blocklist.store import codec
from blocklist.store.database import Database

KEY_NAME = "pseudonym.key"
KEY_FILES = "pseudonym*.key"
_PEOPLE = (
    "SELECT EXISTS (SELECT 1 FROM shares "
    "WHERE account IS NOT NULL OR in_group IS NOT NULL OR reporter IS NOT NULL)"
)
_KEEP = "INSERT OR REPLACE INTO key_generations (generation, fingerprint) VALUES (1, ?)"
_NEXT = "INSERT INTO key_generations (generation, fingerprint, made_at) VALUES (?, ?, ?)"
_LIVING = """
SELECT generation, fingerprint FROM key_generations WHERE destroyed_at IS NULL ORDER BY generation DESC
"""


def living(db: Database) -> tuple[tuple[int, str], ...]:
    """Return generation and fingerprint of each key that is not destroyed, newest first; (): none is."""
    return tuple(db.rows(_LIVING))


def keys_of(db: Database, folder: Path) -> tuple[Key, ...]:
    """Return the keys in ``folder``, newest first.

    The very first is made, if nobody was stored yet and ``db`` may be written. Raises InputError when a key
    of what is stored is gone or another one is in its place; as ``load_key`` otherwise.
    """
    known = living(db)
    if len(known) > 1 or (known and known[0][0] > 1):
        return tuple(Key(generation, _held(db, folder, generation, print_)) for generation, print_ in known)
    path, before = folder / KEY_NAME, known[0][1] if known else None
    if not path.exists() and _used(db, before):
        raise InputError(f"{path}: the key of {_shares(db)} shares is gone; restore it from your backup")
    key = load_key(path, create=db.writable)
    fingerprint = _fingerprint(key)
    if before != fingerprint:
        if before is not None and _used(db, before):
            raise _another(db, path)
        if db.writable:
            with db.transaction():
                db.write(_KEEP, (fingerprint,))
    return (Key(1, key),)


def make_next(db: Database, folder: Path, *, now: datetime) -> Key:
    """Make the key of the next generation; the caller's transaction decides whether it is one."""
    present = living(db)[0][0]
    path = folder / key_name(present + 1)
    path.unlink(missing_ok=True)
    made = Key(present + 1, load_key(path, create=True))
    moment = codec.time_text(now)
    db.write("UPDATE key_generations SET replaced_at = ? WHERE generation = ?", (moment, present))
    db.write(_NEXT, (made.generation, _fingerprint(made.secret), moment))
    return made


def erase_destroyed(db: Database, folder: Path) -> int:
    """Erase the files of keys that are destroyed; return how many there were. Raises TroubleError.

    The bytes are overwritten first; what a file system or a flash disk keeps of them is beyond us.
    """
    rows = db.rows("SELECT generation FROM key_generations WHERE destroyed_at IS NOT NULL")
    paths = [folder / key_name(generation) for (generation,) in rows]
    found = [path for path in paths if path.exists()]
    for path in found:
        try:
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except OSError as problem:
            raise TroubleError(f"{path}: cannot be erased ({problem.strerror}); remove it") from problem
    return len(found)


def key_name(generation: int) -> str:
    """Return the file's name."""
    return KEY_NAME if generation == 1 else f"pseudonym.{generation}.key"


def _held(db: Database, folder: Path, generation: int, fingerprint: str) -> bytes:
    path = folder / key_name(generation)
    if not path.exists():
        cure = f"or give it up: linkgazette keys people destroy {generation} --at-once"
        raise InputError(f"{path}: this key is gone; restore it from your backup, {cure}")
    key = load_key(path, create=False)
    if _fingerprint(key) != fingerprint:
        raise _another(db, path)
    return key


def _another(db: Database, path: Path) -> InputError:
    return InputError(
        f"{path}: is not the key that {_shares(db)} shares were stored with; restore that one from "
        "your backup"
    )


def _used(db: Database, known: str | None) -> bool:
    """Tell whether pseudonyms were made; before fingerprints were kept, only shares with people tell."""
    return _shares(db) > 0 if known is not None else bool(db.value(_PEOPLE))


def _shares(db: Database) -> int:
    return int(db.value("SELECT count(*) FROM shares"))


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"linkgazette/1/fingerprint", "sha256")[:16].hex()
