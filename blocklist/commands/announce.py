"""``linkgazette announce``: draft an announcement of a period, or put it among those that are published."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from blocklist.errors import InputError
from blocklist.model import Announcement, Listing


class _Moment(click.ParamType[datetime]):
    """A day or a time, taken as UTC unless it says its offset."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return it in UTC."""
        try:
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date; write 2026-05-04 or 2026-05-04T10:00:00Z", param, ctx)


_MOMENT = _Moment()


@click.command()
@click.option("--since", type=_MOMENT, required=True, metavar="DATE", help="Start of the period (UTC).")
@click.option("--until", type=_MOMENT, metavar="DATE", help="End of the period (UTC); default: now.")
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
    start, end = since, until or now
    if start >= end:
        raise InputError(f"--since {start.date()} is not before the end of the period; give an earlier date")
    if end > now:
        raise InputError(f"--until {end.date()} is still to come; leave it out for a period that ends now")
    with open_workspace(workspace, create=False, write=publish) as opened:
        entries, known = opened.entries, opened.announcements.all()
        if publish:
            _check_new(start, end, known)
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
            taken={one.slug for one in known},
        )
        if publish:
            opened.announcements.add(made)
        titles = {one.id: one.title["en"] for one in opened.policy.categories.values()}
    _print(made, titles, as_json=as_json, published=publish)


def _check_new(start: datetime, end: datetime, known: Iterable[Announcement]) -> None:
    """Refuse to announce what was announced: readers add announcements up."""
    for one in known:
        if start < one.until and one.since < end:
            raise InputError(
                f"{one.slug} announces {_shown(one.since)} to {_shown(one.until)} already; "
                f"give a period that does not overlap, such as --since {_shown(one.until)}"
            )


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _print(made: Announcement, titles: dict[str, str], *, as_json: bool, published: bool) -> None:
    from blocklist.public.announcements import as_text

    if as_json:
        said = {**asdict(made), "published": published}
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
        return
    click.echo(as_text(made, lambda category: titles.get(category, category)), nl=False)
    if published:
        click.echo(f"kept as {made.slug}; `linkgazette publish` makes its page", err=True)
