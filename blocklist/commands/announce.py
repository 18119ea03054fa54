"""``linkgazette announce``: draft an announcement of a period, publish it, correct it or withdraw it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from blocklist.errors import InputError
from blocklist.model import Announcement


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
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("drafts", nargs=-1, type=_FILE, metavar="[DRAFT…]")
@click.option("--since", type=_MOMENT, metavar="DATE", help="Start of the period (UTC).")
@click.option("--until", type=_MOMENT, metavar="DATE", help="End of the period (UTC); default: now.")
@click.option("--draft", type=_FOLDER, metavar="DIR", help="Write a draft for each language, to be edited.")
@click.option("--publish", is_flag=True, help="Keep it, so that the next release carries it.")
@click.option("--withdraw", "slug", metavar="SLUG", help="Withdraw a published one; its page says why.")
@click.option(
    "--because",
    multiple=True,
    metavar="[LANG=]REASON",
    help="Why it is withdrawn or corrected, in the site's first language; zh=… and the like for the others.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
@click.pass_obj
def announce(
    workspace: Path,
    drafts: tuple[Path, ...],
    since: datetime | None,
    until: datetime | None,
    draft: Path | None,
    publish: bool,
    slug: str | None,
    because: tuple[str, ...],
    as_json: bool,
) -> None:
    """Count what a period brought and print the announcement, or publish it.

    Links blocked, accounts and groups by recommended measure, goods, masked examples, removals. --draft
    writes it as Markdown with front matter; edited, it is given back as DRAFT. Nothing is kept without
    --publish; `linkgazette publish` then makes its page. A published one is corrected by publishing its
    drafts again, with --because.
    """
    from blocklist.commands import announcing
    from blocklist.store import open_workspace

    if sum((bool(drafts), since is not None, slug is not None)) != 1:
        raise InputError("give one of --since DATE, an edited DRAFT, or --withdraw SLUG")
    if draft is not None and (since is None or publish):
        raise InputError("--draft goes with --since and without --publish: edit the draft, then give it back")
    if until is not None and since is None:
        raise InputError("--until goes with --since; a draft names its own period")
    if because and since is not None:
        raise InputError("--because goes with an edited DRAFT or with --withdraw, not with --since")
    now = datetime.now(UTC)
    with open_workspace(workspace, create=False, write=publish or slug is not None) as opened:
        if slug is not None:
            announcing.withdraw(opened, slug, because, now)
            _say_missing(because, opened.config.site.languages)
            click.echo(f"{slug} is withdrawn; `linkgazette publish` says so on its page", err=True)
            return
        if since is not None:
            made = announcing.counted(opened, since, until or now, now)
        else:
            made = announcing.edited(opened, drafts, because, now)
        if draft is not None:
            click.echo("\n".join(map(str, announcing.write_drafts(opened, made, draft))))
            return
        if publish:
            announcing.keep(opened, made)
            _say_missing(because, opened.config.site.languages)
        text = announcing.text_of(opened, made)
    _print(made, text, as_json=as_json, published=publish)


def _say_missing(because: tuple[str, ...], languages: Sequence[str]) -> None:
    """Warn of languages whose readers get the reason in another."""
    from blocklist.commands.announcing import reasons_by_language

    told = reasons_by_language(because, languages)
    for code in languages if told else ():
        if code not in told:
            click.echo(
                f'{code}: the reason will stand there in {languages[0]}; give --because {code}="…"', err=True
            )


def _print(made: Announcement, text: str, *, as_json: bool, published: bool) -> None:
    if as_json:
        said = {**asdict(made), "published": published}
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
        return
    click.echo(text, nl=False)
    if published:
        click.echo(f"kept as {made.slug}; `linkgazette publish` makes its page", err=True)
