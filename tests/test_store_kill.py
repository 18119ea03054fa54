"""Two processes work on one frontier, and one is killed with -9: nothing is lost, nothing is done twice."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url

pytestmark = pytest.mark.edge

LINKS = 2000
WORKER = """
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from blocklist.model import Capture, Judgement, Label
from blocklist.store import open_workspace

judgement = Judgement(label=Label.CLEAR, category=None, grade=0, confidence=0, publishable=False,
                      reason="", evidence=(), policy="")
with open_workspace(Path(sys.argv[1]), create=False) as workspace:
    print("ready", flush=True)
    sys.stdin.readline()
    while workspace.links.next_due() < datetime.now(UTC):
        for link in workspace.links.lease(sys.argv[2], now=datetime.now(UTC), limit=40):
            time.sleep(0.001)  # as if fetching: lets the other process have the lock
            now = datetime.now(UTC)
            capture = Capture(link=link.id, fetched_at=now, peer=sys.argv[2])
            workspace.links.complete(sys.argv[2], capture, judgement, due_at=now + timedelta(days=1), now=now)
"""


def start(folder, name):
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", WORKER, folder, name], stdin=pipe, stdout=pipe, text=True)


def visits(workspace, worker):
    return workspace.database.value("SELECT count(*) FROM captures WHERE peer = ?", (worker,))


def test_of_two_workers_one_is_killed_and_every_link_is_visited_once(tmp_path):
    (tmp_path / "linkgazette.toml").write_text("[crawl]\nlease = 1\ntimeout = 0.5\n")
    with open_workspace(tmp_path, create=True) as workspace:
        urls = (f"https://shop{number % 300}.example/{number}" for number in range(LINKS))
        shares = [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls]
        assert workspace.shares.add(shares, now=datetime.now(UTC)).links_new == LINKS
        with start(tmp_path, "doomed") as doomed, start(tmp_path, "survivor") as survivor:
            assert doomed.stdout.readline() == survivor.stdout.readline() == "ready\n"
            for worker in (doomed, survivor):
                worker.stdin.write("go\n")
                worker.stdin.flush()
            give_up = time.monotonic() + 30
            while visits(workspace, "doomed") < LINKS // 20 and time.monotonic() < give_up:
                time.sleep(0.001)
            doomed.send_signal(signal.SIGKILL)
        assert (doomed.returncode, survivor.returncode) == (-signal.SIGKILL, 0)
        assert workspace.links.count() == LINKS
        per_link = workspace.database.rows("SELECT count(*) FROM verdicts GROUP BY link")
        assert [count for (count,) in per_link] == [1] * LINKS
        assert workspace.database.value("SELECT count(*) FROM captures") == LINKS
        assert 0 < visits(workspace, "doomed") < LINKS
        assert workspace.database.value("PRAGMA integrity_check") == "ok"
        assert not list(workspace.database.rows("PRAGMA foreign_key_check"))
