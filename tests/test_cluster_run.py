"""Leader, workers and servers as they run: what is refused, and a few blows."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from blocklist.privacy import load_key
from blocklist.store import open_workspace
from tests.cluster import fleet, run
from tests.nats_nodes import SERVER, laid, nodes, sweep

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

pytestmark = [
    pytest.mark.consumer,
    pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)"),
]


def worker(folder: Path, *urls: str, key: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-c", "from blocklist.cli import main; main()"]
    told = ["--workspace", str(folder), "worker", *urls, "--key", str(key), "--for", "8s"]
    return subprocess.run([*command, *told], capture_output=True, text=True, timeout=60, check=False)


def test_three_servers_and_workers_under_blows_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    blows = ("kill worker", "kill server", "pause worker")
    found = run(tmp_path, links=300, workers=3, count=3, blows=blows, seed=1, limit_s=200, claim_s=3)
    assert found.ended, (tmp_path / "fleet.log").read_text()[-2000:]
    assert (found.lost, found.twice, found.unreadable) == (0, 0, 0)
    assert found.impolite == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_harness_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    small = ("--links", "500", "--nodes", "1", "--workers", "1", "--blows", "0")
    command = [sys.executable, "-m", "tests.cluster", *small]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as harness:
        await_that(lambda: sum("crawler.cluster.worker" in line for line in naming(tmp_path)) == 1)
        harness.send_signal(number)
    assert harness.returncode in {-number, 128 + number}
    await_that(lambda: not naming(tmp_path))
    sweep()  # of one that was killed without a word, the next run takes the networks away
    assert laid(harness.pid) == []


def naming(folder: Path) -> list[str]:
    """Return the commands that are running and name ``folder``."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(each.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if str(folder) in line]


def await_that(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_with_another_key_is_refused(tmp_path: Path) -> None:
    with open_workspace(tmp_path, create=True) as workspace:
        assert workspace.pseudonymiser
    (tmp_path / "linkgazette.toml").write_text("[cluster]\nreplicas = 1\n")
    other = tmp_path / "other.key"
    load_key(other, create=True)
    with nodes(tmp_path, 1, apart=False) as servers:
        early = worker(tmp_path, *servers.urls, key=other)
        assert "nobody leads a crawl there yet; run `linkgazette crawl --cluster`" in early.stderr
        with fleet(tmp_path, servers.urls, workers=0) as crew:
            assert crew.leader is not None
            assert crew.leader.wait(timeout=60) == 0  # nothing is due: it set everything up and was done
            # With other settings, what is there already is changed.
            (tmp_path / "linkgazette.toml").write_text("[cluster]\nreplicas = 1\nshards = 8\nclaim = 6\n")
            crew.lead()
            assert crew.leader.wait(timeout=60) == 0
        refused = worker(tmp_path, *servers.urls, key=other)
    assert refused.returncode == 2
    assert "other.key: is not the leader's pseudonym key; copy that one here" in refused.stderr


def test_a_crawl_without_a_server_says_so(tmp_path: Path) -> None:
    with open_workspace(tmp_path, create=True):
        command = [sys.executable, "-P", "-c", "from blocklist.cli import main; main()"]
    told = ["--workspace", str(tmp_path), "crawl", "--cluster", "nats://127.0.0.1:1"]
    said = subprocess.run([*command, *told], capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 3
    assert said.stderr.splitlines()[-1].startswith("linkgazette: nats://127.0.0.1:1: no NATS server answers")
