"""``linkgazette publish``: the next release."""

from pathlib import Path

import click
import orjson

from blocklist.commands.publishing import publish_stage, published_lines
from blocklist.errors import InputError


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("public"),
    show_default=True,
    metavar="DIR",
    help="Where readers find the release: a symlink beside DIR.releases/, swapped in whole.",
)
@click.option("--override", default="", metavar='"NAME: REASON"', help="Lift the brake; kept on record.")
@click.option(
    "--second",
    default="",
    metavar="NAME",
    help="Who agrees to the override, a senior or an admin, where people have accounts: asks both secrets.",
)
@click.option(
    "--announce", is_flag=True, help="Bring an announcement when the last is [site] announce_days old."
)
@click.option("--anew", is_flag=True, help="Make every page of the site, not only those that changed.")
@click.option(
    "--now",
    "now_text",
    metavar="TIME",
    help="The release's moment, like 2026-01-31T12:00:00Z; else SOURCE_DATE_EPOCH, else the clock.",
)
@click.option(
    "--metrics",
    "metrics_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Leave Prometheus metrics in FILE (.prom), for node_exporter's textfile collector.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def publish(
    workspace: Path,
    out: Path,
    override: str,
    second: str,
    announce: bool,
    anew: bool,
    now_text: str | None,
    metrics_file: Path | None,
    as_json: bool,
) -> None:
    """Make the next release: list, formats, site.

    Exit 1 when the brake stops it: too large a change, an emptied list, a canary. Where people have accounts
    (`linkgazette staff`), two of them lift it, and each is asked for their secret.
    """
    from blocklist.commands.publish_metrics import publishing
    from blocklist.release.moment import moment

    if second and not override:
        raise InputError("--second says who agrees to --override; give both, or neither")
    if override:
        override = _agreed(workspace, override, second)
    with publishing(workspace, metrics_file):
        report = publish_stage(
            workspace, out=out, now=moment(now_text), override=override, announce=announce, anew=anew
        )
    if as_json:
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
        return
    for line in published_lines(report):
        click.echo(line)


def _agreed(workspace: Path, override: str, second: str) -> str:
    """Return the override as two people stand for it; raises RefusedError where it takes two."""
    from blocklist.casework.overriding import agreed_override
    from blocklist.commands.terminal import proved
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        return agreed_override(opened, override, second, proved)
