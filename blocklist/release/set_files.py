"""The files of every set in one format, cut from its strip, packed and told by digest.

What sets share is written once and packed once: cell by cell. A small file is packed by itself, which is
smaller; a file that says what that of another set says, or that of the release before, becomes the same file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain, pairwise
from mmap import mmap
from pathlib import Path

from blocklist.release.claims import Order
from blocklist.release.digester import Digest
from blocklist.release.disk import PIECE, In
from blocklist.release.packed import SUFFIXES, joined, packed_piece, packings
from blocklist.release.sets import ListSet
from blocklist.release.spool import Spool
from blocklist.release.strips import Strip
from blocklist.release.tally import Tallies, Tally

JOINED = PIECE
"""Bytes from which on a file is packed in pieces."""
Part = bytes | memoryview
Cells = tuple[int, ...]
"""Those of a strip that a file says, by number."""


class SetFiles:
    """Cuts strips into the files of sets."""

    def __init__(self, order: Order, sets: Sequence[ListSet], spool: Spool) -> None:
        self._order = order
        self._sets = {
            each.folder: [at for at, cell in enumerate(order.cells) if each.has(cell.kind)] for each in sets
        }
        self._spool = spool
        self._room: mmap | None = None
        """What the last strip was read to: new memory would cost more than what is read."""

    def tallies(self, strip: Strip) -> Tallies:
        """Return what the file of each set says and leaves out."""
        found: Tallies = {}
        for folder, cells in self._sets.items():
            total = found[folder + strip.form.filename] = Tally(format=strip.form.name)
            for at in cells:
                total.add(strip.tallies[at])
            total.omitted = +total.omitted  # without what is no longer so
        return found

    def write(self, strip: Strip) -> Iterator[Digest]:
        """Write the file of each set in the format of ``strip``; give every file, packed ones too."""
        base = strip.form.filename
        bounds = strip.bounds(self._order)
        whole = self._read(self._spool.taken(base))
        cut = _Cut(strip.head, [whole[start:end] for start, end in pairwise(bounds)])
        said = {
            folder: tuple(at for at in cells if bounds[at] < bounds[at + 1])
            for folder, cells in self._sets.items()
        }
        firsts: dict[Cells, str] = {}
        for folder, cells in said.items():
            firsts.setdefault(cells, folder)
        cut.pack(firsts, self._spool)
        rows = self._spool.each(partial(self._files, base, cut, firsts), _rows(firsts))
        made = dict(chain.from_iterable(rows))
        for folder, cells in said.items():
            if firsts[cells] == folder:
                yield from made[cells]
            else:
                yield from self._linked(folder + base, made[cells])

    def _files(
        self, base: str, cut: "_Cut", folders: Mapping[Cells, str], row: Sequence[Cells]
    ) -> list[tuple[Cells, list[Digest]]]:
        """Make the files of a row of sets, of which each begins like the one before."""
        spool, made = self._spool, []
        rows = {"": spool.row(is_plain=True)} | {suffix: spool.row() for suffix in SUFFIXES}
        for said in row:
            name = folders[said] + base
            files: list[tuple[str, Sequence[Part]]] = [("", cut.plain(said)), *cut.packed(said)]
            made.append((said, [spool.whole(name + end, parts, rows[end]) for end, parts in files]))
        return made

    def _read(self, path: Path) -> memoryview:
        """Return all of a strip; good until the next is read."""
        with closing(In(path)) as file:
            self._room = file.whole(self._room)
            return memoryview(self._room)[: file.size]

    def _linked(self, name: str, twins: Sequence[Digest]) -> Iterator[Digest]:
        for suffix, twin in zip(("", *SUFFIXES), twins, strict=True):
            self._spool.link(twin.name, name + suffix)
            yield replace(twin, name=name + suffix)


def _rows(files: Iterable[Cells]) -> list[list[Cells]]:
    """Put files in rows, in each of which a file begins with all of the one before; the longest row first."""
    rows: list[list[Cells]] = []
    for said in sorted(files):
        if rows and said[: len(rows[-1][-1])] == rows[-1][-1]:
            rows[-1].append(said)
        else:
            rows.append([said])
    return sorted(rows, key=lambda row: sum(map(len, row)), reverse=True)


class _Cut:
    """A strip in its cells, each packed at most once."""

    def __init__(self, head: bytes, cells: Sequence[memoryview]) -> None:
        self._head = head
        self._cells = cells
        self._pieces: dict[tuple[str, int], bytes] = {}
        self._begins = {suffix: packed_piece(suffix, head) for suffix in SUFFIXES}

    def plain(self, said: Sequence[int]) -> list[Part]:
        """Return the parts of the file of those cells."""
        return [self._head, *(self._cells[at] for at in said)]

    def pack(self, files: Iterable[Sequence[int]], spool: Spool) -> None:
        """Pack the cells of those of ``files`` that are packed in pieces."""
        wanted = {at for said in files if self._is_joined(said) for at in said}
        pieces = [(suffix, at) for at in sorted(wanted) for suffix in SUFFIXES]
        self._pieces = dict(zip(pieces, spool.each(self._piece, pieces), strict=True))

    def packed(self, said: Sequence[int]) -> Iterator[tuple[str, list[bytes]]]:
        """Give each suffix with the parts of the file of those cells so packed."""
        plain = self.plain(said)
        if not self._is_joined(said):
            for suffix, data in packings(b"".join(plain)):
                yield suffix, [data]
            return
        for suffix in SUFFIXES:
            pieces = [self._begins[suffix], *(self._pieces[suffix, at] for at in said)]
            yield suffix, list(joined(suffix, pieces, plain))

    def _is_joined(self, said: Sequence[int]) -> bool:
        return sum(map(len, self.plain(said))) >= JOINED

    def _piece(self, wanted: tuple[str, int]) -> bytes:
        suffix, at = wanted
        return packed_piece(suffix, self._cells[at])
