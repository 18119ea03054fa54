"""A receiver of our messages on loopback, as a platform would write one; it can also fail, and be slow."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from standardwebhooks.webhooks import Webhook


class Hook:
    """What the receiver was sent, and how it is to answer."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.answers: list[int] = []
        """Statuses of the next requests, 200 after these; 0: hang up without an answer."""
        self.headers: dict[str, str] = {}
        """Added to each answer."""
        self.slow_s = 0.0
        self.requests: list[tuple[dict[str, str], bytes]] = []
        """All that came, believed or not."""
        self.ids: list[str] = []
        """Of the messages that were taken, each once."""
        self.lines: list[dict[str, Any]] = []

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Answer one request as told; a message that was taken before is taken once."""
        self.requests.append((headers, body))
        if self.slow_s:
            time.sleep(self.slow_s)
        told = self.answers.pop(0) if self.answers else 200
        if told != 200:
            return told
        said = Webhook(self.secret).verify(body, headers)  # raises where it is not to be believed
        if headers["webhook-id"] not in self.ids:
            self.ids.append(headers["webhook-id"])
            self.lines += said["data"]["lines"]
        assert said == json.loads(body)
        return 200


@contextmanager
def receiving(workspace: Path, **config: object) -> Iterator[Hook]:
    """Receive on a free port of loopback what ``workspace`` is then configured to send."""
    from blocklist.webhook.secret import make_secret  # noqa: PLC0415 - the benches start without it

    file = workspace / "webhook.secret"
    make_secret(file, rotate=False)
    hook = Hook(file.read_text().split()[0])

    class Handler(BaseHTTPRequestHandler):
        sink: ClassVar[Hook] = hook

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = self.sink.take({name.lower(): value for name, value in self.headers.items()}, body)
            if not status:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in self.sink.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    given = {"url": f"http://hook.example:{port}/in", "address": f"127.0.0.1:{port}", **config}
    lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
    (workspace / "linkgazette.toml").write_text("[webhook]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
