"""A pseudonym key is replaced, and later destroyed: what becomes of those it named.

While an earlier key is there, nothing that it made is touched (``successions`` says who is who). When it is
destroyed, whoever came again is called by the later pseudonym everywhere, and whoever did not leaves the
record: nobody could tell any more whom it means, nor take it out when they ask.
"""

from datetime import datetime, timedelta

from blocklist.errors import InputError, RefusedError
from blocklist.privacy.sealing import factor_context
from blocklist.store.key import erase_destroyed, make_next
from blocklist.store.traces import rewrite
from blocklist.store.workspace import Workspace

MOST = 4
"""Keys at once: each costs every id that comes in a digest more."""


def rotate(workspace: Workspace, *, by: str, now: datetime) -> int:
    """Replace the key by a new one, which makes pseudonyms from now on; return its generation.

    Raises RefusedError when so many are there already, InputError as ``Workspace.pseudonymiser``.
    """
    assert workspace.pseudonymiser  # the present key is there, and the right one
    living = [each for each in workspace.successions.generations() if each.destroyed_at is None]
    if len(living) >= MOST:
        raise RefusedError(
            f"{MOST} keys are there already; `linkgazette keys people destroy` the first of them"
        )
    with workspace.database.transaction():
        made = make_next(workspace.database, workspace.path, now=now)
        workspace.successions.begin()
        workspace.audit.add(by, "rotate", "pseudonym key", f"generation {made.generation}", now=now)
    return made.generation


def destroy(workspace: Workspace, generation: int, *, by: str, now: datetime) -> tuple[int, int]:
    """Destroy an earlier key; return how many people go on under a later one, and how many leave the record.

    Needs no key: one that was lost is given up so too. Raises InputError when it is none that was replaced,
    TroubleError when its file, or the database, cannot be written anew: destroyed it is, and it can be done
    again.
    """
    known = {each.number: each for each in workspace.successions.generations()}
    found = known.get(generation)
    if found is None or found.replaced_at is None:
        raise InputError(f"key {generation} was not replaced; see `linkgazette keys people show`")
    db = workspace.database
    with db.transaction():
        if found.destroyed_at is None:
            _seal_anew(workspace)
        met = workspace.successions.settle(generation)
        lost = workspace.people.lose(generation)
        workspace.successions.end(generation, now=now)
        detail = f"generation {generation}: {met} people go on, {lost} leave"
        workspace.audit.add(by, "destroy", "pseudonym key", detail, now=now)
    erase_destroyed(db, workspace.path)
    rewrite(db)
    return met, lost


def _seal_anew(workspace: Workspace) -> None:
    """Seal contacts and second factors by the present key; what a lost key sealed cannot be opened."""
    try:
        sealer = workspace.sealer
    except InputError:
        return

    def sealed_anew(sealed: bytes, context: bytes) -> bytes:
        try:
            return sealer.seal(sealer.open(sealed, context), context)
        except InputError:  # of a key that was lost before
            return sealed

    workspace.appeals.seal_anew(sealed_anew)
    workspace.staff.seal_anew(lambda sealed, person: sealed_anew(sealed, factor_context(person)))


def retire(workspace: Workspace, *, by: str, now: datetime) -> tuple[int, ...]:
    """Destroy the keys that were replaced longer ago than people are kept; return which."""
    kept = timedelta(days=workspace.config.privacy.keep_people_days)
    over = [
        each.number
        for each in workspace.successions.generations()
        if each.replaced_at is not None and each.destroyed_at is None and now - each.replaced_at >= kept
    ]
    for generation in over:
        destroy(workspace, generation, by=by, now=now)
    erase_destroyed(workspace.database, workspace.path)
    return tuple(over)
