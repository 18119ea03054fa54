"""What waits for a second person, and their word on it."""

from starlette.responses import Response

from blocklist.casework.second import settle
from blocklist.public.words import N_
from blocklist.service.desk import done_of, leads, staff_door
from blocklist.service.doors import READS, SETTLES, Call
from blocklist.service.refusals import Refused


async def _proposals(call: Call) -> Response:
    found = await call.house.do(call.house.workspace.cases.proposed)
    links = [await call.house.do(call.house.workspace.links.get, each.decision.link) for each in found]
    return call.house.pages.page(
        call,
        "proposals.html",
        proposals=list(zip(found, links, strict=True)),
        categories=call.house.workspace.policy.categories,
        may_settle=call.post in SETTLES,
        done=done_of(call),
    )


async def _settle(call: Call) -> Response:
    answer, number = call.field("do"), call.request.path_params["number"]
    if answer not in {"agree", "refuse"}:
        raise Refused(422, N_("choose: agree or refuse"))
    await call.house.do(
        settle, call.house.workspace, number, agree=answer == "agree", by=call.who, now=call.now
    )
    return leads("/proposals", {"done": f"{answer}-{number}"})


DOORS = (
    staff_door("proposals", "GET", "/proposals", READS, _proposals),
    staff_door("settle", "POST", "/proposals/{number:int}", SETTLES, _settle),
)
