"""What all tests share: examples that are the same everywhere, and what keeps the unit tests unit tests.

A unit test is one that stays with the pure rooms: it starts no program and opens no socket and no database.
A test that does is marked ``edge``, alone or with its whole module (``pytestmark = pytest.mark.edge``); one
that does unmarked fails here and is told so. ``sh tests/run --unit`` runs the others, in less than a minute.
"""

import ast
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Machines are noisy: a slow example is no failure. `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile(
    "explore", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

DOORS = {
    "subprocess.Popen": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.system": "starts a program",
    "os.fork": "starts a process",
    "socket.bind": "opens a socket",
    "socket.connect": "opens a socket",
    "socket.getaddrinfo": "looks up a name",
    "sqlite3.connect": "opens a database",
}
"""Events of Python's own audit (PEP 578) that lead out of the process, and what a test does that causes one."""

_others: set[int] | None = None
"""Threads that were there before the unit test that runs now; None while none runs."""


def _heard(event: str, _arguments: tuple[object, ...]) -> None:
    if event in DOORS and _others is not None and threading.get_ident() not in _others:
        pytest.fail(f"a unit test {DOORS[event]}: mark it @pytest.mark.edge (tests/conftest.py says why)")


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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out modules that are marked as a whole where only unit tests are asked for: they need not load."""
    asked = config.getoption("markexpr", "") == "not edge"
    return True if asked and collection_path.name.startswith("test_") and _is_edge(collection_path) else None


def _is_edge(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marks = (
        ast.unparse(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "pytestmark"
    )
    return any("pytest.mark.edge" in mark for mark in marks)
