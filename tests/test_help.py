"""What a stranger reads first: help in whole sentences, names near the one typed, completion, Ctrl-C."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from blocklist.cli import root

PROGRAM = Path(sys.executable).parent / "linkgazette"
BUILT_IN = {"help", "version", "json"}


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command of the tree with the words that call it."""

    def below(words: tuple[str, ...], group: click.Group) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield (*words, name), command
            if isinstance(command, click.Group):
                yield from below((*words, name), command)

    yield from below((), root)


TREE = dict(commands())


@pytest.mark.parametrize("words", TREE, ids=" ".join)
def test_help_is_complete(words):
    command = TREE[words]
    said = CliRunner().invoke(root, [*words, "--help"]).output
    told = said.replace("COMMAND [ARGS]...", "")
    assert "..." not in told, "a sentence is cut"
    assert re.match(r"[A-Z`].*[.:]$", (command.help or "").split("\n\n")[0].replace("\n", " ")), "no sentence"
    for option in (each for each in command.params if isinstance(each, click.Option)):
        assert option.help, f"{option.opts} does not say what it does"
        assert option.help.endswith((".", ")")) or option.name in BUILT_IN, (
            f"{option.opts} ends without a stop"
        )
        assert option.opts[-1] in said


@pytest.mark.parametrize(
    ("words", "near"),
    [(["lookp"], "lookup"), (["review", "lst"], "list"), (["crawl", "--limt", "3"], "--limit")],
)
def test_a_slip_is_answered_with_what_is_near(words, near):
    said = CliRunner().invoke(root, words)
    assert said.exit_code == 2
    assert f"Did you mean '{near}'?" in said.output


@pytest.mark.edge
def test_help_loads_neither_the_judge_nor_the_crawler():
    script = (
        "import sys; from click.testing import CliRunner; from blocklist.cli import root;"
        "CliRunner().invoke(root, ['--help']);"
        "print([name for name in ('numpy', 'scrapy', 'jinja2', 'sqlite_utils') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


# --- completion ----------------------------------------------------------------------------------------


def completed(shell: str, line: str) -> str:
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        asked["COMP_CWORD"] = words[-1]
    ran = subprocess.run(
        [PROGRAM],
        env={**os.environ, **asked, "_LINKGAZETTE_COMPLETE": f"{shell}_complete"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


@pytest.mark.edge
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("linkgazette cra", "crawl"),
        ("linkgazette review esc", "escalate"),
        ("linkgazette review confirm 1 --sco", "--scope"),
        ("linkgazette review confirm 1 --scope dom", "domain"),
    ],
)
def test_completion_offers_commands_options_and_choices(shell, line, offers):
    assert offers in completed(shell, line)


@pytest.mark.edge
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_one_that_the_shell_reads(shell, tmp_path):
    script = tmp_path / "complete"
    asked = {**os.environ, "_LINKGAZETTE_COMPLETE": f"{shell}_source"}
    script.write_bytes(subprocess.run([PROGRAM], env=asked, capture_output=True, check=True).stdout)
    assert "_LINKGAZETTE_COMPLETE" in script.read_text()
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n", script], check=True, capture_output=True)


@pytest.mark.edge
def test_bash_completes_a_word(tmp_path):
    script = (
        f"PATH={PROGRAM.parent}:$PATH; "
        'eval "$(_LINKGAZETTE_COMPLETE=bash_source linkgazette)"; '
        "COMP_WORDS=(linkgazette doc); COMP_CWORD=1; _linkgazette_completion linkgazette; "
        'echo "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout.strip() == "doctor"


# --- Ctrl-C --------------------------------------------------------------------------------------------


@pytest.mark.edge
@pytest.mark.parametrize("after", [0.1, 0.3, 0.8])
def test_ctrl_c_while_a_command_starts_is_one_line(after, tmp_path):
    ran = subprocess.Popen(
        [PROGRAM, "intake", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(after)
    ran.send_signal(signal.SIGINT)
    _, said = ran.communicate(timeout=60)
    started = ran.returncode != -signal.SIGINT and "init_import_site" not in said
    if not started and "blocklist/" not in said:
        pytest.skip("Python itself was still starting")
    assert ran.returncode == 130
    assert said.strip() == "interrupted; what was stored is kept"
