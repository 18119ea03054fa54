"""Safe Browsing version 5: a hash list, whole or as what changed, and the hashes behind prefixes (pure).

::

    GET …/v5/hashLists:batchGet?names=se-4b&version=…     -> BatchGetHashListsResponse
    GET …/v5/hashes:search?hashPrefixes=…                 -> SearchHashesResponse

Source: google/security/safebrowsing/v5/safebrowsing.proto, and the reference at
https://developers.google.com/safe-browsing/reference/rest.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from blocklist.errors import FormatError
from blocklist.safe_browsing.hashes import CACHE_S, WAIT_S, HashList, changes, checksum
from blocklist.safe_browsing.rice import Coded, Numbers, decode, encode
from blocklist.safe_browsing.wire import duration, fields, last, message, repeated

NAME = "se-4b"
"""Social engineering, prefixes of four bytes: clients know a fixed set of names, each with its warning."""
SOCIAL_ENGINEERING = 2
_LEAST, _MOST = 3, 30  # the Rice parameter, by the specification
_NOTHING = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A hash list as a client reads it."""

    name: str
    version: bytes
    partial: bool
    """True: removals and additions to what the client holds; False: additions are the whole."""
    additions: Numbers
    removals: Numbers
    """Places in the client's sorted prefixes."""
    checksum: bytes
    """Of the prefixes once it is applied."""

    def applied(self, held: Numbers = _NOTHING) -> Numbers:
        """Return the prefixes that come of those ``held``; raises FormatError where it does not fit."""
        if len(self.removals) and int(self.removals[-1]) >= len(held):
            raise FormatError(f"{self.name}: removes more than is held; take the whole list")
        kept = np.delete(held, self.removals) if self.partial else _NOTHING
        found = np.union1d(kept, self.additions)
        if checksum(found) != self.checksum:
            raise FormatError(f"{self.name}: does not lead to the list of its checksum; take the whole list")
        return found


def write_list(after: HashList, before: HashList | None = None, name: str = NAME) -> bytes:
    """Return the message of ``after``: whole, or as what changed since ``before``."""
    removed, added = changes(before.prefixes, after.prefixes) if before else (_NOTHING, after.prefixes)
    return message(
        (1, name),
        (2, after.version),
        (3, before is not None),
        (4, _coded(added)),
        (5, _coded(removed)),
        (6, duration(WAIT_S)),
        (7, after.checksum),
    )


def write_batch(lists: Iterable[bytes]) -> bytes:
    """Return the answer that holds ``lists``, in the order in which they were asked for."""
    return repeated(1, lists)


def write_found(hashes: Iterable[bytes]) -> bytes:
    """Return the answer of a search: the whole hashes behind the prefixes that were asked about."""
    detail = message((1, SOCIAL_ENGINEERING))
    found = [message((1, each), (2, detail)) for each in hashes]
    return repeated(1, found) + message((2, duration(CACHE_S)))


def parse_batch(data: bytes, name: str) -> tuple[Update, ...]:
    """Read an answer of lists, which errors call ``name``; raises FormatError."""
    return tuple(_update(_bytes(value, name), name) for number, value in fields(data, name) if number == 1)


def parse_found(data: bytes, name: str) -> tuple[bytes, ...]:
    """Read the whole hashes of an answer of a search; raises FormatError."""
    found = [_bytes(value, name) for number, value in fields(data, name) if number == 1]
    return tuple(_bytes(last(each, name).get(1, b""), name) for each in found)


def from_query(text: str) -> bytes:
    """Return the bytes of a query parameter, in base64 of either alphabet; raises FormatError."""
    plain = text.replace("-", "+").replace("_", "/").replace(" ", "+").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as problem:
        raise FormatError("a parameter is not base64") from problem


def _coded(numbers: Numbers) -> bytes:
    """Return numbers as ``RiceDeltaEncoded32Bit``; nothing for none."""
    if not len(numbers):
        return b""
    coded = encode(numbers, least=_LEAST, most=_MOST)
    k = coded.parameter or _LEAST  # of a single number the specification still wants one
    return message((1, coded.first), (2, k), (3, coded.count), (4, coded.data))


def _update(data: bytes, name: str) -> Update:
    said = last(data, name)
    return Update(
        name=_bytes(said.get(1, b""), name).decode("ascii", "replace"),
        version=_bytes(said.get(2, b""), name),
        partial=bool(said.get(3, 0)),
        additions=_numbers(said.get(4), name),
        removals=_numbers(said.get(5), name),
        checksum=_bytes(said.get(7, b""), name),
    )


def _numbers(value: int | bytes | None, name: str) -> Numbers:
    if value is None:
        return _NOTHING
    said = last(_bytes(value, name), name)
    first, k, count = (_int(said.get(number, 0), name) for number in (1, 2, 3))
    coded = Coded(first=first, parameter=k, count=count, data=_bytes(said.get(4, b""), name))
    return decode(coded, name)


def _bytes(value: int | bytes, name: str) -> bytes:
    if isinstance(value, bytes):
        return value
    raise FormatError(f"{name}: a field is of another kind than the message has")


def _int(value: int | bytes, name: str) -> int:
    if isinstance(value, int):
        return value
    raise FormatError(f"{name}: a field is of another kind than the message has")


def prefixes_asked(parameters: Sequence[str]) -> tuple[bytes, ...]:
    """Return the prefixes of a search; raises FormatError for what is none."""
    found = tuple(from_query(each) for each in parameters)
    if any(len(each) != 4 for each in found):  # noqa: PLR2004 - bytes, by the specification
        raise FormatError("hashPrefixes: each is four bytes in base64")
    return found
