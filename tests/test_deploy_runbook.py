"""Every command of the runbook exists, with every option it names; so does every unit."""

import re
import shlex
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
RUNBOOK = (DEPLOY / "RUNBOOK.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", RUNBOOK, re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("linkgazette ")]
COMMANDS += re.findall(r"`(linkgazette [^`]+)`", RUNBOOK.replace("\n", " "))


@pytest.mark.parametrize("line", sorted(set(COMMANDS)))
def test_a_command_is_one_of_ours_and_would_be_parsed(line: str) -> None:
    _, name, *words = shlex.split(line)
    (point,) = entry_points(group="linkgazette.commands", name=name)
    command: click.Command = point.load()
    while isinstance(command, click.Group) and words:
        assert words[0] in command.commands, f"{line}: no {words[0]}"
        command = command.commands[words.pop(0)]
    flags = {flag for parameter in command.params for flag in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= flags
    if not isinstance(command, click.Group):
        assert unusable(command, [{"GENERATION": "1"}.get(word, word) for word in words]) == ""


def unusable(command: click.Command, words: list[str]) -> str:
    """Return what click says against it; that a file does not exist is nothing."""
    said = ""
    try:
        command.make_context("runbook", words)
    except click.UsageError as problem:
        said = problem.format_message()
    return "" if "does not exist" in said else said


def test_the_units_are_there() -> None:
    units = {path.name for path in (DEPLOY / "systemd").iterdir()}
    systemctl = [line for line in LINES if line.startswith("systemctl ")]
    named = re.findall(r"linkgazette-[a-z]+(?:@\d)?(?:\.timer)?", " ".join(systemctl))
    assert named
    for name in named:
        file = re.sub(r"@\d", "@", name)
        assert (file if file.endswith(".timer") else f"{file}.service") in units


def test_it_says_what_to_do_about_everything_that_was_asked() -> None:
    asked = ("crawl stalls", "brake holds", "key leaks", "made the news", "court order", "disk is full")
    headings = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)
    for topic in (*asked, "machine is lost", "roll-back"):
        assert any(topic in heading for heading in headings), topic
