"""The deployment files: systemd itself reads them, and their command lines are commands of ours."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist.cli import root

pytestmark = pytest.mark.edge

UNITS = sorted((Path(__file__).parent.parent / "deploy" / "systemd").iterdir())
PROGRAM = "/opt/linkgazette/.venv/bin/linkgazette"


def commands(unit: Path) -> list[list[str]]:
    """What the unit starts; a shell's one line by the command of ours in it."""
    lines = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    found = [shlex.split(line.partition("=")[2]) for line in lines]
    return [
        shlex.split(each[-1][each[-1].index(PROGRAM) :].partition("&&")[0]) if each[0] == "/bin/sh" else each
        for each in found
    ]


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


def test_what_is_scheduled_has_its_service_and_nothing_is_missing() -> None:
    names = {unit.name.removeprefix("linkgazette-") for unit in UNITS}
    timed = {name.removesuffix(".timer") for name in names if name.endswith(".timer")}
    assert timed == {"backup", "crawl", "deliver", "prune", "publish"}
    alone = {"leader.service", "serve.service", "watch.service", "worker@.service"}
    assert names == {f"{name}{kind}" for name in timed for kind in (".service", ".timer")} | alone


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_calls_every_service_ok() -> None:
    """``systemd-analyze security`` rates exposure from 0 to 10; below 5 is OK, above MEDIUM."""
    services = [unit for unit in UNITS if unit.suffix == ".service"]
    for unit in services:
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=50", str(unit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "unrecognized option" in done.stderr:
            pytest.skip("this systemd-analyze cannot rate a file (needs systemd 250)")
        assert done.returncode == 0, f"{unit.name}: {done.stdout[-200:]}{done.stderr}"


def test_a_backup_is_whole_or_not_there(tmp_path: Path) -> None:
    unit = next(unit for unit in UNITS if unit.name == "linkgazette-backup.service")
    line = next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
    script = shlex.split(line.partition("=")[2])[-1].replace("%%", "%").replace("$$", "$")
    script = script.replace("/var/backups/linkgazette", str(tmp_path))
    for works, left in (("false", []), ('f() { mkdir "$3"; }; f', [r"\d{8}T\d{6}Z"])):
        prelude, _, name = works.rpartition("; ")
        subprocess.run(["sh", "-c", f"{prelude or ':'}; {script.replace(PROGRAM, name)}"], check=False)
        found = [path.name for path in tmp_path.iterdir()]
        assert [bool(re.fullmatch(want, one)) for want, one in zip(left, found, strict=True)] == [True] * len(
            left
        )
