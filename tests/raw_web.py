"""A loopback server that says what it is told, byte for byte, and notes what it was asked."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
PAGE = b"<title>A page</title><p>Nothing but a friendly page about gardens and their birds.</p>"


def page(body: bytes = PAGE) -> bytes:
    return OK % (len(body), body)


@dataclass
class Wire:
    """One connection, as a script sees it."""

    socket: socket.socket
    over: threading.Event
    asked: list[bytes] = field(default_factory=list)

    def request(self) -> bytes:
        """The next request's head; empty: the client has left."""
        got = b""
        while not got.endswith(b"\r\n\r\n"):
            byte = self.socket.recv(1)
            if not byte:
                return b""
            got += byte
        self.asked.append(got)
        return got

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def pause(self, seconds: float = 600) -> None:
        if self.over.wait(seconds):
            raise ConnectionAbortedError

    def endless(self, data: bytes) -> None:
        while not self.over.is_set():
            self.socket.sendall(data)


Script = Callable[[Wire], None]


def saying(*answers: bytes) -> Script:
    """Answer the requests of a connection with these, in turn, then hang up."""

    def script(wire: Wire) -> None:
        for answer in answers:
            if not wire.request():
                return
            wire.send(answer)

    return script


class RawWeb:
    """Runs ``script`` for every connection."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.tls = tls
        self.wires: list[Wire] = []
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def asked(self) -> list[bytes]:
        return [request for wire in self.wires for request in wire.asked]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            client.settimeout(30)
            if self.tls is None:
                self._talk(client)
                return
            with self.tls.wrap_socket(client, server_side=True) as secure:
                self._talk(secure)

    def _talk(self, client: socket.socket) -> None:
        wire = Wire(client, self.over)
        self.wires.append(wire)
        self.script(wire)

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@contextmanager
def raw_web(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[RawWeb]:
    web = RawWeb(script, tls=tls)
    try:
        yield web
    finally:
        web.close()
