"""How many shares a second the service takes over HTTP, by wrk on loopback: `python tests/bench/reports.py`.

Batches of JSON Lines with distinct URLs, each batch flushed to disk before its answer. Needs Debian's `wrk`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
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


def main() -> None:
    """Start a service, load it, and print the figure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--batch", type=int, default=500)
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--connections", type=int, default=4)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "ws"
        workspace.mkdir()
        (workspace / "linkgazette.toml").write_text("[serve]\nkey_per_minute = 1000000\n")
        key = a_key(workspace, "--daily", "100000000")
        script = Path(folder) / "post.lua"
        script.write_text(_SCRIPT.format(batch=given.batch, key=key), encoding="utf-8")
        with serving(workspace, log=Path(folder) / "log") as served:
            began = time.monotonic()
            command = ["wrk", "-t1", f"-c{given.connections}", f"-d{given.seconds}s", "--timeout", "60s"]
            load = subprocess.run(
                [*command, "-s", script, served.public], check=True, capture_output=True, text=True
            )
            took = time.monotonic() - began
            used = Path(f"/proc/{served.process.pid}/stat").read_text().rpartition(")")[2].split()
            cpu = (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
        with open_workspace(workspace, create=False) as opened:
            kept = opened.shares.count()
    print(load.stdout)
    print(f"{kept} shares kept in {took:.1f} s: {kept / took:,.0f} a second, {kept / cpu:,.0f} a CPU second")


if __name__ == "__main__":
    main()
