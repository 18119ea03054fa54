"""Ids of shares as reporters see them: ``1234-9f86d081884c7d65``.

The second half is an HMAC over the key that reported and the number, so that nothing needs to be kept and
nobody can ask about what another key reported, or count what there is.
"""

import re

from blocklist.privacy import Pseudonymiser
from blocklist.service.secrets import same

_ID = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})")


def share_id(people: Pseudonymiser, key: str, share: int) -> str:
    """Return what the owner of ``key`` knows a share by."""
    return f"{share}-{people.salt(f'share/{key}/{share}').hex()[:16]}"


def parse_share_id(people: Pseudonymiser, key: str, text: str) -> int | None:
    """Return the share's number; None: it is no id that this key was given."""
    found = _ID.fullmatch(text)
    if found is None or not same(share_id(people, key, int(found[1])), text):
        return None
    return int(found[1])
