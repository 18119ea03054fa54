"""One SQLite connection as the rooms use it: turns, transactions, rows.

WAL lets readers and one writer work side by side; ``synchronous=FULL`` makes a committed row survive the loss
of power. What is asked and kept is left to the rooms.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocklist.store.connection import BUSY_S, connect, connect_to_read, in_our_words

_ASK_AGAIN_S = 0.005

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
            found = None if write else connect_to_read(path, busy_s)
            self._connection = found or connect(path, busy_s)
        except (sqlite3.Error, OSError) as problem:
            raise in_our_words(path, problem) from problem

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
            raise in_our_words(self.path, problem) from problem
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
            raise in_our_words(self.path, problem) from problem

    def write_all(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Execute one statement for each row; return how many rows it changed in all."""
        try:
            with self._turn:
                return self._connection.executemany(sql, rows).rowcount
        except sqlite3.Error as problem:
            raise in_our_words(self.path, problem) from problem

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
            raise in_our_words(self.path, problem) from problem
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(self.busy_s * 1000)}")
        return True

    def _stream(self, sql: str, parameters: Parameters) -> Iterator[tuple[Any, ...]]:
        """Execute at the first ``next``, which gives nothing yet; then give the rows."""
        try:
            with self._turn:
                cursor = self._connection.execute(sql, parameters)
        except sqlite3.Error as problem:
            raise in_our_words(self.path, problem) from problem
        try:
            yield ()
            while True:
                with self._turn:
                    row = next(cursor, None)
                if row is None:
                    return
                yield row
        except sqlite3.Error as problem:
            raise in_our_words(self.path, problem) from problem
        finally:  # in whichever thread it is let go of; the database may be closed by then
            with self._turn, suppress(sqlite3.ProgrammingError):
                cursor.close()


def insert_sql(table: str, columns: Sequence[str], *, rest: str = "") -> str:
    """Build the INSERT of ``columns``, one placeholder each; names come from ``codec``, never from input."""
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({places}) {rest}"  # noqa: S608 - names are ours


def columns_sql(columns: Sequence[str], table: str) -> str:
    """Build the list of ``columns`` of ``table`` for a SELECT."""
    return ", ".join(f'{table}."{column}"' for column in columns)
