"""``linkgazette lookup``: whether a URL is listed, and why."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from blocklist.errors import InputError, UrlError

if TYPE_CHECKING:
    from blocklist.lookup import Hit, Lookup

_SAYS = {
    "url": "this page",
    "path": "this directory and everything below it",
    "host": "this host, every page and port of it",
    "domain": "this name and everything below it",
}


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@click.option(
    "--list",
    "folder",
    metavar="DIR",
    help="A published folder, or its entries.jsonl; else the workspace's own list.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def lookup(workspace: Path, urls: tuple[str, ...], folder: str | None, as_json: bool) -> None:
    """Say of each URL whether it is listed, by which entry, at which scope.

    Exit 1 when any is. Creates nothing.
    """
    found = _open(workspace, folder)
    answers = [_answer(url, found) for url in urls]
    if as_json:
        listed = sum(answer["listed"] for answer in answers)
        report = {"listed": listed, "entries": len(found), "results": answers}
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
    else:
        for answer in answers:
            click.echo(_line(answer))
    if any(answer["listed"] for answer in answers):
        sys.exit(1)  # click would hand the code back to `main`, which looks for exceptions


def _open(workspace: Path, folder: str | None) -> "Lookup":
    from blocklist.formats.records import parse_entries, write_entries
    from blocklist.lookup import Lookup, open_list
    from blocklist.store import open_workspace

    if folder is None:
        with open_workspace(workspace, create=False) as opened:
            record = write_entries(opened.entries.current(), opened.entries.aliases())
        return Lookup(parse_entries(record))
    if folder.startswith(("http://", "https://")):
        raise InputError("--list takes a folder so far; fetch the published list and name its folder")
    return open_list(Path(folder))


def _answer(url: str, found: "Lookup") -> dict[str, Any]:
    try:
        hit = found.check(url)
    except UrlError as problem:
        raise UrlError(f"{_named(url)}: {problem}") from problem
    return {"url": url, "listed": hit is not None} | ({} if hit is None else _why(hit))


def _named(url: str) -> str:
    """Name an argument in an error without quoting what may be secret."""
    return f"URL of {len(url)} characters" if "@" in url else url[:64]


def _why(hit: "Hit") -> dict[str, Any]:
    record = hit.record
    return {
        "entry": record.id,
        "scope": hit.scope,
        "expression": record.expression,
        "alias": hit.is_alias,
        "category": record.category,
        "grade": record.grade,
        "clause": record.clause,
        "listed_at": record.listed_at,
        "verified_at": record.verified_at,
        "expires_at": record.expires_at,
    }


def _line(answer: dict[str, Any]) -> str:
    from blocklist.urls import defang

    shown = defang(answer["url"])
    if not answer["listed"]:
        return f"not listed  {shown}"
    what = "leads to a listed page" if answer["alias"] else _SAYS[answer["scope"]]
    return (
        f"LISTED      {shown}\n"
        f"            {answer['entry']}: {answer['category']}, grade {answer['grade']} ({answer['clause']}); "
        f"{what}; listed {answer['listed_at']:%Y-%m-%d}, verified {answer['verified_at']:%Y-%m-%d}"
    )
