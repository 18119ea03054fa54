"""What we ship can be checked: a wheel made twice alike, packages pinned by digest, a bill of materials."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

pytestmark = pytest.mark.edge

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "deploy/requirements.lock").read_text(encoding="utf-8")
PINS = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE)
}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two wheels of the same files, from two folders, with other times and at another time of day."""
    made = []
    for number in (1, 2):
        tree = tmp_path_factory.mktemp(f"tree{number}")
        for name in ("blocklist", "crawler", "site"):
            shutil.copytree(ROOT / name, tree / name, copy_function=shutil.copyfile,
                            ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(ROOT / name, tree / name)
        for path in sorted(tree.rglob("*"), reverse=number == 1):
            os.utime(path, (1_700_000_000 * number,) * 2)
        out = tmp_path_factory.mktemp(f"wheel{number}")
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out],
            cwd=tree,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "TZ": f"UTC{number}"},
            check=True,
            capture_output=True,
        )
        made += out.glob("*.whl")
    return made


def test_the_same_tree_makes_the_same_wheel(wheels):
    first, second = wheels
    assert first.read_bytes() == second.read_bytes()


def test_every_package_that_we_need_is_pinned_as_we_need_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [
        *project["dependencies"],
        *(each for more in project["optional-dependencies"].values() for each in more),
    ]
    for requirement in map(Requirement, needed):
        name = canonicalize_name(requirement.name)
        assert name in PINS, f"{name} is not in deploy/requirements.lock; see the operators' guide"
        assert PINS[name] in requirement.specifier, name


def test_what_a_pinned_package_needs_is_pinned_too():
    missing = [
        f"{name} needs {requirement.name}"
        for name in PINS
        for requirement in map(Requirement, _requires(name))
        if not requirement.marker or requirement.marker.evaluate({"extra": ""})
        if canonicalize_name(requirement.name) not in PINS
    ]
    assert missing == []


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # of an extra, or for another platform
        return []


def test_the_lock_names_digests_and_no_place():
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)
    assert "://" not in LOCK
    assert "index" not in LOCK


def test_one_command_makes_a_bill_of_materials(tmp_path):
    program = Path(sys.executable).parent / "cyclonedx-py"
    command = [program, "environment", "--no-validate", "--output-reproducible"]
    command += ["--pyproject", ROOT / "pyproject.toml", "-o"]
    for name in ("one.json", "two.json"):
        subprocess.run([*command, tmp_path / name], check=True, capture_output=True, cwd=ROOT)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    bill = json.loads((tmp_path / "one.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "linkgazette"
    named = {canonicalize_name(one["name"]) for one in bill["components"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours = [Requirement(each) for each in project["dependencies"]]
    needed = {each.name for each in ours if not each.marker or each.marker.evaluate()}
    assert set(map(canonicalize_name, needed)) <= named
