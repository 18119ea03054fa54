"""Writes a site into a release in the making: what is as before is taken over, the rest is made.

The folder may hold an old release that was given up (``folder.begin``): what it has of the new site stays
where it is, so that a release costs what changed and not what there is. Files are never edited, only put and
removed: other releases may be the same inode.
"""

# ruff: noqa: PTH103, PTH123 - paths that are objects cost as much as the files do

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from blocklist.release.collector import uncollected
from blocklist.release.folder import FILE_MODE
from blocklist.release.ledger import Made, key_of
from blocklist.release.sheets import Sheet
from blocklist.release.workers import shared_out

_ROUND = 16_384  # sheets that are held at once: some 15 MB
_INPUTS, _DIGEST = 16, 32  # bytes of a sheet's inputs, and of SHA-256

Progress = Callable[[int, int], None]
"""Hears how many files of the site are done so far, and of about how many."""


class SiteWriter:
    """One release's site in the making."""

    def __init__(
        self,
        part: Path,
        before: Made | None,
        held: Made | None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Write to ``part``; readers see the release ``before``, and ``part`` is what was ``held``.

        ``progress`` hears how many files are done so far.
        """
        self._before = before or Made(part)
        self._held = held or Made(part)
        self._part, self._home = part, f"{self._before.folder}/"
        self._at = -1  # ``part``, while it is written: paths from there take half the time to look up
        self._progress = progress
        self._files = 0
        self._sheets: dict[str, bytes] = {}
        self.made = Made(part, self._sheets)
        """What is there so far."""

    def digests(self) -> list[tuple[str, str]]:
        """Return path and SHA-256, in hex, of each file so far, language by language nearly in order."""
        found: list[list[tuple[str, str]]] = []  # so that sorting them all is to merge a few
        for key in sorted(self._sheets):
            known = self._sheets[key].hex()
            begin = 2 * _INPUTS
            for place, path in enumerate(key.split("\t")):
                if place == len(found):
                    found.append([])
                found[place].append((path, known[begin : begin + 2 * _DIGEST]))
                begin += 2 * _DIGEST
        return [one for each in found for one in each]

    def write(self, sheets: Iterable[Sheet]) -> None:
        """Write ``sheets``: the whole site."""
        self._at = os.open(self._part, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with uncollected():
                self._write(sheets)
        finally:
            os.close(self._at)

    def _write(self, sheets: Iterable[Sheet]) -> None:
        waiting: list[Sheet] = []
        for sheet in sheets:
            if not self._kept(sheet):
                waiting.append(sheet)
                if len(waiting) == _ROUND:
                    self._make(waiting)
                    waiting = []
        self._make(waiting)
        left = {path for key in self._held.sheets.keys() - self._sheets.keys() for path in key.split("\t")}
        if left:  # a page in other languages than before is another sheet with files of the same names
            for key in self._sheets:
                left.difference_update(key.split("\t"))
        for path in left:
            self._remove(path)

    def _kept(self, sheet: Sheet) -> bool:
        """Take over a sheet that is as it was; say whether it is."""
        paths, _, inputs = sheet
        key = key_of(sheet)
        known = self._before.sheets.get(key)
        if known is None or not known.startswith(inputs):
            return False
        here = self._held.sheets.get(key)
        is_same, at = here == known, self._at
        for path in paths:
            stays = is_same and os.access(path, os.F_OK, dir_fd=at)
            if not stays and not self._linked(path, gone=here is not None):
                return False
        self._sheets[key] = known
        self._files += len(paths)
        return True

    def _make(self, sheets: Sequence[Sheet]) -> None:
        """Make ``sheets``; some are made by other processes where that pays."""
        done = self._files
        made = shared_out(
            sheets,
            self._put_sheet,
            lambda sheet: _DIGEST * len(sheet.paths),
            lambda count: self._progress(done + count // _DIGEST),
        )
        for sheet, digests in zip(sheets, made, strict=True):
            self._sheets[key_of(sheet)] = sheet.inputs + digests
            self._files += len(sheet.paths)
        self._progress(self._files)

    def _put_sheet(self, sheet: Sheet) -> bytes:
        """Make one sheet's files; return the SHA-256 of each, one after the other."""
        key = key_of(sheet)
        gone = key in self._held.sheets
        before = self._before.sheets.get(key, b"")
        digests = []
        for place, (path, data) in enumerate(zip(sheet.paths, sheet.make(), strict=True)):
            assert not path.startswith("list/"), f"{path}: the list's files are not the site's"
            digest = hashlib.sha256(data).digest()
            if not (
                _digest(before, place) == digest
                and _holds(self._home + path, data)
                and self._linked(path, gone=gone)
            ):
                self._put(path, data, gone=gone)
            digests.append(digest)
        return b"".join(digests)

    def _put(self, path: str, data: bytes, *, gone: bool) -> None:
        self._make_room(path, gone=gone)
        try:
            file = self._created(path)
        except FileExistsError:  # a process that died had begun with it
            os.unlink(path, dir_fd=self._at)
            file = self._created(path)
        try:
            while data:
                data = data[os.write(file, data) :]
        finally:
            os.close(file)

    def _created(self, path: str) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE, dir_fd=self._at)

    def _linked(self, path: str, *, gone: bool) -> bool:
        """Link the file of the release before, or say that it cannot be (ext4 stops at 65,000 links)."""
        self._make_room(path, gone=gone)
        try:
            os.link(self._home + path, path, dst_dir_fd=self._at)
        except OSError:
            return False
        return True

    def _make_room(self, path: str, *, gone: bool) -> None:
        """See that ``path`` is free and its folder there; ``gone``: another file has its place."""
        if gone:
            with suppress(FileNotFoundError):
                os.unlink(path, dir_fd=self._at)
            return
        folder = path.rpartition("/")[0]
        try:
            if folder:
                os.mkdir(folder, dir_fd=self._at)
        except FileExistsError:
            pass
        except FileNotFoundError:
            os.makedirs(self._part / folder, exist_ok=True)

    def _remove(self, path: str) -> None:
        """Remove the file ``path``, and what folders it leaves empty."""
        with suppress(FileNotFoundError):
            os.unlink(path, dir_fd=self._at)
        with suppress(OSError):  # there are others in it
            while path := path.rpartition("/")[0]:
                os.rmdir(path, dir_fd=self._at)


def _digest(known: bytes, place: int) -> bytes:
    """Return the SHA-256 of one file of a sheet; empty: nothing is known of it."""
    begin = _INPUTS + place * _DIGEST
    return known[begin : begin + _DIGEST]


def _holds(file: str, data: bytes) -> bool:
    try:
        with open(file, "rb", buffering=0) as found:
            return found.read(len(data) + 1) == data
    except OSError:
        return False
