"""What people do about their own way in: another secret, a second factor, an end to sessions.

Each is on record, and ends whatever sessions it casts in doubt. Secrets come in hashed and codes as digests
(``service.secrets``, ``service.second_factor``): that they were right is found out there.
"""

from collections.abc import Sequence
from datetime import datetime

from blocklist.errors import RefusedError
from blocklist.privacy.sealing import factor_context
from blocklist.public.words import N_
from blocklist.store import Workspace
from blocklist.store.staff import Person, Session


def change_secret(workspace: Workspace, person: Person, secret: str, *, keep: str, now: datetime) -> None:
    """Give oneself another secret; all sessions end but the one marked ``keep`` (empty: all).

    Raises RefusedError when it was changed since ``person`` was asked for it: an admin's word holds.
    """
    with workspace.database.transaction():
        _check_same(workspace, person)
        workspace.staff.set_secret(person.id, secret)
        workspace.staff.end_sessions(person.id, keep=keep)
        workspace.audit.add(person.name, "secret", person.name, now=now)


def set_up_factor(
    workspace: Workspace, session: Session, factor: str, codes: Sequence[bytes], *, step: int, now: datetime
) -> None:
    """Begin to ask for a second factor, of whose time ``step`` a code was shown; other sessions end.

    Raises RefusedError as ``change_secret``.
    """
    person = session.person
    sealed = workspace.sealer.seal(factor, factor_context(person.id))
    with workspace.database.transaction():
        _check_same(workspace, person)
        workspace.staff.set_factor(person.id, sealed, step=step)
        workspace.staff.set_recovery_codes(person.id, codes)
        workspace.staff.end_sessions(person.id, keep=session.mark)
        workspace.audit.add(person.name, "second-factor", person.name, "set up", now=now)


def renew_codes(workspace: Workspace, person: Person, codes: Sequence[bytes], *, now: datetime) -> None:
    """Give oneself other recovery codes."""
    with workspace.database.transaction():
        workspace.staff.set_recovery_codes(person.id, codes)
        workspace.audit.add(person.name, "recovery-codes", person.name, "made anew", now=now)


def drop_factor(workspace: Workspace, person: Person, *, by: str, now: datetime) -> None:
    """Ask for no second factor any more; raises RefusedError where everybody must have one.

    A colleague may always do it, for somebody who lost theirs: who must have one sets up another then.
    """
    if by == person.name and workspace.config.serve.asks_second_factor:
        raise RefusedError(N_("everybody has a second factor here; set up another one instead"))
    with workspace.database.transaction():
        workspace.staff.set_factor(person.id, None)
        if by != person.name:
            workspace.staff.end_sessions(person.id)
        workspace.audit.add(by, "second-factor", person.name, "taken away", now=now)


def factor_of(workspace: Workspace, person: Person) -> str:
    """Return somebody's TOTP secret; empty: they have none. Raises InputError when it cannot be opened."""
    return "" if person.factor is None else workspace.sealer.open(person.factor, factor_context(person.id))


def end_sessions(
    workspace: Workspace, person: Person, *, by: str, mark: str, keep: str, now: datetime
) -> int:
    """End a session by its ``mark``, or (empty) all but the one to ``keep``; return how many."""
    with workspace.database.transaction():
        ended = workspace.staff.end_sessions(person.id, mark=mark, keep=keep)
        if ended:
            workspace.audit.add(by, "end-session", person.name, str(ended), now=now)
    return ended


def _check_same(workspace: Workspace, person: Person) -> None:
    now = workspace.staff.find(person.name)
    if now is None or now.secret != person.secret:
        raise RefusedError(N_("that is not your present secret"))
