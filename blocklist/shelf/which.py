"""Which shelf a workspace has, and how one shelf is told from another."""

from functools import lru_cache
from pathlib import Path
from secrets import token_hex

from blocklist.config import CONFIG_NAME, load_config
from blocklist.errors import TroubleError
from blocklist.shelf.folder import Folder
from blocklist.shelf.objects import Objects

MARK = "shelf.mark"
_MARK_LENGTH = 32

Shelf = Folder | Objects


def open_shelf(where: str, folder: Path) -> Shelf:
    """Return the shelf at ``where``, a URL or a path, whole or in ``folder``; raises InputError."""
    where = where.removeprefix("file://")  # fsspec's own neither flushes nor renames
    return Objects(where) if "://" in where else Folder(folder / where)


def shelf_of(workspace: Path) -> Shelf:
    """Return the workspace's shelf, as ``[crawl] evidence`` says; raises ConfigError, InputError."""
    settings = workspace / CONFIG_NAME
    return _shelf_of(workspace, settings.stat().st_mtime_ns if settings.exists() else 0)


@lru_cache(maxsize=16)
def _shelf_of(workspace: Path, changed_ns: int) -> Shelf:
    """Remember it as long as the settings do not change: every page that is read anew asks."""
    del changed_ns
    return open_shelf(load_config(workspace).crawl.evidence, workspace)


def mark_of(shelf: Shelf, *, make: bool = False) -> str:
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
