"""Becomes Chromium: a program of its own, since a process with threads must not run Python after a fork.

``python -I launch.py ORDER`` with a JSON order ``{"fds": [reads, writes], "uid", "gid", "memory", "cpu",
"file", "command"}``: takes the descriptors as 3 and 4 (where ``--remote-debugging-pipe`` looks), sets limits,
leaves root behind, and executes the command. Imports nothing of ours.
"""

import json
import os
import resource
import sys


def main() -> None:
    """Carry out the order."""
    order = json.loads(sys.argv[1])
    reads, writes = (os.dup2(fd, 100 + at) for at, fd in enumerate(order["fds"]))
    os.dup2(reads, 3)
    os.dup2(writes, 4)
    os.closerange(5, 256)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, order["memory"]),
        (resource.RLIMIT_CPU, order["cpu"]),
        (resource.RLIMIT_FSIZE, order["file"]),
    ):
        resource.setrlimit(what, (most, most))
    if order["uid"] is not None:
        os.setgroups([])
        os.setgid(order["gid"])
        os.setuid(order["uid"])
    os.nice(5)
    os.execv(order["command"][0], order["command"])  # noqa: S606 - the command is ours


if __name__ == "__main__":
    main()
