r"""``patch/adblock_000041-s-1772366400-3600.patch``: what leads from one ``adblock.txt`` to the next.

::

    diff checksum:c2b7…1f lines:4
    d5 1
    a5 1
    ! Version: 42
    d118 2

``! Diff-Path:`` in the file of release 41 names the patch, which release 42 brings; applied, the file names
the next one. A client asks once the seconds in the name have passed: the moment of release 41 and an hour.
The lines are RCS's (``diff -n``): ``dN C`` takes away C lines from the N-th of the old file on, ``aN C`` adds
the C that follow after it. Source: https://github.com/ameshkov/diffupdates; the checksum is the SHA-1 of the
newer file, against accidents alone. Who has missed thirty finds no patch and takes the whole file, as every
client does when ``! Expires:`` says so.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from mmap import mmap

from blocklist.errors import FormatError

FOLDER = "patch/"
KEPT = 30
"""Steps back from which patches lead here, one after the other."""
TAG = "! Diff-Path: "
_PERIOD = 3600  # seconds until a client asks
_NAME = re.compile(r"(?:.*/)?patch/adblock_([0-9]{6,10})-s-[0-9]{1,12}-[0-9]{1,6}\.patch")
_HEAD = re.compile(rb"diff checksum:([0-9a-f]{40}) lines:([0-9]{1,9})\n")
_STEP = re.compile(rb"([ad])(0|[1-9][0-9]{0,9}) ([1-9][0-9]{0,9})\n")
_HEADER_LINES = 50  # among which clients look for the tag
_LEAST, _MOST = 64, 1 << 16  # bytes compared at once
Data = bytes | mmap


def patch_name(serial: int, issued_at: datetime) -> str:
    """Return where, beside the file of the release ``serial``, the patch to the next one will lie."""
    return f"{FOLDER}adblock_{serial:06}-s-{int(issued_at.timestamp())}-{_PERIOD}.patch"


def patch_serial(name: str) -> int | None:
    """Return from which release the patch of that name leads on; None: it is no patch's name."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def named_patch(lines: Iterable[bytes]) -> str | None:
    """Return the name that a list says its patch will have; None: it says none that is ours."""
    for _, line in zip(range(_HEADER_LINES), lines, strict=False):
        if line.startswith(TAG.encode()):
            name = line.decode("ascii", "replace").removeprefix(TAG).strip()
            return name if patch_serial(name) is not None and name.startswith(FOLDER) else None
    return None


def write_patch(old: Data, new: Data) -> bytes:
    """Return what leads from the file ``old`` to the file ``new``."""
    digest = hashlib.sha1(new, usedforsecurity=False)
    steps: list[bytes] = []
    at = 0  # lines of the old file that are behind us
    for same, gone, come in _runs(old, new):
        at += same
        if gone:
            steps.append(b"d%d %d\n" % (at + 1, len(gone)))
            at += len(gone)
        if come:
            steps += (b"a%d %d\n" % (at, len(come)), *come)
    return b"".join((f"diff checksum:{digest.hexdigest()} lines:{len(steps)}\n".encode(), *steps))


def apply_patch(old: bytes, patch: bytes, name: str) -> bytes:
    """Return the newer file from the ``old`` one; raise FormatError where ``patch`` (``name``) cannot."""
    lines = old.splitlines(keepends=True)
    made: list[bytes] = []
    at = 0
    checksum, steps = _parsed(patch, name)
    for start, gone, come in steps:
        if not at <= start <= start + gone <= len(lines):
            raise FormatError(f"{name}: does not fit this file; take the whole file")
        made += (*lines[at:start], *come)
        at = start + gone
    found = b"".join((*made, *lines[at:]))
    if hashlib.sha1(found, usedforsecurity=False).hexdigest() != checksum:
        raise FormatError(f"{name}: does not lead to the file that it names; take the whole file")
    return found


def patch_checksum(patch: bytes, name: str) -> str:
    """Return the SHA-1 (hex) of the file to which ``patch`` leads; raise FormatError where it is none."""
    return _parsed(patch, name)[0]


def _parsed(patch: bytes, name: str) -> tuple[str, list[tuple[int, int, list[bytes]]]]:
    """Return checksum and steps: lines of the old file before it, how many go, and which come."""
    first, *lines = patch.splitlines(keepends=True) or [b""]
    head = _HEAD.fullmatch(first)
    if head is None or int(head[2]) != len(lines):
        raise FormatError(f"{name} line 1: is not the head of a patch")
    steps: list[tuple[int, int, list[bytes]]] = []
    at = 0
    while at < len(lines):
        step = _STEP.fullmatch(lines[at])
        if step is None:
            raise FormatError(f"{name} line {at + 2}: is no step of a patch")
        number, count = int(step[2]), int(step[3])
        come = lines[at + 1 : at + 1 + count] if step[1] == b"a" else []
        if step[1] == b"a" and len(come) < count:
            raise FormatError(f"{name} line {at + 2}: is cut short")
        steps.append((number, 0, come) if come else (number - 1, count, []))
        at += 1 + len(come)
    return head[1].decode(), steps


def _runs(old: Data, new: Data) -> Iterator[tuple[int, list[bytes], list[bytes]]]:
    """Give how many lines are the same, then which old ones go and which new ones come; again and again.

    Where the two part, both are read on until they meet: lists of one order part for a few lines only.
    """
    olds, news = _Ahead(old), _Ahead(new)
    while True:
        size = same_lines(old, olds.at, new, news.at)
        same = old[olds.at : olds.at + size].count(b"\n")
        olds.begin(olds.at + size)
        news.begin(news.at + size)
        if olds.ended and news.ended:
            return
        while not (olds.ended and news.ended) and not olds.meets(news) and not news.meets(olds):
            pass
        yield same, olds.read, news.read


def same_lines(old: Data, at: int, new: Data, there: int) -> int:
    """Return how many bytes the two have alike from those places on, up to the end of a line or of both.

    By pieces, each twice the one before till they differ, and then by halves: a list has a hundred megabytes
    of lines that are alike.
    """
    found, step = 0, _LEAST
    most = min(len(old) - at, len(new) - there)
    while found < most:
        size = min(step, most - found)
        if old[at + found : at + found + size] == new[there + found : there + found + size]:
            found += size
            step = min(2 * step, _MOST)
        elif size == 1:
            break
        else:
            most, step = found + size, size // 2
    if at + found == len(old) and there + found == len(new):
        return found
    return max(old.rfind(b"\n", at, at + found) + 1 - at, 0)


class _Ahead:
    """One side, which can be read on and gone back in."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self.at = 0
        self.begin(0)

    @property
    def ended(self) -> bool:
        """Tell whether nothing follows."""
        return self.at == len(self._data)

    def begin(self, at: int) -> None:
        """Keep what is read from that place on."""
        self.at = at
        self.read: list[bytes] = []
        self._places: dict[bytes, int] = {}

    def meets(self, other: "_Ahead") -> bool:
        """Read on by one line; tell whether ``other`` has read it too. What they read then ends before it."""
        if self.ended:
            return False
        end = self._data.find(b"\n", self.at) + 1 or len(self._data)
        line = bytes(self._data[self.at : end])
        if (place := other._places.get(line)) is not None:  # noqa: SLF001 - another of its own kind
            other.go_back(place)
            return True
        self._places.setdefault(line, len(self.read))
        self.read.append(line)
        self.at = end
        return False

    def go_back(self, place: int) -> None:
        """Read again what follows the first ``place`` lines."""
        self.at -= sum(map(len, self.read[place:]))
        del self.read[place:]
