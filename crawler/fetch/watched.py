"""libcurl on the event loop, with a watchman: no answer may hold the loop for long.

While bytes come faster than they are used up, OpenSSL does not return from a handshake (tried: records full
of HelloRequest, 49 s with a time limit of 2 s), and no timer runs meanwhile. A thread looks at how much
processor time the present call has taken and closes the socket under it.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pycurl

MOST_S = 0.5  # of processor time in one call; an honest page takes some milliseconds
_LOOK_EVERY_S = 0.1


class WatchedMulti(pycurl.AsyncCurlMulti):  # type: ignore[misc] # pycurl has no types
    """Many transfers at once, none of which can hold up the others."""

    def __init__(self) -> None:
        super().__init__()
        self._call: list[int] | None = None
        """The call of libcurl under way, by its descriptor; None: it is not at work."""
        self._over = threading.Event()
        self._clock = _clock_of_this_thread()
        threading.Thread(target=self._watch, name="watchman", daemon=True).start()

    async def aclose(self) -> None:
        """End all transfers and the watch."""
        self._over.set()
        await super().aclose()

    def _drive(self, fd: int, mask: int) -> None:
        self._call = [fd]
        try:
            super()._drive(fd, mask)
        finally:
            self._call = None

    def _watch(self) -> None:
        # The watchman alone reads the clock: at every call it would be a system call for nothing.
        watched, since = None, 0.0
        while not self._over.wait(_LOOK_EVERY_S):
            call = self._call
            if call is not watched:
                watched, since = call, self._clock()
            elif call is not None and self._clock() - since > MOST_S:
                # A call for a timer names no descriptor: then all are closed, and their links visited later.
                for fd in call if call[0] >= 0 else tuple(self._assigned_fds):
                    _cut(fd)


def _cut(fd: int) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(fd)) as connection:
        connection.shutdown(socket.SHUT_RDWR)


def _clock_of_this_thread() -> Callable[[], float]:
    """Return a clock of the processor time of the thread that calls this, readable from any other."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    number = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(number)
