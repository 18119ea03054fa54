"""``linkgazette pseudonym``: the platform's own ids to ours."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import orjson


@click.command()
@click.argument("kind", type=click.Choice(["account", "group", "content", "reporter"]))
@click.argument("ids", nargs=-1, required=True, metavar="ID…|-")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: id to pseudonym.")
@click.pass_obj
def pseudonym(workspace: Path, kind: str, ids: tuple[str, ...], as_json: bool) -> None:
    """Print this workspace's pseudonym for each of the platform's own ids, one a line.

    With - the ids are read from standard input, one a line. Use it to find whom a recommended measure means:
    only this workspace's key gives these pseudonyms.
    """
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        people = opened.pseudonymiser
    make: Callable[[str], str] = getattr(people, kind)
    if as_json:
        click.echo(orjson.dumps({_sayable(raw): make(raw) for raw in _given(ids)}))
        return
    for raw in _given(ids):
        click.echo(make(raw))


def _sayable(raw: str) -> str:
    """Return the id as JSON can say it: bytes that are no UTF-8 become ``?``."""
    return raw.encode(errors="replace").decode()


def _given(ids: Iterable[str]) -> Iterator[str]:
    for raw in ids:
        if raw == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield raw
