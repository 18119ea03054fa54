"""Dashboard and alert rules: Prometheus' own tool tries them, and every metric in them is one of ours."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocklist.commands.publish_metrics import Published
from blocklist.service.measuring import Meters
from blocklist.store import open_workspace
from crawler.commands.metrics import FLEET, Figures
from crawler.fetch.report import CrawlReport
from tests.consumers import program

pytestmark = pytest.mark.edge

TESTS = Path(__file__).resolve().parent
DEPLOY = TESTS.parent / "deploy"


def promtool(*arguments: str, folder: Path = DEPLOY) -> None:
    command = [program("promtool"), *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_prometheus_takes_the_rules() -> None:
    promtool("check", "rules", "--lint-fatal", "alerts.yaml")


def test_each_rule_fires_when_it_should_and_not_before(tmp_path: Path) -> None:
    for source in (DEPLOY / "alerts.yaml", TESTS / "deploy_alerts.yaml"):
        shutil.copy(source, tmp_path)
    promtool("test", "rules", "deploy_alerts.yaml", folder=tmp_path)


def exported(workspace: Path) -> Iterator[str]:
    figures = Figures(workspace)
    figures.report = CrawlReport(fleet=dict.fromkeys(FLEET, 0.0))
    for collector in (figures, Published(workspace)):
        yield from (metric.name for metric in collector.collect())
    for family in Meters().registry.collect():
        kinds = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
        yield from (family.name + end for end in kinds.get(family.type, ("",)))


def test_every_metric_that_is_asked_for_is_exported(tmp_path: Path) -> None:
    with open_workspace(tmp_path, create=True):
        ours = set(exported(tmp_path))
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    shown = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    for asked in (shown, (DEPLOY / "alerts.yaml").read_text()):
        assert set(re.findall(r"linkgazette_\w+", asked)) <= ours


def test_every_alert_names_what_the_runbook_has() -> None:
    headings = set(re.findall(r"^## (.+)$", (DEPLOY / "RUNBOOK.md").read_text(), re.MULTILINE))
    named = re.findall(r"RUNBOOK: ([^)]+)\)", (DEPLOY / "alerts.yaml").read_text())
    assert len(named) == (DEPLOY / "alerts.yaml").read_text().count("- alert:")
    assert set(named) <= headings
