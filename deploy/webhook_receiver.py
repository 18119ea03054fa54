"""A receiver of `linkgazette measures --deliver`, to begin one of your own with; needs only Python.

    python webhook_receiver.py webhook.secret 9000 taken.jsonl

A message is believed when its signature fits and its time is near (Standard Webhooks 1.0.0); it is answered
204 only when its lines are on disk, and one that came before is answered without being kept again. Put it
behind a reverse proxy that speaks https.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

TOLERANCE = 300  # seconds
LARGEST = 1_000_000  # bytes


def believed(headers: dict[str, str], body: bytes, secrets: list[bytes]) -> bool:
    """Tell whether a message is from whoever holds one of the secrets, and was sent just now."""
    message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE:
        return False
    signed = f"{message}.{stamp}.".encode() + body
    wanted = [b"v1," + base64.b64encode(hmac.digest(each, signed, hashlib.sha256)) for each in secrets]
    said = headers.get("webhook-signature", "").encode().split()
    return any([hmac.compare_digest(one, each) for one in said for each in wanted])  # noqa: C419 - all, in one time


def main() -> None:
    """Receive until stopped."""
    secrets = [
        base64.b64decode(line.removeprefix("whsec_")) for line in Path(sys.argv[1]).read_text().split()
    ]
    taken = Path(sys.argv[3])
    seen = {json.loads(line)["message"] for line in taken.open()} if taken.exists() else set()

    class Receiver(BaseHTTPRequestHandler):
        """Takes one message."""

        def do_POST(self) -> None:
            """Answer 204 when the message is kept, 401 when it is not believed."""
            body = self.rfile.read(min(int(self.headers.get("content-length", 0)), LARGEST))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if not believed(headers, body, secrets):
                self.send_error(401)
                return
            message = headers["webhook-id"]
            if message not in seen:
                with taken.open("a", encoding="utf-8") as out:
                    for line in json.loads(body)["data"]["lines"]:
                        out.write(json.dumps({"message": message, **line}) + "\n")
                    out.flush()
                    os.fsync(out.fileno())
                seen.add(message)
            self.send_response(204)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", int(sys.argv[2])), Receiver)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
