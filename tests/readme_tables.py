"""The README's generated tables, each from the one place that holds the facts (used by cog).

.venv/bin/python -m cogapp -r -I tests README.md
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import click

from blocklist.cli import COMMANDS
from blocklist.config import options
from blocklist.formats import all_bundles, all_formats
from blocklist.model import Scope

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


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


def house_table() -> str:
    """Rooms of both houses, each with what its docstring says first, above what they may import.

    The order is that of the import contracts (``pyproject.toml``), which the tests hold the code to.
    """
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rooms = [
        (house, room)
        for each in contracts["contracts"]
        for house in each.get("containers", ())
        for floor in each["layers"]
        for room in floor.split(" | ")
    ]
    rows = [(f"`{house}/{room}`", _first_sentence(f"{house}.{room}")) for house, room in rooms]
    return _table(("room", "holds"), rows)


def _first_sentence(module: str) -> str:
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return re.split(r"\. ", " ".join(doc.split()) + " ", maxsplit=1)[0]


def formats_table() -> str:
    """Every output format with the scopes it can say."""
    scopes = [(fmt, [scope.value for scope in Scope if scope in fmt.scopes]) for fmt in all_formats()]
    rows = [(f"`list/{fmt.filename}`", ", ".join(said)) for fmt, said in scopes]
    rows += [
        (f"`list/{each.main}`, `list/{each.folder}`", ", ".join(s.value for s in Scope if s in each.scopes))
        for each in all_bundles()
    ]
    return _table(("file", "scopes it can say exactly"), rows)


_OLD = (
    " Brave's engine as those two packages carry it is of 2022 and takes addresses that differ in letter "
    "case for one; Brave itself has not since 1.49."
)


def consumers_table() -> str:
    """Every program of the gate with what it blocked, as the last run of the gate left it."""
    matrix = json.loads((README.parent / "site" / "consumers.json").read_text(encoding="utf-8"))
    files = {form.name: f"`{form.filename}`" for form in all_formats()}
    files |= {each.name: f"`{each.main}`" for each in all_bundles()}
    rows = [
        (
            f"{row['name']} ({row['package']} {row['version']})",
            ", ".join(files[name] for name in row["formats"]),
            ", ".join(row["says"]),
            f"{row['asked']} asked, {row['wrong']} wrong" + (" but for letter case" * row["ignores_case"]),
        )
        for row in matrix["programs"]
    ]
    table = _table(("program", "loaded", "blocks exactly", f"on {matrix['date']}"), rows)
    wrong = sum(row["wrong"] for row in matrix["programs"])
    asked = sum(row["asked"] for row in matrix["programs"])
    return f"{table}\n{len(rows)} set-ups, {asked} questions, {wrong} wrong answers.{_OLD}\n"


def demo_output() -> str:
    """What the demo prints now; the line with its duration stays as the README has it."""
    with tempfile.TemporaryDirectory() as scratch:
        ran = subprocess.run(
            [Path(sys.executable).parent / "linkgazette", "demo"],
            cwd=scratch,
            capture_output=True,
            check=True,
            text=True,
        )
    kept = re.search(r"^took .*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    printed = re.sub(r"^took .*$", kept[0], ran.stdout, flags=re.MULTILINE) if kept else ran.stdout
    return f"```text\n{printed}```\n"
