"""The reference of commands, options and packages, each from where it is declared (used by cog).

.venv/bin/python -m cogapp -r -I tests site/guides/reference.md
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
from readme_tables import options_table

from blocklist.cli import root


def commands_reference() -> str:
    """Every command of the tree: how it is called, what it does, its options."""
    said = ["\n## Commands\n", _options(root)]
    for path, command in _below("linkgazette", root):
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        said += [f"\n### `{path}`\n", f"```text\n{path} {usage}\n```\n", _help(command), _options(command)]
    return "\n".join(part for part in said if part)


def options_reference() -> str:
    """Every option of linkgazette.toml."""
    said = "`linkgazette config init` writes them all to `linkgazette.toml`."
    return f"\n## Settings\n\n{said}\n\n{options_table()}"


def packages_reference() -> str:
    """Every package that we ask for: the version that is pinned, what for (``pyproject.toml`` says why)."""
    root = Path(__file__).parent.parent
    lock = (root / "deploy/requirements.lock").read_text(encoding="utf-8")
    pins = {
        _plain(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE)
    }
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    asked = project.split("\ndependencies = [", 1)[1].split("\n[project.scripts]", 1)[0]
    said, extra, rows = "\n## Packages\n\n", "", []
    for line in asked.splitlines():
        if begins := re.match(r"(\w+) = \[", line):
            extra = begins[1]
        if found := re.match(r'\s*"([\w.-]+)[^"]*",?\s*# (.+)', line):
            name, why = found[1], found[2].replace("|", "\\|")
            rows.append(f"| {name} | {pins[_plain(name)]} | {extra or 'always'} | {why} |")
    said += "As `deploy/requirements.lock` pins them, with the digests of all that they need in turn.\n\n"
    return (
        said + "| package | pinned | installed | for |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _below(path: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _below(f"{path} {name}", command)


def _help(command: click.Command) -> str:
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    # After \b click keeps lines as they are; a list of that kind is a block here.
    told = [f"```text\n{part[1:].strip()}\n```" if part.startswith("\b") else part for part in parts]
    return "\n\n".join(told) + "\n"


def _options(command: click.Command) -> str:
    context = click.Context(command)
    options = (each for each in command.params if isinstance(each, click.Option))
    records = [record for option in options if (record := option.get_help_record(context))]
    if not records:
        return ""
    cells = [[" ".join(cell.replace("|", "\\|").split()) for cell in record] for record in records]
    rows = [f"| `{call}` | {said} |" for call, said in cells]
    return "| option | what it does |\n| --- | --- |\n" + "\n".join(rows) + "\n"
