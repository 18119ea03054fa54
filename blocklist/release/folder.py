"""The published folder: immutable releases side by side, and one symlink that readers follow.

::

    public -> public.releases/000042     renamed into place: a reader never sees half a release
    public.releases/.linkgazette         says that the folder is ours; locked while a release is made
    public.releases/000041/ 000042/ …    unchanged files are hard links to the release before
    public.releases/000042.pages         what made each of its pages (``ledger``)

A release is written beside the others under a name that nobody reads, synced, renamed, and only then shown.
Whatever a kill leaves behind is swept away by the next one. What the files say is left to ``build``.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from blocklist.errors import InputError, TroubleError

MARKER = ".linkgazette"
COPIED = "pull.json"
"""Beside the releases of a consumer's copy; ``mirror`` writes it."""
LEDGER = ".pages"
_PART = ".part-"
_SWAP = ".swap"
FILE_MODE = 0o444
"""A published file is never edited: other releases may be the same inode."""


class PublicFolder:
    """One ``--out`` that is locked and known to be ours; ``open_public`` makes it."""

    def __init__(self, out: Path, releases: Path) -> None:
        self.out = out
        self.releases = releases

    def shown(self) -> Path | None:
        """Return the release that readers see; None: none yet."""
        return self.releases / self.out.readlink().name if self.out.is_symlink() else None

    def folder_of(self, serial: int) -> Path:
        """Return where the release of that serial lies, or would."""
        return self.releases / f"{serial:06}"

    def sweep(self, newest: int) -> None:
        """Remove what a killed publication left: parts, and unrecorded releases after ``newest``."""
        shown = self.shown()
        for path in sorted(self.releases.iterdir()):
            unrecorded = path.name.isdigit() and int(path.name) > newest and path != shown
            if path.name.startswith(_PART) or unrecorded:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in self.releases.glob(f"*{LEDGER}"):
            if not path.with_suffix("").is_dir():
                path.unlink()
        (self.releases / _SWAP).unlink(missing_ok=True)

    def write(self, serial: int, files: Iterable[tuple[str, bytes]]) -> Path:
        """Write a whole release under its final name, on disk when this returns; nobody sees it yet."""
        self.add(self.begin(serial), files)
        return self.finish(serial)

    def begin(self, serial: int) -> Path:
        """Make the folder in which a release is written; nobody reads it."""
        part = self.part_of(serial)
        part.mkdir()
        return part

    def part_of(self, serial: int) -> Path:
        """Return the folder in which the release of that serial is written."""
        return self.releases / f"{_PART}{serial:06}"

    def add(self, part: Path, files: Iterable[tuple[str, bytes]]) -> None:
        """Write ``files`` into the release in the making; those of the release before are linked."""
        before = self.shown()
        made = {part}
        for name, data in files:
            target = part / _safe(name)
            if target.parent not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(target.parent)
            _put(target, data, before / _safe(name) if before else None)

    def finish(self, serial: int) -> Path:
        """Give the release that was begun its name, once all of it is on disk; nobody sees it yet."""
        os.sync()  # one for thousands of files
        whole = self.folder_of(serial)
        self.part_of(serial).rename(whole)
        sync(self.releases)
        return whole

    def mend(self, serial: int, files: Iterable[tuple[str, bytes]]) -> None:
        """Put what is missing or altered into a release that readers see, each file whole."""
        whole = self.folder_of(serial)
        for name, data in files:
            target = whole / _safe(name)
            if _same(target, data):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            part = self.releases / f"{_PART}file"
            part.unlink(missing_ok=True)
            _put(part, data, None)
            sync(part)  # or a power cut could leave an empty file under a name that readers use
            part.replace(target)

    def keep(self, count: int) -> None:
        """Remove all but the newest ``count`` releases; the one that readers see stays."""
        whole = sorted(path for path in self.releases.iterdir() if path.name.isdigit())
        for path in whole[:-count]:
            if path != self.shown():
                shutil.rmtree(path)

    def show(self, serial: int) -> None:
        """Let readers see the release of that serial: one rename."""
        swap = self.releases / _SWAP
        swap.symlink_to(f"{self.releases.name}/{serial:06}")
        if self.out.is_dir() and not self.out.is_symlink():
            self.out.rmdir()  # empty, or open_public would have refused it
        swap.replace(self.out)
        sync(self.out.parent)


@contextmanager
def open_public(out: Path) -> Iterator[PublicFolder]:
    """Lock the folder behind ``out``, made if it is missing and removed again if nothing comes of it.

    Raises InputError when something is there that is not ours, TroubleError when it cannot be written or
    another publication is under way.
    """
    public = _named(out)
    _refuse_foreign(public.out, public.releases)
    try:
        public.releases.mkdir(parents=True, exist_ok=True)
        with locked(public.releases / MARKER, f"{public.out}: another publication"):
            try:
                yield public
            finally:
                _leave_nothing(public)
    except OSError as problem:
        raise _trouble(public.out, problem) from problem


def check_public(out: Path) -> PublicFolder:
    """Return the folder behind ``out``, not locked; raise what ``open_public`` would, and make nothing."""
    public = _named(out)
    _refuse_foreign(public.out, public.releases)
    place = public.releases
    while not place.exists():
        place = place.parent
    try:
        tempfile.TemporaryFile(dir=place).close()  # permissions alone say little: root, read-only mounts
    except OSError as problem:
        raise _trouble(public.out, OSError(problem.errno, problem.strerror, str(place))) from problem
    return public


@contextmanager
def locked(file: Path, what: str) -> Iterator[None]:
    """Hold the lock ``file``, made if missing; raise TroubleError when ``what`` has it or it is not made."""
    try:
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as problem:
        raise TroubleError(
            f"{file}: cannot be written ({problem.strerror}); check permissions and space"
        ) from problem
    try:
        if not _taken(lock):
            raise TroubleError(f"{what} is under way; try again when it is done")
        yield
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    """Lock, or say that somebody else has it, or had it and removed the file meanwhile."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(lock).st_nlink > 0


def _leave_nothing(public: PublicFolder) -> None:
    """Remove the folder of releases where no release is in it: the first was stopped."""
    if public.shown() is not None:
        return
    for kept in public.releases.glob(f"{_PART}*"):
        shutil.rmtree(kept)
    if [path.name for path in public.releases.iterdir()] == [MARKER]:
        (public.releases / MARKER).unlink()
        public.releases.rmdir()


def _named(out: Path) -> PublicFolder:
    out = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow the symlink that is to be swapped
    if not out.name:
        raise InputError(f"{out}: is no place to publish; name a folder, such as public")
    return PublicFolder(out, out.with_name(f"{out.name}.releases"))


def _refuse_foreign(out: Path, releases: Path) -> None:
    try:
        ours = releases.is_dir() and (releases / MARKER).exists()
        if out.is_symlink():
            target = out.readlink()
            if not (ours and target.parent == Path(releases.name) and target.name.isdigit()):
                raise InputError(f"{out}: is a symlink that is not ours; choose another --out or remove it")
        elif out.is_dir():
            if any(out.iterdir()):
                raise InputError(
                    f"{out}: is a folder with files that are not ours; choose another --out or empty it"
                )
        elif out.exists():
            raise InputError(f"{out}: is a file; choose another --out or remove it")
        if releases.exists() and not ours and not (releases.is_dir() and not any(releases.iterdir())):
            raise InputError(
                f"{releases}: is there and not ours (no {MARKER} in it); choose another --out or move it away"
            )
    except OSError as problem:
        raise _trouble(out, problem) from problem


def _trouble(out: Path, problem: OSError) -> TroubleError:
    where = f" ({problem.filename})" if problem.filename else ""
    return TroubleError(
        f"{out}: cannot be written: {problem.strerror}{where}; check permissions and space, or choose "
        "another --out. What was published before is untouched"
    )


def _put(target: Path, data: bytes, before: Path | None) -> None:
    """Write one file, or link it to the same one of the release before."""
    if before is not None and _same(before, data) and _linked(before, target):
        return
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _linked(before: Path, target: Path) -> bool:
    """Link, or say that the file system will not: a copy does as well (ext4 stops at 65,000 links)."""
    try:
        os.link(before, target)
    except OSError:
        return False
    return True


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    assert not path.is_absolute(), name
    assert ".." not in path.parts, name
    return path


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on disk: what is only in the cache a power cut takes away."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
