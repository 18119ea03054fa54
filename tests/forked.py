"""Leaders and workers in a moment: forked from a process that has loaded everything and judged once.

A leader takes three seconds of processor to start, a worker four, most of it Python's imports; tests that
start many spent half of their time so. What is forked runs the same ``main`` as the process of its own does,
in a session of its own, and may be killed like one; ``python -m tests.cluster`` starts real ones.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from subprocess import TimeoutExpired

from tests.cluster import Fleet, Part

_PR_SET_PDEATHSIG = 1


class Forked(Fleet):
    """Leader and workers that are forked."""

    def start(self, module: str, *words: str) -> Part:
        return _Forked(_prepared().Process(target=_run, args=(self.log, self.adapt, module, words)))

    adapt: Callable[[], None] | None = None
    """Called in what is forked, before anything else."""


class _Forked:
    """A process with what the tests use of ``subprocess.Popen``."""

    def __init__(self, process: ForkServerProcess) -> None:
        process.start()
        assert process.pid is not None
        self.pid: int = process.pid
        self._process = process
        # As Popen has it: from here on a signal to the session reaches it.
        with suppress(ProcessLookupError):
            while os.getpgid(self.pid) != self.pid:
                time.sleep(0.001)

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def terminate(self) -> None:
        self._process.terminate()


@cache
def _prepared() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.forked_warm"])
    return context


def _run(log: Path, adapt: Callable[[], None] | None, module: str, words: tuple[str, ...]) -> None:
    # End with the server of forks, which ends with the test that started it, unless we keep its line open.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(vars(vars(forkserver)["_forkserver"])["_forkserver_alive_fd"])
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number in (1, 2):
        os.dup2(out, number)
    if adapt is not None:
        adapt()
    sys.argv = ["linkgazette", *words]
    sys.exit(import_module(module).main())
