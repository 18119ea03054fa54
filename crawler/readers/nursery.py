"""Makes the processes that read pages, and sets their limits.

One process is forked before the crawl begins, while there are no threads, and loads the words; it
forks a reader for every socket it is sent, so a reader that died is replaced at no cost and shares its memory
with the others. A reader is allowed so much processor time a page and so much memory; the kernel ends it when
it takes more, even in the midst of C code.
"""

import gc
import os
import resource
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Self

from crawler.judge import judge
from crawler.read import read_text
from crawler.readers.reading import Reader
from crawler.readers.wire import header_of, read_frame, reading_to_parts, task_of_parts

PAGE_CPU_S = 5  # of processor time; the slowest page that the reader's own limits let through takes about 1 s
EXTRA_MEMORY_BYTES = 512 * 1024 * 1024  # above what the process has when it is made
GREETING = b"!"
"""What a reader says when it is ready; without it none could be made."""
_CONTROL = 3  # first descriptor after the standard three


class Nursery:
    """The worker's end: asks for readers."""

    def __init__(self, control: socket.socket, process: int) -> None:
        self._control = control
        self._process = process

    @classmethod
    def open(cls, reader: Reader) -> Self:
        """Fork the nursery; call it while this process has one thread and nothing of weight to share."""
        ours, theirs = socket.socketpair()
        process = os.fork()
        if process == 0:
            ours.close()
            _nurse(theirs, reader)
        theirs.close()
        return cls(ours, process)

    def birth(self) -> socket.socket:
        """Return the connection to a new reader; raises OSError when the nursery is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def close(self) -> None:
        """End the nursery; its readers end when their connections do."""
        self._control.close()
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)


def _nurse(control: socket.socket, reader: Reader) -> None:
    """Fork a reader for every socket that comes, until the worker is gone."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # the worker decides when it ends, and then we see that
        control = _let_go_of_all_but(control)
        # Words are loaded here and not in the worker: it needs none of their 180 MB, and does not wait.
        judge(read_text("warm", title="", url=None, pseudonymiser=reader.pseudonymiser), reader.policy)
        gc.freeze()  # the children's collector must not touch, and so copy, what they share
        while True:
            _, fds, _, _ = socket.recv_fds(control, 1, 1)
            if not fds:
                break
            _bury(wait=False)
            with socket.socket(fileno=fds[0]) as connection:
                if os.fork() == 0:
                    control.close()
                    _serve(connection, reader)
                    return
        _bury(wait=True)
    finally:
        os._exit(0)  # nothing of what was inherited may be finalised twice


def _bury(*, wait: bool) -> None:
    """Take leave of readers that ended, so that their processor time counts as the worker's."""
    with suppress(ChildProcessError):  # there are none
        while os.waitpid(-1, 0 if wait else os.WNOHANG)[0]:
            continue


def _let_go_of_all_but(control: socket.socket) -> socket.socket:
    """Close what the worker had open (database, locks, pipes): a reader must not keep them alive."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    if control.fileno() != _CONTROL:
        os.dup2(control.fileno(), _CONTROL)
        control.detach()
    else:
        control.detach()
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.closerange(_CONTROL + 1, most)
    return socket.socket(fileno=_CONTROL)


def _serve(connection: socket.socket, reader: Reader) -> None:
    """Read what comes, until the worker hangs up."""
    _limit_memory()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection.sendall(GREETING)
    stream = connection.makefile("rb")
    while (parts := read_frame(stream)) is not None:
        _allow_another_page()
        answer = reading_to_parts(reader.read_now(task_of_parts(parts)))
        connection.sendall(b"".join((header_of(answer), *answer)))


def _limit_memory() -> None:
    statm = Path("/proc/self/statm")
    if not statm.exists():  # not Linux: only the processor is limited
        return
    pages = int(statm.read_text().split()[0])
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + EXTRA_MEMORY_BYTES)


def _allow_another_page() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + PAGE_CPU_S)


def _limit(what: int, most: int) -> None:
    """Set a soft limit; where the operator's own is lower, that one holds."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
