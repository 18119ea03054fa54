"""A workspace's file opened as an SQLite connection, to write or to read, and its troubles in our words.

What is done with it is left to ``Database``.
"""

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from blocklist.errors import InputError, LinkgazetteError, TroubleError
from blocklist.store.schema import MIGRATIONS, migrate, version_of

BUSY_S = 20.0
"""How long a transaction waits for others to end, in seconds."""
_CACHE_KIB = 32_768
"""Indexes of digests are hit anywhere: with SQLite's own 2 MiB a large intake reads most pages again."""
_WAL_PAGES = 8_000
"""Of 4 KiB, between two checkpoints: each writes a page once, however often it changed since the last."""


def looked_at(path: Path) -> int | None:
    """Return how many migrations the database at ``path`` has not seen yet; None: there is no file.

    Writes nothing. Raises as ``Database`` does.
    """
    if not path.exists():
        return None
    try:
        connection, version = _look(path, "mode=ro", BUSY_S)
    except (sqlite3.Error, OSError) as problem:
        raise in_our_words(path, problem) from problem
    connection.close()
    return len(MIGRATIONS) - version


def connect(path: Path, busy_s: float) -> sqlite3.Connection:
    """Open ``path`` to read and write, its tables up to date; raises sqlite3.Error, or as ``migrate``."""
    connection = sqlite3.connect(
        path, timeout=busy_s, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        version_of(connection, path.name)  # before anything is written: it may be another program's
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
        # Without it INSERT OR REPLACE would slip past the triggers that make a table append-only.
        connection.execute("PRAGMA recursive_triggers = ON")
        _use_wal(connection, busy_s)
        migrate(connection, path.name)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path, busy_s: float) -> sqlite3.Connection | None:
    """Open without the means to write; None: tables of an older version. Raises as ``connect`` does."""
    try:
        connection, version = _look(path, "mode=ro", busy_s)
    except sqlite3.OperationalError as problem:
        code = problem.sqlite_errorcode & 0xFF
        if code not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY} or _holds(_wal_of(path)):
            raise
        # WAL asks for files beside the database even of a reader. Where they cannot be made and no change
        # waits in one, the file alone is the whole truth.
        connection, version = _look(path, "mode=ro&immutable=1", busy_s)
    if version == len(MIGRATIONS):
        return connection
    connection.close()
    return None


def _look(path: Path, how: str, busy_s: float) -> tuple[sqlite3.Connection, int]:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{how}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        return connection, version_of(connection, path.name)
    except BaseException:
        connection.close()
        raise


def _wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _holds(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def _use_wal(connection: sqlite3.Connection, busy_s: float) -> None:
    """Switch to WAL; the change needs the file alone, and does not wait for it as other statements do."""
    give_up = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


_TROUBLES: Mapping[int, tuple[type[LinkgazetteError], str]] = {
    sqlite3.SQLITE_BUSY: (TroubleError, "is locked by another process; try again when it has finished"),
    sqlite3.SQLITE_LOCKED: (TroubleError, "is locked by another process; try again when it has finished"),
    sqlite3.SQLITE_FULL: (TroubleError, "the disk is full; make room and run the command again"),
    sqlite3.SQLITE_READONLY: (TroubleError, "cannot be written; check its permissions and its folder's"),
    sqlite3.SQLITE_CANTOPEN: (TroubleError, "cannot be opened; check its permissions and its folder's"),
    sqlite3.SQLITE_PERM: (TroubleError, "cannot be opened; check its permissions and its folder's"),
    sqlite3.SQLITE_IOERR: (TroubleError, "the disk failed; check it and run the command again"),
    sqlite3.SQLITE_NOTADB: (InputError, "is not an SQLite database; choose another --workspace"),
    sqlite3.SQLITE_CORRUPT: (InputError, "is damaged; restore it from a backup"),
}


def in_our_words(path: Path, problem: sqlite3.Error | OSError) -> LinkgazetteError:
    """Find our word for it; a broken rule or wrong SQL passes as the root of the tree."""
    if isinstance(problem, OSError):
        return TroubleError(f"{path}: {problem.strerror}; check its permissions and its folder's")
    # An extended code carries the primary one in a byte.
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if str(problem).startswith("Could not decode"):  # it quotes the cell
        code = sqlite3.SQLITE_CORRUPT
    kind, cure = _TROUBLES.get(code, (LinkgazetteError, str(problem)))
    return kind(f"{path}: {cure}")
