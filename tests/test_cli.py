"""The command line as a whole: help everywhere, errors in one line, exit codes as promised."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist import cli
from blocklist.cli import COMMANDS, root

pytestmark = pytest.mark.edge

PROGRAM = Path(sys.executable).parent / "linkgazette"
NAMES = sorted(entry_points(group=COMMANDS).names)


def linkgazette(*arguments: str | Path, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        [PROGRAM, *arguments], cwd=folder, input=stdin, capture_output=True, check=False, timeout=120
    )
    return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name):
    result = CliRunner().invoke(root, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_root_names_every_command():
    output = CliRunner().invoke(root, ["--help"]).output
    assert [name for name in NAMES if f"  {name}" not in output] == []


def test_an_unknown_command_is_unusable_input(tmp_path):
    ran = linkgazette("frobnicate", folder=tmp_path)
    assert ran.returncode == 2
    assert "frobnicate" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("intake", "absent.jsonl"), 2, "absent.jsonl"),
        (("publish",), 2, "linkgazette.db"),
        (("lookup", "http://shop.example/", "--list", "absent"), 2, "absent"),
        (("verify", "absent"), 2, "absent"),
        (("run", "absent.jsonl"), 2, "absent.jsonl"),
        (("classify", "absent.html"), 2, "absent.html"),
        (("evaluate", "absent.jsonl"), 2, "absent.jsonl"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(arguments, code, says, tmp_path):
    ran = linkgazette(*arguments, folder=tmp_path)
    assert (ran.returncode, "Traceback" in ran.stderr) == (code, False), ran.stderr
    assert says in ran.stderr


@pytest.mark.parametrize("name", ["verify", "lookup", "classify", "evaluate"])
def test_commands_that_only_look_create_nothing(name, tmp_path):
    arguments = {"lookup": ("http://shop.example/", "--list", "absent")}.get(name, ("absent",))
    linkgazette(name, *arguments, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_option_in_the_configuration_is_named_with_its_line(tmp_path):
    (tmp_path / "linkgazette.toml").write_text("[crawl]\n\ndealy = 3\n", encoding="utf-8")
    ran = linkgazette("crawl", folder=tmp_path)
    assert ran.returncode == 2
    assert "linkgazette.toml line 3" in ran.stderr
    assert "delay" in ran.stderr


def test_the_workspace_may_come_from_the_environment(tmp_path):
    result = CliRunner().invoke(
        root, ["publish"], env={"LINKGAZETTE_WORKSPACE": str(tmp_path / "elsewhere")}, catch_exceptions=True
    )
    assert "elsewhere" in str(result.exception)


def test_a_full_disk_under_the_output_is_trouble_and_no_traceback(tmp_path):
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [PROGRAM, "--help"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 3
    assert "Traceback" not in ran.stderr
    assert "No space left" in ran.stderr


def test_a_reader_that_leaves_is_no_error(tmp_path):
    ran = subprocess.run(
        f"{PROGRAM} policy show | head -c 1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 141)
    assert ran.stderr == ""


def test_an_unforeseen_error_is_one_line_and_not_a_finding(monkeypatch, capsys):
    def breaks(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "root", breaks)
    monkeypatch.delenv("LINKGAZETTE_TRACEBACK", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "unforeseen ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_caller_closed_is_no_error(closed, tmp_path):
    """A service manager may start us with none; Python has ``None`` there, and nothing to flush."""
    (tmp_path / "shares.txt").write_text("http://shop.example/\n")
    ran = subprocess.run(
        ["sh", "-c", f'exec "$0" intake shares.txt {closed}', PROGRAM],
        cwd=tmp_path,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0
