"""Ids and handles to keyed pseudonyms: the same id, the same pseudonym, and nobody without the key can tell.

::

    account:  hex( HMAC-SHA256(key, "linkgazette/1/account" NUL id) [:16] )
    account:9c1185a5c5e9fc54612808977ee8f548        by the first key
    account:g2.2b0f5b1e3d6c0a7794d1c8e0f4a63b15     by the second

The word before the NUL keeps apart what must not be linked: account 7, group 7 and reporter 7 have nothing in
common. Ids are stripped of surrounding blanks and otherwise taken as they are: platforms tell case apart.

**Generations.** A key that is replaced (``keys people rotate``) makes no new pseudonym. For as long as
people are kept (``[privacy] keep_people_days``) both are computed of every id that comes in: whoever was
known by the older one is then known to be the same (``store.successions``), so that repetition counts across
the change. After that the older key is destroyed. Whoever did not come again by then has left the record
with time; whoever did goes on under the newer pseudonym alone. So a key that leaks tells of people who came
in since it was made, and of no others.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from blocklist.errors import InputError
from blocklist.model import ContactKind, Pseudonym

_BLOCK = 64  # bytes of SHA-256's block
_TAG_BYTES = 16  # 128 bits: no collisions among any number of people
TAG = r"(?:g[1-9][0-9]{0,3}\.)?[0-9a-f]{32}"
"""What stands behind the colon, as a regular expression."""
_NUMBERS = frozenset({ContactKind.PHONE, ContactKind.WHATSAPP, ContactKind.SIGNAL, ContactKind.QQ})
_CHINESE_MOBILE = re.compile(r"(?:00)?86(1[3-9]\d{9})")


_GENERATION = re.compile(r"[a-z]+:g([0-9]+)\.")
Succession = tuple[Pseudonym, Pseudonym]
"""The same person by an older key, and by the present one."""


@dataclass(frozen=True, slots=True)
class Key:
    """One generation of the workspace's secret."""

    generation: int
    """From 1."""
    secret: bytes


def generation_of(pseudonym: str) -> int:
    """Return which key made it."""
    found = _GENERATION.match(pseudonym)
    return int(found[1]) if found else 1


class Pseudonymiser:
    """Makes pseudonyms under the present key; raw ids go in and are not kept."""

    __slots__ = ("_earlier", "_inner", "_outer", "_prefix")

    def __init__(self, key: bytes, *, generation: int = 1, earlier: Sequence[Key] = ()) -> None:
        """Use ``key``; ``earlier`` are those that were replaced and not destroyed yet, newest first."""
        # HMAC as RFC 2104 has it, section 4: both padded keys are hashed once, and not for every id.
        padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        self._prefix = "" if generation == 1 else f"g{generation}."
        self._earlier = tuple(Pseudonymiser(each.secret, generation=each.generation) for each in earlier)

    @property
    def overlaps(self) -> bool:
        """Tell whether pseudonyms of an earlier key are still computed."""
        return bool(self._earlier)

    def every(self, kind: str, raw: str) -> tuple[Pseudonym, ...]:
        """Pseudonyms of an id by each key, the present one's first; ``kind`` as ``account`` … are called."""
        return tuple(each._person(kind, raw) for each in (self, *self._earlier))  # noqa: SLF001 - of this class

    def successions(self, kind: str, raw: str) -> tuple[Succession, ...]:
        """Pair each earlier pseudonym of an id with the present one; (): no earlier key is left, or no id."""
        if not self._earlier or not raw.strip():
            return ()
        present, *before = self.every(kind, raw)
        return tuple((each, present) for each in before)

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

    def salts(self, context: str) -> tuple[bytes, ...]:
        """Return what ``salt`` gives and gave under each key, the present one's first."""
        return (self.salt(context), *(each.salt(context) for each in self._earlier))

    def _person(self, kind: str, raw: str) -> Pseudonym:
        identity = raw.strip()
        if not identity:
            raise InputError(f"{kind} id is blank; give the platform's own id")
        return Pseudonym(f"{kind}:{self._prefix}{self._tag(kind, identity)}")

    def _tag(self, purpose: str, value: str) -> str:
        # surrogatepass: a lone surrogate from broken JSON is an odd id, not a crash.
        message = f"linkgazette/1/{purpose}\0{value}".encode(errors="surrogatepass")
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()[:_TAG_BYTES].hex()


def _folded(kind: ContactKind, handle: str) -> str:
    text = unicodedata.normalize("NFKC", handle).casefold().strip().lstrip("@")
    if kind not in _NUMBERS:
        return text
    digits = "".join(char for char in text if char.isdigit())
    if not digits:
        return text
    national = _CHINESE_MOBILE.fullmatch(digits)
    return national[1] if national else digits.removeprefix("00")
