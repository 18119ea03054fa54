"""Everybody's own page: another secret, a second factor, and where they are logged in.

Whatever changes the way in asks for the present secret once more: a session left open is not enough.
"""

from dataclasses import replace
from datetime import timedelta

import anyio.to_thread
from starlette.responses import Response

from blocklist.casework import own
from blocklist.errors import InputError, LinkgazetteError, RefusedError
from blocklist.public.words import N_
from blocklist.service.desk import done_of, leads, staff_door
from blocklist.service.doors import READS, Call, Door
from blocklist.service.login import TOO_MANY
from blocklist.service.refusals import Refused, refusal_of
from blocklist.service.second_factor import (
    matching_step,
    new_factor,
    new_recovery_codes,
    picture_of,
    recovery_digest,
    uri_of,
)
from blocklist.service.secrets import hash_secret, is_secret
from blocklist.store.staff import Person, Session


async def _own(call: Call) -> Response:
    return await _page(call)


async def _page(call: Call, wrong: LinkgazetteError | None = None) -> Response:
    workspace, session = call.house.workspace, _session(call)
    idle = timedelta(minutes=workspace.config.serve.idle_minutes)
    found = await call.house.do(workspace.staff.sessions, now=call.now, seen_after=call.now - idle)
    return call.house.pages.page(
        call,
        "own.html",
        refusal_of(wrong).status if wrong else 200,
        sessions=[each for each in found if each.name == call.who],
        codes_left=await call.house.do(workspace.staff.recovery_codes, session.person.id),
        must=workspace.config.serve.asks_second_factor,
        problem=wrong,
        done=done_of(call),
    )


async def _secret(call: Call) -> Response:
    session = _session(call)
    said = call.form.get("new", [""])[0]
    try:
        await _check_secret(call)
        if said != call.form.get("again", [""])[0]:
            raise InputError(N_("the new secret was not written twice alike"))
        if said == call.form.get("secret", [""])[0]:
            raise InputError(N_("that is the secret you have; choose another"))
        hashed = await anyio.to_thread.run_sync(hash_secret, said, limiter=call.house.hashing)
    except LinkgazetteError as wrong:
        return await _page(call, wrong)
    await call.house.do(
        own.change_secret, call.house.workspace, session.person, hashed, keep=session.mark, now=call.now
    )
    return leads("/own", {"done": "own-secret-0"})


async def _factor(call: Call) -> Response:
    try:
        match call.field("do"):
            case "begin":
                await _check_secret(call)
                return await _offer(call, new_factor())
            case "confirm":
                return await _set_up(call)
            case "codes":
                await _check_secret(call)
                codes = new_recovery_codes()
                digests = list(map(recovery_digest, codes))
                person = _session(call).person
                if person.factor is None:
                    raise RefusedError(N_("set up a second factor first"))
                await call.house.do(own.renew_codes, call.house.workspace, person, digests, now=call.now)
                return call.house.pages.page(call, "codes.html", codes=codes)
            case "drop":
                await _check_secret(call)
                person = _session(call).person
                await call.house.do(own.drop_factor, call.house.workspace, person, by=call.who, now=call.now)
                return leads("/own", {"done": "own-factor-0"})
    except LinkgazetteError as wrong:
        return await _page(call, wrong)
    raise Refused(422, N_("choose what to do with the second factor"))


async def _offer(call: Call, factor: str, wrong: InputError | None = None) -> Response:
    """Show a factor that is not set up yet; the form carries it sealed, bound to who asked for it."""
    person = _session(call).person
    sealed = await call.house.do(lambda: call.house.workspace.sealer.seal(factor, _offered_to(person)).hex())
    return call.house.pages.page(
        call,
        "factor.html",
        422 if wrong else 200,
        factor=factor,
        sealed=sealed,
        picture=picture_of(uri_of(factor, person.name, call.house.workspace.config.site.title)),
        problem=wrong,
    )


async def _set_up(call: Call) -> Response:
    session, workspace = _session(call), call.house.workspace
    try:
        sealed = bytes.fromhex(call.field("sealed"))
    except ValueError as wrong:
        raise InputError(N_("that was no second factor of ours; begin again")) from wrong
    try:
        factor = await call.house.do(lambda: workspace.sealer.open(sealed, _offered_to(session.person)))
    except InputError as wrong:
        raise InputError(N_("that was no second factor of ours; begin again")) from wrong
    step = matching_step(factor, call.field("code"), call.now)
    if step is None:
        return await _offer(call, factor, InputError(N_("that is not the code that the app shows now")))
    codes = new_recovery_codes()
    digests = list(map(recovery_digest, codes))
    await call.house.do(own.set_up_factor, workspace, session, factor, digests, step=step, now=call.now)
    return call.house.pages.page(call, "codes.html", codes=codes)


async def _sessions(call: Call) -> Response:
    session = _session(call)
    mark = call.field("session")
    keep = "" if mark else session.mark
    await call.house.do(
        own.end_sessions,
        call.house.workspace,
        session.person,
        by=call.who,
        mark=mark,
        keep=keep,
        now=call.now,
    )
    return leads("/own", {"done": "own-session-0"})


async def _check_secret(call: Call) -> None:
    """Raise RefusedError unless the form says the caller's present secret."""
    session = _session(call)
    if wait := call.house.logins.wait(f"own {session.person.id}", call.now):
        raise RefusedError(TOO_MANY, wait=wait)
    secret = call.form.get("secret", [""])[0]
    right = await anyio.to_thread.run_sync(
        is_secret, session.person.secret, secret, limiter=call.house.hashing
    )
    if not right:
        raise RefusedError(N_("that is not your present secret"))


def _session(call: Call) -> Session:
    assert call.session is not None, "the gate asked for it"
    return call.session


def _offered_to(person: Person) -> bytes:
    return f"second factor offered to {person.id}".encode()


DOORS: tuple[Door, ...] = tuple(
    replace(door, sets_up=True)
    for door in (
        staff_door("own", "GET", "/own", READS, _own),
        staff_door("own-secret", "POST", "/own/secret", READS, _secret),
        staff_door("own-factor", "POST", "/own/factor", READS, _factor),
        staff_door("own-sessions", "POST", "/own/sessions", READS, _sessions),
    )
)
