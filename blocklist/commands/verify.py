"""``linkgazette verify``: whether a published folder is what it says it is."""

import sys
from pathlib import Path

import click
import orjson

from blocklist.errors import InputError


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--now", "now_text", metavar="TIME", help="Judge freshness as of this moment; else the clock.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def verify(folder: str, now_text: str | None, as_json: bool) -> None:
    """Check a published folder: digests, chain of releases, freshness, and every file against the record.

    Exit 1 when something is wrong; each problem is named. Creates nothing.
    """
    from blocklist.release.moment import moment
    from blocklist.release.verify import verify as check

    if folder.startswith(("http://", "https://")):
        raise InputError("verify: reads a folder; fetch the published list first and name its folder")
    found = check(Path(folder), now=moment(now_text))
    if as_json:
        report = {
            "ok": not found.problems,
            "serial": found.serial,
            "issued_at": found.issued_at,
            "expires_at": found.expires_at,
            "digest": found.digest,
            "entries": found.entries,
            "files": found.files,
            "problems": found.problems,
        }
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
    else:
        for problem in found.problems:
            click.echo(problem)
        verdict = "not what it says" if found.problems else "verified"
        click.echo(
            f"release {found.serial}: {verdict}; {found.entries} entries in {found.files} files, "
            f"fresh until {found.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        )
    if found.problems:
        sys.exit(1)  # click would hand the code back to `main`, which looks for exceptions
