"""Leader, workers and servers as they run: what is refused, and a few blows."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist.errors import InputError, TroubleError
from blocklist.privacy import load_key
from blocklist.store import open_workspace
from crawler.commands.worker import worker
from tests.cluster import run
from tests.forked import Forked
from tests.nats_nodes import SERVER, laid, nodes, sweep

pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")

from crawler.cluster.lead import lead
from crawler.cluster.worker import work

pytestmark = [
    pytest.mark.edge,
    pytest.mark.consumer,
    pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)"),
]


def test_three_servers_and_workers_under_blows_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    blows = ("kill worker", "kill server", "pause worker")
    found = run(
        tmp_path, links=300, workers=3, count=3, blows=blows, seed=1, limit_s=200, claim_s=3, kind=Forked
    )
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
        order = {"servers": servers.urls, "key": str(other)}
        with pytest.raises(TroubleError, match="nobody leads a crawl there yet; run `linkgazette crawl --c"):
            work(order, BytesIO())
        led(tmp_path, servers.urls)  # nothing is due: it sets everything up and is done
        # With other settings, what is there already is changed.
        (tmp_path / "linkgazette.toml").write_text("[cluster]\nreplicas = 1\nshards = 8\nclaim = 6\n")
        led(tmp_path, servers.urls)
        refused = CliRunner().invoke(worker, [*servers.urls, "--key", str(other)], obj=tmp_path)
    assert isinstance(refused.exception, InputError)
    assert f"{other}: is not the leader's pseudonym key; copy that one here" in str(refused.exception)


def led(folder: Path, urls: list[str]) -> None:
    lead(folder, urls, limit=None, everything=False, seconds=None, watch=False, progress=lambda _: None)


def test_a_crawl_without_a_server_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cluster.door._FIRST_S", 0.2)
    with open_workspace(tmp_path, create=True):
        pass
    with pytest.raises(TroubleError, match="no NATS server answers"):
        led(tmp_path, ["nats://127.0.0.1:1"])
