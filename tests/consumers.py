"""Real programs on loopback for the tests of list files: start on a free port, ask, stop.

A test that needs a program that is not there is skipped and says which.
"""

import http.server
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

PATH = "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/bin"
READY_S = 60.0
OPEN = "192.0.2.80"
"""What a name resolves to that is not blocked."""


def program(name: str) -> str:
    """Return where ``name`` is; skip the test where it is not."""
    found = shutil.which(name, path=PATH)
    if found is None:
        pytest.skip(f"{name} is not installed (sh tests/run installs it with apt-get)")
    return found


def free_port() -> int:
    """Return a port that is free for UDP and TCP at this moment."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                    udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


@dataclass(frozen=True)
class Resolver:
    """A running name server."""

    port: int

    def ask(self, name: str, kind: str = "A", *, timeout: float = 3.0) -> tuple[str, list[str]]:
        """Return the response code and the data of the answer."""
        query = dns.message.make_query(name, kind)
        answer = dns.query.udp(query, "127.0.0.1", port=self.port, timeout=timeout)
        data = [
            str(record)
            for rrset in answer.answer
            for record in rrset
            if rrset.rdtype == query.question[0].rdtype
        ]
        return dns.rcode.to_text(answer.rcode()), data


@contextmanager
def running(command: list[str], folder: Path, port: int, *, listed: str) -> Iterator[Resolver]:
    """Run a name server until the block ends; its output is in the error when it does not start.

    It is ready when it answers for ``listed`` other than with an open address: BIND answers before it has
    read its policy zone.
    """
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    try:
        _await(process, log, port, listed)
        yield Resolver(port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], log: Path, port: int, listed: str) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"it stopped by itself:\n{log.read_text(errors='replace')}")
        try:
            if OPEN not in Resolver(port).ask(listed, timeout=0.5)[1]:
                return
        except (dns.exception.DNSException, OSError):
            pass
        time.sleep(0.02)
    raise AssertionError(f"it did not block a listed name in {READY_S} s:\n{log.read_text(errors='replace')}")


# --- programs that speak HTTP ---------------------------------------------------------------------------


class _Open(http.server.BaseHTTPRequestHandler):
    """Answers every request, whatever its host: what is not blocked is seen to get through."""

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    do_CONNECT = do_GET  # noqa: N815 - the name http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def open_web() -> Iterator[int]:
    """Serve 204 to every request, as the parent of a proxy; give the port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Open)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Gate:
    """A running program that lets requests through (204) or refuses them (403)."""

    port: int

    def send(self, request: str) -> int:
        """Send a request and return its status."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(f"{request}\r\nConnection: close\r\n\r\n".encode())
            line = connection.makefile("rb").readline()
        return int(line.split()[1])

    def get(self, url: str) -> int:
        """Ask for ``url`` as a browser asks its proxy."""
        host = url.split("/")[2]
        return self.send(f"GET {url} HTTP/1.1\r\nHost: {host}")

    def visit(self, host: str) -> int:
        """Ask a web server for its root under the name ``host``."""
        return self.send(f"GET / HTTP/1.1\r\nHost: {host}")

    def connect(self, host: str) -> int:
        """Ask a proxy for a tunnel, as a browser does for HTTPS."""
        return self.send(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443")


@contextmanager
def gate(command: list[str], folder: Path, port: int) -> Iterator[Gate]:
    """Run a program that listens on ``port`` until the block ends."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    try:
        end = time.monotonic() + READY_S
        while True:
            assert process.poll() is None, f"it stopped by itself:\n{log.read_text(errors='replace')}"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
                break
            except OSError:
                assert time.monotonic() < end, log.read_text(errors="replace")
                time.sleep(0.02)
        yield Gate(port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Make a folder that a program which gives up root can still read."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
