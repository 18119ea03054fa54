"""``linkgazette announce``: draft an announcement of a period, or put it among those that are published."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from blocklist.errors import InputError
from blocklist.model import Announcement, Listing

_DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])


@click.command()
@click.option("--since", type=_DAY, required=True, metavar="DATE", help="Start of the period (UTC).")
@click.option("--until", type=_DAY, metavar="DATE", help="End of the period (UTC); default: now.")
@click.option("--publish", is_flag=True, help="Keep it, so that the next release carries it.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
@click.pass_obj
def announce(workspace: Path, since: datetime, until: datetime | None, publish: bool, as_json: bool) -> None:
    """Count what a period brought and print the announcement as Markdown.

    Links blocked, accounts and groups by recommended measure, goods, masked examples, removals. Nothing is
    kept unless --publish is given; `linkgazette publish` then makes a page of it.
    """
    from blocklist.public.announcements import draft_announcement
    from blocklist.store import open_workspace

    now = datetime.now(UTC)
    start, end = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC) if until else now
    if start >= end:
        raise InputError(
            f"--since {start:%Y-%m-%d} is not before the end of the period; give an earlier date"
        )
    if end > now:
        raise InputError(f"--until {end:%Y-%m-%d} is still to come; leave it out for a period that ends now")
    with open_workspace(workspace, create=False) as opened:
        entries = opened.entries
        made = draft_announcement(
            listing=Listing(
                entries=entries.current(),
                aliases=entries.aliases(),
                tombstones=entries.tombstones(),
                review=(),
            ),
            findings=opened.findings(),
            shares=opened.shares.with_links(),
            ladder=opened.policy.ladder,
            since=start,
            until=end,
            now=now,
            taken={one.slug for one in opened.announcements.all()},
        )
        if publish:
            opened.announcements.add(made)
        titles = {one.id: one.title["en"] for one in opened.policy.categories.values()}
    _print(made, titles, as_json=as_json, published=publish)


def _print(made: Announcement, titles: dict[str, str], *, as_json: bool, published: bool) -> None:
    from blocklist.public.announcements import as_text

    if as_json:
        click.echo(orjson.dumps({**asdict(made), "published": published}, option=orjson.OPT_SORT_KEYS))
        return
    click.echo(as_text(made, lambda category: titles.get(category, category)), nl=False)
    if published:
        click.echo(f"kept as {made.slug}; `linkgazette publish` makes its page", err=True)
