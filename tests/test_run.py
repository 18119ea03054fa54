"""``run``: the main job in one command; what cannot end well is said before it begins."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.pretend import PretendWeb
from crawler.pretend.sites import SITES

pytestmark = pytest.mark.edge

PROGRAM = Path(sys.executable).parent / "linkgazette"
CONFIG = """\
[crawl]
resolve = "{address}"
delay = 0.0
"""
OFFER = next(site for site in SITES if site.kind == "offer" and site.category == "controlled-drugs")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "--workspace", "ws", "run", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path):
    """A workspace that sees the pretend web, and a file of links with one bad row."""
    with PretendWeb() as web:
        (tmp_path / "ws").mkdir()
        (tmp_path / "ws/linkgazette.toml").write_text(CONFIG.format(address=web.address), encoding="utf-8")
        (tmp_path / "links.txt").write_text(f"{OFFER.url}\njavascript:alert(1)\n", encoding="utf-8")
        yield tmp_path


def test_links_become_a_list_and_a_site_and_a_second_run_changes_nothing(folder: Path):
    first = run(folder, "links.txt", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["intake"]["accepted"], told["intake"]["rejected"]) == (1, 1)
    assert told["crawl"]["visited"] == 1
    assert told["release"]["counts"]["entries"] == 1
    assert (folder / "public/index.html").exists()
    assert (folder / "public/announcements" / told["release"]["announcement"] / "index.html").exists()
    again = json.loads(run(folder, "links.txt", "--json").stdout)
    assert (again["crawl"]["visited"], again["release"]["serial"]) == (0, 2)
    assert (again["release"]["counts"]["added"], again["release"]["announcement"]) == (0, "")


def test_a_rejected_row_is_told_with_its_line_and_strict_makes_it_count(folder: Path):
    ran = run(folder, "links.txt", "--strict")
    assert ran.returncode == 2
    assert "links.txt line 2" in ran.stderr
    assert (folder / "public/index.html").exists()


def test_an_out_that_is_not_ours_is_refused_before_anything_is_fetched(folder: Path):
    (folder / "public").mkdir()
    (folder / "public/mine.txt").write_text("keep me")
    ran = run(folder, "links.txt")
    assert ran.returncode == 2
    assert "crawl:" not in ran.stdout
    assert (folder / "public/mine.txt").read_text() == "keep me"


def test_a_file_that_is_not_there_leaves_no_workspace_behind(tmp_path: Path):
    assert run(tmp_path, "absent.jsonl").returncode == 2
    assert list(tmp_path.iterdir()) == []
