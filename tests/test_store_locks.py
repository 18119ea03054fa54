"""Who waits for whom at the database: one uses a connection at a time, and no reader makes a writer fail."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blocklist.errors import TroubleError
from blocklist.store.database import Database

pytestmark = pytest.mark.edge


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """One database, opened as two processes have it; the one with two rows to read."""
    one, other = (Database(tmp_path / "linkgazette.db", busy_s=5) for _ in range(2))
    with one.transaction():
        one.write_all("INSERT INTO hosts (host) VALUES (?)", [("a.example",), ("b.example",)])
    yield one, other
    one.close()
    other.close()


def stale(one: Database, other: Database) -> Iterator[tuple[str, ...]]:
    """Begin to read by ``one``, and let ``other`` write meanwhile: what is read is of yesterday."""
    reading = one.rows("SELECT host FROM hosts ORDER BY host")
    assert next(reading) == ("a.example",)
    with other.transaction():
        other.write("INSERT INTO hosts (host) VALUES ('c.example')")
    return reading


# SQLite refuses a transaction at once, whatever the timeout, while its own connection reads and another
# process writes (SQLITE_BUSY) or has written (SQLITE_BUSY_SNAPSHOT): two large crawls ended so, "locked"
# after no wait.


@pytest.mark.parametrize("meanwhile", ["wrote", "writes"])
def test_a_thread_that_reads_while_another_process_writes_fails_no_transaction(
    opened: tuple[Database, Database], meanwhile: str
) -> None:
    one, other = opened
    asked, said = threading.Event(), []

    def write() -> None:
        try:
            with one.transaction():
                one.write("INSERT INTO hosts (host) VALUES ('d.example')")
        except TroubleError as trouble:
            said.append(str(trouble))

    one._connection.set_trace_callback(lambda sql: asked.set() if sql.startswith("BEGIN") else None)
    writing = threading.Thread(target=write)
    if meanwhile == "wrote":
        reading = stale(one, other)
        writing.start()
        assert asked.wait(10)
    else:
        reading = one.rows("SELECT host FROM hosts ORDER BY host")
        next(reading)
        with other.transaction():
            writing.start()
            assert asked.wait(10)
            other.write("INSERT INTO hosts (host) VALUES ('c.example')")
            assert said == []
    assert [host for (host,) in reading] == ["b.example"]
    writing.join()
    assert said == []
    assert one.value("SELECT count(*) FROM hosts") == 4


def test_a_read_that_never_ends_is_not_waited_for_for_ever(opened: tuple[Database, Database]) -> None:
    one, other = opened
    one.busy_s = 0.05
    reading = stale(one, other)
    with pytest.raises(TroubleError, match="is locked"), one.transaction():
        pass
    assert list(reading) == [("b.example",)]
    with one.transaction():
        pass


# Python asks SQLite what went wrong when a step is over. Another thread's step in between, and it was told
# "nothing": a BEGIN refused for another process passed for done, and a crawl ended with the words "cannot
# commit - no transaction is active", its statements kept one by one.


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda db, _: db.value("SELECT count(*) FROM hosts"), id="asks for a value"),
        pytest.param(lambda db, _: db.rows("SELECT host FROM hosts"), id="begins to read"),
        pytest.param(lambda _, reading: next(reading), id="reads on"),
        pytest.param(lambda _, reading: reading.close(), id="lets go of what it read"),
        pytest.param(lambda db, _: db.write("UPDATE hosts SET due_at = NULL"), id="writes"),
        pytest.param(
            lambda db, _: db.write_all("DELETE FROM hosts WHERE host = ?", [("a",)]), id="writes many"
        ),
    ],
)
def test_nobody_else_uses_the_connection_of_a_thread_in_a_transaction(
    opened: tuple[Database, Database], use: Callable[[Database, Iterator[object]], object]
) -> None:
    one, _ = opened
    reading = one.rows("SELECT host FROM hosts ORDER BY host")
    next(reading)
    over = threading.Event()

    def meanwhile() -> None:
        use(one, reading)
        over.set()

    other = threading.Thread(target=meanwhile)
    with one.transaction():
        other.start()
        assert not over.wait(0.1)
    other.join()
    assert over.is_set()


def test_who_waits_for_another_process_keeps_no_thread_from_reading(
    opened: tuple[Database, Database],
) -> None:
    one, other = opened
    asked = threading.Event()
    one._connection.set_trace_callback(lambda sql: asked.set() if sql.startswith("BEGIN") else None)

    def write() -> None:
        with one.transaction():
            one.write("INSERT INTO hosts (host) VALUES ('c.example')")

    writing = threading.Thread(target=write)
    with other.transaction():
        writing.start()
        assert asked.wait(10)
        assert one.value("SELECT count(*) FROM hosts") == 2
    writing.join()
    assert one.value("SELECT count(*) FROM hosts") == 3
