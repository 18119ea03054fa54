"""The demo does the main job from nothing, without network, in well under a minute, and says what is true."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.pretend.sites import SITES

pytestmark = pytest.mark.edge

LINKGAZETTE = Path(sys.executable).parent / "linkgazette"
SHARED = [site for site in SITES if site.shared]


def demo(folder, *options):
    return subprocess.run(
        [LINKGAZETTE, "demo", *options], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(folder):
    done = demo(folder, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_visits_every_shared_link_and_judges_it(told):
    assert told["links"] == len(SHARED) == sum(told["labels"].values())
    assert told["truth"]["of"] == len(SHARED)


def test_every_failure_is_of_the_kind_that_the_table_says(told):
    assert told["truth"]["wrong_failure"] == []
    assert sum(told["failures"].values()) == len([site for site in SHARED if site.failure])


def test_it_publishes_what_can_be_opened(told, folder):
    assert told["release"] == 1
    assert told["entries"] > 0
    assert (folder / told["open"]).is_file()
    listed = (folder / "linkgazette-demo/public/list/entries.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(listed) == told["entries"]


def test_its_workspace_is_its_own(told, folder):
    assert [each.name for each in folder.iterdir()] == ["linkgazette-demo"]


def test_the_shortener_and_the_landlords_are_never_listed_as_a_whole(told, folder):
    listed = (folder / "linkgazette-demo/public/list/entries.jsonl").read_text(encoding="utf-8").splitlines()
    wide = {entry["expression"] for entry in map(json.loads, listed) if entry["scope"] in ("host", "domain")}
    shared = {"go.short-it.example/", "free-pages.example/", "easy-stores.example/", "bio-links.example/"}
    assert not wide & shared
    assert "st-olave-school.example/" not in wide


def test_it_goes_on_in_the_same_folder_when_asked(told, folder):
    again = demo(folder, "--fresh", "--keep")  # the last word holds
    assert again.returncode == 0, again.stderr
    assert "release 2" in again.stdout
    assert f"{told['truth']['right']} of {len(SHARED)}" in again.stdout


def test_it_does_not_touch_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    done = demo(tmp_path, "--out", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "choose another --out" in done.stderr
    assert len(done.stderr.splitlines()) == 1
