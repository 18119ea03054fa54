"""Work shared out to forked processes, where there is enough of it; its results come back in order.

A child sees the work's objects as they are, with nothing to pack and send; what it did not finish, for
whatever reason, is done again here, where an error is an error like any other.
"""

import gc
import os
import selectors
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NoReturn, TypeVar

T = TypeVar("T")

_FEWEST = 512  # items below which a second process is not worth its start
_FIRST = 128  # items done before the fork: what they load and cache, all children have
_PIECE = 65_536  # bytes


def shared_out(
    items: Sequence[T],
    work: Callable[[T], bytes],
    size: Callable[[T], int],
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[bytes]:
    """Give ``work(item)`` for each of ``items``, in order; ``told`` hears the bytes of results so far.

    ``size`` says how many bytes the result of an item has; ``work`` may run in another process, and twice for
    one item. Raises what ``work`` raises. Forks only from a process of one thread with more cores than one.
    """
    processes = min(len(os.sched_getaffinity(0)), 4)
    alone = len(items) < _FEWEST or processes == 1 or threading.active_count() > 1
    first = len(items) if alone else _FIRST
    done = 0
    for item in items[:first]:
        result = work(item)
        done += len(result)
        told(done)
        yield result
    if alone:
        return
    shares = [items[first + number :: processes] for number in range(processes)]
    results = _forked(shares, work, lambda count: told(done + count))
    places = [0] * processes
    for number, item in enumerate(items[first:]):
        child, length = number % processes, size(item)
        found = results[child][places[child] : places[child] + length]
        places[child] += length
        yield bytes(found) if len(found) == length else work(item)


def _forked(
    shares: Sequence[Sequence[T]], work: Callable[[T], bytes], told: Callable[[int], None]
) -> list[bytearray]:
    """Do each share in a child; return the bytes that came back from each."""
    results = [bytearray() for _ in shares]
    children = []
    gc.freeze()  # a child's collector must not touch, and so copy, what it shares
    try:
        with selectors.DefaultSelector() as selector:
            for share, result in zip(shares, results, strict=True):
                ours, theirs = os.pipe()
                children.append(process := os.fork())
                if process == 0:
                    os.close(ours)
                    _work(share, work, theirs)
                os.close(theirs)
                selector.register(ours, selectors.EVENT_READ, result)
            while selector.get_map():
                for key, _ in selector.select():
                    if piece := os.read(key.fd, _PIECE):
                        key.data.extend(piece)
                        told(sum(map(len, results)))
                    else:
                        selector.unregister(key.fd)
                        os.close(key.fd)
    finally:
        gc.unfreeze()
        for process in children:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)  # of one that is done this is no more than its name
            os.waitpid(process, 0)
    return results


def _work(share: Sequence[T], work: Callable[[T], bytes], out: int) -> NoReturn:
    """Do a share in a child and end it, whatever happens: nothing of the parent's is closed twice."""
    code = 1
    try:
        gc.disable()
        with os.fdopen(out, "wb") as file:
            for item in share:
                file.write(work(item))
        code = 0
    finally:
        os._exit(code)
