"""Chromium and axe look at the service's pages; ten cases are decided by keyboard, without scripts."""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocklist.commands.publish import publish_stage
from blocklist.model import Action, Label
from blocklist.store import open_workspace
from tests.list_workspace import visited
from tests.service_process import serving
from tests.site_browser import CHROMIUM, ENGINES, NODE, WIDTHS, missing

CASES = 10
SHOTS = os.environ.get("SERVICE_SHOTS", "")
"""A folder for pictures of the pages; empty: none are taken."""
pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def moderator(workspace: Path) -> str:
    command = [sys.executable, "-c", "from blocklist.cli import main; main()", "--workspace", str(workspace)]
    made = subprocess.run(
        [*command, "staff", "add", "mo", "--role", "senior"], check=True, capture_output=True, text=True
    )
    return made.stdout.rpartition(" ")[2].strip()


def look_at(origin: str, staff: str, case: int) -> list[dict[str, object]]:
    pages = {
        "queue": f"{staff}/",
        "case": f"{staff}/cases/{case}",
        "proposals": f"{staff}/proposals",
        "appeals": f"{staff}/appeals",
        "figures": f"{staff}/figures",
        "blind": f"{staff}/blind",
        "appeal": f"{origin}/appeals/new",
        "report": f"{origin}/report",
    }
    return [
        {"url": url, "width": width, "dark": dark, "shot": SHOTS and f"{SHOTS}/{name}-{width}-{dark}.png"}
        for name, url in pages.items()
        for width in WIDTHS
        for dark in (False, True)
    ]


def test_ten_cases_by_keyboard_and_every_page_as_axe_sees_it(tmp_path):
    now = datetime.now(UTC)
    pages = {f"http://shop{number}.example/offer": Label.UNSURE for number in range(CASES + 2)}
    workspace = visited(tmp_path / "ws", {**pages, "http://sure.example/": Label.CONTRABAND}, at=now)
    publish_stage(workspace, out=workspace / "public", now=now)
    secret = moderator(workspace)
    with (
        serving(workspace, log=tmp_path / "log") as served,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        job = {
            "chromium": CHROMIUM, "profile": profile, "staff": served.staff, "name": "mo", "secret": secret,
            "cases": CASES, "looks": look_at(served.public, served.staff, CASES + 2),
        }  # fmt: skip
        ran = subprocess.run(
            [str(NODE), str(ENGINES / "desk.mjs")],
            input=json.dumps(job), capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert len(report["decided"]) == CASES
    assert report["axe"] == []
    assert report["overflow"] == []
    assert report["console"] == []
    with open_workspace(workspace, create=False) as opened:
        held = [opened.decisions.current(link) for link in range(1, CASES + 3)]
        assert [each.action for each in held if each] == [Action.CONFIRM, Action.CLEAR] * (CASES // 2)
        assert {each.category for each in held if each and each.action is Action.CONFIRM} == {"tobacco"}
        assert len(opened.review_queue.waiting()) == 2
