"""The pseudonym key and the shares that it was used on belong together: neither is replaced in silence.

A new key would make every known person a new one. So a key is made only while nobody is stored, and the
database keeps a fingerprint by which another key is told.
"""

import hmac
from pathlib import Path

from blocklist.errors import InputError
from blocklist.privacy import load_key
from blocklist.store.database import Database

_PEOPLE = (
    "SELECT EXISTS (SELECT 1 FROM shares "
    "WHERE account IS NOT NULL OR in_group IS NOT NULL OR reporter IS NOT NULL)"
)
_KEEP = "INSERT OR REPLACE INTO pseudonym_key (one, fingerprint) VALUES (1, ?)"


def key_of(db: Database, path: Path) -> bytes:
    """Return the key at ``path``, made if nobody was stored yet and ``db`` may be written.

    Raises InputError when the key of what is stored is gone or another one is in its place; as ``load_key``
    otherwise.
    """
    known = db.value("SELECT fingerprint FROM pseudonym_key")
    if not path.exists() and _used(db, known):
        raise InputError(f"{path}: the key of {_shares(db)} shares is gone; restore it from your backup")
    key = load_key(path, create=db.writable)
    fingerprint = _fingerprint(key)
    if known != fingerprint:
        if known is not None and _used(db, known):
            raise InputError(
                f"{path}: is not the key that {_shares(db)} shares were stored with; restore that one from "
                "your backup"
            )
        if db.writable:
            with db.transaction():
                db.write(_KEEP, (fingerprint,))
    return key


def _used(db: Database, known: str | None) -> bool:
    """Tell whether pseudonyms were made; before fingerprints were kept, only shares with people tell."""
    return _shares(db) > 0 if known is not None else bool(db.value(_PEOPLE))


def _shares(db: Database) -> int:
    return int(db.value("SELECT count(*) FROM shares"))


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"linkgazette/1/fingerprint", "sha256")[:16].hex()
