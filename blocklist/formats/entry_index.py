"""``entries.index``: where in ``entries.jsonl`` each claim stands, so that a look-up need not read the list.

::

    offset    bytes
    0         8       "LGINDEX1"
    8         32      SHA-256 of entries.jsonl
    40        8       bytes of entries.jsonl
    48        8       entries
    56        8       claims, n: one an entry and one an alias
    64        8       claims that the filter knows nothing of: those by hash alone, whose host is not told
    72        8       bits of the filter, m: a power of two from 64
    80        m / 8   filter: bit CRC-32(host) mod m of each host that a claim is about, bit
                      CRC-32("." + name) mod m of each name that a ``domain`` entry covers, and bit
                      CRC-32("*" + the last two labels) mod m of each of those
    …         8 n     the first eight bytes of the SHA-256 of each claim's expression, as a number, rising
    …         8 n     beside each: line's offset << 3 | alias << 2 | scope (url 0, path 1, host 2, domain 3)

All numbers are little-endian. Most addresses fail the filter and cost nothing more; what passes is looked for
by its hash and then compared with its line, so the answer is exact whatever collides. A reader maps the file
and shares it between processes.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from struct import Struct
from sys import byteorder
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from blocklist.errors import FormatError
from blocklist.formats.records import ENTRIES, lines_of
from blocklist.model import Scope

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

INDEX = "entries.index"
SCOPES = tuple(Scope)
"""Numbered as the file numbers them."""
_HEAD = Struct("<8s32sQQQQQ")
_MAGIC = b"LGINDEX1"
_BITS_A_CLAIM = 64  # of the filter: one address in some forty that nothing lists passes it
_LEAST_BITS = 64
_ALIAS = 1 << 2
_SHIFT = 3
_KIND = (1 << _SHIFT) - 1
UNHOSTED = 1 << 3
"""The filter knows nothing of the claim."""
UNNAMED = 1 << 4
"""Its host is not told."""
_DOMAIN = Scope.DOMAIN
_NUMBERS = {scope: number for number, scope in enumerate(SCOPES)}


def write_index(entries: bytes, name: str = ENTRIES) -> bytes:
    """Return the index of ``entries``, the bytes of ``entries.jsonl`` or of a file called ``name``.

    Raises FormatError naming the line that is no entry.
    """
    made = IndexMaker()
    for number, offset, value in lines_of(entries, name):
        try:
            scope = Scope(value["scope"])
            digest = value["key_sha256"]
            made.entry(
                bytes.fromhex(digest) if digest else _digest(value["expression"]),
                scope,
                value["host"],
                offset,
                is_told=value["expression"] is not None,
            )
            for alias in value["aliases"]:
                made.alias(_digest(alias), alias.partition("/")[0], offset)
            for each in value["alias_sha256"]:
                made.alias(bytes.fromhex(each), None, offset)
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise FormatError(f"{name} line {number}: not an entry ({problem})") from problem
    return made.index(hashlib.sha256(entries).digest(), len(entries))


class IndexColumns(NamedTuple):
    """What the index needs of each claim, wherever its line stands."""

    hashes: "npt.NDArray[Any]"
    """Unsigned, of 64 bits: the first eight bytes of the digest of its expression."""
    flags: "npt.NDArray[Any]"
    """Of 8 bits: as beside the hash in the file, with ``UNHOSTED`` and ``UNNAMED``."""
    hosts: "npt.NDArray[Any]"
    tails: "npt.NDArray[Any]"
    """Of 32 bits: what its bits in the filter are made from."""

    def file(self, offsets: "npt.NDArray[np.int64]", digest: bytes, size: int) -> bytes:
        """Return the file, for a list of that SHA-256 and of so many bytes; ``offsets`` are of the lines."""
        import numpy as np  # noqa: PLC0415 - a look-up, which writes no index, need not wait for it

        places = offsets.astype(np.uint64) << np.uint64(_SHIFT) | (self.flags & _KIND)
        order = np.lexsort((places, self.hashes))
        claims = len(self.hashes)
        bits = max(_LEAST_BITS, 1 << (claims * _BITS_A_CLAIM - 1).bit_length())
        count = int(np.count_nonzero(self.flags & _ALIAS == 0))
        unhosted = int(np.count_nonzero(self.flags & UNHOSTED))
        head = _HEAD.pack(_MAGIC, digest, size, count, claims, unhosted, bits)
        columns = [column[order].astype("<u8").tobytes() for column in (self.hashes, places)]
        return b"".join((head, self._filter(bits), *columns))

    def _filter(self, bits: int) -> bytes:
        import numpy as np  # noqa: PLC0415 - a look-up, which writes no index, need not wait for it

        named = self.flags & UNNAMED == 0
        made = np.zeros(bits, np.bool_)
        for column in (self.hosts, self.tails):
            made[column[named] & np.uint32(bits - 1)] = True
        return np.packbits(made, bitorder="little").tobytes()


class IndexMaker:
    """An index in the making: what it needs of each claim, and where its line begins."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._flags = array("B")
        self._hosts = array("I")
        self._tails = array("I")
        self._offsets = array("Q")

    def entry(self, digest: bytes, scope: Scope, host: str, offset: int, *, is_told: bool) -> None:
        """Add an entry whose line begins at ``offset``; ``digest`` is its expression's.

        ``is_told``: the list says the expression and not only its digest.
        """
        flags, name = _NUMBERS[scope], host
        if scope is _DOMAIN:
            name = f".{host}"
            # Names below a bare top level share no tail: the filter cannot tell where it may be asked for.
            if not (is_told and "." in host):
                flags |= UNHOSTED
        self._add(digest, flags, name, host, offset)

    def alias(self, digest: bytes, host: str | None, offset: int) -> None:
        """Add an alias of that line; ``host`` None: it is not told."""
        if host is None:
            self._add(digest, _ALIAS | UNHOSTED | UNNAMED, "", "", offset)
        else:
            self._add(digest, _ALIAS, host, host, offset)

    def index(self, digest: bytes, size: int) -> bytes:
        """Return the file, for a list of that SHA-256 and of so many bytes."""
        import numpy as np  # noqa: PLC0415 - a look-up, which writes no index, need not wait for it

        return self.columns().file(np.array(self._offsets, np.int64), digest, size)

    def columns(self) -> IndexColumns:
        """Return what was added, claim by claim."""
        import numpy as np  # noqa: PLC0415 - a look-up, which writes no index, need not wait for it

        return IndexColumns(
            hashes=np.array(self._hashes, np.uint64),
            flags=np.array(self._flags, np.uint8),
            hosts=np.array(self._hosts, np.uint32),
            tails=np.array(self._tails, np.uint32),
        )

    def _add(self, digest: bytes, flags: int, name: str, host: str, offset: int) -> None:
        self._hashes.append(int.from_bytes(digest[:8], "big"))
        self._flags.append(flags)
        self._hosts.append(crc32(name.encode()))
        self._tails.append(crc32(f"*{tail_of(host)}".encode()))
        self._offsets.append(offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryIndex:
    """An index that is open."""

    digest: bytes
    """SHA-256 of the entries it is about."""
    size: int
    """Bytes of them."""
    count: int
    """Entries."""
    unhosted: int
    """Claims whose host the filter does not know."""
    mask: int
    """Of the filter's bits."""
    filter: memoryview
    """Bytes."""
    hashes: "memoryview | array[int]"
    """Of 64 bits, rising."""
    places: "memoryview | array[int]"

    def at(self, digest: bytes) -> Iterator[tuple[Scope, bool, int]]:
        """Give scope, whether it is an alias, and the offset of its line, for each claim that may be meant.

        ``digest`` is the SHA-256 of the expression; claims that share but its first bytes are given too.
        """
        first = int.from_bytes(digest[:8], "big")
        at = bisect_left(self.hashes, first)
        while at < len(self.hashes) and self.hashes[at] == first:
            place = self.places[at]
            yield SCOPES[place & (_ALIAS - 1)], bool(place & _ALIAS), place >> _SHIFT
            at += 1


def parse_index(data: bytes | memoryview | mmap, name: str = INDEX) -> EntryIndex:
    """Open the index ``data``, which may be a mapped file; raise FormatError where it is none."""
    view = memoryview(data)
    if len(view) < _HEAD.size:
        raise FormatError(f"{name}: is not an index of entries; fetch or publish it again")
    magic, digest, size, count, claims, unhosted, bits = _HEAD.unpack_from(view)
    is_power = bits >= _LEAST_BITS and bits & (bits - 1) == 0
    if magic != _MAGIC or not is_power or len(view) != _HEAD.size + bits // 8 + 16 * claims:
        raise FormatError(f"{name}: is not an index of entries, or cut short; fetch or publish it again")
    start = _HEAD.size + bits // 8
    return EntryIndex(
        digest=digest,
        size=size,
        count=count,
        unhosted=unhosted,
        mask=bits - 1,
        filter=view[_HEAD.size : start],
        hashes=_read(view[start : start + 8 * claims]),
        places=_read(view[start + 8 * claims :]),
    )


def tail_of(host: str) -> str:
    """Return the last two labels of ``host``, which every name over it that is listed shares."""
    last = host.rfind(".")
    return host[host.rfind(".", 0, last) + 1 :] if last > 0 else host


def _digest(expression: str) -> bytes:
    return hashlib.sha256(expression.encode()).digest()


def _read(view: memoryview) -> "memoryview | array[int]":
    if byteorder == "little":
        return view.cast("Q")
    numbers = array("Q", view.tobytes())
    numbers.byteswap()
    return numbers
