"""Who may come in: one place for keys, sessions, posts, forged forms and sizes; the doors only say whom.

A call is refused before its body is read, unless it is a form whose token must be seen.
"""

from datetime import datetime, timedelta
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

from blocklist.public.words import N_
from blocklist.service.doors import By, Call, Door, Side
from blocklist.service.house import House
from blocklist.service.refusals import Refused
from blocklist.service.secrets import digest_of, parse_key, same
from blocklist.store.api_keys import ApiKey
from blocklist.store.staff import Session

FORM_TOKEN = "form_token"  # noqa: S105 - a field's name
_MAX_FORM = 262_144  # bytes
_MAX_FIELDS = 500
_MOST_NUMBER = 2**63 - 1  # SQLite holds no larger one
_FORM = "application/x-www-form-urlencoded"


def cookie_name(house: House) -> str:
    """Return the session cookie's name; behind https browsers hold ``__Host-`` to this host and path."""
    return "__Host-linkgazette" if house.workspace.config.serve.staff_origin else "linkgazette"


async def admit(house: House, door: Door, request: Request, now: datetime) -> Call:
    """Let a call in; raises Refused."""
    if any(isinstance(each, int) and each > _MOST_NUMBER for each in request.path_params.values()):
        raise Refused(404, N_("there is nothing of that number"))
    session = await _worker(house, door, request, now) if door.by is By.SESSION else None
    key = await _key_of(house, request, now) if door.by is By.KEY else None
    post = session.person.post if session else key.post if key else None
    if door.posts and post not in door.posts:
        raise Refused(403, N_("this is not open to a %(post)s"), post=str(post))
    if door.method == "GET":
        return Call(request=request, house=house, now=now, session=session, key=key)
    _check_origin(house, door.side, request)
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    limit = house.workspace.config.serve.max_request_bytes if door.says else _MAX_FORM
    body = await _body(request, limit)
    form: dict[str, list[str]] = {}
    if is_form:
        try:
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        except ValueError as wrong:
            raise Refused(400, N_("the form cannot be read")) from wrong
    if session is not None and not same(form.get(FORM_TOKEN, [""])[0], session.form_token):
        raise Refused(
            403, N_("the form was not ours, or is too old; go back, load the page again and send it")
        )
    return Call(request=request, house=house, now=now, session=session, key=key, body=body, form=form)


async def _worker(house: House, door: Door, request: Request, now: datetime) -> Session:
    session = await session_of(house, request, now)
    if session is None:
        raise Refused(401, N_("log in first"), {"Location": "/login"})
    asks = house.workspace.config.serve.asks_second_factor
    if asks and session.person.factor is None and not door.sets_up:
        raise Refused(403, N_("set up a second factor first"), {"Location": "/own"})
    return session


async def session_of(house: House, request: Request, now: datetime) -> Session | None:
    """Return the session whose cookie came along; None: there is none that holds."""
    token = request.cookies.get(cookie_name(house), "")
    if not token:
        return None
    idle = timedelta(minutes=house.workspace.config.serve.idle_minutes)
    return await house.do(house.workspace.staff.session, digest_of(token), now=now, seen_after=now - idle)


async def _key_of(house: House, request: Request, now: datetime) -> ApiKey:
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    parsed = parse_key(text.strip()) if kind.lower() == "bearer" else None
    key = await house.do(house.workspace.api_keys.get, parsed[0]) if parsed else None
    if key is None or parsed is None or not same(key.digest, parsed[1]) or key.ended_at is not None:
        raise Refused(
            401, "give a key that holds: Authorization: Bearer lg_…", {"WWW-Authenticate": "Bearer"}
        )
    if wait := house.programs.wait(key.id, now):
        raise Refused(
            429, f"too many requests of this key; come again in {wait} s", {"Retry-After": str(wait)}
        )
    return key


def _check_origin(house: House, side: Side, request: Request) -> None:
    """Refuse what another site's page sent (OWASP: verifying the origin with standard headers)."""
    serve = house.workspace.config.serve
    ours = serve.staff_origin if side is Side.STAFF else serve.public_origin
    ours = ours or f"{request.url.scheme}://{request.headers.get('host', '')}"
    origin = request.headers.get("origin", ours)
    if origin != ours or request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise Refused(403, N_("this was sent by a page of another site"))


async def _body(request: Request, limit: int) -> bytes:
    claimed = request.headers.get("content-length", "")
    too_large = Refused(413, N_("at most %(limit)s bytes are taken at once; send it in parts"), limit=limit)
    if claimed.isdigit() and int(claimed) > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise too_large
            parts.append(part)
    except ClientDisconnect as gone:
        raise Refused(400, N_("the request ended too soon")) from gone
    return b"".join(parts)
