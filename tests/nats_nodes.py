"""NATS servers that a test starts, kills, cuts off and mends: each in a network of its own, where we may.

With the right to make network namespaces every node has one, on a bridge, and cutting it off takes its cable
out; without, nodes are on loopback, and a node that is cut off is stopped in mid-breath (SIGSTOP).

Namespaces, bridge and cables carry the id of the process that laid them, so that two runs are not in each
other's way, and the next run takes away what one that was killed with -9 left.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.mortal import MORTAL

SERVER = shutil.which("nats-server", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
"""Debian's nats-server; None: not installed."""
_OURS = re.compile(r"lgz(\d+)[bns]\d*")
"""Names of network namespaces and of our ends of cables: the process, what it is, which node's."""


def may_cut() -> bool:
    """Tell whether this process may make network namespaces."""
    if os.geteuid() or shutil.which("ip") is None:
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0


class Nodes:
    """So many servers, one cluster."""

    def __init__(self, folder: Path, count: int, *, apart: bool) -> None:
        self._folder = folder
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._net = Cables(count) if apart else None
        self._hosts = [self._net.host(n) if self._net else "127.0.0.1" for n in range(count)]
        self._ports = [(4222, 6222) if apart else (_free_port(), _free_port()) for _ in range(count)]
        self.watched = [_free_port() for _ in range(count)]
        """Ports at which each tells of itself over HTTP."""

    @property
    def urls(self) -> list[str]:
        return [f"nats://{host}:{port}" for host, (port, _) in zip(self._hosts, self._ports, strict=True)]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes.values()]

    def start(self, number: int) -> None:
        host, (port, inner) = self._hosts[number], self._ports[number]
        routes = ",".join(
            f"nats://{other}:{ports[1]}" for other, ports in zip(self._hosts, self._ports, strict=True)
        )
        command = [
            SERVER or "nats-server",
            *("-js", "-sd", str(self._folder / f"node-{number}"), "--server_name", f"node-{number}"),
            *("-a", host, "-p", str(port), "-m", str(self.watched[number])),
        ]
        if len(self._hosts) > 1:
            command += ["--cluster_name", "test", "--cluster", f"nats://{host}:{inner}", "--routes", routes]
        if self._net:
            command = ["ip", "netns", "exec", self._net.space(number), *command]
        command = [*MORTAL, *command]
        log = (self._folder / f"node-{number}.log").open("ab")
        with log:
            self._processes[number] = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._processes[number].pid, signal.SIGKILL)
        self._processes[number].wait()

    def cut(self, number: int) -> None:
        if self._net:
            self._net.pull(number)
        else:
            os.killpg(self._processes[number].pid, signal.SIGSTOP)

    def mend(self, number: int) -> None:
        if self._net:
            self._net.plug_in(number)
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._processes[number].pid, signal.SIGCONT)

    def end(self) -> None:
        for number in list(self._processes):
            if not self._net:
                self.mend(number)
            self.kill(number)
        if self._net:
            self._net.remove()

    def await_all(self) -> None:
        """Wait until every node takes connections."""
        for host, (port, _) in zip(self._hosts, self._ports, strict=True):
            await_port(host, port)


def await_port(host: str, port: int, *, seconds: float = 20) -> None:
    """Wait until connections are taken there."""
    end = time.monotonic() + seconds
    while True:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        if time.monotonic() > end:
            raise TimeoutError(f"{host}:{port} does not answer")
        time.sleep(0.02)


class Cables:
    """So many network namespaces on one bridge; gone after ``remove``."""

    def __init__(self, count: int) -> None:
        sweep()
        self._name = f"lgz{os.getpid()}"
        self._subnet = _free_subnet()
        try:
            self._lay(count)
        except BaseException:
            self.remove()
            raise

    def _lay(self, count: int) -> None:
        _ip("link", "add", f"{self._name}b", "type", "bridge")
        _ip("addr", "add", f"{self._subnet}.1/24", "dev", f"{self._name}b")
        _ip("link", "set", f"{self._name}b", "up")
        for number in range(count):
            space, outer, inner = self.space(number), self._outer(number), f"{self._name}i{number}"
            _ip("netns", "add", space)
            _ip("link", "add", outer, "type", "veth", "peer", "name", inner)
            _ip("link", "set", inner, "netns", space)
            _ip("link", "set", outer, "master", f"{self._name}b", "up")
            _ip("-n", space, "addr", "add", f"{self.host(number)}/24", "dev", inner)
            _ip("-n", space, "link", "set", inner, "up")
            _ip("-n", space, "link", "set", "lo", "up")

    def host(self, number: int) -> str:
        return f"{self._subnet}.{10 + number}"

    def space(self, number: int) -> str:
        return f"{self._name}s{number}"

    def _outer(self, number: int) -> str:
        return f"{self._name}n{number}"

    def pull(self, number: int) -> None:
        _ip("link", "set", self._outer(number), "down")

    def plug_in(self, number: int) -> None:
        _ip("link", "set", self._outer(number), "up")

    def remove(self) -> None:
        _remove(os.getpid())


def sweep() -> None:
    """Take away what runs laid that are no more."""
    if may_cut():
        for pid in {pid for pid, _ in _all_laid() if not Path("/proc", str(pid)).exists()}:
            _remove(pid)


def laid(pid: int) -> list[str]:
    """Return the links and namespaces that are there of process ``pid``."""
    return [name for of, name in _all_laid() if of == pid] if may_cut() else []


def _all_laid() -> list[tuple[int, str]]:
    said = _ip("-br", "link").split() + _ip("netns").split()
    found = (_OURS.fullmatch(word.partition("@")[0]) for word in said)
    return [(int(each[1]), each[0]) for each in found if each]


def _remove(pid: int) -> None:
    for name in laid(pid):
        kind = ("netns", "del") if "s" in name else ("link", "del")
        subprocess.run(["ip", *kind, name], capture_output=True, check=False)


def _free_subnet() -> str:
    taken = _ip("-br", "addr")
    return next(net for n in range(256) if (net := f"10.213.{(os.getpid() + n) % 256}") not in taken)


@contextmanager
def nodes(folder: Path, count: int, *, apart: bool | None = None) -> Iterator[Nodes]:
    """Run ``count`` servers; ``apart``: each in a network of its own (None: where that may be)."""
    made = Nodes(folder, count, apart=may_cut() if apart is None else apart)
    try:
        for number in range(count):
            made.start(number)
        made.await_all()
        yield made
    finally:
        made.end()


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], capture_output=True, check=True, text=True).stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
