"""A published folder behind Safe Browsing's addresses, and an open web behind a proxy, on loopback.

``python -m tests.safe_browsing_web public 8099`` serves a folder for a try in a browser.
"""

import http.server
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from blocklist.errors import InputError
from blocklist.lookup.safe_browsing import Asked, answer

MOUNT = "safe-browsing/"
FILES = "/list/"


class Web(http.server.ThreadingHTTPServer):
    """Answers for ``folder`` below ``MOUNT`` and gives its files; what is asked of it as a proxy is open."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.folder = folder
        self.asked: list[str] = []
        """Paths of the Safe Browsing requests, with their queries."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        if split.netloc or not split.path.startswith((f"/{MOUNT}", FILES)):
            self._send(200, b"<title>open</title>", "text/html")
            return
        self.server.asked.append(self.path)
        if split.path.startswith(FILES):  # as any static host would
            found = self.server.folder / "list"
            file = (found if found.is_dir() else self.server.folder) / split.path.removeprefix(FILES)
            self._send(200, file.read_bytes(), "application/octet-stream")
            return
        found = None
        try:
            found = answer(
                self.server.folder,
                Asked(
                    path=split.path.removeprefix(f"/{MOUNT}"),
                    query=split.query,
                    body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
                    media_type=self.headers.get("Content-Type", ""),
                    at=f"localhost:{self.server.port}/{MOUNT.rstrip('/')}",
                ),
            )
        except InputError as problem:
            self._send(400, str(problem).encode(), "text/plain")
            return
        if found is None:
            self._send(404, b"", "text/plain")
        else:
            self._send(200, found.body, found.media_type)

    do_POST = do_GET  # noqa: N815 - the base class's names

    def do_CONNECT(self) -> None:
        self._send(502, b"", "text/plain")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's signature
        pass

    def _send(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # the browser left the page
            self.wfile.write(body)


@contextmanager
def served(folder: Path) -> Iterator[Web]:
    """Serve until the block ends."""
    web = Web(folder)
    thread = threading.Thread(target=web.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


if __name__ == "__main__":
    Web(Path(sys.argv[1]), int(sys.argv[2])).serve_forever()
