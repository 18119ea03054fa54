"""``linkgazette intake``: share reports into the workspace."""

import gc
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from blocklist.errors import InputError

_MADE_BETWEEN_LOOKS = 200_000  # objects; Python looks every 700
_SHOWN = 10  # problems printed for a person; --json gives more


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…|-",
    type=click.Path(path_type=Path, allow_dash=True),
)
@click.option("--strict", is_flag=True, help="Exit with 2 when any row was rejected; the others are kept.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: counts, and the first 1000 errors."
)
@click.pass_obj
def intake(workspace: Path, files: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Take share reports in from FILEs, or from standard input (-).

    \b
    .jsonl  one object a line: "url" or "text" (a message holding URLs), and if known
            surface (timeline, group, direct, account, other), account, account_name,
            group, group_name, content_id (the message or post), reporter,
            shared_at (RFC 3339), forwarded,
            preview_title, preview_description (what the link's card showed)
    .csv    the same fields as columns under a header
    .txt    one URL a line, messages holding URLs, or a WhatsApp export
    .json   a Telegram Desktop export, or an array of objects as above
    -       JSON Lines when the first character is {, else text

    Ids become keyed pseudonyms and names are masked before anything is stored. A row that cannot be used is
    reported with its line and the rest is kept; a file that cannot be opened or is no text ends with exit
    code 2 before anything is stored.
    """  # noqa: D301 - \b is click's mark for "do not wrap"
    from blocklist.intake import check_files, take_in
    from blocklist.store import open_workspace

    # What an intake makes is let go of by itself: looking through it for circles takes a tenth of the time.
    gc.set_threshold(_MADE_BETWEEN_LOOKS)
    check_files(files)  # before a workspace is made for them
    with open_workspace(workspace, create=True) as opened:
        report = take_in(opened, files, now=datetime.now(UTC), progress=_progress())
    if sys.stderr.isatty():
        click.echo(err=True)  # ends the line of the progress
    if as_json:
        click.echo(orjson.dumps(report.as_json()))
    else:
        click.echo(
            f"read {report.read} rows: {report.accepted} shares accepted, {report.duplicate} known already, "
            f"{report.rejected} rejected; {report.links_new} new links"
        )
        for problem in report.errors[:_SHOWN]:
            click.echo(f"  {problem}", err=True)
        if report.rejected > _SHOWN:
            click.echo(f"  … and {report.rejected - _SHOWN} more; --json lists them", err=True)
    if strict and report.rejected:
        raise InputError(f"{report.rejected} rejected; --strict takes none")


def _progress() -> Callable[[int], None]:
    """Return what tells a person at a terminal how far it is; scripts and logs are spared."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda rows: click.echo(f"\r{rows} rows", nl=False, err=True)
