"""A command in a child of its own, loaded already, that can be killed or refused at a chosen point.

The points are what Python audits of the file system: each file opened for writing, renamed, linked, removed,
each folder made. At the chosen one the child either dies, with the file that it wrote last cut to half (what
a power cut leaves of it), or is refused with an error of the system's.
"""

import errno
import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocklist.cli import main

_CHANGES = {
    "os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod",
}  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_DEAD = -signal.SIGKILL
FULL, DENIED, BROKEN = errno.ENOSPC, errno.EACCES, errno.EIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    """Its exit code; negative: the signal that ended it."""
    out: str
    err: str
    points: int
    """How many points it passed, of those that are watched."""

    @property
    def killed(self) -> bool:
        return self.code == _DEAD

    def fault(self, *, codes: tuple[int, ...] = (0, 1, 2, 3, 130)) -> str:
        """Say what a person should never see; empty: nothing of it."""
        if self.code not in codes:
            return f"exit code {self.code}: {self.err[-200:]}"
        for word in ("Traceback", "unforeseen", "Exception ignored"):
            if word in self.err or word in self.out:
                return f"{word}: {(self.err + self.out)[-400:]}"
        if self.code in (2, 3) and not self.err.strip():
            return f"exit code {self.code} without a word"
        return ""


def call(
    *arguments: str | Path,
    folder: Path,
    kill_at: int = 0,
    refuse_at: int = 0,
    error: int = FULL,
    limit: int = 0,
    patience: float = 120,
) -> Ended:
    """Run ``linkgazette`` with ``arguments`` in ``folder``.

    ``kill_at`` and ``refuse_at`` count points below ``folder`` from 1; 0: none. ``limit`` is the largest file
    it may write, in bytes; 0: any. Raises TimeoutError after ``patience`` seconds.
    """
    out, err, passed = (folder.parent / f".{folder.name}.{name}" for name in ("out", "err", "points"))
    child = os.fork()
    if not child:
        _become(arguments, folder, (out, err, passed), (kill_at, refuse_at, error, limit))
    until = time.monotonic() + patience
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise TimeoutError(f"{arguments}: still at work after {patience} s")
        time.sleep(0.002)
    said = [path.read_text(errors="replace") for path in (out, err)]
    points = passed.stat().st_size if passed.exists() else 0
    return Ended(code=os.waitstatus_to_exitcode(status), out=said[0], err=said[1], points=points)


def _become(
    arguments: tuple[str | Path, ...],
    folder: Path,
    files: tuple[Path, Path, Path],
    how: tuple[int, int, int, int],
) -> None:
    """Be the child; never returns."""
    try:
        os.setsid()
        os.chdir(folder)
        sys.argv = ["linkgazette", *map(str, arguments)]
        for number, path in zip((0, 1, 2), (Path(os.devnull), *files[:2]), strict=True):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
        counted = os.open(files[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        kill_at, refuse_at, error, limit = how
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        points = _Points(folder, counted, kill_at=kill_at, refuse_at=refuse_at, error=error)
        # What was synced cannot be half there; the kernel outlives the child, so that nothing is waited for.
        os.sync = os.fsync = points.synced  # type: ignore[assignment]
        sys.addaudithook(points.heard)
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1)
    except BaseException:  # noqa: BLE001 - the parent reads of it what a terminal would show
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(99)
    os._exit(0)


class _Points:
    """Counts the points below a folder, and acts at the chosen one."""

    def __init__(self, folder: Path, counted: int, *, kill_at: int, refuse_at: int, error: int) -> None:
        self.below, self.counted, self.me = f"{folder}{os.sep}", counted, os.getpid()
        self.kill_at, self.refuse_at, self.error = kill_at, refuse_at, error
        self.passed, self.last = 0, ""

    def synced(self, *_: Any) -> None:
        """Take the place of a sync."""
        self.last = ""

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of one event of Python's."""
        path = _changed(event, arguments)
        if path is None or os.getpid() != self.me:
            return
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - no access to the disk
        if not whole.startswith(self.below):
            return
        os.write(self.counted, b".")
        self.passed += 1
        if self.passed == self.kill_at:
            self._die()
        if self.passed == self.refuse_at:
            raise OSError(self.error, os.strerror(self.error), whole)
        if event == "open":
            self.last = whole
        elif whole == self.last:
            self.last = ""  # another file bears that name now, maybe one that was there before

    def _die(self) -> None:
        last = Path(self.last)
        if self.last and last.is_file():
            os.truncate(last, last.stat().st_size // 2)
        os.kill(0, signal.SIGKILL)


def _changed(event: str, arguments: tuple[Any, ...]) -> str | bytes | os.PathLike[str] | None:
    """Return what an event changes on the disk; None: nothing, or what has no name."""
    if event == "open":
        path, _, flags = arguments
        path = path if (flags or 0) & _WRITES else None
    elif event in _CHANGES:
        path = arguments[1] if event in {"os.link", "os.symlink", "os.rename"} else arguments[0]
    else:
        return None
    return path if isinstance(path, str | bytes | os.PathLike) else None
