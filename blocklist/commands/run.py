"""``linkgazette run``: the main job, from files of shared links to a published list and site.

Each step is the function behind the command of its name; the crawl is found by entry point, since this side
never imports the crawler.
"""

from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.errors import InputError

_SHOWN = 10  # rejected rows named; `intake --json` gives more


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…|-",
    type=click.Path(path_type=Path, allow_dash=True, exists=True),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("public"),
    show_default=True,
    metavar="DIR",
    help="Where the release is published.",
)
@click.option("--strict", is_flag=True, help="Exit with 2 when any row was rejected; the rest is done.")
@click.option("--json", "as_json", is_flag=True, help="Print what each step did as one JSON object.")
@click.pass_obj
def run(workspace: Path, files: tuple[Path, ...], out: Path, strict: bool, as_json: bool) -> None:
    """Take shared links in, crawl what is due, judge, list, and publish the list and the site.

    The same as `intake`, `crawl` and `publish` in turn; can be stopped at any point and run again. An
    announcement is made when the last one is older than [site] announce_days.
    """
    from blocklist.commands.publishing import publish_stage, published_lines
    from blocklist.intake import take_in
    from blocklist.release.moment import moment
    from blocklist.release.publish import check_out
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=True) as opened:
        check_out(opened, out)
        taken = take_in(opened, files, now=datetime.now(UTC))
    _tell(as_json, f"intake: {taken.accepted} shares accepted, {taken.rejected} rows rejected")
    for problem in taken.errors[:_SHOWN]:
        click.echo(f"  {problem}", err=True)
    crawled = _stage("crawl")(workspace)
    _tell(as_json, f"crawl: {crawled.summary()}")
    published = publish_stage(workspace, out=out, now=moment(), announce=True)
    _tell(as_json, *published_lines(published))
    if as_json:
        steps = {"intake": taken.as_json(), "crawl": crawled.as_json(), "release": published}
        click.echo(orjson.dumps(steps, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z).decode())
    if strict and taken.rejected:
        raise InputError(f"{taken.rejected} rows rejected; --strict takes none (the rest was published)")


def _tell(as_json: bool, *lines: str) -> None:
    """Say what a step did: on stdout, or on stderr where stdout is for a machine."""
    for line in lines:
        click.echo(line, err=as_json)


def _stage(name: str) -> Any:
    """Return the function that the crawl side offers under ``name``."""
    (point,) = entry_points(group="linkgazette.stages", name=name)
    return point.load()
