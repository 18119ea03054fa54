"""The README's generated tables, each from the one place that holds the facts (used by cog).

.venv/bin/python -m cogapp -r -I tests README.md
"""

from importlib.metadata import entry_points

import click

from blocklist.cli import COMMANDS
from blocklist.config import options
from blocklist.formats.base import all_formats


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def options_table() -> str:
    """Every option of linkgazette.toml, with default and unit."""
    rows = [
        (f"`[{row.section}] {row.key}`", f"`{row.default}`" if row.default else "not set", row.unit, row.help)
        for row in options()
    ]
    return _table(("option", "default", "unit", "what it does"), rows)


def commands_table() -> str:
    """Every subcommand with its first sentence."""
    rows = []
    for point in sorted(entry_points(group=COMMANDS), key=lambda found: found.name):
        command: click.Command = point.load()
        rows.append((f"`{point.name}`", command.get_short_help_str(limit=200)))
    return _table(("command", "does"), rows)


def formats_table() -> str:
    """Every output format with the scopes it can say."""
    return _table(
        ("file", "what a line says"), [(f"`list/{fmt.filename}`", fmt.summary) for fmt in all_formats()]
    )
