"""``linkgazette keys``: make, show and rotate the key that signs releases."""

from pathlib import Path

import click


@click.group()
def keys() -> None:
    """Make, show and rotate keys: the one that signs releases, the webhook's secret."""


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
    "--rotate", is_flag=True, help="Put a new secret before the old one; both sign until you remove it."
)
@click.pass_obj
def webhook(workspace: Path, rotate: bool) -> None:
    """Make the secret that [webhook] secret names; its file, not the secret, is printed."""
    from blocklist.config import load_config
    from blocklist.webhook.secret import DEFAULT_SECRET, make_secret

    path = Path(load_config(workspace).webhook.secret)
    path = path if path.is_absolute() else workspace / DEFAULT_SECRET
    make_secret(path, rotate=rotate)
    click.echo(f"made {path}; give the receiver its first line by a safe way")
    if rotate:
        click.echo("once the receiver has it, remove the second line")


def _key_path(workspace: Path) -> Path:
    from blocklist.config import load_config
    from blocklist.release.key_files import DEFAULT_KEY

    return Path(load_config(workspace).sign.key or workspace / DEFAULT_KEY)
