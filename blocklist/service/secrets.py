"""Secrets: how they are made, hashed and compared. None of them is ever logged or stored as it is.

A person's secret is hashed slowly (Argon2id with the library's defaults, RFC 9106's low-memory profile),
since people choose it. Tokens and keys hold 160 random bits or more: one SHA-256 hides them.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from blocklist.errors import InputError
from blocklist.public.words import N_

SHORTEST = 12  # characters of a person's secret; NIST SP 800-63B asks for 8, or 15 where it stands alone
LONGEST = 256  # characters; ours have 23
_DISTINCT = 6  # characters
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
_KEY = re.compile(r"lg_([0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key just made: what is kept, and what is shown once."""

    id: str
    digest: bytes
    text: str


def hash_secret(secret: str) -> str:
    """Return a person's secret hashed; raises InputError when it is too short, too long or too plain."""
    if not SHORTEST <= len(secret) <= LONGEST:
        raise InputError(
            N_("a secret has from %(least)s to %(most)s characters"), least=SHORTEST, most=LONGEST
        )
    if len(set(secret)) < _DISTINCT:
        raise InputError(N_("a secret of so few different characters is soon guessed; choose another"))
    return _HASHER.hash(secret.encode(errors="replace"))


def is_secret(hashed: str | None, secret: str) -> bool:
    """Tell whether ``secret`` is the hashed one; None takes as long as a wrong one, and is."""
    try:
        return _HASHER.verify(hashed or _NOBODY, secret.encode(errors="replace")) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """Return a secret for a person to begin with: 100 random bits in groups to read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def new_token() -> str:
    """Return a token for a session or a form."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def new_key() -> NewKey:
    """Make an API key."""
    identifier, secret = secrets.token_hex(6), secrets.token_hex(32)
    return NewKey(id=identifier, digest=digest_of(secret), text=f"lg_{identifier}_{secret}")


def parse_key(text: str) -> tuple[str, bytes] | None:
    """Return the id of an API key and the digest of its secret; None: it is none."""
    found = _KEY.fullmatch(text)
    return None if found is None else (found[1], digest_of(found[2]))


def same(one: str | bytes, other: str | bytes) -> bool:
    """Compare in a time that tells nothing."""
    left, right = (each.encode(errors="replace") if isinstance(each, str) else each for each in (one, other))
    return hmac.compare_digest(left, right)
