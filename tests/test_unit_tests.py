"""What makes a unit test: ``conftest.py`` hears who breaks the rule, and the lane is the rule."""

import multiprocessing
import os
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def rule(request: pytest.FixtureRequest) -> Any:
    """The conftest, as pytest loaded it."""
    return next(each for each in request.config.pluginmanager.get_plugins() if hasattr(each, "DOORS"))


def bound() -> None:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))


@pytest.mark.parametrize(
    ("leads_out", "told"),
    [
        (lambda: subprocess.run(["true"], check=True), "starts a program"),
        (os.fork, "starts a process"),
        (multiprocessing.get_context("spawn").Process(target=print).start, "starts a process"),
        (lambda: sqlite3.connect(":memory:"), "opens a database"),
        (lambda: socket.create_connection(("127.0.0.1", 9)), "looks up a name"),
        (bound, "opens a socket"),
    ],
    ids=["program", "fork", "process", "database", "name", "socket"],
)
def test_a_unit_test_that_leaves_the_process_fails(leads_out: Callable[[], object], told: str):
    with pytest.raises(pytest.fail.Exception, match=told):
        leads_out()


def test_a_thread_of_its_own_does_not_hide_it():
    heard = []

    def opens() -> None:
        try:
            sqlite3.connect(":memory:")
        except pytest.fail.Exception as told:
            heard.append(str(told))

    thread = threading.Thread(target=opens)
    thread.start()
    thread.join()
    assert len(heard) == 1


@pytest.mark.edge
def test_a_test_at_the_edge_may():
    sqlite3.connect(":memory:").close()


def test_a_unit_test_that_computes_for_long_fails(rule, monkeypatch, request):
    monkeypatch.setattr(rule, "MOST_S", -1.0)
    monkeypatch.setattr(request.config.option, "markexpr", rule.UNIT)
    called = rule.pytest_runtest_call(request.node)
    next(called)
    with pytest.raises(pytest.fail.Exception, match=r"mark it @pytest\.mark\.long"):
        next(called)
    monkeypatch.undo()


def test_the_lane_is_what_the_rule_calls_unit(rule):
    script = (Path(__file__).parent / "run").read_text(encoding="utf-8")
    assert f'-m "{rule.UNIT}"' in script
