"""An installed wheel works from any folder: it carries policy, pretend web and templates."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.edge

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files unpacked in a folder of their own, as an installer would."""
    built = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    unpacked = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(unpacked)
    return unpacked


def test_the_wheel_holds_data_and_code_but_no_tests(installed):
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert "blocklist/policies/default/controlled-drugs.toml" in names
    assert "blocklist/public/site/static/style.css" in names
    assert "crawler/pretend/sites.py" in names
    assert not any(name.startswith(("tests", "site/")) for name in names)


def test_the_demo_runs_from_the_wheel_in_a_foreign_folder(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, "-c", "from blocklist.cli import main; main()", "demo", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    where = subprocess.run(
        [sys.executable, "-c", "import blocklist, crawler; print(blocklist.__file__, crawler.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.count(str(installed)) == 2
    assert (tmp_path / "linkgazette-demo/public/index.html").exists()
