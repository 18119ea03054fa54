"""Who may lift the brake: where people log in, two of them, each of whom has proved who they are.

A workspace without accounts has nobody to ask: the name that is given is on record, and that is all.
"""

from collections.abc import Callable

from blocklist.errors import InputError, RefusedError
from blocklist.listing import check_override
from blocklist.model import Post
from blocklist.store import Workspace
from blocklist.store.staff import Person

_ASKS = frozenset({Post.MODERATOR, Post.SENIOR, Post.ADMIN})
_AGREES = frozenset({Post.SENIOR, Post.ADMIN})

Proved = Callable[[Person], bool]
"""Asks a person for their secret, and tells whether it was the right one."""


def agreed_override(workspace: Workspace, override: str, second: str, proved: Proved) -> str:
    """Return ``NAME & SECOND: reason`` as it goes on record; empty: no override was asked for.

    ``override`` is ``NAME: reason``. Raises InputError when it is not, or names nobody who may; RefusedError
    when a second person is missing, is the same, may not, or one of them did not prove who they are.
    """
    override = check_override(override)
    if not override:
        return ""
    working = {one.name: one for one in workspace.staff.all() if one.ended_at is None and one.post in _ASKS}
    if not working or not workspace.config.serve.two_person:
        return override
    name, _, reason = override.partition(":")
    first, other = working.get(name.strip()), working.get(second.strip())
    if first is None:
        raise InputError("--override names nobody who works here; see `linkgazette staff list`")
    if other is None or other.post not in _AGREES:
        raise RefusedError(
            "the brake is lifted by two people: name a senior or an admin who agrees with --second NAME"
        )
    if other.id == first.id:
        raise RefusedError(f"{first.name} cannot agree to their own override; --second names somebody else")
    for each in (first, other):
        if not proved(each):
            raise RefusedError(f"that is not the secret of {each.name}; the brake stays")
    return f"{first.name} & {other.name}: {reason.strip()}"
