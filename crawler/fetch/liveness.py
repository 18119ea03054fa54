"""Which workers live: each locks a file of its own, so that a dead one's leases are taken over at once.

The kernel drops the lock with the process, however it dies; without this a killed crawl's links would wait
until their leases run out. One machine only, as SQLite is.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blocklist.errors import TroubleError
from blocklist.store import Workspace

FOLDER = "workers"


@contextmanager
def alive(workspace: Path) -> Iterator[str]:
    """Hold the lock of a new worker; gives its name, unique for all time."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
    path = workspace / FOLDER / f"{name}.lock"
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(exist_ok=True)
        file = new.open("x")
        # Locked before it has the name by which buriers look: else one takes it for a dead one's, and away.
        fcntl.flock(file, fcntl.LOCK_EX)
        new.rename(path)
    except OSError as error:
        raise TroubleError(
            f"{path}: cannot be made ({error.strerror}); make the workspace writable"
        ) from error
    with file:
        try:
            yield name
        finally:
            path.unlink(missing_ok=True)


def bury_dead(workspace: Workspace) -> int:
    """Give back the leases of workers that died; returns how many links are due again."""
    freed = 0
    for path in sorted((workspace.path / FOLDER).glob("*.lock")):
        try:
            with path.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                freed += workspace.links.give_back(path.stem)
                path.unlink(missing_ok=True)
        except OSError:  # it lives, or another burier was faster
            continue
    return freed
