"""Who may come in, for the admin: people and keys; a new secret is shown once, on the page that made it."""

import anyio.to_thread
from starlette.responses import Response

from blocklist.casework import staffing
from blocklist.casework.own import drop_factor
from blocklist.errors import LinkgazetteError
from blocklist.model import PEOPLE, PROGRAMS, Post
from blocklist.public.words import N_
from blocklist.service.desk import leads, staff_door
from blocklist.service.doors import MANAGES, Call
from blocklist.service.refusals import Refused, refusal_of
from blocklist.service.secrets import hash_secret, new_key, new_secret
from blocklist.store.api_keys import ApiKey

_DAILY = 1_000_000
_DIGITS = 10


async def _people(call: Call) -> Response:
    return await _page(call)


async def _page(call: Call, wrong: LinkgazetteError | None = None) -> Response:
    workspace = call.house.workspace
    people = await call.house.do(workspace.staff.all)
    keys = await call.house.do(workspace.api_keys.all)
    spent = {each.id: await call.house.do(workspace.api_keys.spent, each.id, now=call.now) for each in keys}
    return call.house.pages.page(
        call,
        "people.html",
        refusal_of(wrong).status if wrong else 200,
        people=people,
        keys=keys,
        spent=spent,
        posts=PEOPLE,
        key_posts=PROGRAMS,
        daily=_DAILY,
        problem=wrong,
    )


async def _add(call: Call) -> Response:
    name, post = call.field("name"), _post(call)
    secret, hashed = await _new_secret(call)
    try:
        await call.house.do(
            staffing.engage, call.house.workspace, name, post, hashed, by=call.who, now=call.now
        )
    except LinkgazetteError as wrong:
        return await _page(call, wrong)
    return call.house.pages.page(call, "secret.html", name=name, post_given=post, secret=secret, is_key=False)


async def _change(call: Call) -> Response:
    workspace, number = call.house.workspace, call.request.path_params["number"]
    try:
        match call.field("do"):
            case "role":
                await call.house.do(
                    staffing.assign, workspace, number, _post(call), by=call.who, now=call.now
                )
            case "renew":
                secret, hashed = await _new_secret(call)
                person = await call.house.do(
                    staffing.renew, workspace, number, hashed, by=call.who, now=call.now
                )
                return call.house.pages.page(
                    call, "secret.html", name=person.name, post_given=person.post, secret=secret, is_key=False
                )
            case "factor":
                person = await call.house.do(staffing.person_of, workspace, number)
                await call.house.do(drop_factor, workspace, person, by=call.who, now=call.now)
            case "end":
                await call.house.do(staffing.dismiss, workspace, number, by=call.who, now=call.now)
            case _:
                raise Refused(422, N_("choose: role, new secret, second factor or end"))
    except LinkgazetteError as wrong:
        return await _page(call, wrong)
    return leads("/people", {})


async def _issue(call: Call) -> Response:
    made = new_key()
    key = ApiKey(
        id=made.id,
        digest=made.digest,
        name=call.field("name"),
        post=_post(call),
        daily=_number(call),
        made_at=call.now,
        ended_at=None,
    )
    try:
        await call.house.do(staffing.issue, call.house.workspace, key, by=call.who, now=call.now)
    except LinkgazetteError as wrong:
        return await _page(call, wrong)
    return call.house.pages.page(
        call, "secret.html", name=key.name, post_given=key.post, secret=made.text, is_key=True
    )


async def _change_key(call: Call) -> Response:
    workspace, identifier = call.house.workspace, call.request.path_params["id"]
    try:
        match call.field("do"):
            case "end":
                await call.house.do(staffing.revoke, workspace, identifier, by=call.who, now=call.now)
            case "quota":
                daily = _number(call)
                await call.house.do(staffing.allot, workspace, identifier, daily, by=call.who, now=call.now)
            case _:
                raise Refused(422, N_("choose: quota or end"))
    except LinkgazetteError as wrong:
        return await _page(call, wrong)
    return leads("/people", {})


async def _new_secret(call: Call) -> tuple[str, str]:
    """Return a new secret, and it hashed: slow on purpose, and so not where everybody else waits."""
    secret = new_secret()
    return secret, await anyio.to_thread.run_sync(hash_secret, secret, limiter=call.house.hashing)


def _post(call: Call) -> Post:
    said = call.field("role")
    if said not in set(Post):
        raise Refused(422, N_("choose what they are here for"))
    return Post(said)


def _number(call: Call) -> int:
    said = call.field("daily")
    if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS):
        raise Refused(422, N_("a quota is a number of shares a day"))
    return int(said)


DOORS = (
    staff_door("people", "GET", "/people", MANAGES, _people),
    staff_door("person-new", "POST", "/people", MANAGES, _add),
    staff_door("person", "POST", "/people/{number:int}", MANAGES, _change),
    staff_door("key-new", "POST", "/keys", MANAGES, _issue),
    staff_door("key", "POST", "/keys/{id}", MANAGES, _change_key),
)
