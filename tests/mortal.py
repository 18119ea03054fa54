"""Processes of a harness that do not outlive it, however it ends."""

import shutil
import signal
import sys

MORTAL = (setpriv, "--pdeathsig", "KILL") if (setpriv := shutil.which("setpriv")) else ()
"""Before a command: it is killed when its parent ends (prctl(2), PR_SET_PDEATHSIG)."""


def end_by_signals_as_by_errors() -> None:
    """Have SIGTERM, SIGINT and SIGHUP unwind this process, so that what it set up is taken down."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def unwind(received: int, _: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)  # a second one would break off the taking down
        sys.exit(128 + received)

    for number in numbers:
        signal.signal(number, unwind)
