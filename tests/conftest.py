"""What all tests share: examples that are the same everywhere, and what keeps the unit tests unit tests.

A unit test stays with the pure rooms and is soon over: it starts no program and opens no socket and no
database, and takes a second at the most. A test that needs more says so, alone or with its whole module:

    pytestmark = pytest.mark.edge       starts a program or a process, opens a socket or a database
    pytestmark = pytest.mark.long       tries much: a million characters, every page, thousands of cases

One that says nothing and does so all the same fails here, for its time only in ``sh tests/run --unit``, which
runs the unit tests alone.
"""

import ast
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Machines are noisy: a slow example is no failure. `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile(
    "explore", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

UNIT = "not edge and not long"
MOST_S = 5.0
"""Of the processor's time for one unit test: each takes one at most, and a busy machine may double that."""
DOORS = {
    "subprocess.Popen": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.system": "starts a program",
    "os.fork": "starts a process",
    "multiprocessing.start": "starts a process",
    "socket.bind": "opens a socket",
    "socket.connect": "opens a socket",
    "socket.getaddrinfo": "looks up a name",
    "sqlite3.connect": "opens a database",
}
"""Events of Python's own audit (PEP 578) that lead out of the process, and what it is that a test does."""

_others: set[int] | None = None
"""Threads that were there before the unit test that runs now; None while none runs."""


def _heard(event: str, _arguments: tuple[object, ...]) -> None:
    # In this order, since the interpreter takes DOORS away before it opens its last doors.
    if _others is not None and event in DOORS and threading.get_ident() not in _others:
        pytest.fail(f"a unit test {DOORS[event]}: mark it @pytest.mark.edge (tests/conftest.py says why)")


def _start(process: BaseProcess) -> None:
    sys.audit("multiprocessing.start")  # which Python itself does not say
    _started(process)


_started = BaseProcess.start
BaseProcess.start = _start
sys.addaudithook(_heard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch the doors while a test that is not marked is set up and runs."""
    global _others  # noqa: PLW0603 - an audit hook can be neither taken back nor given an argument
    if not item.get_closest_marker("edge"):
        _others = {thread.ident or 0 for thread in threading.enumerate()} - {threading.get_ident()}
    try:
        return (yield)
    finally:
        _others = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Watch how long a unit test computes: where unit tests are asked for, since a time is no finding."""
    begun = time.process_time()
    done = yield
    took = time.process_time() - begun
    if took > MOST_S and item.config.getoption("markexpr", "") == UNIT:
        pytest.fail(f"a unit test computes for {took:.1f} s: mark it @pytest.mark.long (tests/conftest.py)")
    return done


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where unit tests are asked for, leave out modules that hold none: they need not load."""
    if config.getoption("markexpr", "") != UNIT or not collection_path.name.startswith("test_"):
        return None
    return True if _is_marked(collection_path) else None


def _is_marked(path: Path) -> bool:
    """Tell whether a module marks all its tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = (each.value for each in tree.body if isinstance(each, ast.Assign) and _names(each, "pytestmark"))
    return any(f"pytest.mark.{mark}" in ast.unparse(value) for value in said for mark in ("edge", "long"))


def _names(assignment: ast.Assign, name: str) -> bool:
    return ast.unparse(assignment.targets[0]) == name
