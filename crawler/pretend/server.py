"""The pretend web: every host of the table on one loopback port, plain HTTP and TLS alike.

A crawl sees it with ``[crawl] resolve = "127.0.0.1:PORT"``. Threads and sockets live here; what a host
answers is in ``sites`` (pages), ``behaviours`` (traps) and ``answer`` (the wire).
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from crawler.pretend.answer import Answer, html, write_answer
from crawler.pretend.certificates import Certificates
from crawler.pretend.directory import Directory
from crawler.pretend.request import Request, read_request
from crawler.pretend.shares import pretend_shares
from crawler.pretend.sites import SITES, Site

LOOPBACK = "127.0.0.1"
TLS_HANDSHAKE = b"\x16"  # first byte of a TLS record that opens a handshake, RFC 8446 section 5.1
IDLE_S = 30.0
BACKLOG = 512


class PretendWeb:
    """A threaded loopback server; use it as a context manager.

    ``sites`` is what it serves; ``saved`` adds hosts that answer every path with one saved page (bytes are
    sent as UTF-8 HTML, an ``Answer`` as it is); ``port`` 0 takes a free one.
    """

    def __init__(
        self,
        *,
        sites: Sequence[Site] = SITES,
        saved: Mapping[str, bytes | Answer] | None = None,
        port: int = 0,
    ) -> None:
        pages = {
            host: html(page) if isinstance(page, bytes) else page for host, page in (saved or {}).items()
        }
        self.log: list[Request] = []
        self.connects = 0
        self._directory = Directory(sites, pages)
        self._certificates = Certificates(self._directory.faults)
        self._wanted_port = port
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: set[threading.Thread] = set()

    def __enter__(self) -> Self:
        self._listener = socket.create_server((LOOPBACK, self._wanted_port), backlog=BACKLOG)
        self._stop.clear()
        self._start(self._accept)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        with self._lock:
            for client in self._open:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
            threads = tuple(self._threads)
        for thread in threads:
            thread.join(timeout=5)
        self._listener.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        port = self._listener.getsockname()[1]
        assert isinstance(port, int)
        return port

    @property
    def address(self) -> str:
        """``127.0.0.1:PORT``, as ``[crawl] resolve`` takes it."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def authority_pem(self) -> bytes:
        """Certificate of the pretend authority, for a client that is to trust it."""
        return self._certificates.authority_pem

    def shares(self, now: datetime) -> list[dict[str, Any]]:
        """Return the rows a platform would report about these sites, the newest just before ``now``."""
        return pretend_shares(now)

    def requests(self, host: str) -> list[Request]:
        """Return what a host was asked so far, in order."""
        with self._lock:
            return [request for request in self.log if request.host == host]

    # --- connections ----------------------------------------------------------------------------------

    def _start(self, work: Any, *args: Any) -> None:
        thread = threading.Thread(target=self._run, args=(work, *args), name="pretend", daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _run(self, work: Any, *args: Any) -> None:
        try:
            work(*args)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connects += 1
                number = self.connects
            self._start(self._serve, client, number)

    def _serve(self, client: socket.socket, number: int) -> None:
        # A client that leaves, resets or speaks no TLS is everyday life here and ends the connection only.
        with suppress(OSError), self._watched(client):
            client.settimeout(IDLE_S)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if client.recv(1, socket.MSG_PEEK) != TLS_HANDSHAKE:
                self._talk(client, number)
                return
            entrance = self._certificates.entrance()
            secure = entrance.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
            with self._watched(secure):
                secure.do_handshake()
                self._talk(secure, number)

    def _talk(self, client: socket.socket, number: int) -> None:
        with client.makefile("rb") as stream:
            tls = isinstance(client, ssl.SSLSocket)
            while not self._stop.is_set():
                request = read_request(stream, tls=tls, connection=number)
                if request is None or not self._reply(client, request):
                    return

    @contextmanager
    def _watched(self, client: socket.socket) -> Iterator[None]:
        """Close the socket at the end, and let a stop of the whole web find it before."""
        with self._lock:
            self._open.add(client)
        try:
            with client:
                yield
        finally:
            with self._lock:
                self._open.discard(client)

    def _reply(self, client: socket.socket, request: Request) -> bool:
        with self._lock:
            self.log.append(request)
        answer = self._directory.answer(request, port=self.port, pause=self._pause)
        if answer.hang_up:
            return False
        write_answer(client.sendall, answer, head_only=request.method == "HEAD")
        return request.keeps_alive

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise ConnectionAbortedError
