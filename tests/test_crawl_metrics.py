"""What a crawl tells machines: metrics in a file and on loopback, a log of JSON lines."""

import socket
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from blocklist.errors import TroubleError
from blocklist.model import Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.commands.crawl import crawl
from crawler.commands.metrics import measured
from crawler.fetch.report import CrawlReport
from crawler.pretend import PretendWeb

pytestmark = pytest.mark.edge

PAGE = b"<title>Birds</title><p>A friendly page about gardens and all the birds that live in them.</p>"


def values(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found["/".join([sample.name.removeprefix("linkgazette_"), *sample.labels.values()])] = (
                sample.value
            )
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    with open_workspace(tmp_path, create=True) as opened:
        urls = [parse_url(f"http://{host}.example/") for host in ("good", "gone")]
        opened.shares.add([Share(url=url, surface=Surface.GROUP) for url in urls], now=datetime.now(UTC))
    return tmp_path


def test_a_crawl_leaves_metrics_and_a_log_that_names_no_page(workspace: Path) -> None:
    file = workspace / "crawl.prom"
    with PretendWeb(sites=(), saved={"good.example": PAGE}) as web:
        (workspace / "linkgazette.toml").write_text(f'[crawl]\nresolve = "{web.address}"\ndelay = 0\n')
        done = CliRunner().invoke(crawl, ["--metrics", str(file), "--log-json", "--json"], obj=workspace)
    assert done.exit_code == 0, done.output
    found = values(file.read_text())
    assert (
        found["crawl_visits/clear"]
        == found["crawl_visits/unreachable"]
        == found["crawl_failures/http-4xx"]
        == 1
    )
    assert (found["links"], found["links_due"], found["links_held"]) == (2, 0, 0)
    assert abs(found["crawl_last_success_timestamp_seconds"] - datetime.now(UTC).timestamp()) < 60
    lines = [orjson.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines] == ["visit", "visit", "end"]
    assert {line["label"] for line in lines[:2]} == {"clear", "unreachable"}
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in lines)
    assert "http://" not in done.stderr


def test_metrics_are_served_on_loopback_while_the_crawl_runs(workspace: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(TroubleError, match="choose another --metrics-port"),
            measured(workspace, file=None, port=port),
        ):
            pass
    with measured(workspace, file=None, port=port) as tell:
        tell(CrawlReport(visited=3, labels={"clear": 3}, renewed=2))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            found = values(answer.read().decode())
    assert (found["crawl_visits/clear"], found["crawl_confirmed"], found["links_due"]) == (3, 2, 2)
    assert found["links_late_seconds"] >= 0
    assert found["crawl_last_success_timestamp_seconds"] == 0


def test_a_crawl_that_fails_does_not_claim_success(workspace: Path) -> None:
    file = workspace / "crawl.prom"
    with pytest.raises(TroubleError, match="no way"), measured(workspace, file=file, port=None):
        raise TroubleError("no way")
    assert values(file.read_text())["crawl_last_success_timestamp_seconds"] == 0


def test_a_file_that_cannot_be_written_is_one_clear_line(workspace: Path) -> None:
    with (
        pytest.raises(TroubleError, match="mend --metrics"),
        measured(workspace, file=workspace / "no" / "x", port=None),
    ):
        pass
