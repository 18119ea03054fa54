"""Who speaks from a terminal, and for whom.

Whoever may write the workspace's files may write its database, so a secret asked for here keeps nobody out
who means it ill; what shows such a thing is the audit log, whose digest strangers hold with each release.
So a name given by ``--by`` is taken, if it is that of somebody who works here and may do this, and the
account of the operating system goes on record beside it: by its number, since anybody may set ``USER``. A
second person's word is asked for with their secret: there a slip, or a shortcut, is what the rule is against.
"""

import os
import pwd
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from blocklist.errors import InputError, RefusedError
from blocklist.model import Post

if TYPE_CHECKING:
    from blocklist.store import Workspace
    from blocklist.store.staff import Person

DECIDES = frozenset({Post.MODERATOR, Post.SENIOR})
SETTLES = frozenset({Post.SENIOR})


def seat() -> str:
    """Return what the audit log calls this terminal: ``terminal mei``."""
    try:
        return f"terminal {pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:  # in a container an account may have no name
        return f"terminal uid {os.getuid()}"


def speaks(opened: "Workspace", name: str, posts: Collection[Post] = DECIDES, *, proves: bool = False) -> str:
    """Return the name of who speaks, which must be one of ``posts`` where people log in.

    From then on the audit log says the terminal beside it. With ``proves`` their secret is asked for. Raises
    InputError for nobody who works here, RefusedError for another post or a wrong secret.
    """
    name = name.strip()
    opened.audit.seat = seat()
    working = {one.name: one for one in opened.staff.all() if one.ended_at is None and one.post in DECIDES}
    if not working:  # a workspace without accounts: there is nobody to confuse
        return name
    person = opened.staff.find(name)
    if person is None or person.ended_at is not None:
        raise InputError(f"--by names nobody who works here ({name}); see `linkgazette staff list`")
    if person.post not in posts:
        raise RefusedError(f"{name} is {person.post}; this is for {' or '.join(sorted(posts))}")
    if proves and not proved(person):
        raise RefusedError(f"that is not the secret of {name}")
    return name


def proved(person: "Person") -> bool:
    """Ask for a person's secret; tell whether it was right."""
    from blocklist.service.secrets import is_secret

    return is_secret(person.secret, click.prompt(f"secret of {person.name}", hide_input=True, err=True))
