"""How many shares a second the service takes over HTTP, by wrk on loopback: `python tests/bench/reports.py`.

Batches of JSON Lines with distinct URLs, each batch flushed to disk before its answer. Beside it the
floor: the same server parses each line, keeps nothing and answers. Needs Debian's `wrk`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script: `tests` is no installed package

from blocklist.store import open_workspace
from tests.service_process import a_key, serving

_SCRIPT = """
local number = 0
local thread_number = 0
function setup(thread)
  thread:set("me", thread_number)
  thread_number = thread_number + 1
end
function request()
  local rows = {{}}
  for each = 1, {batch} do
    number = number + 1
    rows[each] = string.format(
      '{{"url":"https://shop%d-%d.example/offer?id=%d","account":"u%d","group":"g%d","surface":"group"}}',
      me, number, number, number % 5000, number % 300)
  end
  return wrk.format("POST", "/api/shares",
    {{["Authorization"] = "Bearer {key}", ["Content-Type"] = "application/jsonl"}}, table.concat(rows, "\\n"))
end
"""


_FLOOR = """
import socket
import orjson, uvicorn

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part["body"], part["more_body"]
    taken = len([orjson.loads(line) for line in body.splitlines()])
    await send({"type": "http.response.start", "status": 202, "headers": []})
    await send({"type": "http.response.body", "body": b'{"accepted":%d}' % taken})

listening = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run([listening])
"""


@dataclass
class Load:
    """What wrk brought about."""

    requests: int
    took: float
    """Seconds."""
    cpu: float
    """Seconds, of the server."""


def loaded(origin: str, process: int, script: Path, *, seconds: int, connections: int) -> Load:
    """Post as ``script`` says, for so many seconds."""
    began, before = time.monotonic(), cpu_of(process)
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "-s",
        str(script),
        origin,
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(said)
    requests = re.search(r"(\d+) requests in", said)
    assert requests
    return Load(int(requests[1]), time.monotonic() - began, cpu_of(process) - before)


def cpu_of(process: int) -> float:
    """Return the seconds of CPU that a process has used."""
    used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Start a service, load it, and print the figures; then the same of the floor."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--batch", type=int, default=500)
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--connections", type=int, default=4)
    given = asked.parse_args()
    as_asked = {"seconds": given.seconds, "connections": given.connections}
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "ws"
        workspace.mkdir()
        (workspace / "linkgazette.toml").write_text("[serve]\nkey_per_minute = 1000000\n")
        key = a_key(workspace, "--daily", "100000000")
        script = Path(folder) / "post.lua"
        script.write_text(_SCRIPT.format(batch=given.batch, key=key), encoding="utf-8")
        with serving(workspace, log=Path(folder) / "log") as served:
            ours = loaded(served.public, served.process.pid, script, **as_asked)
        with open_workspace(workspace, create=False) as opened:
            kept = opened.shares.count()
        with subprocess.Popen([sys.executable, "-c", _FLOOR], stdout=subprocess.PIPE, text=True) as bare:
            assert bare.stdout
            floor = loaded(bare.stdout.readline().strip(), bare.pid, script, **as_asked)
            bare.kill()
    rate = kept / ours.cpu
    print(
        f"{kept} shares kept in {ours.took:.1f} s: {kept / ours.took:,.0f} a second, {rate:,.0f} a CPU second"
    )
    taken = floor.requests * given.batch
    bare_rate = taken / floor.cpu
    print(
        f"floor, parsed and not kept: {taken / floor.took:,.0f} a second, {bare_rate:,.0f} a CPU second; "
        f"ours by CPU {rate / bare_rate:.3f} of it"
    )


if __name__ == "__main__":
    main()
