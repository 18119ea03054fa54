"""The hostile farm, visited once by one worker: every attack ends as its row says, and in little memory."""

import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from tests.hostile_farm import ATTACKS, Attack, farm

pytestmark = pytest.mark.edge

MOST_SECONDS = 60.0  # ten on a machine of its own; this one may be shared, and a hang is a hang
MOST_MEMORY_MB = 300


@dataclass
class Tour:
    """What the crawl left behind."""

    captures: dict[str, dict[str, Any]]
    verdicts: Counter[str]
    report: dict[str, Any]
    peak_mb: float
    """Of the worker."""


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    return visited(tmp_path_factory.mktemp("farm"))


def visited(folder: Path) -> Tour:
    """Crawl the whole farm with the usual number of places."""
    settings = '[crawl]\nresolve = "{}"\ndelay = 0\ntimeout = 5\nvantages = []\n'
    with open_workspace(folder, create=True) as opened:
        shares = [Share(url=parse_url(attack.url), surface=Surface.GROUP) for attack in ATTACKS]
        opened.shares.add(shares, now=datetime.now(UTC))
    with farm() as address:
        (folder / "linkgazette.toml").write_text(settings.format(address))
        order = orjson.dumps({"workspace": str(folder)}).decode()
        command = [sys.executable, "-P", "-m", "crawler.worker", order]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            peak, said = 0.0, b""
            for line in process.stdout:
                said, peak = line, max(peak, peak_mb(process.pid))
    assert process.returncode == 0
    sql = "SELECT links.url AS shared, captures.* FROM captures JOIN links ON links.id = captures.link"
    told = "SELECT links.url FROM verdicts JOIN links ON links.id = verdicts.link"
    with open_workspace(folder, create=False) as opened:
        captures = {row["shared"]: dict(row) for row in opened.db.query(sql)}
        verdicts = Counter(row["url"] for row in opened.db.query(told))
    return Tour(captures, verdicts, orjson.loads(said)["report"], peak)


def peak_mb(process: int) -> float:
    """The most memory a living process had so far; 0: the system does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def test_the_farm_is_as_large_as_promised() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.host for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_it_ends_as_its_row_says_and_soon(tour: Tour, attack: Attack) -> None:
    row = tour.captures[parse_url(attack.url)]
    assert row["failure"] in {attack.ends, attack.busy or attack.ends}, row["failure_detail"]
    assert row["elapsed_ms"] < MOST_SECONDS * 1000


def test_every_link_has_one_verdict(tour: Tour) -> None:
    assert tour.report["visited"] == len(ATTACKS)
    assert set(tour.verdicts.values()) == {1}
    assert len(tour.verdicts) == len(ATTACKS)


def test_the_worker_stays_small(tour: Tour) -> None:
    assert tour.peak_mb < MOST_MEMORY_MB
