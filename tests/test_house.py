"""The house's own rules: one-way arrows, no Python under site/, clean lint and types, no leftovers."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def _code() -> list[Path]:
    return [path for room in ("blocklist", "crawler") for path in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.edge
def test_imports_only_point_down():
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


@pytest.mark.edge
def test_code_passes_the_linter():
    checked = _tool("ruff", "check", "--no-cache", "blocklist", "crawler", "tests")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.edge
def test_code_is_formatted():
    checked = _tool("ruff", "format", "--no-cache", "--check", "blocklist", "crawler", "tests")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.edge
def test_types_hold():
    checked = _tool("mypy")
    assert checked.returncode == 0, checked.stdout


def test_no_python_under_site():
    assert list((ROOT / "site").rglob("*.py")) == []


def test_no_package_marker_under_tests():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    rows = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert rows
    assert [row for row in rows if "#" not in row] == []


def test_every_command_and_format_that_is_declared_exists():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    for targets in declared.values():
        for target in targets.values():
            module = target.split(":")[0].replace(".", "/")
            assert (ROOT / f"{module}.py").exists() or (ROOT / module / "__init__.py").exists(), target


@pytest.mark.parametrize("path", _code(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_its_room_does(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_nothing_is_left_open():
    left = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [str(path) for path in _code() if left.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_scrapy_is_known_to_the_crawl_side_only():
    allowed = (
        "crawler/spiders",
        "crawler/fetch",
        "crawler/pipeline.py",
        "crawler/worker.py",
        "crawler/settings.py",
        "crawler/commands",
    )
    found = [
        str(path.relative_to(ROOT))
        for path in _code()
        if re.search(r"^\s*(from|import) (scrapy|twisted)\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert [path for path in found if not path.startswith(allowed)] == []


def test_sql_is_written_in_the_store_only():
    sql = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|DELETE FROM|CREATE TABLE|PRAGMA)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in _code()
        if "blocklist/store" not in path.as_posix() and sql.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
