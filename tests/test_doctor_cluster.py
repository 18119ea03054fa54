"""``doctor`` and the metrics of a cluster: by the lock and the tickets alone, and by asking the engine."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist.commands.doctor import checks, doctor
from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.store.leases import TICKET
from blocklist.urls import parse_url
from crawler.commands.crawl import crawl
from crawler.commands.fleet import fleet_stage
from crawler.commands.metrics import FLEET, Figures
from crawler.fetch.report import CrawlReport
from tests.cluster import Part, fleet
from tests.forked import Forked
from tests.nats_nodes import SERVER, nodes
from tests.test_crawl_metrics import values

pytestmark = pytest.mark.edge

NOW = datetime.now(UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    with open_workspace(tmp_path, create=True) as opened:
        share = Share(url=parse_url("http://good.example/"), surface=Surface.GROUP)
        opened.shares.add([share], now=NOW)
        assert opened.pseudonymiser
    (tmp_path / "linkgazette.toml").write_text("[cluster]\nreplicas = 1\n")
    return tmp_path


def said(workspace: Path, name: str) -> list[tuple[str, str]]:
    return [(str(one.state), one.said) for one in checks(workspace, datetime.now(UTC)) if one.name == name]


def test_tickets_that_nobody_leads_are_told_and_are_not_taken_for_a_dead_workers(workspace: Path) -> None:
    assert said(workspace, "leader") == []
    with open_workspace(workspace, create=False) as opened:
        assert opened.links.lease(f"{TICKET}ab", now=datetime.now(UTC), limit=1)
    ((state, line),) = said(workspace, "leader")
    assert (state, line.split(",")[0]) == ("warn", "1 links were handed to a cluster's workers")
    assert said(workspace, "leases") == []


def test_a_leader_is_known_by_its_lock(workspace: Path) -> None:
    pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")
    from crawler.cluster.lead import leading  # noqa: PLC0415 - the extra may be missing

    with leading(workspace):
        assert said(workspace, "leader") == [
            ("ok", "a leader holds cluster.lock; 0 links are with its workers")
        ]
    assert said(workspace, "leader") == []
    with leading(workspace):
        pass  # asking took nothing away


def test_an_engine_that_is_not_there_is_a_failed_check(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")
    monkeypatch.setattr("crawler.cluster.door._FIRST_S", 0.2)
    done = CliRunner().invoke(doctor, ["--cluster", "nats://127.0.0.1:1"], obj=workspace)
    assert done.exit_code == 1
    assert "fail  cluster: nats://127.0.0.1:1: no NATS server answers" in done.output


def test_what_a_leader_says_is_measured_and_a_lone_crawl_has_no_cluster(workspace: Path) -> None:
    figures = Figures(workspace)
    assert not [one.name for one in figures.collect() if "cluster" in one.name]
    figures.report = CrawlReport(fleet=dict.fromkeys(FLEET, 1.0))
    found = [one.name for one in figures.collect() if "cluster" in one.name]
    assert found == [f"linkgazette_cluster_{name}" for name in FLEET]


@pytest.mark.consumer
@pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)")
def test_the_engine_tells_of_workers_errands_and_visits(workspace: Path) -> None:
    pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")
    with nodes(workspace, 1, apart=False) as servers:
        (early,) = fleet_stage(workspace, servers.urls)
        assert early.said.startswith("nobody leads a crawl there yet")
        with fleet(workspace, servers.urls, workers=0, kind=Forked) as crew:
            assert crew.leader is not None
            lines = wait_for(
                workspace, servers.urls, "1 errands wait; start `linkgazette worker` somewhere", crew.leader
            )
    assert [str(one.state) for one in lines] == ["ok", "ok", "fail", "ok"]
    assert lines[2].said.startswith("0 workers, 0 of 64 shards claimed")
    assert lines[3].said.startswith("0 visits wait for the store")


@pytest.mark.consumer
@pytest.mark.skipif(SERVER is None, reason="nats-server is not installed (Debian: nats-server)")
def test_a_leader_measures_all_of_it(workspace: Path) -> None:
    pytest.importorskip("nats", reason="the extra linkgazette[cluster] is not installed")
    file = workspace / "crawl.prom"
    with nodes(workspace, 1, apart=False) as servers:
        told = ["--cluster", servers.urls[0], "--watch", "--for", "1s", "--metrics", str(file)]
        done = CliRunner().invoke(crawl, told, obj=workspace)
    assert done.exit_code == 0, done.output
    found = values(file.read_text())
    assert {f"cluster_{name}" for name in FLEET} <= found.keys()
    assert (found["cluster_workers"], found["cluster_late"], found["cluster_refused"]) == (0, 0, 0)


def wait_for(workspace: Path, urls: list[str], end: str, leader: Part) -> list:  # type: ignore[type-arg]
    """Ask until the leader has handed its errand out."""
    for _ in range(100):
        lines = fleet_stage(workspace, urls)
        if any(one.said.endswith(end) for one in lines):
            return lines
        assert leader.poll() is None
        time.sleep(0.2)
    raise AssertionError(lines)
