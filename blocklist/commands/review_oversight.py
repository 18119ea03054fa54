"""The work from above, from the terminal: a sample to be judged again blind, and figures.

``blocklist.commands.review`` gathers these commands.
"""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import click

from blocklist.commands.desk_text import json_option, print_json
from blocklist.commands.terminal import seat


@click.command()
@click.argument("count", type=click.IntRange(min=1), default=20)
@click.option("--decided", is_flag=True, help="Of what moderators decided, to measure how often two agree.")
@click.pass_obj
def sample(workspace: Path, count: int, decided: bool) -> None:
    """Draw COUNT listed entries at random, to be judged again (in `serve`) by who sees no verdict."""
    from blocklist.casework.blind import draw, draw_decided
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        drawn = (draw_decided if decided else draw)(opened, count, by=seat(), now=datetime.now(UTC))
    click.echo(f"{drawn} drawn; moderators find them under Blind review")


@click.command()
@json_option
@click.pass_obj
def figures(workspace: Path, as_json: bool) -> None:
    """Show how often people agree, what of the machine's they overturned, and the blind re-review."""
    from blocklist.casework.oversight import figures as counted
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        found = counted(opened)
    if as_json:
        print_json({**dataclasses.asdict(found), "kappa": found.kappa})
        return
    click.echo(f"{found.overturned} of {found.sure} verdicts that the machine was sure of were overturned")
    click.echo(f"{found.agreed} of {found.several} links that several people decided were decided alike")
    again, kappa = found.sampled_agreement, found.kappa
    beyond = "" if kappa is None else f"; kappa {kappa:.2f}"
    click.echo(f"{again.hits} of {again.of} decisions drawn at random were made alike by a second{beyond}")
    click.echo(f"{found.blind_upheld} of {found.blind_seen} listed pages judged blind are contraband")


OVERSIGHT = (sample, figures)
