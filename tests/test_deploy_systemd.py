"""The deployment files: systemd itself reads them, and their command lines are commands of ours."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist.cli import root

UNITS = sorted((Path(__file__).parent.parent / "deploy" / "systemd").iterdir())
PROGRAM = "/opt/linkgazette/.venv/bin/linkgazette"


def commands(unit: Path) -> list[list[str]]:
    lines = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    return [shlex.split(line.partition("=")[2]) for line in lines]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_finds_nothing_to_mend(tmp_path: Path) -> None:
    program = tmp_path / "linkgazette"
    program.touch(mode=0o755)
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, str(program)))
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # What else is installed on this machine is not ours to mend.
    said = [line for line in done.stderr.splitlines() if "linkgazette" in line]
    assert said == []


@pytest.mark.parametrize("unit", [unit for unit in UNITS if commands(unit)], ids=lambda unit: unit.name)
def test_a_units_commands_are_ours(unit: Path) -> None:
    for program, *arguments in commands(unit):
        assert program == PROGRAM
        result = CliRunner().invoke(root, [*arguments, "--help"])
        assert result.exit_code == 0, result.output


def test_there_are_units() -> None:
    assert [unit.suffix for unit in UNITS] == [".service", ".timer"] * 3 + [".service"]
