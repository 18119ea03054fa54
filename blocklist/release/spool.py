"""The files of ``list/`` on their way to the disk: put there piece by piece, then packed, and told by digest.

What has not changed since the release before becomes the same file (a hard link), packed ones included. What
the files say is left to ``files``; that readers see all of them at once, to ``folder``.
"""

import filecmp
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BufferedWriter
from pathlib import Path
from typing import Any, TypeVar

import orjson

from blocklist.formats.records import MANIFEST
from blocklist.release.digester import Digest, Out, Row, told_of
from blocklist.release.disk import In, create
from blocklist.release.folder import FILE_MODE
from blocklist.release.packed import SUFFIXES, Packer
from blocklist.release.seals import Seal, Sealer

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The list of the release before."""

    folder: Path
    files: Mapping[str, Any] = field(default_factory=dict)
    """What its manifest says of them."""


def earlier_list(release: Path | None) -> Earlier | None:
    """Return the list of the folder ``release``; None: there is none before this."""
    if release is None:
        return None
    folder = release / "list"
    try:
        return Earlier(folder=folder, files=orjson.loads((folder / MANIFEST).read_bytes())["files"])
    except (FileNotFoundError, KeyError, ValueError):
        return Earlier(folder=folder)  # broken: nothing of it is to be taken over unseen


class Spool:
    """The files of one release within ``folder``, where none of them lies yet."""

    def __init__(self, folder: Path, earlier: Earlier | None = None, *, signed: bool = False) -> None:
        """``signed``: their digests for signatures are wanted too."""
        self.folder = folder
        self.earlier = earlier
        self._signed = signed
        self._growing: dict[str, tuple[BufferedWriter, Sealer]] = {}
        self.seals: dict[str, Seal] = {}
        """Of the files that were put, once they are finished."""
        self._helpers: ThreadPoolExecutor | None = None
        self._begun: dict[str, list[Future[Digest]]] = {}

    @contextmanager
    def helped(self) -> Iterator[None]:
        """Let every core pack, hash and write, which Python does with its lock open; for a time."""
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as self._helpers:
            yield
        self._helpers = None

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        """Do ``work`` with each of ``things``, all of which may be done at once."""
        return list(map(work, things) if self._helpers is None else self._helpers.map(work, things))

    def put(self, name: str, data: bytes) -> None:
        """Add to the end of the file ``name``."""
        self._grows(name).write(data)

    def put_all(self, name: str, parts: Iterable[bytes | memoryview]) -> None:
        """Do the same with many pieces."""
        self._grows(name).writelines(parts)

    def small(self, files: Iterable[tuple[str, bytes]], before: Mapping[str, bytes] | None = None) -> None:
        """Make many small files, each whole; one that is as it was becomes the same file.

        ``before`` is what those of the release before hold; None: they are to be read for it.
        """
        folders: set[str] = set()
        for name, data in files:
            path = f"{self.folder}/{name}"
            if (home := path.rpartition("/")[0]) not in folders:
                Path(home).mkdir(parents=True, exist_ok=True)
                folders.add(home)
            if data == (self._before(name) if before is None else before.get(name)):
                link_or_copy(self._earlier_at(name), path)
                continue
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)

    def _before(self, name: str) -> bytes | None:
        try:
            return self._earlier_at(name).read_bytes() if self.earlier else None
        except FileNotFoundError:
            return None

    def begin(self, name: str) -> None:
        """Let the file, all of which is put, be packed while others are written.

        Only for one that is sure to be another than before, which is not asked here.
        """
        if self._helpers is not None:
            self.taken(name)
            self._begun[name] = [self._helpers.submit(self._told, name, suffix) for suffix in ("", *SUFFIXES)]

    def finished(self, name: str) -> Iterator[Digest]:
        """Finish the file; give it and its packed forms, which are made here."""
        if (begun := self._begun.pop(name, None)) is not None:
            yield from (each.result() for each in begun)
            return
        is_same = self._finished(name)
        yield from (is_same and self._told_before(name)) or self._packed(name)

    def seal(self, packed: Collection[str]) -> Iterator[Digest]:
        """Finish every file that is not yet; give those in ``packed``, each with its packed forms."""
        for name in sorted(self._growing.keys() | self._begun.keys()):
            if name in packed:
                yield from self.finished(name)
            else:
                self._finished(name)

    def _finished(self, name: str) -> bool:
        """Finish the file as it is; tell whether it is that of the release before."""
        self.taken(name)
        return self._linked(name)

    def taken(self, name: str) -> Path:
        """Return where the file lies, all of it on disk; from now on it is the caller's to finish."""
        if (growing := self._growing.pop(name, None)) is not None:
            file, sealer = growing
            file.close()
            self.seals[name] = sealer.seal
        return self.folder / name

    def row(self, *, is_plain: bool = False) -> Row:
        """Begin to tell files of which each begins like the one before, more or less."""
        return Row(signed=self._signed and is_plain)

    def whole(self, name: str, parts: Sequence[bytes | memoryview], row: Row) -> Digest:
        """Make the file of ``parts``, or leave it where it lies already, and tell it."""
        told = row.told(name, parts)
        path = self.folder / name
        if self._is_before(told):
            path.unlink(missing_ok=True)
            link_or_copy(self._earlier_at(name), path)
        elif not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with create(path) as file:
                file.writelines(parts)
        return told

    def link(self, twin: str, name: str) -> None:
        """Make the file ``name`` the same as ``twin``, which is finished."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(self.folder / twin, self.folder / name)

    def _is_before(self, told: Digest) -> bool:
        """Tell whether the file is that of the release before, which lies there as its manifest says."""
        said = self.earlier.files.get(told.name) if self.earlier else None
        if said is None or said["sha256"] != told.sha256:
            return False
        try:
            return told_of(self._earlier_at(told.name), told.name).sha256 == told.sha256
        except FileNotFoundError:
            return False

    def _earlier_at(self, name: str) -> Path:
        assert self.earlier is not None
        return self.earlier.folder / name

    def _grows(self, name: str) -> BufferedWriter:
        if (found := self._growing.get(name)) is None:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            sealer = Sealer()
            found = self._growing[name] = create(path, sealer.update), sealer
        return found[0]

    def _linked(self, name: str) -> bool:
        """Make the file the same as that of the release before, where that says the same."""
        if self.earlier is None:
            return False
        path, before = self.folder / name, self.earlier.folder / name
        try:
            if not filecmp.cmp(path, before, shallow=False):
                return False
        except FileNotFoundError:
            return False
        twin = path.with_name(f"{path.name}.same")
        link_or_copy(before, twin)
        twin.replace(path)
        return True

    def _told_before(self, name: str) -> list[Digest]:
        """Link the packed forms of an unchanged file; none where one is not what the manifest before says."""
        assert self.earlier is not None
        told = []
        for each in (name, *(name + suffix for suffix in SUFFIXES)):
            before = self.earlier.folder / each
            said = self.earlier.files.get(each)
            if said is None or not before.is_file():
                return []
            found = told_of(before, each, signed=self._signed and each == name)
            if found.sha256 != said["sha256"]:
                return []
            told.append(found)
        for suffix in SUFFIXES:
            link_or_copy(self.earlier.folder / (name + suffix), self.folder / (name + suffix))
        return told

    def _packed(self, name: str) -> list[Digest]:
        return self.each(partial(self._told, name), ("", *SUFFIXES))

    def _told(self, name: str, suffix: str) -> Digest:
        """Pack the file, or leave it where the suffix is empty; tell it."""
        path = self.folder / name
        if not suffix:
            return told_of(path, name, signed=self._signed)
        packer = Packer(suffix, path.stat().st_size)
        with closing(In(path)) as file, closing(Out(self.folder, name + suffix)) as out:
            for piece in file.pieces():
                out.write(packer.feed(piece))
            out.write(packer.end())
        return out.told


def link_or_copy(before: Path, path: Path | str) -> None:
    """Make ``path`` the same file as ``before``, or as good as (ext4 stops at 65,000 links)."""
    try:
        os.link(before, path)
    except OSError:
        shutil.copyfile(before, path)
        Path(path).chmod(FILE_MODE)
