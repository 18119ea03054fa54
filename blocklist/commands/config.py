"""``config``: begin a ``linkgazette.toml``, and show the settings that hold."""

import dataclasses
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.commands.group import Group
from blocklist.config import CONFIG_NAME, SECTIONS, Config, load_config, options, parse_config
from blocklist.errors import InputError, TroubleError
from blocklist.options import OptionRow, as_toml

_WIDTH = 100  # columns of the file's comments


@click.group(cls=Group)
def config() -> None:
    """Begin a linkgazette.toml, and show the settings that hold."""


@config.command()
@click.option("--contact", default="", metavar="EMAIL|URL", help="Whom sites and appellants ask.")
@click.option("--base-url", default="", metavar="URL", help="Where the site will be served.")
@click.option("--sign", is_flag=True, help="Name sign.key, which `linkgazette keys make` makes.")
@click.pass_obj
def init(workspace: Path, contact: str, base_url: str, sign: bool) -> None:
    """Write a linkgazette.toml that holds every option with its default, unit and meaning.

    What is not given stays a comment. A file that is there is never written over.
    """
    given = {("site", "contact"): contact, ("site", "base_url"): base_url}
    given[("sign", "key")] = "sign.key" if sign else ""
    text = template(options(), {place: value for place, value in given.items() if value})
    parse_config(text, workspace)  # refuses a wrong contact or base_url before anything is written
    path = workspace / CONFIG_NAME
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as problem:
        raise InputError(f"{path}: is there already; edit it, or move it away first") from problem
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be written ({problem.strerror})") from problem
    click.echo(f"made {path}; next: {'linkgazette keys make, then ' * sign}linkgazette doctor")


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(workspace: Path, as_json: bool) -> None:
    """Show every option as it holds now; a mark says which differ from the default."""
    held = dict(_held(load_config(workspace)))
    if as_json:
        said: dict[str, dict[str, Any]] = {}
        for (section, key), value in held.items():
            said.setdefault(section, {})[key] = value
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())
        return
    last = ""
    for row in options():
        if row.section != last:
            click.echo(f"{chr(10) * bool(last)}[{row.section}]")
            last = row.section
        value = as_toml(held[row.section, row.key])
        mark = "" if value == row.default else "  # set"
        click.echo(f"{row.key} = {value}{mark}" if value else f"# {row.key} is not set")


def template(rows: Iterable[OptionRow], given: Mapping[tuple[str, str], str]) -> str:
    """Return a ``linkgazette.toml`` that sets only what is ``given`` by section and key.

    Every other option stands there as a comment that is its default, under what it means.
    """
    lines = [
        "# Settings of this workspace. Lines with one # are the defaults: take it away to set another value."
    ]
    last = ""
    for row in rows:
        if row.section != last:
            lines += ["", f"[{row.section}]"]
            last = row.section
        said = f"{row.help} Unit: {row.unit}." if row.unit else row.help
        lines += textwrap.wrap(
            said, _WIDTH, initial_indent="## ", subsequent_indent="## ", break_on_hyphens=False
        )
        value = given.get((row.section, row.key))
        lines.append(
            f"# {row.key} = {row.default}".rstrip() if value is None else f"{row.key} = {as_toml(value)}"
        )
    return "\n".join(lines) + "\n"


def _held(settings: Config) -> Iterator[tuple[tuple[str, str], Any]]:
    for section, (name, _) in SECTIONS.items():
        held = getattr(settings, name)
        for field in dataclasses.fields(held):
            yield (section, field.metadata["key"] or field.name), getattr(held, field.name)
