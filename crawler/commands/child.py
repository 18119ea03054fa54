"""The process that does the work, as the command sees it: started, listened to, stopped gently."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
import orjson

from blocklist.errors import InputError, LinkgazetteError, RefusedError, TroubleError
from crawler.fetch.report import CrawlReport

_ERRORS: dict[int, type[LinkgazetteError]] = {1: RefusedError, 2: InputError, 3: TroubleError}

Progress = Callable[[CrawlReport], None]


def supervise(
    module: str,
    order: dict[str, Any],
    *,
    progress: Progress | None = None,
    visited: Callable[[dict[str, Any]], None] | None = None,
) -> CrawlReport:
    """Run ``module`` with ``order`` in a process of its own, wait for it, return its report.

    ``visited`` is called with what a log says of every verdict, if the order asks for it. Raises the
    LinkgazetteError that the process ended with, TroubleError when it was killed, KeyboardInterrupt when it
    was stopped before it had anything to report.
    """
    # -P: a file in the current folder must not stand in for a module. A process group of its own: Ctrl-C
    # comes here alone and is passed on once.
    command = [sys.executable, "-P", "-m", module, orjson.dumps(order).decode()]
    with subprocess.Popen(  # noqa: S603 - our own module, arguments as JSON
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    ) as child:
        last: dict[str, Any] = {}
        for message in _messages(child):
            last = message
            if progress is not None and "progress" in message:
                progress(CrawlReport(**message["progress"]))
            if visited is not None and "visit" in message:
                visited(message["visit"])
        code = child.wait()
        interrupted = child.stdin is not None and child.stdin.closed
    if "report" in last:
        return CrawlReport(**last["report"])
    if interrupted:  # before it had anything to report
        raise KeyboardInterrupt
    if "error" in last:
        raise _ERRORS.get(last["exit_code"], TroubleError)(last["error"])
    ended = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    raise TroubleError(
        f"the crawl worker {ended}; what was stored is kept, run the command again for the rest"
    )


def _messages(child: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    """Yield what the child says, line by line; the first Ctrl-C stops it gently, the second at once."""
    assert child.stdin is not None
    assert child.stdout is not None
    while True:
        try:
            line = child.stdout.readline()
        except KeyboardInterrupt:
            if child.stdin.closed:
                child.kill()
            else:
                click.echo("stopping when what is under way is done; Ctrl-C again stops at once", err=True)
            # The end of its input, not a signal: a child that is still starting would die of that.
            child.stdin.close()
            continue
        if not line:
            return
        if line.endswith(b"\n"):  # else it was killed in mid-line, and its exit code tells the rest
            yield orjson.loads(line)
