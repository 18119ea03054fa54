"""``linkgazette lookup``: whether a URL is listed, and why."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from blocklist.errors import UrlError

if TYPE_CHECKING:
    from blocklist.formats.prefixes import Told
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
    metavar="DIR|URL",
    help="A published folder, its entries.jsonl, or the address of a published list, of which one shard is "
    "asked for; else the workspace's own list.",
)
@click.option("--now", "now_text", metavar="TIME", help="Judge expiry as of this moment; else the clock.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def lookup(
    workspace: Path, urls: tuple[str, ...], folder: str | None, now_text: str | None, as_json: bool
) -> None:
    """Say of each URL whether it is listed, by which entry, at which scope.

    Exit 1 when any is, 2 when any is no URL; every one is answered. Creates nothing.
    """
    from blocklist.release.moment import moment
    from blocklist.urls import is_web

    now = moment(now_text)
    if folder is not None and is_web(folder):
        entries, expires_at, answers = _asked(folder, urls, now)
    else:
        found = _open(workspace, folder)
        entries, expires_at = len(found), found.expires_at
        answers = [_answer(url, found, now) for url in urls]
    stale = expires_at is not None and now >= expires_at
    if stale:
        click.echo(
            f"linkgazette: the list is stale since {expires_at:%Y-%m-%dT%H:%M:%SZ}; fetch a newer one",
            err=True,
        )
    listed = sum(answer["listed"] is True for answer in answers)
    unusable = sum(answer["listed"] is None for answer in answers)
    if as_json:
        report = {
            "listed": listed,
            "unusable": unusable,
            "entries": entries,
            "stale": stale,
            "results": answers,
        }
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
    else:
        for answer in answers:
            click.echo(_line(answer))
    if listed or unusable:
        sys.exit(2 if unusable else 1)  # click would hand the code back to `main`, which looks for exceptions


def _open(workspace: Path, folder: str | None) -> "Lookup":
    from blocklist.formats.records import write_entries
    from blocklist.lookup import Lookup, open_list
    from blocklist.store import open_workspace

    if folder is None:
        with open_workspace(workspace, create=False, write=False) as opened:
            record = write_entries(opened.entries.current(), opened.entries.aliases())
        return Lookup(record)
    return open_list(Path(folder))


def _answer(url: str, found: "Lookup", now: datetime) -> dict[str, Any]:
    try:
        hits = list(found.hits(url))
    except UrlError as problem:
        return {"url": _named(url), "listed": None, "error": str(problem)}
    hit = next((each for each in hits if now < each.record.expires_at), None)
    if hit is not None:
        return {"url": url, "listed": True} | _why(hit)
    return {"url": url, "listed": False} | ({"expired": _why(hits[0])} if hits else {})


def _asked(
    address: str, urls: tuple[str, ...], now: datetime
) -> tuple[int, datetime | None, list[dict[str, Any]]]:
    """Return how many entries the list at ``address`` has, until when it is fresh, and its answers."""
    from blocklist.mirror import ask, open_source

    asked = ask(open_source(address), urls)
    answers: list[dict[str, Any]] = []
    for answer in asked.answers:
        if answer.error:
            answers.append({"url": _named(answer.url), "listed": None, "error": answer.error})
            continue
        said = [_told(told) for told in answer.told]
        fresh = next((each for each in said if now < each["expires_at"]), None)
        expired = {"expired": said[0]} if said and fresh is None else {}
        answers.append({"url": answer.url, "listed": fresh is not None} | (fresh or expired))
    return asked.entries, asked.expires_at, answers


def _told(told: "Told") -> dict[str, Any]:
    is_alias = told.kind == "alias"
    return {
        "entry": told.entry,
        "scope": "url" if is_alias else told.kind,
        "alias": is_alias,
        "expires_at": datetime.fromisoformat(told.expires_at),
    }


def _named(url: str) -> str:
    """Name an argument in an error without quoting what may be secret, or what no terminal can show."""
    return f"URL of {len(url)} characters" if "@" in url else ascii(url[:64])[1:-1]


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
    from blocklist.commands.desk_text import plain, shown_url

    if answer["listed"] is None:
        return f"not a URL   {answer['url']}\n            {answer['error']}"
    shown = shown_url(answer["url"])
    answer = {name: plain(value) if isinstance(value, str) else value for name, value in answer.items()}
    if not answer["listed"]:
        return f"not listed  {shown}" + (_expired(answer["expired"]) if "expired" in answer else "")
    what = "leads to a listed page" if answer["alias"] else _SAYS[answer["scope"]]
    said = f"LISTED      {shown}\n            {answer['entry']}: "
    if "category" not in answer:  # a shard says no more; the entry's page does
        return f"{said}{what}; until {answer['expires_at']:%Y-%m-%d}"
    return (
        f"{said}{answer['category']}, grade {answer['grade']} ({answer['clause']}); "
        f"{what}; listed {answer['listed_at']:%Y-%m-%d}, verified {answer['verified_at']:%Y-%m-%d}"
    )


def _expired(why: dict[str, Any]) -> str:
    from blocklist.commands.desk_text import plain

    return f"\n            was listed by {plain(why['entry'])}, which expired on {why['expires_at']:%Y-%m-%d}"
