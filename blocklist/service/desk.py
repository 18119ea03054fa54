"""The queue, and taking cases from it: one moderator has a case in hand, and none is read twice."""

import re
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from blocklist.casework.claims import put_back, take, take_next
from blocklist.casework.queue import Waiting, Wanted, queue, shelves
from blocklist.model import Link, Post
from blocklist.public.words import N_
from blocklist.service.doors import DECIDES, READS, By, Call, Door, Handler, Side
from blocklist.service.refusals import Refused
from blocklist.service.words import DONE

_SHOWN = 100
_DONE = re.compile(r"([a-z-]{1,16})-([0-9]{1,9})")
FILTERS = ("of_category", "of_lang", "of_reason")
"""Fields of a filter, apart from those of a decision and from the reader's own language."""


def staff_door(name: str, method: str, path: str, posts: frozenset[Post], handler: Handler) -> Door:
    """Return a door of the moderators' side."""
    return Door(
        name=name, side=Side.STAFF, method=method, path=path, by=By.SESSION, posts=posts, handler=handler
    )


def wanted_of(call: Call) -> Wanted:
    """Return the filter that the call's address, or its form, names."""
    said = [call.request.query_params.get(name, "") or call.field(name) for name in FILTERS]
    category, lang, reason = (each[:64] for each in said)
    return Wanted(category=category, lang=lang, reason=reason)


def fields_of(wanted: Wanted) -> dict[str, str]:
    """Return a filter as fields, those that say something."""
    said = zip(FILTERS, (wanted.category, wanted.lang, wanted.reason), strict=True)
    return {name: value for name, value in said if value}


def done_of(call: Call) -> tuple[str, str]:
    """Return the message and the number of what was just done; empty: nothing that we know of."""
    found = _DONE.fullmatch(call.request.query_params.get("done", ""))
    return (DONE.get(found[1], ""), found[2]) if found else ("", "")


def link_of(call: Call) -> Link:
    """Return the link that the path names; raises Refused."""
    try:
        return call.house.workspace.links.get(call.request.path_params["link"])
    except KeyError as gone:
        raise Refused(404, N_("no link of that number is under watch")) from gone


async def _queue(call: Call) -> Response:
    waiting = await call.house.do(queue, call.house.workspace, now=call.now)
    proposals = await call.house.do(call.house.workspace.cases.proposed)
    wanted = wanted_of(call)
    chosen = [each for each in waiting if wanted.holds(each)]
    categories = call.house.workspace.policy.categories
    return call.house.pages.page(
        call,
        "queue.html",
        waiting=chosen[:_SHOWN],
        count=len(chosen),
        all=len(waiting),
        free=sum(_is_free(each, call) for each in chosen),
        shelves=shelves(waiting),
        wanted=wanted,
        fields=fields_of(wanted),
        proposals=len(proposals),
        categories=categories,
        may_decide=call.post in DECIDES,
        done=done_of(call),
    )


def _is_free(each: Waiting, call: Call) -> bool:
    ready = each.is_ready(senior=call.post is Post.SENIOR)
    return ready and (each.claim is None or each.claim.by == call.who)


async def _next(call: Call) -> Response:
    return await to_next(call)


async def to_next(call: Call, done: str = "") -> Response:
    """Take the most pressing case of the filter and lead there; to the queue when none is free."""
    wanted = wanted_of(call)
    claim = await call.house.do(_take_next, call, wanted)
    fields = fields_of(wanted)
    if claim is None:
        return leads("/", {**fields, "done": done or "empty-0"})
    return leads(f"/cases/{claim}", {**fields, **({"done": done} if done else {})})


def leads(path: str, fields: dict[str, str]) -> Response:
    """Lead to a page of ours; ``path`` is never a caller's word."""
    return RedirectResponse(f"{path}?{urlencode(fields)}" if fields else path, 303)


def _take_next(call: Call, wanted: Wanted) -> int | None:
    workspace = call.house.workspace
    waiting = [each for each in queue(workspace, now=call.now) if wanted.holds(each)]
    claim = take_next(workspace, waiting, by=call.who, senior=call.post is Post.SENIOR, now=call.now)
    return claim.number if claim else None


async def _claim(call: Call) -> Response:
    link = await call.house.do(link_of, call)
    workspace, fields = call.house.workspace, fields_of(wanted_of(call))
    match call.field("do"):
        case "take" | "take-over" as how:
            over = how == "take-over"
            await call.house.do(take, workspace, link.id, by=call.who, now=call.now, over=over)
            return leads(f"/cases/{link.id}", fields)
        case "put-back":
            await call.house.do(put_back, workspace, link.id, by=call.who, now=call.now)
            return leads("/", {**fields, "done": f"put-back-{link.id}"})
    raise Refused(422, N_("choose: take, take over or put back"))


DOORS = (
    staff_door("queue", "GET", "/", READS, _queue),
    staff_door("next", "POST", "/next", DECIDES, _next),
    staff_door("claim", "POST", "/cases/{link:int}/claim", DECIDES, _claim),
)
