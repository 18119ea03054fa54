"""Log-in and log-out of moderators; tries are slowed down by address.

Not by name: who knows one could keep its owner out, and a secret of 100 random bits is guessed by nobody.
"""

from datetime import datetime, timedelta

import anyio.to_thread
from starlette.responses import RedirectResponse, Response

from blocklist.casework.own import factor_of
from blocklist.public.words import N_
from blocklist.service.doors import READS, By, Call, Door, Side
from blocklist.service.gate import cookie_name, session_of
from blocklist.service.refusals import Refused
from blocklist.service.second_factor import matching_step, recovery_digest
from blocklist.service.secrets import LONGEST, digest_of, is_secret, new_token
from blocklist.store.staff import Person

TOO_MANY = N_("too many tries; come again in %(wait)s s")
_WRONG = N_("Name, secret and code do not fit together.")
"""The same whichever was wrong."""


async def _form(call: Call) -> Response:
    if await session_of(call.house, call.request, call.now):
        return RedirectResponse("/", 303)
    return call.house.pages.page(call, "login.html", problem="")


async def _log_in(call: Call) -> Response:
    house, name = call.house, call.field("name")
    if wait := house.logins.wait(f"address {call.address}", call.now):
        raise Refused(429, TOO_MANY, {"Retry-After": str(wait)}, wait=wait)
    person = await house.do(house.workspace.staff.find, name)
    secret = call.form.get("secret", [""])[0]
    if len(secret) > LONGEST:
        secret = ""  # is hashed all the same, so that time tells nothing
    # Off the desk: hashing is slow on purpose, and takes memory on purpose.
    right = await anyio.to_thread.run_sync(
        is_secret, person.secret if person else None, secret, limiter=house.hashing
    )
    if person is None or not right or person.ended_at is not None or not await _shows_second(call, person):
        return house.pages.page(call, "login.html", 401, problem=_WRONG)
    serve = house.workspace.config.serve
    token, lasts = new_token(), timedelta(hours=serve.session_hours)
    if before := call.request.cookies.get(cookie_name(house), ""):
        await house.do(house.workspace.staff.close_session, digest_of(before))
    if not await house.do(_let_in, call, person, digest_of(token), call.now + lasts):
        return house.pages.page(call, "login.html", 401, problem=_WRONG)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        cookie_name(house),
        token,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=bool(serve.staff_origin),
        httponly=True,
        samesite="strict",
    )
    return answer


def _let_in(call: Call, person: Person, digest: bytes, expires_at: datetime) -> bool:
    """Begin a session, on record; False: what let ``person`` in was changed while it was compared."""
    workspace = call.house.workspace
    with workspace.database.transaction():
        if workspace.staff.find(person.name) != person:
            return False
        workspace.staff.open_session(
            digest, person.id, form_token=new_token(), now=call.now, expires_at=expires_at
        )
        workspace.audit.add(person.name, "log-in", f"staff {person.id}", now=call.now)
    return True


async def _shows_second(call: Call, person: Person) -> bool:
    """Tell whether who said the right secret also shows the second factor, if there is one."""
    if person.factor is None:
        return True
    workspace, said = call.house.workspace, call.field("code")
    # Only who knows the secret comes here: nobody else can keep somebody out by trying.
    if wait := call.house.logins.wait(f"code {person.id}", call.now):
        raise Refused(429, TOO_MANY, {"Retry-After": str(wait)}, wait=wait)
    factor = await call.house.do(factor_of, workspace, person)
    step = matching_step(factor, said, call.now)
    if step is not None:
        return await call.house.do(workspace.staff.use_step, person.id, step)
    if await call.house.do(workspace.staff.use_recovery_code, person.id, recovery_digest(said)):
        await call.house.do(workspace.audit.add, person.name, "recovery-code", person.name, now=call.now)
        return True
    return False


async def _log_out(call: Call) -> Response:
    house = call.house
    token = call.request.cookies.get(cookie_name(house), "")
    await house.do(house.workspace.staff.close_session, digest_of(token))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(house), path="/", secure=bool(house.workspace.config.serve.staff_origin))
    return answer


DOORS = (
    Door(name="login-form", side=Side.STAFF, method="GET", path="/login", handler=_form),
    Door(name="login", side=Side.STAFF, method="POST", path="/login", handler=_log_in),
    Door(
        name="logout",
        side=Side.STAFF,
        method="POST",
        path="/logout",
        by=By.SESSION,
        posts=READS,
        sets_up=True,
        handler=_log_out,
    ),
)
