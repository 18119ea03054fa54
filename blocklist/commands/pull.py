"""``linkgazette pull``: keep a copy of somebody else's list fresh."""

from dataclasses import asdict
from pathlib import Path

import click
import orjson


@click.command()
@click.argument("place", metavar="URL|DIR")
@click.argument("out", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "key_text",
    metavar="KEY",
    help="The publisher's public key, or its file; else the one that the first pull saw.",
)
@click.option(
    "--only",
    metavar="NAME",
    multiple=True,
    help="A file of list/, such as rpz.zone or by-category/tobacco/*; may be repeated. Else all at its top.",
)
@click.option("--all", "everything", is_flag=True, help="The whole list: sets, packed files, shards.")
@click.option("--now", "now_text", metavar="TIME", help="Judge freshness as of this moment; else the clock.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def pull(
    place: str,
    out: Path,
    key_text: str | None,
    only: tuple[str, ...],
    everything: bool,
    now_text: str | None,
    as_json: bool,
) -> None:
    """Bring the copy in DIR up to the list that is published at URL (or in a folder).

    Signature, freshness and every digest are checked, a roll-back is refused, and the copy is swapped in
    whole; whatever goes wrong, the one that is held stays. Exit 1 for a list that is not to be trusted, 3 for
    network trouble.
    """
    from blocklist.commands.verify import public_key
    from blocklist.errors import InputError
    from blocklist.mirror import open_source
    from blocklist.mirror import pull as bring
    from blocklist.release.moment import moment

    if only and everything:
        raise InputError("--only and --all contradict each other; give one of them")
    done = bring(
        open_source(place),
        out,
        now=moment(now_text),
        only=only,
        everything=everything,
        key=public_key(key_text) if key_text else None,
        told=lambda name, size: click.echo(f"  {name}  {size:,} bytes", err=True),
    )
    if as_json:
        report = asdict(done) | {"changed": done.changed}
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
        return
    if done.changed and done.whole:
        click.echo(f"no delta leads here from release {done.before}: the whole list was fetched", err=True)
    what = f"was {done.before}" if done.changed else "no newer one"
    click.echo(
        f"release {done.serial} ({what}): {done.entries:,} entries, {done.files} files of which "
        f"{done.fetched} fetched, {done.bytes:,} bytes; fresh until {done.expires_at:%Y-%m-%dT%H:%M:%SZ}"
    )
    click.echo(f"signed by key {done.signed_by}" if done.signed_by else "not signed", err=not done.signed_by)
