"""``linkgazette staff``: who may log in to the service, and the keys of programs that report."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blocklist.commands.group import Group
from blocklist.commands.terminal import seat
from blocklist.errors import InputError, RefusedError
from blocklist.model import PEOPLE, PROGRAMS, Post

if TYPE_CHECKING:
    from blocklist.store import Workspace
    from blocklist.store.staff import Person

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
    from blocklist.casework.staffing import check_name, check_new
    from blocklist.service.secrets import hash_secret, new_secret
    from blocklist.store import open_workspace

    name, secret, now = check_name(name), new_secret(), datetime.now(UTC)
    with open_workspace(workspace, create=True) as opened, opened.database.transaction():
        name = check_new(opened, name)
        if opened.staff.find(name) is None:
            opened.staff.add(name, Post(role), hash_secret(secret), now=now)
        else:
            opened.staff.change(name, post=Post(role), secret=hash_secret(secret))
        opened.audit.add(seat(), "staff", name, role, now=now)
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
        opened.claims.drop_of(name)
        opened.appeal_claims.drop_of(name)
        opened.api_keys.end(name, now=now)
        opened.audit.add(seat(), "end", name, now=now)
    click.echo(f"{name} is let in no more")


@staff.command()
@click.argument("name")
@click.pass_obj
def secret(workspace: Path, name: str) -> None:
    """Give yourself, NAME, another secret; it asks for the present one, and all your sessions end."""
    from blocklist.casework.own import change_secret
    from blocklist.service.secrets import hash_secret, is_secret
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        person = _person(opened, name)
        if not is_secret(person.secret, click.prompt("present secret", hide_input=True, err=True)):
            raise RefusedError(f"that is not the present secret of {name}; an admin may give a new one")
        asked = click.prompt("new secret", hide_input=True, confirmation_prompt=True, err=True)
        change_secret(opened, person, hash_secret(asked), keep="", now=datetime.now(UTC))
    click.echo(f"{name} has another secret; all sessions are over")


@staff.command("drop-factor")
@click.argument("name")
@click.pass_obj
def drop_factor(workspace: Path, name: str) -> None:
    """Take away the second factor of NAME, who lost it; where one must be had, they set up another."""
    from blocklist.casework import own
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        own.drop_factor(opened, _person(opened, name), by=seat(), now=datetime.now(UTC))
    click.echo(f"{name} logs in without a second factor; all sessions are over")


@staff.command()
@click.option("--end", "ended", default="", metavar="NAME", help="End all sessions of NAME.")
@click.pass_obj
def sessions(workspace: Path, ended: str) -> None:
    """List who is logged in, or end somebody's sessions."""
    from blocklist.casework.own import end_sessions
    from blocklist.store import open_workspace

    now = datetime.now(UTC)
    with open_workspace(workspace, create=False, write=bool(ended)) as opened:
        if ended:
            person = _person(opened, ended)
            count = end_sessions(opened, person, by=seat(), mark="", keep="", now=now)
            click.echo(f"{count} sessions of {person.name} are over")
            return
        idle = timedelta(minutes=opened.config.serve.idle_minutes)
        for each in opened.staff.sessions(now=now, seen_after=now - idle):
            since = f"{each.began_at:%Y-%m-%d %H:%M}" if each.began_at else "?"
            click.echo(
                f"{each.name}  since {since}  used {each.seen_at:%H:%M}  ends {each.expires_at:%H:%M} UTC"
            )


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
    from blocklist.casework.staffing import check_name
    from blocklist.service.secrets import new_key
    from blocklist.store import open_workspace
    from blocklist.store.api_keys import ApiKey

    made, now, name = new_key(), datetime.now(UTC), check_name(name)
    kept = ApiKey(
        id=made.id, digest=made.digest, name=name, post=Post(role), daily=daily, made_at=now, ended_at=None
    )
    with open_workspace(workspace, create=True) as opened, opened.database.transaction():
        opened.api_keys.add(kept)
        opened.audit.add(seat(), "key", made.id, f"{name}: {role}", now=now)
    click.echo(made.text)


@staff.command("list")
@click.pass_obj
def listed(workspace: Path) -> None:
    """List people and keys."""
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        for person in opened.staff.all():
            factor = "  second factor" if person.factor else ""
            click.echo(f"{person.name}  {person.post}  {_since(person.made_at, person.ended_at)}{factor}")
        for each in opened.api_keys.all():
            click.echo(f"key {each.id}  {each.name}  {each.post}  {_since(each.made_at, each.ended_at)}")


def _since(made_at: datetime, ended_at: datetime | None) -> str:
    return f"since {made_at.date()}" + (f", ended {ended_at.date()}" if ended_at else "")


def _person(opened: "Workspace", name: str) -> "Person":
    person = opened.staff.find(name)
    if person is None:
        raise InputError(f"nobody is called {name} here; see `linkgazette staff list`")
    return person
