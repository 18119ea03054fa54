"""Where the files of evidence are: a folder, or an object store that several machines reach.

What the files hold is the crawl's business (``crawler.fetch.archive``). An object store is anything that
fsspec opens by a URL (``s3://bucket/captures``); it needs ``linkgazette[objects]`` and takes its secrets
where its own client looks for them, never from us.
"""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol, TypeVar

from blocklist.config import CONFIG_NAME, load_config
from blocklist.errors import InputError, TroubleError

_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Before an object store that is away is tried again."""
MARK = "shelf.mark"
_MARK_LENGTH = 32

_Answer = TypeVar("_Answer")


class Shelf(Protocol):
    """Files by name; a missing one is a FileNotFoundError, everything else that goes wrong an OSError."""

    @property
    def where(self) -> str:
        """Path or URL, as it is told to people."""

    def put(self, name: str, data: bytes) -> None:
        """Keep ``data`` as a file; it is on disk, whole, when this returns."""

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset`` on; fewer where the file ends."""

    def overwrite(self, name: str, offset: int, data: bytes) -> None:
        """Put ``data`` in the place of as many bytes at ``offset``; on disk when this returns."""

    def remove(self, name: str) -> int:
        """Take a file away; return how many bytes it had, 0 if it was gone."""

    def sizes(self) -> dict[str, int]:
        """Return the size of every file, in bytes."""


class Folder:
    """A folder of this machine, or one that is mounted here."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def where(self) -> str:
        """As ``Shelf`` says."""
        return str(self.path)

    def put(self, name: str, data: bytes) -> None:
        """As ``Shelf`` says."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.path / f".{name}-{token_hex(4)}"
        with open(new, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.path / name)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """As ``Shelf`` says."""
        with (self.path / name).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def overwrite(self, name: str, offset: int, data: bytes) -> None:
        """As ``Shelf`` says."""
        with (self.path / name).open("r+b") as file:
            file.seek(offset)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def remove(self, name: str) -> int:
        """As ``Shelf`` says."""
        file = self.path / name
        size = file.stat().st_size if file.exists() else 0
        file.unlink(missing_ok=True)
        return size

    def sizes(self) -> dict[str, int]:
        """As ``Shelf`` says."""
        if not self.path.exists():
            return {}
        with os.scandir(self.path) as found:
            return {each.name: each.stat().st_size for each in found}


class Objects:
    """An object store: files are put whole, and never added to."""

    def __init__(self, url: str, *, waits_s: tuple[float, ...] = _WAITS_S) -> None:
        """Open ``url``; raises InputError for one that nothing installed here opens."""
        self._url = url.rstrip("/")
        self._waits_s = waits_s
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415 - the extra

            # What others wrote since must be seen.
            self._files, self._root = url_to_fs(self._url, use_listings_cache=False)
        except ImportError as problem:
            raise InputError(
                f"{url}: {problem}; install an object store's client with: pip install 'linkgazette[objects]'"
            ) from problem
        except ValueError as problem:
            raise InputError(f"{url}: is no place for evidence ({problem})") from problem

    @property
    def where(self) -> str:
        """As ``Shelf`` says."""
        return self._url

    def put(self, name: str, data: bytes) -> None:
        """As ``Shelf`` says."""
        self._patiently(lambda: self._files.pipe_file(self._at(name), data))

    def read(self, name: str, offset: int, length: int) -> bytes:
        """As ``Shelf`` says."""
        found: bytes = self._patiently(
            lambda: self._files.cat_file(self._at(name), start=offset, end=offset + length)
        )
        return found

    def overwrite(self, name: str, offset: int, data: bytes) -> None:
        """Put the object anew, with ``data`` in it; a store that keeps versions must be told to drop them."""
        old: bytes = self._patiently(lambda: self._files.cat_file(self._at(name)))
        self.put(name, old[:offset] + data + old[offset + len(data) :])

    def remove(self, name: str) -> int:
        """As ``Shelf`` says."""
        try:
            size = int(self._patiently(lambda: self._files.info(self._at(name)))["size"])
            self._patiently(lambda: self._files.rm_file(self._at(name)))
        except FileNotFoundError:
            return 0
        return size

    def sizes(self) -> dict[str, int]:
        """As ``Shelf`` says."""
        try:
            found: dict[str, Any] = self._patiently(lambda: self._files.find(self._root, detail=True))
        except FileNotFoundError:
            return {}
        return {path.rpartition("/")[2]: int(told["size"]) for path, told in found.items()}

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _patiently(self, ask: Callable[[], _Answer]) -> _Answer:
        for wait_s in (*self._waits_s, None):
            try:
                return ask()
            except FileNotFoundError:
                raise
            except Exception as problem:  # every store's client has errors of its own
                if wait_s is None:
                    raise OSError(f"{type(problem).__name__}: {problem}") from problem
                time.sleep(wait_s)
        raise AssertionError  # the last wait is None


def open_shelf(where: str, folder: Path) -> Folder | Objects:
    """Return the shelf at ``where``, a URL or a path, whole or in ``folder``; raises InputError."""
    where = where.removeprefix("file://")  # fsspec's own neither flushes nor renames
    return Objects(where) if "://" in where else Folder(folder / where)


def shelf_of(workspace: Path) -> Folder | Objects:
    """Return the workspace's shelf, as ``[crawl] evidence`` says; raises ConfigError, InputError."""
    settings = workspace / CONFIG_NAME
    return _shelf_of(workspace, settings.stat().st_mtime_ns if settings.exists() else 0)


@lru_cache(maxsize=16)
def _shelf_of(workspace: Path, changed_ns: int) -> Folder | Objects:
    """Remember it as long as the settings do not change: every page that is read anew asks."""
    del changed_ns
    return open_shelf(load_config(workspace).crawl.evidence, workspace)


def mark_of(shelf: Folder | Objects, *, make: bool = False) -> str:
    """Return what is written on ``shelf``, by which it is told from another; empty: nothing is.

    With ``make`` something is written on it. Raises TroubleError, and at once, when the shelf cannot be used.
    """
    if isinstance(shelf, Objects):
        shelf = Objects(shelf.where, waits_s=())
    try:
        try:
            found = shelf.read(MARK, 0, _MARK_LENGTH).decode("ascii", "replace")
        except FileNotFoundError:
            found = ""
        if make and not found:
            found = token_hex(_MARK_LENGTH // 2)
            shelf.put(MARK, found.encode())
    except OSError as problem:
        raise TroubleError(
            f"{shelf.where}: cannot keep evidence ({problem}); mend it and try again"
        ) from problem
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)  # pages are for the operator's eyes only, as the database is
