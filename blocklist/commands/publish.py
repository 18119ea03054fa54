"""``linkgazette publish``: the next release."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a publication did."""

    out: str
    serial: int
    issued_at: datetime
    expires_at: datetime
    digest: str
    counts: dict[str, Any]
    """As in the manifest."""
    files: dict[str, dict[str, Any]]
    """By name: entries, aliases, omitted, bytes."""
    override: str
    """Who lifted the brake; empty: nobody had to."""


def publish_stage(workspace: Path, *, out: Path, now: datetime, override: str = "") -> PublishReport:
    """Make the next release of the workspace folder; the stage that ``run`` calls.

    Raises BrakeError, InputError, TroubleError as ``release.publish.make_release``.
    """
    from blocklist.public import site_pages
    from blocklist.release.publish import make_release
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=True) as opened:
        context = make_release(opened, out, now=now, override=override, pages=site_pages)
    release = context.release
    return PublishReport(
        out=str(out),
        serial=release.serial,
        issued_at=release.issued_at,
        expires_at=release.expires_at,
        digest=release.digest,
        counts=asdict(context.counts),
        files={
            each.name: {
                "entries": each.entries,
                "aliases": each.aliases,
                "omitted": dict(each.omitted),
                "bytes": each.bytes,
            }
            for each in context.files
        },
        override=release.override,
    )


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
    "--now",
    "now_text",
    metavar="TIME",
    help="The release's moment, like 2026-01-31T12:00:00Z; else SOURCE_DATE_EPOCH, else the clock.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def publish(workspace: Path, out: Path, override: str, now_text: str | None, as_json: bool) -> None:
    """Make the next release: list, formats, site.

    Exit 1 when the brake stops it: too large a change, an emptied list, a canary.
    """
    from blocklist.release.moment import moment

    report = publish_stage(workspace, out=out, now=moment(now_text), override=override)
    if as_json:
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
        return
    for line in published_lines(report):
        click.echo(line)


def published_lines(report: PublishReport) -> list[str]:
    """Return what a person reads about a publication."""
    counts = report.counts
    change = f"{counts['added']} new, {counts['removed']} removed"
    beside = f"{counts['aliases']} aliases, {counts['review']} waiting for review"
    lines = [f"release {report.serial}: {counts['entries']} entries ({change}), {beside}"]
    for name, file in sorted(report.files.items()):
        left_out = ", ".join(f"{reason} {number}" for reason, number in sorted(file["omitted"].items()))
        lines.append(
            f"  {name:<18} {file['entries']:>7} entries" + (f"; left out: {left_out}" if left_out else "")
        )
    lines.append(f"open {report.out}/index.html; machines read {report.out}/list/")
    return lines
