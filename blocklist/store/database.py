"""One SQLite connection as the rooms use it: transactions, and SQLite's troubles in our words.

WAL lets readers and one writer work side by side; ``synchronous=FULL`` makes a committed row survive the loss
of power. What is asked and kept is left to the rooms.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from blocklist.errors import InputError, LinkgazetteError, TroubleError
from blocklist.store.schema import MIGRATIONS, migrate, version_of

BUSY_S = 20.0
"""How long a transaction waits for others to end, in seconds."""
_ASK_AGAIN_S = 0.005
_CACHE_KIB = 32_768
"""Indexes of digests are hit anywhere: with SQLite's own 2 MiB a large intake reads most pages again."""
_WAL_PAGES = 8_000
"""Of 4 KiB, between two checkpoints: each writes a page once, however often it changed since the last."""

if TYPE_CHECKING:
    import sqlite_utils

Parameters = Sequence[Any] | dict[str, Any]


class Database:
    """An open database; every method raises TroubleError where a retry may help.

    It may be used from several threads; whoever uses it holds the turn, for a statement, a row of a stream or
    a transaction. SQLite's own mutex is not enough: Python asks it for the error of a step that failed when
    that step is over, and where another thread's step came between, it is told of no error (CPython 3.11
    ``_pysqlite_seterror``: SQLITE_OK raises nothing). A BEGIN refused for another process passed as done so,
    and what followed stood each for itself.
    """

    def __init__(self, path: Path, *, busy_s: float = BUSY_S, write: bool = True) -> None:
        """Open ``path``, made with mode 600 if missing, and bring its tables up to date.

        Without ``write`` nothing is made or changed, so that a reader needs no right to write; only tables of
        an older version are brought up to date first. Raises InputError for a file that is no database,
        SchemaError for one of another program or version.
        """
        self.path = path
        self.busy_s = busy_s
        self._turn = threading.RLock()
        try:
            # The file is made by us, since SQLite would make it readable by all; -wal and -shm take its mode.
            if not path.exists():
                path.touch(mode=0o600, exist_ok=True)
            self.writable = write
            found = None if write else _connect_to_read(path, busy_s)
            self._connection = found or _connect(path, busy_s)
        except (sqlite3.Error, OSError) as problem:
            raise _ours(path, problem) from problem

    @cached_property
    def tables(self) -> "sqlite_utils.Database":
        """The same connection as sqlite-utils sees it."""
        import sqlite_utils  # noqa: PLC0415 - it brings numpy: a third of a second that no command need pay

        return sqlite_utils.Database(self._connection, execute_plugins=False)

    def close(self) -> None:
        """Close the connection; what was committed is kept, the rest is gone."""
        self._connection.close()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """Hold the write lock; commit at the end, undo everything on an error; one within another joins it.

        ``durable=False`` leaves the flush to disk to a later commit: for leases and fetch times, which mean
        nothing once the power has gone. A killed process loses nothing either way.
        """
        with self._turn_to_write(durable=durable) as joins:
            if joins:  # the one that is open: they stand or fall together
                yield
                return
            try:
                yield
                self.write("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors (disk full).
                if self._connection.in_transaction:
                    self.write("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        """Stream the rows of a query, executed at once."""
        stream = self._stream(sql, parameters)
        next(stream)
        return stream

    def row(self, sql: str, parameters: Parameters = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        try:
            with self._turn:  # the cursor ends in it too
                found: tuple[Any, ...] | None = self._connection.execute(sql, parameters).fetchone()
        except sqlite3.Error as problem:
            raise _ours(self.path, problem) from problem
        return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """Return the first column of the first row, or None."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Execute one statement; return the id of the row inserted last."""
        try:
            with self._turn:
                return self._connection.execute(sql, parameters).lastrowid or 0
        except sqlite3.Error as problem:
            raise _ours(self.path, problem) from problem

    def write_all(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Execute one statement for each row; return how many rows it changed in all."""
        try:
            with self._turn:
                return self._connection.executemany(sql, rows).rowcount
        except sqlite3.Error as problem:
            raise _ours(self.path, problem) from problem

    def copy_to(self, other: sqlite3.Connection) -> None:
        """Copy the whole database, of one moment; raises sqlite3.Error."""
        with self._turn:
            self._connection.backup(other)

    @contextmanager
    def _turn_to_write(self, *, durable: bool) -> Iterator[bool]:
        """Hold the turn with a transaction begun; gives whether it was before.

        While a thread reads by this connection, SQLite refuses a transaction at once, whatever its time to
        wait, if another process writes (SQLITE_BUSY: ``btreeInvokeBusyHandler`` is for connections at rest)
        or has written meanwhile (SQLITE_BUSY_SNAPSHOT). The reader must go on for that to end, and may want a
        turn to do so: between two attempts nobody holds it.
        """
        give_up = time.monotonic() + self.busy_s
        while True:
            with self._turn:
                if self._connection.in_transaction:
                    yield True
                    return
                try:
                    if not durable:
                        self.write("PRAGMA synchronous = NORMAL")
                    if self._begins(give_up):
                        yield False
                        return
                finally:
                    if not durable:
                        self.write("PRAGMA synchronous = FULL")
            time.sleep(_ASK_AGAIN_S)

    def _begins(self, give_up: float) -> bool:
        """Begin a transaction; False: not now, and ``give_up`` (of the monotonic clock) is yet to come.

        SQLite itself does not wait: it would with our turn in its hand, which readers ask for.
        """
        try:
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as problem:
            busy = getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if busy and time.monotonic() < give_up:
                return False
            raise _ours(self.path, problem) from problem
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(self.busy_s * 1000)}")
        return True

    def _stream(self, sql: str, parameters: Parameters) -> Iterator[tuple[Any, ...]]:
        """Execute at the first ``next``, which gives nothing yet; then give the rows."""
        try:
            with self._turn:
                cursor = self._connection.execute(sql, parameters)
        except sqlite3.Error as problem:
            raise _ours(self.path, problem) from problem
        try:
            yield ()
            while True:
                with self._turn:
                    row = next(cursor, None)
                if row is None:
                    return
                yield row
        except sqlite3.Error as problem:
            raise _ours(self.path, problem) from problem
        finally:  # in whichever thread it is let go of; the database may be closed by then
            with self._turn, suppress(sqlite3.ProgrammingError):
                cursor.close()


def looked_at(path: Path) -> int | None:
    """Return how many migrations the database at ``path`` has not seen yet; None: there is no file.

    Writes nothing. Raises as ``Database`` does.
    """
    if not path.exists():
        return None
    try:
        connection, version = _look(path, "mode=ro", BUSY_S)
    except (sqlite3.Error, OSError) as problem:
        raise _ours(path, problem) from problem
    connection.close()
    return len(MIGRATIONS) - version


def insert_sql(table: str, columns: Sequence[str], *, rest: str = "") -> str:
    """Build the INSERT of ``columns``, one placeholder each; names come from ``codec``, never from input."""
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({places}) {rest}"  # noqa: S608 - names are ours


def columns_sql(columns: Sequence[str], table: str) -> str:
    """Build the list of ``columns`` of ``table`` for a SELECT."""
    return ", ".join(f'{table}."{column}"' for column in columns)


def _connect(path: Path, busy_s: float) -> sqlite3.Connection:
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


def _connect_to_read(path: Path, busy_s: float) -> sqlite3.Connection | None:
    """Open without the means to write; None: the tables are of an older version."""
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


def _ours(path: Path, problem: sqlite3.Error | OSError) -> LinkgazetteError:
    """Find our word for it; a broken rule or wrong SQL passes as the root of the tree."""
    if isinstance(problem, OSError):
        return TroubleError(f"{path}: {problem.strerror}; check its permissions and its folder's")
    code = (
        getattr(problem, "sqlite_errorcode", 0) & 0xFF
    )  # an extended code carries the primary one in a byte
    if str(problem).startswith("Could not decode"):  # it quotes the cell
        code = sqlite3.SQLITE_CORRUPT
    kind, cure = _TROUBLES.get(code, (LinkgazetteError, str(problem)))
    return kind(f"{path}: {cure}")
