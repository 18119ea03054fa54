"""Proposals that wait for a second person, from the terminal.

``blocklist.commands.review`` gathers these commands.
"""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import click

from blocklist.commands.desk_text import NUMBER, by_option, json_option, plain, print_json
from blocklist.commands.terminal import SETTLES, speaks


@click.command()
@json_option
@click.pass_obj
def proposals(workspace: Path, as_json: bool) -> None:
    """List what waits for a second person."""
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        found = opened.cases.proposed()
    if as_json:
        print_json({"proposals": [dataclasses.asdict(one) for one in found]})
        return
    click.echo(f"{len(found)} waiting")
    for one in found:
        made = one.decision
        said = " ".join(filter(None, (made.action, made.category, made.scope)))
        click.echo(f"{one.id:>8}  link {made.link}: {said}, {one.why}")
        click.echo(f"          {plain(made.by)}: {plain(made.reason)}")


@click.command()
@click.argument("number", type=NUMBER)
@by_option
@click.pass_obj
def agree(workspace: Path, number: int, by: str) -> None:
    """Agree to proposal NUMBER, which another made: it is on record then."""
    _settle(workspace, number, by, agreed=True)


@click.command()
@click.argument("number", type=NUMBER)
@by_option
@click.pass_obj
def refuse(workspace: Path, number: int, by: str) -> None:
    """Refuse proposal NUMBER: it comes to nothing."""
    _settle(workspace, number, by, agreed=False)


def _settle(workspace: Path, number: int, by: str, *, agreed: bool) -> None:
    from blocklist.casework.second import settle
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        name = speaks(opened, by, SETTLES, proves=True)
        kept = settle(opened, number, agree=agreed, by=name, now=datetime.now(UTC))
    became = "is refused" if kept is None else f"is on record as decision {kept.id}"
    click.echo(f"proposal {number} {became}")


SECOND = (proposals, agree, refuse)
