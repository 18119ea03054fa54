"""``linkgazette pseudonym``: the platform's own ids to ours."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import orjson


@click.command()
@click.argument("kind", type=click.Choice(["account", "group", "content", "reporter"]))
@click.argument("ids", nargs=-1, required=True, metavar="ID…|-")
@click.option("--every", is_flag=True, help="By each key that is left, the present one's first.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: id to pseudonym; with --every to a list."
)
@click.pass_obj
def pseudonym(workspace: Path, kind: str, ids: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Print this workspace's pseudonym for each of the platform's own ids, one a line.

    With - the ids are read from standard input, one a line. Use it to find whom a recommended measure means:
    only this workspace's key gives these pseudonyms. Measures exported before the key was replaced
    (`keys people rotate`) name people by the earlier one: --every gives both, a blank between them.
    """
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        people = opened.pseudonymiser
    if as_json:
        made = {_sayable(raw): people.every(kind, raw) for raw in _given(ids)}
        click.echo(orjson.dumps(made if every else {raw: each[0] for raw, each in made.items()}))
        return
    for raw in _given(ids):
        click.echo(" ".join(people.every(kind, raw)[: None if every else 1]))


def _sayable(raw: str) -> str:
    """Return the id as JSON can say it: bytes that are no UTF-8 become ``?``."""
    return raw.encode(errors="replace").decode()


def _given(ids: Iterable[str]) -> Iterator[str]:
    for raw in ids:
        if raw == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield raw
