"""Who may come in and what for: people and keys, each change on record, nobody locked out by slip.

Secrets come in hashed and keys made (``service.secrets``): neither is seen here.
"""

import unicodedata
from datetime import datetime

from blocklist.errors import InputError, RefusedError
from blocklist.model import PEOPLE, PROGRAMS, Post
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.api_keys import ApiKey
from blocklist.store.staff import Person

_LONGEST_NAME = 64  # characters
_MOST_DAILY = 1_000_000_000  # shares
_SIGNS = frozenset("&()")
"""Between the names of two who decided together, and about the terminal that somebody sat at."""
_NOT_PEOPLE = frozenset({"machine", "crawler", "service", "claimant", "terminal", "linkgazette"})
_LATIN = str.maketrans("авеԁһіјӏокмнрԛсѕтԝхуαεικνορτυχ", "abedhijlokmhpqcstwxyaeikvoptux")
"""Small letters of Cyrillic and Greek, and the Latin ones that they are taken for (Unicode TS 39's kind)."""


def check_name(name: str) -> str:
    """Return a name that can stand on record; raises InputError.

    It must read as itself: no look-alike of another width, no sign that the record uses, and not the name of
    what speaks there and is no person.
    """
    name = " ".join(unicodedata.normalize("NFKC", name).split())
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME or not _SIGNS.isdisjoint(name):
        raise InputError(
            N_("a name has visible characters, at most %(most)s, and neither brackets nor an ampersand"),
            most=_LONGEST_NAME,
        )
    if name.casefold().partition(" ")[0] in _NOT_PEOPLE:
        raise InputError(N_("the record calls by that name what is no person; choose another"))
    return name


def check_new(workspace: Workspace, name: str) -> str:
    """Return a name that can stand on record and reads as nobody else's here; raises InputError."""
    name = check_name(name)
    if any(_looks(name) == _looks(each.name) for each in workspace.staff.all() if each.name != name):
        raise InputError(N_("somebody's name here reads almost like that; choose one to tell them by"))
    return name


def _looks(name: str) -> str:
    """Return how a name looks to a hurried reader: no letter case, letters of other scripts as Latin."""
    return name.casefold().translate(_LATIN)


def engage(workspace: Workspace, name: str, post: Post, secret: str, *, by: str, now: datetime) -> None:
    """Let somebody new log in; raises InputError when the name is taken or is none."""
    name = check_new(workspace, name)
    if post not in PEOPLE:
        raise InputError(N_("choose what they are here for"))
    with workspace.database.transaction():
        if workspace.staff.find(name) is not None:
            raise InputError(N_("there is somebody of that name; change them instead"))
        workspace.staff.add(name, post, secret, now=now)
        workspace.audit.add(by, "staff", name, post.value, now=now)


def assign(workspace: Workspace, number: int, post: Post, *, by: str, now: datetime) -> Person:
    """Give somebody another post; their sessions end. Raises InputError, RefusedError."""
    person = person_of(workspace, number)
    if post not in PEOPLE:
        raise InputError(N_("choose what they are here for"))
    _check_other(workspace, person, by=by, stays_admin=post is Post.ADMIN)
    with workspace.database.transaction():
        workspace.staff.change(person.name, post=post, secret=person.secret, back=person.ended_at is None)
        workspace.audit.add(by, "staff", person.name, post.value, now=now)
    return person


def renew(workspace: Workspace, number: int, secret: str, *, by: str, now: datetime) -> Person:
    """Give somebody another secret, and let them in again; their sessions end. Raises InputError."""
    person = person_of(workspace, number)
    with workspace.database.transaction():
        workspace.staff.change(person.name, post=person.post, secret=secret)
        workspace.audit.add(by, "secret", person.name, now=now)
    return person


def dismiss(workspace: Workspace, number: int, *, by: str, now: datetime) -> Person:
    """Let somebody log in no more; sessions end, cases go back. Raises InputError, RefusedError."""
    person = person_of(workspace, number)
    _check_other(workspace, person, by=by, stays_admin=False)
    with workspace.database.transaction():
        workspace.staff.end(person.name, now=now)
        workspace.claims.drop_of(person.name)
        workspace.appeal_claims.drop_of(person.name)
        workspace.audit.add(by, "end", person.name, now=now)
    return person


def issue(workspace: Workspace, key: ApiKey, *, by: str, now: datetime) -> None:
    """Keep a new key of a program; raises InputError."""
    check_name(key.name)
    if key.post not in PROGRAMS or key.daily < 1:
        raise InputError(N_("a key is a reporter's, an admin's or an auditor's, with a quota of 1 or more"))
    with workspace.database.transaction():
        workspace.api_keys.add(key)
        workspace.audit.add(by, "key", key.id, f"{key.name}: {key.post}", now=now)


def revoke(workspace: Workspace, identifier: str, *, by: str, now: datetime) -> None:
    """Let a key open no more; raises InputError when there is none of that id."""
    _key_of(workspace, identifier)
    with workspace.database.transaction():
        workspace.api_keys.end(identifier, now=now)
        workspace.audit.add(by, "end", identifier, now=now)


def allot(workspace: Workspace, identifier: str, daily: int, *, by: str, now: datetime) -> None:
    """Give a key another daily quota; raises InputError."""
    _key_of(workspace, identifier)
    if not 1 <= daily <= _MOST_DAILY:
        raise InputError(N_("a quota is from 1 to %(most)s shares a day"), most=_MOST_DAILY)
    with workspace.database.transaction():
        workspace.api_keys.allot(identifier, daily)
        workspace.audit.add(by, "quota", identifier, str(daily), now=now)


def person_of(workspace: Workspace, number: int) -> Person:
    """Return the person of that number; raises InputError when there is none."""
    found = next((each for each in workspace.staff.all() if each.id == number), None)
    if found is None:
        raise InputError(N_("there is nobody of that number"))
    return found


def _key_of(workspace: Workspace, identifier: str) -> ApiKey:
    key = workspace.api_keys.get(identifier)
    if key is None:
        raise InputError(N_("there is no key of that id"))
    return key


def _check_other(workspace: Workspace, person: Person, *, by: str, stays_admin: bool) -> None:
    """Refuse what would shut the one who does it out, or leave nobody who could undo it."""
    if person.name == by:
        raise RefusedError(N_("nobody changes their own role or shuts themselves out; ask a colleague"))
    others = [
        each
        for each in workspace.staff.all()
        if each.post is Post.ADMIN and each.ended_at is None and each.id != person.id
    ]
    if person.post is Post.ADMIN and not stays_admin and not others:
        raise RefusedError(N_("%(name)s is the last admin; make somebody else one first"), name=person.name)
