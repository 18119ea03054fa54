"""``linkgazette keys``: the key that signs releases, the pseudonyms' keys, the webhook's secret."""

from datetime import UTC, datetime
from pathlib import Path

import click

from blocklist.commands.group import Group
from blocklist.commands.terminal import seat
from blocklist.errors import InputError


@click.group(cls=Group)
def keys() -> None:
    """Make, show and rotate keys: of releases, of pseudonyms (people), of the webhook."""


@keys.command()
@click.pass_obj
def make(workspace: Path) -> None:
    """Make the key that [sign] key names, or sign.key, and print its public half."""
    from blocklist.config import load_config
    from blocklist.release.key_files import DEFAULT_KEY, make_key

    named = load_config(workspace).sign.key
    path = Path(named) if named else workspace / DEFAULT_KEY
    made = make_key(path)
    click.echo(f"made {path}; keep a copy where nobody else can read it")
    if not named:
        click.echo(
            f'sign with it from the next release on: in linkgazette.toml, [sign] key = "{DEFAULT_KEY}"'
        )
    click.echo(made.public.text)


@keys.command()
@click.pass_obj
def show(workspace: Path) -> None:
    """Print the public key, as `minisign -P` and `linkgazette verify --key` take it."""
    from blocklist.release.key_files import load_signing_key

    click.echo(load_signing_key(_key_path(workspace)).public.text)


@keys.command()
@click.pass_obj
def rotate(workspace: Path) -> None:
    """Replace the key by a new one, for which the old one vouches; the old secret is erased."""
    from blocklist.release.key_files import rotate_key

    old, new = rotate_key(_key_path(workspace))
    click.echo(
        f"key {old.public.name} vouches for {new.public.name}; readers who trust it follow by themselves"
    )
    click.echo(new.public.text)


@keys.command()
@click.option(
    "--rotate", is_flag=True, help="A new secret before the old one; both sign until you remove it."
)
@click.pass_obj
def webhook(workspace: Path, rotate: bool) -> None:
    """Make the secret that [webhook] secret names; its file, not the secret, is printed."""
    from blocklist.config import load_config
    from blocklist.webhook.secret import DEFAULT_SECRET, make_secret

    named = load_config(workspace).webhook.secret  # of the workspace already, unless there are no settings
    path = workspace / DEFAULT_SECRET if named == DEFAULT_SECRET else Path(named)
    make_secret(path, rotate=rotate)
    click.echo(f"made {path}; give the receiver its first line by a safe way")
    if rotate:
        click.echo("once the receiver has it, remove the second line")


@keys.group(cls=Group)
def people() -> None:
    """Show, replace and destroy the keys of pseudonyms.

    A key that is replaced makes no new pseudonym. As long as people are kept ([privacy] keep_people_days)
    both are computed of every id that comes in, so that whoever comes again is known to be the same; then
    `prune` destroys it.
    """


@people.command("show")
@click.pass_obj
def show_people(workspace: Path) -> None:
    """List the keys, and how many people of each have come again since."""
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        for one in opened.successions.generations():
            since = f", made {one.made_at:%Y-%m-%d}" if one.made_at else ""
            if one.destroyed_at:
                state = f"destroyed {one.destroyed_at:%Y-%m-%d}"
            elif one.replaced_at:
                state = f"replaced {one.replaced_at:%Y-%m-%d}, {one.met} of {one.known} people came again"
            else:
                state = "makes pseudonyms"
            click.echo(f"key {one.number}: {state}{since}")


@people.command("rotate")
@click.pass_obj
def rotate_people(workspace: Path) -> None:
    """Make a new key; the present one helps to know people again until it is destroyed."""
    from blocklist.store import open_workspace
    from blocklist.store.key import key_name
    from blocklist.store.rotation import rotate

    with open_workspace(workspace, create=False) as opened:
        made = rotate(opened, by=seat(), now=datetime.now(UTC))
        days = opened.config.privacy.keep_people_days
    click.echo(f"key {made} makes pseudonyms from now on; keep a copy of {workspace / key_name(made)}")
    click.echo(
        f"key {made - 1} is destroyed by `linkgazette prune` in {days} days; destroy its copies then too"
    )


@people.command()
@click.argument("generation", type=int)
@click.option("--at-once", is_flag=True, help="Before its time, because it leaked or was lost.")
@click.pass_obj
def destroy(workspace: Path, generation: int, at_once: bool) -> None:
    """Destroy a key that was replaced: who came again goes on by a later one, the others leave."""
    from datetime import timedelta

    from blocklist.errors import RefusedError
    from blocklist.store import open_workspace
    from blocklist.store.rotation import destroy as destroy_key

    now = datetime.now(UTC)
    with open_workspace(workspace, create=False) as opened:
        kept = timedelta(days=opened.config.privacy.keep_people_days)
        found = {one.number: one for one in opened.successions.generations()}.get(generation)
        if found and found.replaced_at and now - found.replaced_at < kept and not at_once:
            left = found.known - found.met
            raise RefusedError(
                f"{left} people would leave the record before their time; `prune` destroys this key on "
                f"{found.replaced_at + kept:%Y-%m-%d}, or give --at-once"
            )
        met, lost = destroy_key(opened, generation, by=seat(), now=now)
    click.echo(f"key {generation} is destroyed: {met} people go on by a later one, {lost} have left")


def _key_path(workspace: Path) -> Path:
    from blocklist.config import load_config
    from blocklist.release.key_files import DEFAULT_KEY

    named = load_config(workspace).sign.key
    path = Path(named) if named else workspace / DEFAULT_KEY
    if not named and not path.exists():
        raise InputError(f"{path}: there is no signing key yet; make it with: linkgazette keys make")
    return path
