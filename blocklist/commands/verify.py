"""``linkgazette verify``: whether a published folder is what it says it is."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from blocklist.errors import InputError

if TYPE_CHECKING:
    from blocklist.release.minisign import PublicKey
    from blocklist.release.past import Proven


@click.command()
@click.argument("folder", metavar="DIR")
@click.option(
    "--key",
    "key_text",
    metavar="KEY",
    help="The publisher's public key, or its file: it, or a key that it vouches for, must have signed.",
)
@click.option(
    "--since",
    metavar="SERIAL|FILE",
    multiple=True,
    help="A checkpoint that the history must have grown from: a file that you kept, or that of a release.",
)
@click.option("--entry", metavar="ID", help="Also prove what the history says of this entry.")
@click.option("--now", "now_text", metavar="TIME", help="Judge freshness as of this moment; else the clock.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def verify(
    folder: str,
    key_text: str | None,
    since: tuple[str, ...],
    entry: str | None,
    now_text: str | None,
    as_json: bool,
) -> None:
    """Check a published folder: signatures, digests, chain, freshness, every file against the record.

    The history is checked against the list, its own past, and every checkpoint of --since: keep a copy of
    history/checkpoint, and nobody can rewrite what it covers without your seeing it.

    Exit 1 when something is wrong; each problem is named. Creates nothing.
    """
    from blocklist.commands.desk_text import plain
    from blocklist.release.moment import moment
    from blocklist.release.past import held_checkpoint, proven
    from blocklist.release.verify import verify as check
    from blocklist.urls import is_web

    if is_web(folder):
        raise InputError(
            "verify: reads a folder; `linkgazette pull --all` the published list first and name DIR/list"
        )
    held = {each: held_checkpoint(Path(folder), each) for each in since}
    key = public_key(key_text) if key_text else None
    found = check(Path(folder), now=moment(now_text), key=key, since=held)
    problems = tuple(map(plain, found.problems))  # they name files as strangers named them
    events = tuple(proven(found.folder.parent, entry)) if entry is not None else ()
    if as_json:
        report: dict[str, object] = {
            "ok": not found.problems,
            "serial": found.serial,
            "issued_at": found.issued_at,
            "expires_at": found.expires_at,
            "digest": found.digest,
            "entries": found.entries,
            "files": found.files,
            "pages": found.pages,
            "signed_by": found.signed_by,
            "problems": problems,
        }
        if entry is not None:
            report["events"] = [_event(each) for each in events]
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
    else:
        for problem in problems:
            click.echo(problem)
        verdict = "not what it says" if found.problems else "verified"
        site = f"{found.pages} files of the site" if found.pages else "the list alone"
        click.echo(
            f"release {found.serial}: {verdict}; {found.entries} entries in {found.files} files, {site}, "
            f"fresh until {found.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        )
        click.echo(_signed(found.signed_by, key_text))
        for event in events:
            click.echo(
                f"{entry}: {event.line['kind']} {event.line['at']} in release {event.line['serial']}; "
                f"event {event.index}, proven by history/checkpoint"
            )
    if found.problems:
        sys.exit(1)  # click would hand the code back to `main`, which looks for exceptions


def _event(event: "Proven") -> dict[str, object]:
    return {
        "index": event.index,
        "kind": event.line["kind"],
        "at": event.line["at"],
        "serial": event.line["serial"],
        "leaf": event.leaf.decode(),
        "proof": event.proof.decode(),
    }


def public_key(text: str) -> "PublicKey":
    """Return the key that ``--key`` gives, itself or its file; raises FormatError, InputError."""
    from blocklist.release.minisign import parse_public

    path = Path(text)
    try:
        given = path.read_text(encoding="utf-8") if path.is_file() else text
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}: cannot be read as a public key ({problem})") from problem
    return parse_public(given, f"--key {path}" if path.is_file() else "--key")


def _signed(by: str, key: str | None) -> str:
    if not by:
        return "not signed"
    if key:
        return f"signed by key {by}"
    return f"signed by key {by}, which nobody vouches for here; name the publisher's key with --key"
