"""Ids and handles to keyed pseudonyms: the same id, the same pseudonym, and nobody without the key can tell.

::

    account:  hex( HMAC-SHA256(key, "linkgazette/1/account" NUL id) [:16] )
    account:9c1185a5c5e9fc54612808977ee8f548

The word before the NUL keeps apart what must not be linked: account 7, group 7 and reporter 7 have nothing in
common. Ids are stripped of surrounding blanks and otherwise taken as they are: platforms tell case apart.
"""

import hmac
import re
import unicodedata

from blocklist.errors import InputError
from blocklist.model import ContactKind, Pseudonym

_TAG_BYTES = 16  # 128 bits: no collisions among any number of people
TAG = "[0-9a-f]{32}"
"""What stands behind the colon, as a regular expression."""
_NUMBERS = frozenset({ContactKind.PHONE, ContactKind.WHATSAPP, ContactKind.SIGNAL, ContactKind.QQ})
_CHINESE_MOBILE = re.compile(r"(?:00)?86(1[3-9]\d{9})")


class Pseudonymiser:
    """Makes pseudonyms under one key; raw ids go in and are not kept."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def account(self, raw: str) -> Pseudonym:
        """Pseudonym of the platform's account id; raises InputError when it is blank."""
        return self._person("account", raw)

    def group(self, raw: str) -> Pseudonym:
        """Pseudonym of the platform's group id; raises InputError when it is blank."""
        return self._person("group", raw)

    def content(self, raw: str) -> Pseudonym:
        """Pseudonym of the platform's id of a message or post; raises InputError when it is blank."""
        return self._person("content", raw)

    def reporter(self, raw: str) -> Pseudonym:
        """Pseudonym of who reported; raises InputError when it is blank."""
        return self._person("reporter", raw)

    def contact(self, kind: ContactKind, handle: str) -> str:
        """Tag of a handle found on a page, so that pages of one seller meet; spelling variants are folded."""
        return self._tag(f"contact/{kind}", _folded(kind, handle))

    def salt(self, context: str) -> bytes:
        """Sixteen secret bytes for a commitment, the same for the same ``context``."""
        return bytes.fromhex(self._tag("salt", context))

    def _person(self, kind: str, raw: str) -> Pseudonym:
        identity = raw.strip()
        if not identity:
            raise InputError(f"{kind} id is blank; give the platform's own id")
        return Pseudonym(f"{kind}:{self._tag(kind, identity)}")

    def _tag(self, purpose: str, value: str) -> str:
        # surrogatepass: a lone surrogate from broken JSON is an odd id, not a crash.
        message = f"linkgazette/1/{purpose}\0{value}".encode(errors="surrogatepass")
        return hmac.digest(self._key, message, "sha256")[:_TAG_BYTES].hex()


def _folded(kind: ContactKind, handle: str) -> str:
    text = unicodedata.normalize("NFKC", handle).casefold().strip().lstrip("@")
    if kind not in _NUMBERS:
        return text
    digits = "".join(char for char in text if char.isdigit())
    if not digits:
        return text
    national = _CHINESE_MOBILE.fullmatch(digits)
    return national[1] if national else digits.removeprefix("00")
