"""What goes through the engine, as JSON: orders, errands, and what comes back of them.

The values inside are the house's own (``blocklist.model``), checked by type on arrival; a message of another
shape is an InputError, since only another version of this program sends one.
"""

import zlib
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec

from blocklist.config import CrawlConfig
from blocklist.errors import InputError
from blocklist.model import Host, Link, Vantage
from blocklist.privacy import Pseudonymiser
from blocklist.store import Visit

_LARGEST_ORDER = 64_000_000
"""Bytes."""
_Word = TypeVar("_Word", bound=msgspec.Struct)

PROGRAM = f"Linkgazette {version('linkgazette')}"

Circumstances = tuple[bool, datetime | None, Vantage, datetime | None, str]
"""As ``Links.circumstances`` returns them."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What every worker must agree on with the leader."""

    program: str
    """Version of Linkgazette."""
    policy: str
    """Digest of the policy."""
    files: dict[str, str]
    """The policy: contents by file name."""
    key: str
    """Fingerprint of the pseudonym key."""
    shelf: str
    """What is written on the shelf of the evidence, so that no worker takes another for it."""
    shards: int
    claim_s: float
    """How long a claim on a shard lives without renewal, in seconds."""
    config: CrawlConfig


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One link to visit."""

    ticket: str
    """Under which the leader holds the link; a visit that names another is not stored."""
    link: Link
    circumstances: Circumstances


class Brought(msgspec.Struct, frozen=True, kw_only=True, tag="brought"):
    """What came of an errand."""

    ticket: str
    shard: int
    token: int
    """Of the claim on ``shard`` under which it was done."""
    visits: tuple[Visit, ...]
    """Of its link, and of those of its twins that share the visit."""
    parted: tuple[Link, ...] = ()
    """Twins that are to be visited each for itself."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True, tag="claimed"):
    """A worker's first word about a shard: what earlier claims bring comes too late from here on."""

    shard: int
    token: int


class TurnsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A worker's question to the holder of a shard: whether it may ask these hosts."""

    worker: str
    claims: list[tuple[Host, float]]
    """Hosts, and for how many seconds."""
    rests: list[tuple[Host, float, bool]]
    """Hosts to be left alone for so many seconds; True: the worker's own claim of it is over."""


class Turned(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, in the order of the claims."""

    waits: list[float | None]
    """None: yes; otherwise in how many seconds to ask again."""


Word = Brought | Claimed


def key_mark(pseudonymiser: Pseudonymiser) -> str:
    """Return by what two machines tell that they have the same pseudonym key, and nobody else learns it."""
    return pseudonymiser.salt("cluster/key").hex()


def pack(word: msgspec.Struct) -> bytes:
    """Return the message that carries ``word``."""
    return msgspec.json.encode(word)


def seal(order: Order) -> bytes:
    """Return the message that carries ``order``, packed: a policy is large, a message 1 MB at most."""
    return zlib.compress(pack(order), 9)


def unseal(message: bytes, kind: type[_Word]) -> _Word:
    """Return the ``kind`` of word that is sealed in ``message``; raises InputError."""
    if not message.startswith(b"{"):  # as earlier versions sent it
        unpacker = zlib.decompressobj()
        try:
            message = unpacker.decompress(message, _LARGEST_ORDER)
        except zlib.error as problem:
            raise InputError(f"the leader's order cannot be read ({problem})") from problem
    return unpack(message, kind)


def mark_of_order(message: bytes) -> bytes:
    """Return by what a sealed order is told from another, in few bytes: every worker asks all the time."""
    return sha256(message).hexdigest().encode()


def unpack(message: bytes, kind: type[_Word]) -> _Word:
    """Return the ``kind`` of word that ``message`` carries; raises InputError."""
    return _decode(message, kind)  # type: ignore[no-any-return]


def unpack_word(message: bytes) -> Word:
    """Return what a worker sent; raises InputError."""
    return _decode(message, Word)  # type: ignore[no-any-return]


def _decode(message: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(message, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise InputError(
            f"a message of the cluster cannot be read ({problem}); run the same version everywhere"
        ) from problem
