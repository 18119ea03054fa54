"""The reference of commands and options, from click's own declarations and the configuration's (used by cog).

.venv/bin/python -m cogapp -r -I tests site/guides/reference.md
"""

import inspect
from collections.abc import Iterator

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
