"""NATS servers that a test starts, kills, cuts off and mends: each in a network of its own, where we may.

With the right to make network namespaces every node has one, on a bridge, and cutting it off takes its cable
out; without, nodes are on loopback, and a node that is cut off is stopped in mid-breath (SIGSTOP).
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER = shutil.which("nats-server", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
"""Debian's nats-server; None: not installed."""
_BRIDGE, _SUBNET = "lgzbr0", "10.213.77"


def may_cut() -> bool:
    """Tell whether this process may make network namespaces."""
    if os.geteuid() or shutil.which("ip") is None:
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0


class Nodes:
    """So many servers, one cluster."""

    def __init__(self, folder: Path, count: int, *, apart: bool) -> None:
        self._folder = folder
        self._apart = apart
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._hosts = [f"{_SUBNET}.{10 + n}" if apart else "127.0.0.1" for n in range(count)]
        self._ports = [(4222, 6222) if apart else (_free_port(), _free_port()) for _ in range(count)]

    @property
    def urls(self) -> list[str]:
        return [f"nats://{host}:{port}" for host, (port, _) in zip(self._hosts, self._ports, strict=True)]

    def start(self, number: int) -> None:
        host, (port, inner) = self._hosts[number], self._ports[number]
        routes = ",".join(
            f"nats://{other}:{ports[1]}" for other, ports in zip(self._hosts, self._ports, strict=True)
        )
        command = [
            SERVER or "nats-server",
            *("-js", "-sd", str(self._folder / f"node-{number}"), "--server_name", f"node-{number}"),
            *("-a", host, "-p", str(port)),
        ]
        if len(self._hosts) > 1:
            command += ["--cluster_name", "test", "--cluster", f"nats://{host}:{inner}", "--routes", routes]
        if self._apart:
            command = ["ip", "netns", "exec", f"lgz{number}", *command]
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
        if self._apart:
            _ip("link", "set", f"lgzv{number}", "down")
        else:
            os.killpg(self._processes[number].pid, signal.SIGSTOP)

    def mend(self, number: int) -> None:
        if self._apart:
            _ip("link", "set", f"lgzv{number}", "up")
        else:
            os.killpg(self._processes[number].pid, signal.SIGCONT)

    def await_all(self, seconds: float = 20) -> None:
        """Wait until every node takes connections."""
        end = time.monotonic() + seconds
        for host, (port, _) in zip(self._hosts, self._ports, strict=True):
            while True:
                with suppress(OSError), socket.create_connection((host, port), timeout=1):
                    break
                if time.monotonic() > end:
                    raise TimeoutError(f"{host}:{port} does not answer")
                time.sleep(0.05)


@contextmanager
def nodes(folder: Path, count: int, *, apart: bool | None = None) -> Iterator[Nodes]:
    """Run ``count`` servers; ``apart``: each in a network of its own (None: where that may be)."""
    apart = may_cut() if apart is None else apart
    made = Nodes(folder, count, apart=apart)
    if apart:
        _lay_cables(count)
    try:
        for number in range(count):
            made.start(number)
        made.await_all()
        yield made
    finally:
        for number in list(made._processes):
            made.mend(number)
            made.kill(number)
        if apart:
            _take_cables_away(count)


def _lay_cables(count: int) -> None:
    _take_cables_away(count)  # of a run that was killed
    _ip("link", "add", _BRIDGE, "type", "bridge")
    _ip("addr", "add", f"{_SUBNET}.1/24", "dev", _BRIDGE)
    _ip("link", "set", _BRIDGE, "up")
    for number in range(count):
        space, outer, inner = f"lgz{number}", f"lgzv{number}", f"lgzp{number}"
        _ip("netns", "add", space)
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner)
        _ip("link", "set", inner, "netns", space)
        _ip("link", "set", outer, "master", _BRIDGE, "up")
        _ip("-n", space, "addr", "add", f"{_SUBNET}.{10 + number}/24", "dev", inner)
        _ip("-n", space, "link", "set", inner, "up")
        _ip("-n", space, "link", "set", "lo", "up")


def _take_cables_away(count: int) -> None:
    for number in range(count):
        subprocess.run(["ip", "netns", "del", f"lgz{number}"], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", f"lgzv{number}"], capture_output=True, check=False)
    subprocess.run(["ip", "link", "del", _BRIDGE], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
