"""``linkgazette staff``: who may log in to the service, and the keys of programs that report."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from blocklist.commands.group import Group
from blocklist.errors import InputError
from blocklist.model import PEOPLE, PROGRAMS, Post

_PEOPLE = [post.value for post in PEOPLE]
_PROGRAMS = [post.value for post in PROGRAMS]
_DAILY = 1_000_000


@click.group(cls=Group)
def staff() -> None:
    """Say who may log in to the service, and make keys for programs."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_PEOPLE), required=True, help="What they are here for.")
@click.pass_obj
def add(workspace: Path, name: str, role: str) -> None:
    """Let NAME log in, or give them another role and secret; the secret is printed once."""
    from blocklist.casework.staffing import check_name
    from blocklist.service.secrets import hash_secret, new_secret
    from blocklist.store import open_workspace

    name = check_name(name)
    secret, now = new_secret(), datetime.now(UTC)
    with open_workspace(workspace, create=True) as opened, opened.database.transaction():
        if opened.staff.find(name) is None:
            opened.staff.add(name, Post(role), hash_secret(secret), now=now)
        else:
            opened.staff.change(name, post=Post(role), secret=hash_secret(secret))
        opened.audit.add(_user(), "staff", name, role, now=now)
    click.echo(f"{name} may log in as {role}; secret: {secret}")


@staff.command()
@click.argument("name")
@click.pass_obj
def end(workspace: Path, name: str) -> None:
    """Let NAME, or the key of that id, in no more; sessions end at once."""
    from blocklist.store import open_workspace

    now = datetime.now(UTC)
    with open_workspace(workspace, create=False) as opened, opened.database.transaction():
        if opened.staff.find(name) is None and opened.api_keys.get(name) is None:
            raise InputError("nobody of that name may log in, and no key has that id; see `staff list`")
        opened.staff.end(name, now=now)
        opened.api_keys.end(name, now=now)
        opened.audit.add(_user(), "end", name, now=now)
    click.echo(f"{name} is let in no more")


@staff.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(_PROGRAMS),
    default=Post.REPORTER.value,
    show_default=True,
    help="What it may do.",
)
@click.option("--daily", type=click.IntRange(min=1), default=_DAILY, show_default=True, help="Shares a day.")
@click.pass_obj
def key(workspace: Path, name: str, role: str, daily: int) -> None:
    """Make a key for a program of NAME; it is printed once."""
    from blocklist.service.secrets import new_key
    from blocklist.store import open_workspace
    from blocklist.store.api_keys import ApiKey

    made, now = new_key(), datetime.now(UTC)
    kept = ApiKey(
        id=made.id, digest=made.digest, name=name, post=Post(role), daily=daily, made_at=now, ended_at=None
    )
    with open_workspace(workspace, create=True) as opened, opened.database.transaction():
        opened.api_keys.add(kept)
        opened.audit.add(_user(), "key", made.id, f"{name}: {role}", now=now)
    click.echo(made.text)


@staff.command("list")
@click.pass_obj
def listed(workspace: Path) -> None:
    """List people and keys."""
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        for person in opened.staff.all():
            click.echo(f"{person.name}  {person.post}  {_since(person.made_at, person.ended_at)}")
        for each in opened.api_keys.all():
            click.echo(f"key {each.id}  {each.name}  {each.post}  {_since(each.made_at, each.ended_at)}")


def _since(made_at: datetime, ended_at: datetime | None) -> str:
    return f"since {made_at.date()}" + (f", ended {ended_at.date()}" if ended_at else "")


def _user() -> str:
    return f"terminal {getpass.getuser()}"
