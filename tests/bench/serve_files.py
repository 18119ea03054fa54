"""What a static server takes to hand out a list: ``python tests/bench/serve_files.py [--entries N]``.

Two releases of a made-up list, 1% apart, behind Debian's nginx with the repository's ``deploy/nginx.conf``,
one worker, on loopback; clients that keep their connections ask for what real ones ask for. Prints for each
kind of request the bytes on the wire, headers included, and requests a second of the server's own CPU time
(the clients here are Python, and slower than it); then what one client costs in a day, by how it keeps up.
``--releases`` serves two that ``publish.py --into`` left.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script: `tests` is no installed package

from blocklist.release.deltas import delta_files
from blocklist.release.patches import patch_files
from tests.bench.publish import changed, listing_of, made_up, publish
from tests.consumers import free_port

_CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"
_CLIENTS = 4
_MOST_BYTES = 1 << 31
"""Of one kind of answer, in all."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ETAG = re.compile(r"\r\netag: *([^\r]+)", re.IGNORECASE)
_ASKS = 24
"""Times a day that a client asks whether there is news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One kind of request."""

    status: int
    wire: int
    """Bytes of the answer, headers included."""
    rate: float
    """Requests a second of the server's CPU time."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where to write")
    parser.add_argument("--releases", type=Path, help="folder of two releases that are there already")
    asked = parser.parse_args()
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is not here: apt-get install nginx-light")
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        home = (asked.releases or Path(name)).resolve()
        if asked.releases is None:
            _release(home, asked.entries)
        listed = home / "2" / "list"
        delta, patch = (
            str(next(listed.glob(each)).relative_to(listed)) for each in ("delta/*.json", "patch/*")
        )
        shard = next((home / "2/list/prefixes").glob("[0-9a-f]*.json")).name
        with _served(home) as (port, workers):
            paths = {
                "manifest": "/list/manifest.json",
                "whole RPZ": "/list/rpz.zone",
                "whole Adblock list": "/list/adblock.txt",
                "whole record": "/list/entries.jsonl",
                "RPZ of one category": "/list/by-category/tobacco/rpz.zone",
                "delta of the record": f"/list/{delta}",
                "Adblock patch": f"/list/{patch}",
                "shard": f"/list/prefixes/{shard}",
            }
            paths = {what: path for what, path in paths.items() if Path(f"{home}/2{path}").is_file()}
            entries = orjson.loads((listed / "manifest.json").read_bytes())["counts"]["entries"]
            print(f"{entries:,} entries, 1% changed; nginx, one worker")
            print(f"  {'':<22}{'status':>7}{'bytes':>12}{'requests/s of CPU':>20}")
            costs: dict[str, Cost] = {}
            for what, path in paths.items():
                costs[what] = _cost(port, workers, path, {}, asked.requests)
                _print(what, costs[what])
            etag = _ETAG.search(_Client(port).ask(paths["whole RPZ"], {})[1])
            assert etag
            costs["not modified"] = _cost(
                port, workers, paths["whole RPZ"], {"If-None-Match": etag[1]}, asked.requests
            )
            _print("not modified", costs["not modified"])
        _days(costs)


def _release(home: Path, count: int) -> None:
    first = listing_of(made_up(range(count)))
    later = changed(first, 0.01)
    before = publish(home, 1, first, signed=False)
    after = publish(home, 2, later, before=(before.built.release, first), signed=False)
    digest = next(each.sha256 for each in after.built.files if each.name == "entries.jsonl")
    names = [each.name for each in after.built.files]
    folder = home / "2" / "list"
    steps = [*delta_files(home / "1", 2, folder, digest), *patch_files(home / "1", folder, names)]
    for name, data in steps:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, list[int]]]:
    """Serve the second release; give the port and the ids of nginx's workers."""
    port = free_port()
    own = _CONFIG.read_text().replace("8080", f"127.0.0.1:{port}").replace("/srv/www/public", str(home / "2"))
    places = "".join(
        f"{kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = (
        f"daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log; user root;\n"
        f"events {{ worker_connections 512; }}\n"
        f"http {{ access_log off; sendfile on; keepalive_requests 1000000;\n{places}{own}}}\n"
    )
    (home / "nginx.conf").write_text(text)
    server = subprocess.Popen(["nginx", "-c", str(home / "nginx.conf"), "-e", f"{home}/error.log"])
    try:
        for _ in range(100):
            time.sleep(0.05)
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        yield port, [int(each) for each in children]
    finally:
        server.terminate()
        server.wait(10)


class _Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str, headers: Mapping[str, str]) -> tuple[int, str, int]:
        """Return status, head and bytes of the answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"GET {path} HTTP/1.1\r\nHost: gazette.example\r\nAccept-Encoding: gzip\r\n{lines}\r\n"
        self._socket.sendall(request.encode())
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._socket.recv(1 << 16)
        head = data[: end + 2]
        found = _LENGTH.search(head)
        total = end + 4 + (int(found[1]) if found else 0)
        rest = total - len(data)
        while rest > 0:
            rest -= len(self._socket.recv(min(rest, 1 << 20)))
        return int(head[9:12]), head.decode("latin-1"), total


def _cost(port: int, workers: list[int], path: str, headers: Mapping[str, str], requests: int) -> Cost:
    status, _, wire = _Client(port).ask(path, headers)
    requests = max(20, min(requests, _MOST_BYTES // wire))
    before = _cpu(workers)
    _at_once(lambda client: [client.ask(path, headers) for _ in range(requests // _CLIENTS)], port)
    spent = max(_cpu(workers) - before, 1 / os.sysconf("SC_CLK_TCK"))
    return Cost(status=status, wire=wire, rate=requests / spent)


def _at_once(work: Callable[[_Client], object], port: int) -> None:
    threads = [threading.Thread(target=work, args=(_Client(port),)) for _ in range(_CLIENTS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _cpu(processes: list[int]) -> float:
    """Return the CPU seconds that ``processes`` have had (proc(5), fields 14 and 15)."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _print(what: str, cost: Cost) -> None:
    print(f"  {what:<22}{cost.status:>7}{cost.wire:>12,}{cost.rate:>20,.0f}")


def _days(costs: Mapping[str, Cost]) -> None:
    """Print what a client costs in a day of one release, of which it asks every hour."""
    idle = (_ASKS - 1) * costs["not modified"].wire
    asks = _ASKS * costs["manifest"].wire
    print(f"one client, one day, one release of 1% change, asked {_ASKS} times; bytes")
    for what, file, times, more in (
        ("whole RPZ, conditional", "whole RPZ", 1, idle),
        ("whole RPZ, every time", "whole RPZ", _ASKS, 0),
        ("whole Adblock list, conditional", "whole Adblock list", 1, idle),
        ("whole record, conditional", "whole record", 1, idle),
        ("Adblock patch", "Adblock patch", 1, idle),
        ("record by delta, its manifest every time", "delta of the record", 1, asks),
        ("record by delta, conditional", "delta of the record", 1, costs["manifest"].wire + idle),
        ("one category's RPZ, conditional", "RPZ of one category", 1, idle),
        ("100 private look-ups by shard", "shard", 100, 0),
    ):
        if file in costs:
            print(f"  {what:<42}{times * costs[file].wire + more:>16,}")


if __name__ == "__main__":
    main()
