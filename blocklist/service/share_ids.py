"""Ids of shares as reporters see them: ``1234-9f86d081884c7d65``.

The second half is an HMAC over the key that reported and the number, so that nothing needs to be kept and
nobody can ask about what another key reported, or count what there is.
"""

import re

from blocklist.privacy import Pseudonymiser
from blocklist.service.secrets import same

_ID = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})")
ID = {"type": "string", "pattern": "^[0-9]{1,18}-[0-9a-f]{16}$"}
"""An id, as the OpenAPI document says it."""


def share_id(people: Pseudonymiser, key: str, share: int) -> str:
    """Return what the owner of ``key`` knows a share by."""
    return _tagged(share, people.salt(_context(key, share)))


def parse_share_id(people: Pseudonymiser, key: str, text: str) -> int | None:
    """Return the share's number; None: it is no id that this key was given."""
    found = _ID.fullmatch(text)
    if found is None:
        return None
    given = [_tagged(int(found[1]), salt) for salt in people.salts(_context(key, int(found[1])))]
    return int(found[1]) if any([same(each, text) for each in given]) else None  # noqa: C419 - all, in one time


def _tagged(share: int, salt: bytes) -> str:
    return f"{share}-{salt.hex()[:16]}"


def _context(key: str, share: int) -> str:
    return f"share/{key}/{share}"
