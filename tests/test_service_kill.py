"""The service as a process: what was answered 202 outlives kill -9, and a stop lets calls finish."""

import http.client
import itertools
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import orjson
import pytest

from blocklist.store import open_workspace
from tests.service_process import a_key, serving

pytestmark = pytest.mark.edge


def test_what_was_answered_202_is_there_after_kill_9(tmp_path):
    workspace = tmp_path / "ws"
    key = a_key(workspace)
    numbers = itertools.count()
    answered: list[str] = []
    enough = threading.Event()

    def report(address: str) -> None:
        connection = http.client.HTTPConnection(address, timeout=60)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/jsonl"}
        while True:
            urls = [f"https://s{next(numbers)}.example/p" for _ in range(40)]
            body = b"\n".join(orjson.dumps({"url": url, "account": url}) for url in urls)
            try:
                connection.request("POST", "/api/shares", body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                return
            assert answer.status == 202
            answered.extend(urls)
            if len(answered) >= 400:
                enough.set()

    with serving(workspace, log=tmp_path / "log") as served:
        address = served.public.removeprefix("http://")
        threads = [threading.Thread(target=report, args=(address,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert enough.wait(120)
        served.process.kill()  # in mid-flight: the others are still sending
        for thread in threads:
            thread.join(60)
    with open_workspace(workspace, create=False) as opened:
        kept = {share.url for _, share in opened.shares.with_links()}
    assert set(answered) <= kept


def test_a_stop_ends_it_in_good_order_and_no_secret_is_in_the_log(tmp_path):
    workspace, log = tmp_path / "ws", tmp_path / "log"
    key = a_key(workspace)
    with serving(workspace, log=log) as served:
        connection = http.client.HTTPConnection(served.public.removeprefix("http://"), timeout=60)
        connection.request(
            "POST",
            "/api/shares",
            orjson.dumps({"url": "https://a.example/?token=planted-token", "account": "planted-account"}),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        assert connection.getresponse().status == 202
        connection.close()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(60) == 0
    lines = [orjson.loads(line) for line in log.read_bytes().splitlines()]
    assert [line["event"] for line in lines] == ["request", "stopped"]
    assert "planted" not in log.read_text()
    assert key.rpartition("_")[2] not in log.read_text()


_READS = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from crawler.commands.passages import _limit
if __name__ == "__main__":
    reader = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_limit)
    print(reader.submit(os.getpid).result(60), flush=True)
    time.sleep(60)
"""


def test_the_reader_of_hostile_pages_does_not_outlive_a_service_that_was_killed(tmp_path):
    """It stayed for ever, with the judge's tables in memory: one for each time that a service was killed."""
    program = tmp_path / "service.py"
    program.write_text(_READS)
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as service:
        reader = int(service.stdout.readline())
        service.kill()
    patience = time.monotonic() + 30
    while Path(f"/proc/{reader}").exists() and time.monotonic() < patience:
        time.sleep(0.02)
    assert not Path(f"/proc/{reader}").exists()
